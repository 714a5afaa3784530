"""折旧计提: the monthly run over all cards of an organization (R-AST-05 to R-AST-08), set-based.

What a run takes from a card is written twice: `schedule.charge` says it of one card in Python, `charges` of all of them
in SQL, on the scaled integers of the columns; a property test keeps them the same. Preview, posting and reversal are a
fixed number of statements whatever the number of cards.
"""

import datetime as dt
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Case, Count, DateField, DateTimeField, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.expressions import ExpressionWrapper
from django.utils.translation import gettext as _

from assets.models import (
    CONTRA_ACCOUNTS,
    NOT_DEPRECIATED,
    Asset,
    AssetState,
    AssetValueMove,
    DepreciationRun,
    ValueType,
)
from core import clock, periods
from core.documents.lifecycle import Status
from core.documents.services import take_with
from core.errors import DomainError
from core.fields import MoneyField
from core.numbers import ZERO
from directory.models import Department, Organization

from . import journal, ledger, schedule

UNFINISHED = (Status.DRAFT, Status.SUBMITTED, Status.APPROVED)
GROUP = ("department", "department__code", "department__name", "expense_account", "account")

_CHARGED = (
    *("organization_id", "business_date", "posted_at", "posted_by_id", "content_type_id", "object_id", "number"),
    *("asset_id", "kind", "cost", "fiscal", "accumulated", "months", "from_month"),
    *("department_id", "account", "expense_account"),
)
"""Columns of the value ledger that a run fills, in the order of _insert."""


# ---- what a run takes ----


def charges(organization: Organization, month: int) -> QuerySet[Asset]:
    """The cards that the run of a month (schedule.month_index) takes, each with `charge` (yuan), `charged_months` and
    `expense_account` (R-ACC-04)."""
    net = ExpressionWrapper(F("original_value") - F("accumulated"), MoneyField())
    linear = ExpressionWrapper(F("monthly_charge") * F("due"), MoneyField())
    return (
        Asset.objects.filter(
            ~Q(state=AssetState.DISPOSED),
            ~Q(value_type=ValueType.NOMINAL),
            ~Q(card_type__in=list(NOT_DEPRECIATED)),
            account__in=list(CONTRA_ACCOUNTS),
            organization=organization,
            next_charge__lte=month,
            accumulated__lt=F("original_value"),
        )
        .annotate(due=ExpressionWrapper(Value(month + 1) - F("next_charge"), IntegerField()), net=net)
        .annotate(
            linear=linear,
            expense_account=_expense_account(organization),
        )
        .annotate(
            charge=Case(
                When(due__gte=F("months_left"), then=F("net")),
                When(linear__gt=F("net"), then=F("net")),
                default=F("linear"),
                output_field=MoneyField(),
            ),
            charged_months=Case(
                When(due__lt=F("months_left"), then=F("due")),
                When(months_left=0, then=Value(1)),
                default=F("months_left"),
                output_field=IntegerField(),
            ),
        )
    )


def _expense_account(organization: Organization) -> Any:
    """5001 or 5101 by the cost class of the using department; administrative units book on 5001 alone (R-ACC-04)."""
    if organization.kind == Organization.Kind.BUREAU:
        return Value(Department.CostClass.OPERATIONS.value)
    return F("department__cost_class")


def groups_of(run: DepreciationRun) -> list[dict[str, Any]]:
    """A run by department and expense account: {department, department__code, department__name, expense_account,
    account, contra, cards, cost, charge}; one statement. Of a run that is not posted yet it is what posting would do.
    """
    rows: Any = rows_of(run)
    if is_booked(run):
        sums = {"cards": Count("pk"), "cost": Sum("asset__original_value"), "charge": Sum("accumulated")}
    else:
        sums = {"cards": Count("pk"), "cost": Sum("original_value"), "charge": Sum("charge")}
    found = rows.order_by().values(*GROUP).annotate(**{f"sum_{name}": sum_ for name, sum_ in sums.items()})
    return [
        {
            **{name: row[name] for name in GROUP},
            "contra": CONTRA_ACCOUNTS[row["account"]],
            **{name: row[f"sum_{name}"] for name in sums},
        }
        for row in found.order_by("department__code", "expense_account", "account")
    ]


def rows_of(run: DepreciationRun) -> QuerySet:
    """The value rows of a posted or reversed run; of another one the cards that it would take (`charges`)."""
    if is_booked(run):
        return ledger.value_moves_of(run).filter(reverses=None)
    return charges(run.organization, run.month_index)


def is_booked(run: DepreciationRun) -> bool:
    """Whether the run wrote its rows (it may have taken them back since)."""
    return run.status in (Status.POSTED, Status.REVERSED)


# ---- which month ----


def last_day(index: int) -> dt.date:
    """The last day of a month counted by schedule.month_index: the business date of its run."""
    return schedule.first_day(index + 1) - dt.timedelta(days=1)


