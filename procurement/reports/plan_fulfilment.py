"""采购计划执行表: planned, requested, ordered, accepted and paid, line by line of the departments' plans."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.documents.lifecycle import Status
from core.forms import offer
from core.numbers import ZERO, money, percent, quantity
from core.reports import SUBTOTAL, Column, Report, ReportForm, Row, register
from directory.models import Department
from procurement.models import PaymentShare, PlanLine, ProcurementPlan, PurchaseRequestLine

MONEYS = ("planned_amount", "paid")


class FulfilmentForm(ReportForm):
    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)
    month = forms.TypedChoiceField(label=gettext_lazy("Month"), coerce=int, empty_value=None, required=False)
    department = forms.ModelChoiceField(
        Department.objects.none(),
        required=False,
        label=gettext_lazy("Department"),
        empty_label=gettext_lazy("All departments"),
    )
    unfinished = forms.BooleanField(label=gettext_lazy("Only what is not accepted yet"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = ProcurementPlan.objects.visible_to(self.user).order_by()
        years = {*plans.values_list("year", flat=True).distinct(), clock.today().year}
        offer(self, "year", [(year, str(year)) for year in sorted(years, reverse=True)])
        offer(self, "month", [("", _("All plans of the year")), *((n, str(n)) for n in range(1, 13))])
        offer(self, "department", Department.objects.filter(pk__in=plans.values("department")).order_by("code"))
        self.fields["year"].initial = clock.today().year


@register
class PlanFulfilment(Report):
    """One row an approved line; quantities in its unit."""

    code = "plan_fulfilment"
    title = gettext_lazy("Plan fulfilment")
    permission = "procurement.view_procurementplan"
    icon = "clipboard-check"
    form_class = FulfilmentForm
    note = gettext_lazy(
        "Planned is what was approved. Requested, ordered and accepted are counted on approved requests in the unit of "
        "the plan; the share done is accepted of planned."
    )
    empty_text = gettext_lazy("There is no approved plan for this time.")
    frozen_columns = 2
    signature_places = (gettext_lazy("Prepared by"), gettext_lazy("Checked by"))

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Department"), "department", width=18),
            Column(gettext_lazy("Thing"), "title", width=24),
            Column(gettext_lazy("Specification"), "specification", width=16),
            Column(gettext_lazy("Unit"), "unit", width=6),
            Column(gettext_lazy("Planned"), "planned", "quantity"),
            Column(gettext_lazy("Planned (yuan)"), "planned_amount", "money", total=True),
            Column(gettext_lazy("Requested"), "requested", "quantity"),
            Column(gettext_lazy("Ordered"), "ordered", "quantity"),
            Column(gettext_lazy("Accepted so far"), "accepted", "quantity"),
            Column(gettext_lazy("Paid (yuan)"), "paid", "money", total=True),
            Column(gettext_lazy("Done %"), "percent", "quantity"),
            Column(gettext_lazy("Plan"), "plan", "code", width=16),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        month = self.params["month"]
        period = f"{self.params['year']}-{month:02d}" if month else str(self.params["year"])
        return [(_("For"), period), (_("Department"), self.params["department"] or _("All departments"))]

    def _lines(self) -> QuerySet[PlanLine]:
        rows = PlanLine.objects.filter(
            document__in=ProcurementPlan.objects.visible_to(self.user),
            document__kind=ProcurementPlan.Kind.DEPARTMENT,
            document__status=Status.APPROVED,
            document__year=self.params["year"],
            dropped=False,
        )
        if month := self.params["month"]:
            rows = rows.filter(document__month=month)
        if department := self.params["department"]:
            rows = rows.filter(document__department__path__startswith=department.path)
        related = ("document__department", "item", "unit")
        return rows.select_related(*related).order_by("document__department__code", "document_id", "position", "pk")

    def rows(self) -> Iterator[Row]:
        followed = Followed([line.pk for line in self._lines()])
        for department, part in groupby(self._lines(), key=lambda line: line.document.department):
            shown = [Row(followed.values(line), subject=line) for line in part]
            if self.params["unfinished"]:
                shown = [row for row in shown if row.values["accepted"] < row.values["planned"]]
            yield from shown
            if len(shown) > 1:
                sums = {name: sum((row.values[name] for row in shown), ZERO) for name in MONEYS}
                yield Row({"department": _("%(name)s together") % {"name": department.name}, **sums}, level=SUBTOTAL)

    def links(self, row: Row) -> dict[str, str]:
        if row.subject is None:
            return {}
        return {"plan": reverse("procurementplan_detail", args=(row.subject.document_id,))}


class Followed:
    """What became of plan lines; three queries whatever their number."""

    def __init__(self, keys: Sequence[int]) -> None:
        self.requests: dict[int, list[PurchaseRequestLine]] = defaultdict(list)
        rows = PurchaseRequestLine.objects.filter(plan_line__in=keys, document__status=Status.APPROVED)
        for row in rows:
            self.requests[row.plan_line_id or 0].append(row)
        shares = PaymentShare.objects.filter(
            document__status=Status.POSTED, order_line__request_line__plan_line__in=keys
        ).order_by()
        sums = shares.values_list("order_line__request_line__plan_line").annotate(Sum("amount"))
        self.paid: dict[int, Decimal] = dict(sums)

    def values(self, line: PlanLine) -> dict[str, Any]:
        planned = line.approved_quantity or ZERO

        def counted(column: str) -> Decimal:
            pieces = sum((getattr(row, column) * row.factor for row in self.requests.get(line.pk, ())), ZERO)
            return quantity(pieces / line.factor)

        accepted = counted("received_quantity")
        return {
            "department": line.document.department.name,
            "title": line.title,
            "specification": line.described,
            "unit": line.unit.name,
            "planned": planned,
            "planned_amount": money(planned * line.unit_price),
            "requested": line.requested_quantity,
            "ordered": counted("ordered_quantity"),
            "accepted": accepted,
            "paid": self.paid.get(line.pk, ZERO),
            "percent": percent(accepted, planned),
            "plan": line.document.number,
        }
