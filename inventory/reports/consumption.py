"""部门领用汇总表 and the issues behind it: what each department used, by category, in the period and in the year."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Case, Q, QuerySet, Sum, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import offer
from core.numbers import ZERO
from core.reports import SUBTOTAL, Column, PeriodForm, Report, Row, register
from directory.models import Department
from inventory.ledger_selectors import consumption_moves
from inventory.models import ItemCategory, StockMove, Warehouse
from inventory.quota_selectors import limits_between

from .parts import (
    StockForm,
    average,
    document_url,
    period_text,
    report_url,
    tree_order,
    warehouse_text,
    without_zero,
)


class ConsumptionForm(StockForm, PeriodForm):
    department = forms.ModelChoiceField(
        Department.objects.none(),
        required=False,
        label=gettext_lazy("Department"),
        empty_label=gettext_lazy("All departments"),
    )
    field_order: Sequence[str] = ("month", "start", "end", "department", "warehouse", "category")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "department", departments_of_use(self.user))

    def warehouses_offered(self) -> QuerySet[Warehouse]:
        return Warehouse.objects.visible_to(self.user)


def departments_of_use(user: Any) -> QuerySet[Department]:
    """The departments whose consumption this person may see, for choosing from."""
    rows = Department.objects.visible_to(user)
    scopes = user.scopes_for("inventory.view_stockmove")
    if scopes and scopes <= {"own", "department"}:
        paths = user.department_paths
        return rows.filter(pk__in=[row.pk for row in rows if any(row.path.startswith(path) for path in paths)])
    return rows


def moves_asked_for(report: Report, days: Q) -> QuerySet[StockMove]:
    """The moves of use behind a report's parameters, on some days."""
    moves = consumption_moves(report.user).filter(days)
    if warehouse := report.params["warehouse"]:
        moves = moves.filter(source__warehouse=warehouse) | moves.filter(target__warehouse=warehouse)
    return moves


def on_days(start: dt.date, end: dt.date) -> Q:
    """Both days included."""
    return Q(business_date__range=(start, end))