def newest_month(organization_id: int) -> int | None:
    """The month of the newest posted run; None before the first."""
    run = _posted(organization_id).order_by("-year", "-month").first()
    return run.month_index if run else None


def first_month_run(organization_id: int) -> int | None:
    """The month with which an organization began to depreciate; None where it has not."""
    run = _posted(organization_id).order_by("year", "month").first()
    return run.month_index if run else None


def month_to_run(organization_id: int) -> int:
    """The month whose run comes next: after the newest one, before the first the last month that is over."""
    newest = newest_month(organization_id)
    return schedule.month_index(clock.today()) - 1 if newest is None else newest + 1


def _posted(organization_id: int) -> QuerySet[DepreciationRun]:
    return DepreciationRun.objects.filter(organization_id=organization_id, status=Status.POSTED)


def make_room(run: DepreciationRun, *, actor: Any) -> None:
    """A new run of a month takes the place of one that is not posted, which is cancelled (R-AST-08).

    Raises DomainError when the month has a posted run.
    """
    others = DepreciationRun.objects.filter(organization_id=run.organization_id, year=run.year, month=run.month)
    for other in others.exclude(pk=run.pk).select_for_update(of=("self",)).order_by("pk"):
        if other.status == Status.POSTED:
            raise DomainError(
                _("%(run)s has posted the depreciation of %(month)s already; only a reversal takes it back.")
                % {"run": other, "month": month_words(run.month_index)},
                field="month",
            )
        if other.status in UNFINISHED:
            take_with(other, "cancel", actor=actor, reason=_("Replaced by a new run of the month."))


def month_words(index: int) -> str:
    return f"{schedule.first_day(index):%Y-%m}"


# ---- checks ----


def check(run: DepreciationRun, *, actor: Any) -> None:
    """The month is over, its run is dated at its end, and the runs before it are posted (R-AST-08). Raises DomainError.

    That the month is open is asked of every paper (core.periods). Locks the organization and its posted runs: nobody
    posts the first run of another month, nor takes back the last one meanwhile.
    """
    index = run.month_index
    if run.business_date != last_day(index):
        raise DomainError(_("A run is dated on the last day of its month."), field="business_date")
    if last_day(index) > clock.today():
        raise DomainError(
            _("The month %(month)s is not over; its run follows when it is.") % {"month": month_words(index)},
            field="month",
        )
    list(Organization.objects.select_for_update(no_key=True).filter(pk=run.organization_id).values_list("pk"))
    months = sorted(row.month_index for row in _posted(run.organization_id).select_for_update(of=("self",)))
    if not months:
        return
    if index < months[0]:
        raise DomainError(
            _("Depreciation began with %(month)s; what was missed before is made up for by that run.")
            % {"month": month_words(months[0])},
            field="month",
        )
    if index > months[-1] + 1:
        raise DomainError(_("Post the run of %(month)s first.") % {"month": month_words(months[-1] + 1)}, field="month")
    if index <= months[-1]:
        raise DomainError(
            _("The depreciation of %(month)s is posted already.") % {"month": month_words(months[-1])}, field="month"
        )


def require_run_before(assets: Any, *, document: Any) -> None:
    """A change of value takes effect from its month on: what the months before it take has to be posted (domain 1.5).

    Holds only where the organization has begun to depreciate. Raises DomainError naming the month.
    """
    month = schedule.month_index(document.business_date)
    late = [
        asset for asset in assets if asset.next_charge is not None and asset.net_value and asset.next_charge < month
    ]
    if late and newest_month(document.organization_id) is not None:
        raise DomainError(
            _("Post the depreciation of %(month)s first; %(asset)s was not depreciated up to it yet.")
            % {"month": month_words(month - 1), "asset": late[0]},
            field="business_date",
        )


def computed(run: DepreciationRun) -> str:
    """Why a run needs no signature."""
    return _("computed by the rule, nothing typed by hand")


# ---- effects ----


def write_amounts(run: DepreciationRun, *, actor: Any) -> None:
    """Submitted: note what the run would take now."""
    sums = charges(run.organization, run.month_index).aggregate(amount=Sum("charge"), cards=Count("pk"))
    _note(run, sums["amount"] or ZERO, sums["cards"])


def post(run: DepreciationRun, *, actor: Any) -> None:
    """Charge every card that the month takes, in five statements, and propose what finance books."""
    _insert_charges(run, actor)
    _apply(run, reversal=False)
    groups = groups_of(run)
    amount = sum((group["charge"] for group in groups), ZERO)
    _note(run, amount, sum(group["cards"] for group in groups))
    journal.propose(run, _entries(run, groups))


def _entries(run: DepreciationRun, groups: list[dict[str, Any]]) -> list[journal.Entry]:
    """One line an expense account and account of depreciation, summed (R-ACC-03)."""
    sums: dict[tuple[str, str], Any] = {}
    for group in groups:
        key = (group["expense_account"], group["contra"])
        sums[key] = sums.get(key, ZERO) + group["charge"]
    summary = _("Depreciation of %(month)s") % {"month": month_words(run.month_index)}
    return [journal.Entry(summary, debit, credit, amount) for (debit, credit), amount in sorted(sums.items())]


