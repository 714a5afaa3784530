"""How much strangers may send: counted by address and by house, before anything costly is done.

An address is kept as a digest only, for two days. Of an IPv6 address the network counts: whoever has one has 2^64.
"""

import datetime as dt
import ipaddress
from typing import Any

from django.core.cache import cache
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core import clock
from core.errors import DomainError
from core.policies import value_of
from maintenance.figures import HOUSE_REPORTS_AN_HOUR, REPORTS_AN_HOUR
from maintenance.models import ReportAttempt

HOUR = dt.timedelta(hours=1)
KEPT = dt.timedelta(days=2)
TRIES_FOR_ONE = 5
"""Forms that may come back with a mistake in them for each report that is taken."""
PAGES_A_MINUTE = 120
"""Public pages for one address; a whole hospital may stand behind one."""
WRONG_CODES_A_MINUTE = 20
"""Addresses nobody gave out: a worn label is scanned a few times, a machine that guesses tries thousands."""
REMARKS_A_TICKET = 20


class TooMany(DomainError):
    """An address, or everybody together, sent more than is taken in an hour or a minute."""


def client_of(address: str) -> str:
    """The digest that stands for an address."""
    try:
        parsed = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return _digest("unknown")
    mapped = getattr(parsed, "ipv4_mapped", None)
    if parsed.version == 6 and mapped is None:
        return _digest(str(ipaddress.ip_network((parsed, 64), strict=False)))
    return _digest(str(mapped or parsed))


def _digest(text: str) -> str:
    return salted_hmac("maintenance.client", text, algorithm="sha256").hexdigest()


def count_page(client: str, *, wrong: bool = False) -> None:
    """Count a page that a stranger opened; raises TooMany beyond PAGES_A_MINUTE.

    Counted in the memory of the process: reading a page writes nothing to the database, whoever floods it.
    """
    for name, limit in (("page", PAGES_A_MINUTE), ("wrong", WRONG_CODES_A_MINUTE)):
        key = f"repairs:{name}:{client}:{clock.now():%Y%m%d%H%M}"
        count = cache.get(key, 0)
        if count >= limit:
            raise TooMany(_("Too many pages were opened from your connection. Wait a minute and try again."))
        if name == "page" or wrong:
            cache.set(key, count + 1, 120)


def count_try(organization: Any, client: str) -> None:
    """Count a form that somebody sends, before it is read. Raises TooMany when the address sent too many in an hour;
    nothing is written then, so that a flood does not fill the table."""
    since = clock.now() - HOUR
    most = int(value_of(REPORTS_AN_HOUR, organization.pk, clock.today())) * TRIES_FOR_ONE
    if ReportAttempt.objects.filter(client=client, at__gt=since, taken=False).count() >= most:
        raise _too_many()
    ReportAttempt.objects.create(organization=organization, client=client)


def claim(organization: Any, client: str) -> ReportAttempt:
    """Take one of the places that an address and the house have in an hour. Raises TooMany when none is left.

    The row is written before it is counted, so that of many that come in one moment no more pass than may.
    """
    since, day = clock.now() - HOUR, clock.today()
    own, all_of_house = (int(value_of(key, organization.pk, day)) for key in (REPORTS_AN_HOUR, HOUSE_REPORTS_AN_HOUR))
    row = ReportAttempt.objects.create(organization=organization, client=client, taken=True)
    taken = ReportAttempt.objects.filter(taken=True, at__gt=since)
    if taken.filter(client=client).count() > own or taken.filter(organization=organization).count() > all_of_house:
        give_back(row)
        raise _too_many()
    ReportAttempt.objects.filter(organization=organization, at__lt=clock.now() - KEPT).delete()
    return row


def give_back(row: ReportAttempt) -> None:
    """The report was not taken after all."""
    ReportAttempt.objects.filter(pk=row.pk).update(taken=False)


def _too_many() -> TooMany:
    return TooMany(_("Too many reports came from your connection. Please call, or try again in an hour."))
