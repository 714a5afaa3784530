"""Who leaves hands over first (R-AST-11): what a person still holds, told by the apps that know it.

An app registers what it knows when it is ready; this one only asks, and refuses to close the account.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import clock
from core.errors import DomainError
from directory.models import User

NAMED = 5
"""So many things are named in a refusal; the page behind the link shows all."""


@dataclass(frozen=True)
class Holding:
    """What a person holds of one kind. things: in words; count: how many; url: where it is handed over, or ""."""

    label: str
    things: Sequence[str]
    count: int
    url: str = ""

    def __str__(self) -> str:
        named = _(", ").join(self.things[:NAMED])
        more = " …" if self.count > len(self.things[:NAMED]) else ""
        return _("%(count)d × %(label)s: %(things)s") % {
            "count": self.count,
            "label": self.label,
            "things": f"{named}{more}",
        }


Asked = Callable[[Any], Iterable[Holding]]
"""A function of a person that tells what he holds."""

_asked: list[Asked] = []


class StillHolding(DomainError):
    """A person cannot be closed because he holds something; `holdings` says what."""

    def __init__(self, person: User, holdings: Sequence[Holding]) -> None:
        self.person, self.holdings = person, holdings
        super().__init__(
            _("%(person)s still holds %(things)s. Hand these over first, then close the account.")
            % {"person": person, "things": _("; ").join(str(row) for row in holdings)},
            field="active_until",
        )


def register(asked: Asked) -> Asked:
    """Add what an app knows of things in the hands of people."""
    _asked.append(asked)
    return asked


def holdings_of(person: User) -> list[Holding]:
    """Everything a person holds, over all apps."""
    return [holding for asked in _asked for holding in asked(person)] if person.pk else []


def hold(keys: Iterable[int | None]) -> dict[int, User]:
    """These people as they are now, held until the transaction ends: nobody is closed while something is given to him.

    Inside a transaction only.
    """
    wanted = {key for key in keys if key}
    rows = User._base_manager.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk") if wanted else []
    return {person.pk: person for person in rows}


def closes(person: User) -> bool:
    """Whether saving this person closes his account, now or on a day, which it was not before; one query.

    Inside a transaction the person is held from here on, so that he is given nothing meanwhile.
    """
    if person.pk is None or (person.is_active and person.active_until is None):
        return False
    if connection.in_atomic_block:
        before = hold([person.pk]).get(person.pk)
    else:
        before = User._base_manager.filter(pk=person.pk).first()
    if before is None:
        return False
    was_active, was_until = before.is_active, before.active_until
    deactivated = was_active and not person.is_active
    until = person.active_until
    if until is None or until == was_until:
        return bool(deactivated)
    return bool(deactivated or was_until is None or until < was_until or until <= clock.today())


def require_empty_hands(person: User) -> None:
    """Refuse to close the account of somebody who holds something (R-AST-11). Raises StillHolding."""
    if closes(person) and (holdings := holdings_of(person)):
        raise StillHolding(person, holdings)


def to_hand_over(person: User) -> SafeString | None:
    """What somebody who came to another department still holds, with links; a reminder, no refusal. None: nothing."""
    holdings = holdings_of(person)
    if not holdings:
        return None
    said = _("%(person)s still holds %(things)s. Let it be handed over where it stays behind.") % {
        "person": person,
        "things": _("; ").join(str(row) for row in holdings),
    }
    return _linked(said, holdings)


def with_links(refusal: StillHolding) -> SafeString:
    """The refusal with a link to each page where things are handed over, for a form of the back office."""
    return _linked(str(refusal), refusal.holdings)


def _linked(said: str, holdings: Sequence[Holding]) -> SafeString:
    links = [(row.url, row.label) for row in holdings if row.url]
    return format_html("{} {}", said, format_html_join(" · ", '<a href="{}">{}</a>', links))