def _note(run: DepreciationRun, amount: Any, cards: int) -> None:
    run.amount, run.asset_count = amount, cards
    DepreciationRun.objects.filter(pk=run.pk).update(amount=amount, asset_count=cards)


def reverse(run: DepreciationRun, *, actor: Any) -> None:
    """The contra run: takes every charge back, dated like the run, and puts the cards where they stood.

    Raises DomainError for a run that is not the newest, in a closed month, or when a card's value changed since.
    """
    periods.require_open(run.organization_id, run.business_date)
    months = [row.month_index for row in _posted(run.organization_id).select_for_update(of=("self",))]
    if max(months, default=run.month_index) > run.month_index:
        raise DomainError(
            _("Reverse the run of %(month)s first; only the newest run can be taken back.")
            % {"month": month_words(max(months))}
        )
    _refuse_changed(run)
    _insert_contra(run, actor)
    _apply(run, reversal=True)
    journal.take_back(run, day=run.business_date)


def _refuse_changed(run: DepreciationRun) -> None:
    """Papers that changed a value after the run stand on it; those that were taken back again do not count."""
    kind = ContentType.objects.get_for_model(run)
    later = AssetValueMove.objects.filter(
        reverses=None,
        reversal=None,
        asset__value_moves__content_type=kind,
        asset__value_moves__object_id=run.pk,
        asset__value_moves__reverses=None,
        pk__gt=F("asset__value_moves__pk"),
    )
    if first := later.select_related("asset").order_by("pk").first():
        raise DomainError(
            _("%(paper)s changed the value of %(asset)s after this run; reverse that paper first.")
            % {"paper": first.number, "asset": first.asset}
        )


# ---- statements ----


def _insert_charges(run: DepreciationRun, actor: Any) -> None:
    kind = ContentType.objects.get_for_model(run)
    rows = charges(run.organization, run.month_index).order_by("pk")
    chosen = rows.values_list(
        "organization_id",
        Value(run.business_date, DateField()),
        Value(clock.now(), DateTimeField()),
        Value(actor.pk),
        Value(kind.pk),
        Value(run.pk),
        Value(run.number or ""),
        "pk",
        Value(AssetValueMove.Kind.DEPRECIATION.value),
        Value(0),
        Value(0),
        "charge",
        "charged_months",
        "next_charge",
        "department_id",
        "account",
        "expense_account",
    )
    _insert(chosen, _CHARGED, lock=Asset._meta.db_table)


def _insert_contra(run: DepreciationRun, actor: Any) -> None:
    rows = ledger.value_moves_of(run).filter(reverses=None).order_by("pk")
    chosen = rows.values_list(
        "organization_id",
        "business_date",
        Value(clock.now(), DateTimeField()),
        Value(actor.pk),
        "content_type_id",
        "object_id",
        "number",
        "asset_id",
        "kind",
        Value(0),
        Value(0),
        ExpressionWrapper(-F("accumulated"), MoneyField()),
        ExpressionWrapper(-F("months"), IntegerField()),
        "from_month",
        "department_id",
        "account",
        "expense_account",
        "pk",
    )
    _insert(chosen, (*_CHARGED, "reverses_id"))


def _insert(chosen: Any, columns: tuple[str, ...], lock: str = "") -> None:
    """INSERT ... SELECT of a queryset; lock: the table whose rows nobody else may change until the transaction ends."""
    table = AssetValueMove._meta.db_table
    select, params = chosen.query.sql_with_params()
    tail = f' FOR UPDATE OF "{lock}"' if lock and connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) {select}{tail}", params)


def _apply(run: DepreciationRun, *, reversal: bool) -> None:
    """Bring the caches of all cards of the run up to date with the rows it wrote; one statement.

    What is left of a life is always life less months charged, as schedule.renew has it.
    """
    cards, moves = Asset._meta.db_table, AssetValueMove._meta.db_table
    kind = ContentType.objects.get_for_model(run)
    charged = f"{cards}.months_charged + rows.months"
    which = "NOT NULL" if reversal else "NULL"
    following = "rows.from_month" if reversal else "%s"
    statement = (
        f"UPDATE {cards} SET accumulated = {cards}.accumulated + rows.accumulated, months_charged = {charged}, "  # noqa: S608
        f"months_left = CASE WHEN {cards}.life_months > {charged} "
        f"THEN {cards}.life_months - ({charged}) ELSE 0 END, next_charge = {following} "
        f"FROM {moves} AS rows WHERE rows.asset_id = {cards}.id "
        f"AND rows.content_type_id = %s AND rows.object_id = %s AND rows.reverses_id IS {which}"
    )
    params = [kind.pk, run.pk] if reversal else [run.month_index + 1, kind.pk, run.pk]
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