def a_year_before(day: dt.date) -> dt.date:
    """The same day of the year before; the 28th for a 29th of February."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


SUMS = ("period", "year", "last_year")


@register
class Consumption(Report):
    """Departments by category. Goods that came back from use are subtracted."""

    code = "consumption"
    title = gettext_lazy("Consumption by department")
    permission = "inventory.view_stockmove"
    icon = "chart-bar"
    form_class = ConsumptionForm
    note = gettext_lazy(
        "Amounts at cost in yuan; reversed issues and goods brought back are subtracted. Quotas in yuan of the very "
        "category, as far as their periods lie inside the report's."
    )
    empty_text = gettext_lazy("Nothing was issued in this period.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Department code"), "code", "code"),
            Column(gettext_lazy("Department"), "department", width=24),
            Column(gettext_lazy("Category"), "category", width=20),
            Column(gettext_lazy("Amount of the period"), "period", "money", total=True),
            Column(gettext_lazy("Quota of the period"), "quota", "money"),
            Column(gettext_lazy("Used of it (%)"), "quota_used", "quantity"),
            Column(gettext_lazy("Same period last year"), "last_year", "money", total=True),
            Column(gettext_lazy("Change (%)"), "change", "quantity"),
            Column(gettext_lazy("Year to date"), "year", "money", total=True),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return [
            (_("Period"), period_text(self.params["start"], self.params["end"])),
            (_("Department"), self.params["department"] or _("All departments")),
            (_("Warehouse"), warehouse_text(self.params)),
            (_("Category"), self.params["category"] or _("All categories")),
        ]

    def _windows(self) -> dict[str, Q]:
        """The days each amount counts: the period, the year up to its end, the period of the year before."""
        start, end = self.params["start"], self.params["end"]
        return {
            "period": on_days(start, end),
            "year": on_days(end.replace(month=1, day=1), end),
            "last_year": on_days(a_year_before(start), a_year_before(end)),
        }

    def _sums(self) -> dict[tuple[int, int], dict[str, Decimal]]:
        """Yuan of each window by (department key, category key); one statement."""
        windows = self._windows()
        moves = moves_asked_for(self, windows["period"] | windows["year"] | windows["last_year"])
        if department := self.params["department"]:
            moves = moves.filter(department__path__startswith=department.path)
        if category := self.params["category"]:
            moves = moves.filter(item__category__path__startswith=category.path)
        flags = {
            f"in_{name}": Case(When(days, then=Value(True)), default=Value(False)) for name, days in windows.items()
        }
        rows = (
            moves.order_by()
            .annotate(**flags)
            .values_list("department", "item__category", "taken_back", *flags)
            .annotate(yuan=Sum("amount"))
        )
        found: dict[tuple[int, int], dict[str, Decimal]] = {}
        for department_id, category_id, taken_back, *counts, yuan in rows:
            sums = found.setdefault((department_id, category_id), dict.fromkeys(SUMS, ZERO))
            for name, counted in zip(SUMS, counts, strict=True):
                sums[name] += (-yuan if taken_back else yuan) if counted else ZERO
        return found

    def rows(self) -> Iterator[Row]:
        found = self._sums()
        used = {department for department, _category in found}
        departments = Department.objects.filter(pk__in=used).order_by("organization", "code")
        categories = tree_order(list(ItemCategory.objects.all()))
        quotas = limits_between(used, self.params["start"], self.params["end"])
        for department in departments:
            total = dict.fromkeys(SUMS, ZERO)
            for category in categories:
                sums = found.get((department.pk, category.pk))
                if sums is None:
                    continue
                total = {key: total[key] + sums[key] for key in total}
                names = {"code": department.code, "department": department.name, "category": category.name}
                quota = _of_quota(sums, quotas.get((department.pk, category.pk)))
                yield Row({**names, **_blank_zeros(sums), **_change(sums), **quota}, subject=(department, category))
            name = _("Subtotal: %(department)s") % {"department": department}
            yield Row(
                {"department": name, **total, **_last_year(total), **_change(total)},
                SUBTOTAL,
                subject=(department, None),
            )

    def links(self, row: Row) -> dict[str, str]:
        department, category = row.subject
        common = {"department": department, "category": category, "warehouse": self.params["warehouse"]}
        if category is None and self.params["category"]:  # a subtotal of the category asked for and those under it
            common |= {"category": self.params["category"], "under": True}
        year = {"start": self.params["end"].replace(month=1, day=1), "end": self.params["end"]}
        period = {"start": self.params["start"], "end": self.params["end"]}
        last_year = {"start": a_year_before(self.params["start"]), "end": a_year_before(self.params["end"])}
        return {
            "last_year": report_url("department_issues", **common, **last_year),
            "period": report_url("department_issues", **common, **period),
            "year": report_url("department_issues", **common, **year),
        }


def _blank_zeros(sums: dict[str, Decimal]) -> dict[str, Decimal | None]:
    return {key: without_zero(amount) for key, amount in sums.items()}


def _last_year(sums: dict[str, Decimal]) -> dict[str, Decimal | None]:
    """Blank where nothing was used a year before: the system may be younger than that."""
    return {"last_year": without_zero(sums["last_year"])}


def _change(sums: dict[str, Decimal]) -> dict[str, Decimal | None]:
    """How much more was used than a year before, in percent; blank where nothing was used then."""
    before = sums["last_year"]
    return {"change": ((sums["period"] - before) * 100 / before).quantize(Decimal("0.1")) if before > 0 else None}


def _of_quota(sums: dict[str, Decimal], granted: Decimal | None) -> dict[str, Decimal | None]:
    """What the quotas of the category granted for the period, and how much of it was used, in percent."""
    used = (sums["period"] * 100 / granted).quantize(Decimal("0.1")) if granted else None
    return {"quota": granted, "quota_used": used}


class DepartmentIssuesForm(ConsumptionForm):
    under = forms.BooleanField(label=gettext_lazy("With the categories under it"), required=False)
    field_order = (*ConsumptionForm.field_order, "under")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].required = True


@register
class DepartmentIssues(Report):
    """Every line issued to one department: what stands behind a number of the consumption report."""

    code = "department_issues"
    title = gettext_lazy("Issues to a department")
    permission = "inventory.view_stockmove"
    icon = "clipboard-list"
    form_class = DepartmentIssuesForm
    hint = gettext_lazy("Choose a department.")
    note = gettext_lazy("The department alone, without those under it. Negative numbers are reversals.")
    empty_text = gettext_lazy("Nothing was issued in this period.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Date"), "date", "date"),
            Column(gettext_lazy("Document"), "number", "code", width=18),
            Column(gettext_lazy("Code"), "code", "code"),
            Column(gettext_lazy("Item name"), "name", width=24),
            Column(gettext_lazy("Specification"), "specification"),
            Column(gettext_lazy("Unit"), "unit", width=7),
            Column(gettext_lazy("Quantity"), "quantity", "quantity"),
            Column(gettext_lazy("Price"), "price", "price"),
            Column(gettext_lazy("Amount"), "amount", "money", total=True),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return [
            (_("Department"), self.params["department"]),
            (_("Period"), period_text(self.params["start"], self.params["end"])),
            (_("Warehouse"), warehouse_text(self.params)),
            (_("Category"), self.params["category"] or _("All categories")),
        ]

    def rows(self) -> Iterator[Row]:
        days = on_days(self.params["start"], self.params["end"])
        moves = moves_asked_for(self, days).filter(department=self.params["department"])
        if category := self.params["category"]:
            under = {"item__category__path__startswith": category.path}
            moves = moves.filter(**under if self.params["under"] else {"item__category": category})
        move: Any  # with `taken_back` of consumption_moves
        for move in moves.select_related("item__unit").order_by("business_date", "id").iterator(chunk_size=2000):
            sign = -1 if move.taken_back else 1
            yield Row(
                {
                    "date": move.business_date,
                    "number": move.number,
                    "code": move.item.code,
                    "name": move.item.name,
                    "specification": move.item.specification,
                    "unit": str(move.item.unit),
                    "quantity": sign * move.quantity,
                    "price": average(move.quantity, move.amount),
                    "amount": sign * move.amount,
                },
                subject=move,
            )

    def links(self, row: Row) -> dict[str, str]:
        url = document_url(row.subject.content_type_id, row.subject.object_id)
        return dict.fromkeys(("number", "quantity", "price", "amount"), url) if url else {}
