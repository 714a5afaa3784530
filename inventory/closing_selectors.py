"""What has to be looked at before a month is closed (domain: 月结)."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core import clock, periods
from core.documents import registry
from core.documents.lifecycle import Status
from core.visibility import Scope
from inventory.models import GoodsReceipt, Item, MonthClosing, PriceDifference, StockCount, StockTransfer, Warehouse

from .ledger_selectors import Pair, flows_since, turnovers

SHOWN = 8
BLOCK, WARN, OK = "block", "warn", "ok"
UNFINISHED = (Status.DRAFT, Status.SUBMITTED, Status.APPROVED)


def may_look(user: Any) -> bool:
    """Month closes are about a whole organization: whoever sees only a warehouse or a department has no page of it."""
    scopes = user.scopes_for("inventory.view_monthclosing")
    return bool(user.organization_id and scopes & {Scope.ORGANIZATION, Scope.ALL})


@dataclass(frozen=True)
class Entry:
    """One thing to look at: a document, a warehouse, or an item in a warehouse; detail says what is the matter.

    url: where it is looked at, for things that only an app above the storehouse knows.
    """

    subject: Any
    detail: str = ""
    warehouse: Warehouse | None = None
    url: str = ""


@dataclass(frozen=True)
class Check:
    """One question of the checklist. level: BLOCK, WARN or OK. count: of everything found, entries: the first of it.

    kind: the kind of document that is open, for a link to its list.
    """

    code: str
    title: str
    level: str
    explanation: str = ""
    count: int = 0
    entries: list[Entry] = field(default_factory=list)
    kind: Any = None


Question = Callable[[Any, dt.date, dt.date], Check | None]
_further: list[Question] = []


def register_question(question: Question) -> None:
    """An app above asks something more of every month: (organization, first day, last day) -> Check, or None where the
    question does not arise. What keeps a month open has to refuse its close too (core.periods.register)."""
    _further.append(question)


def checklist(organization: Any, year: int, month: int) -> list[Check]:
    """Every question about a month of an organization; a fixed number of statements."""
    checks = [_months_before(organization, year, month)]
    questions: tuple[Callable[..., Check], ...] = (_transfers, _estimates, _counts, _oddities)
    first, last = month_days(year, month)
    checks += _open_documents(organization, first, last)
    checks += [question(organization, first, last) for question in questions]
    further = [question(organization, first, last) for question in _further]
    return checks + [check for check in further if check is not None]


def blocking(checks: list[Check]) -> list[Check]:
    """The checks that keep a month from being closed."""
    return [check for check in checks if check.level == BLOCK]


def month_days(year: int, month: int) -> tuple[dt.date, dt.date]:
    """First and last day of a month."""
    return dt.date(year, month, 1), dt.date(*periods.month_after(year, month), 1) - dt.timedelta(days=1)


def _level(count: int) -> str:
    return WARN if count else OK


def _months_before(organization: Any, year: int, month: int) -> Check:
    title = _("Months before are closed, and this month is over")
    upcoming = periods.next_to_close(organization.pk)
    if not periods.is_open(organization.pk, dt.date(year, month, 1)):
        return Check("months", title, BLOCK, _("The month is closed already."))
    if upcoming < (year, month):
        text = _("Close the month %(earlier)s first.") % {"earlier": f"{upcoming[0]}-{upcoming[1]:02d}"}
        return Check("months", title, BLOCK, text, 1)
    if month_days(year, month)[1] >= clock.today():
        return Check(
            "months", title, BLOCK, _("The month %(month)s is not over yet.") % {"month": f"{year}-{month:02d}"}
        )
    return Check("months", title, OK)


def _open_documents(organization: Any, first: dt.date, last: dt.date) -> Iterator[Check]:
    """One check a kind that has unfinished papers of the month; one more when there are none at all.

    Requests are no papers of the ledger: what is open of them is issued next month, so they keep no month open.
    """
    found = False
    for kind in registry.all_types():
        if not kind.posts_to_ledger:
            continue
        rows: Any = kind.model._base_manager.filter(
            organization=organization, business_date__range=(first, last), status__in=UNFINISHED
        )
        documents = list(rows.order_by("business_date", "pk"))
        if not documents:
            continue
        found = True
        stuck = [row for row in documents if row.status != Status.DRAFT]
        yield Check(
            f"open_{kind.model._meta.model_name}",
            _("Open: %(kind)s") % {"kind": capfirst(str(kind.model._meta.verbose_name))},
            BLOCK if stuck else WARN,
            _("Post them, or return them and give them a date in the next month.")
            if stuck
            else _("Drafts of a closed month can only be posted with a later date."),
            len(documents),
            [Entry(row, str(row.get_status_display())) for row in (stuck or documents)[:SHOWN]],
            kind.model,
        )
    if not found:
        yield Check("open", _("No paper of the month is open"), OK)


def stuck_documents(organization: Any, first: dt.date, last: dt.date) -> list[Any]:
    """Submitted and approved papers of these days that would have to be posted into them."""
    found: list[Any] = []
    for kind in registry.all_types():
        if kind.posts_to_ledger:
            rows = kind.model._base_manager.filter(organization=organization, business_date__range=(first, last))
            found += rows.filter(status__in=(Status.SUBMITTED, Status.APPROVED)).order_by("business_date", "pk")
    return found


def _transfers(organization: Any, first: dt.date, last: dt.date) -> Check:
    rows = StockTransfer.objects.filter(
        organization=organization,
        status=Status.POSTED,
        arrival__in=(StockTransfer.Arrival.TRANSIT, StockTransfer.Arrival.PARTIAL),
        business_date__lte=last,
    ).select_related("to_warehouse")
    entries = [Entry(row, str(row.to_warehouse)) for row in rows.order_by("business_date", "pk")]
    return Check(
        "transfers",
        _("Transfers have arrived"),
        _level(len(entries)),
        _("What is in transit counts in no warehouse, but in the organization's total.") if entries else "",
        len(entries),
        entries[:SHOWN],
        StockTransfer,
    )


def _estimates(organization: Any, first: dt.date, last: dt.date) -> Check:
    settled = PriceDifference.objects.filter(status=Status.POSTED).order_by().values("receipt")
    rows = GoodsReceipt.objects.filter(
        organization=organization,
        kind=GoodsReceipt.Kind.ESTIMATE,
        status=Status.POSTED,
        business_date__lte=last,
    ).exclude(pk__in=settled)
    entries = [Entry(row, str(row.supplier or "")) for row in rows.select_related("supplier").order_by("business_date")]
    return Check(
        "estimates",
        _("Estimated receipts have their invoice"),
        _level(len(entries)),
        _("They stay in stock at the estimated price until the invoice comes.") if entries else "",
        len(entries),
        entries[:SHOWN],
        GoodsReceipt,
    )


def _counts(organization: Any, first: dt.date, last: dt.date) -> Check:
    counted = StockCount.objects.filter(status=Status.POSTED, business_date__range=(first, last))
    rows = Warehouse.objects.filter(organization=organization, active=True, values__quantity__gt=0)
    missing = list(rows.exclude(pk__in=counted.order_by().values("warehouse")).distinct().order_by("code"))
    return Check(
        "counts",
        _("Every warehouse with stock was counted"),
        _level(len(missing)),
        _("No count of this month was posted here.") if missing else "",
        len(missing),
        [Entry(row) for row in missing[:SHOWN]],
        StockCount,
    )


def _oddities(organization: Any, first: dt.date, last: dt.date) -> Check:
    warehouses = {row.pk: row for row in Warehouse.objects.filter(organization=organization)}
    found = turnovers(flows_since(list(warehouses.values()), first, last), by_warehouse=True)
    odd = {key: word for key, turnover in found.items() if (word := _odd(turnover.closing))}
    items = Item.objects.in_bulk([item for _warehouse, item in odd])
    entries = [Entry(items[item], word, warehouses[place]) for (place, item), word in sorted(odd.items())]
    return Check(
        "oddities",
        _("Closing stock has a sound value"),
        _level(len(entries)),
        _("Look at the item ledger; correct it by a price difference or a count.") if entries else "",
        len(entries),
        entries[:SHOWN],
    )


def _odd(closing: Pair) -> str:
    if closing.quantity < 0 or closing.amount < 0:
        return _("below zero at the end of the month")
    if closing.quantity and not closing.amount:
        return _("in stock at no cost")
    if closing.amount and not closing.quantity:
        return _("a value without stock")
    return ""


def closings_of(user: Any) -> Any:
    """The month closes this person may see, the newest first, those that were opened again too."""
    return MonthClosing.objects.visible_to(user).select_related("organization", "closed_by", "reopened_by")


def is_document(subject: Any) -> bool:
    """Whether a checklist entry names a document."""
    return registry.is_document(type(subject))
