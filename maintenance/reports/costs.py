"""What repairs cost: by category, department …; which goods went into them; what contractors got."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.documents.lifecycle import Status
from core.numbers import ZERO, percent
from core.reports import Column, Report, Row, register
from directory.models import Supplier
from inventory.models import GoodsIssueLine, Item
from maintenance import kpis
from maintenance.models import ContractorJob, OrderIssue

from .parts import FILTERS, READ, OrdersPeriodForm, hours, names_of, orders_chosen, said, sums_by
from .performance import order_list

GROUPS = (
    ("category", gettext_lazy("Category")),
    ("department", gettext_lazy("Department")),
    ("building", gettext_lazy("Building")),
    ("worker", gettext_lazy("Worker")),
    ("month", gettext_lazy("Month")),
)


class CostsForm(OrdersPeriodForm):
    group = forms.ChoiceField(label=gettext_lazy("Group by"), choices=GROUPS, initial="department")
    field_order = ("group", *OrdersPeriodForm.field_order)


@register
class RepairCosts(Report):
    """维修费用统计: labour, parts and contractors, and how much of the work was preventive."""

    code = "repair_costs"
    title = gettext_lazy("Costs of repairs")
    permission = READ
    icon = "scale"
    form_class = CostsForm
    frozen_columns = 1
    note = gettext_lazy("Repairs and preventive upkeep reported in these days, with all they cost since.")
    empty_text = gettext_lazy("Nothing was reported in these days.")

    def columns(self) -> Sequence[Column]:
        return (
            Column(dict(GROUPS)[self.params["group"]], "name", width=18),
            Column(gettext_lazy("Number of repairs"), "repairs", "integer", total=True),
            Column(gettext_lazy("Upkeep"), "upkeep", "integer", total=True),
            Column(gettext_lazy("Preventive %"), "preventive", "quantity", width=8),
            Column(gettext_lazy("Hours worked"), "hours", "quantity", total=True),
            Column(gettext_lazy("Labour (yuan)"), "labour", "money", total=True),
            Column(gettext_lazy("Material (yuan)"), "material", "money", total=True),
            Column(gettext_lazy("Contractors (yuan)"), "external", "money", total=True),
            Column(gettext_lazy("Cost (yuan)"), "cost", "money", total=True),
            Column(gettext_lazy("Yuan an order"), "each", "money"),
            Column(gettext_lazy("Material %"), "share", "quantity", width=8),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return said(self.params)

    def rows(self) -> Iterator[Row]:
        orders, group = orders_chosen(self.user, self.params), self.params["group"]
        if group == "month":
            for key, found in sorted(kpis.by_month(orders).items()):
                yield Row({"name": f"{key:%Y-%m}", **_values(found)})
            return
        sums = sums_by(orders, group)
        names = names_of(group, sums)
        for key, found in sorted(sums.items(), key=lambda pair: -pair[1].cost):
            yield Row({"name": names.get(key, _("not said")), **_values(found)}, subject=key)

    def links(self, row: Row) -> dict[str, str]:
        if row.subject is None:
            return {}
        return {"repairs": order_list(self.params, **{FILTERS[self.params["group"]]: row.subject})}


def _values(found: kpis.Totals) -> dict[str, Any]:
    return {
        "repairs": found.reported,
        "upkeep": found.upkeep,
        "preventive": kpis.RATE["preventive"].percent(found),
        "hours": hours(found.minutes),
        "labour": found.labour,
        "material": found.material,
        "external": found.external,
        "cost": found.cost,
        "each": (found.cost / found.works).quantize(Decimal("0.01")) if found.works else None,
        "share": percent(found.material, found.cost),
    }


@register
class RepairMaterials(Report):
    """维修材料消耗: goods of the store that went into orders, less what came back."""

    code = "repair_materials"
    title = gettext_lazy("Material used for repairs")
    permission = READ
    icon = "package"
    form_class = OrdersPeriodForm
    frozen_columns = 2
    note = gettext_lazy("Goods issued for the orders reported in these days, less what came back to the store.")
    empty_text = gettext_lazy("No goods were issued for these orders.")

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Code"), "code", "code", width=14),
            Column(pgettext_lazy("thing", "Name"), "name", width=24),
            Column(gettext_lazy("Specification and model"), "specification", width=18),
            Column(gettext_lazy("Unit"), "unit", width=6),
            Column(gettext_lazy("Work orders"), "orders", "integer"),
            Column(gettext_lazy("Issued"), "issued", "quantity"),
            Column(gettext_lazy("Returned"), "returned", "quantity"),
            Column(gettext_lazy("Used"), "used", "quantity"),
            Column(gettext_lazy("Amount"), "amount", "money", total=True),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return said(self.params)

    def rows(self) -> Iterator[Row]:
        links = OrderIssue.objects.filter(order__in=orders_chosen(self.user, self.params).values("pk"))
        lines = GoodsIssueLine.objects.filter(document__status=Status.POSTED, document__in=links.values("issue"))
        order = Subquery(OrderIssue.objects.filter(issue=OuterRef("document")).values("order")[:1])
        sums = (
            lines.annotate(job=order)
            .order_by()
            .values("item")
            .annotate(
                orders=Count("job", distinct=True),
                issued=Sum("stock_quantity"),
                returned=Sum("returned_quantity"),
                amount=Sum("amount"),
                back=Sum("returned_amount"),
            )
        )
        found = {row["item"]: row for row in sums}
        items = Item.objects.select_related("unit").in_bulk(found)
        for key, row in sorted(found.items(), key=lambda pair: -((pair[1]["amount"] or ZERO) - pair[1]["back"])):
            item = items[key]
            yield Row(
                {
                    "code": item.code,
                    "name": item.name,
                    "specification": item.specification,
                    "unit": str(item.unit),
                    "orders": row["orders"],
                    "issued": row["issued"],
                    "returned": row["returned"],
                    "used": row["issued"] - row["returned"],
                    "amount": (row["amount"] or ZERO) - row["back"],
                },
                subject=item,
            )


@register
class RepairContractors(Report):
    """外委维修统计: jobs by firm, with what was agreed and what was paid in the end."""

    code = "repair_contractors"
    title = gettext_lazy("Work of contractors by firm")
    permission = READ
    icon = "building"
    form_class = OrdersPeriodForm
    empty_text = gettext_lazy("No firm worked on these orders.")

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Firm"), "name", width=24),
            Column(gettext_lazy("Jobs"), "jobs", "integer", total=True),
            Column(gettext_lazy("Finished"), "accepted", "integer", total=True),
            Column(gettext_lazy("Agreed (yuan)"), "agreed", "money", total=True),
            Column(gettext_lazy("Final (yuan)"), "final", "money", total=True),
            Column(gettext_lazy("Below the agreed amount (yuan)"), "saved", "money", total=True),
            Column(gettext_lazy("Stars on average"), "stars", "quantity", width=8),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return said(self.params)

    def rows(self) -> Iterator[Row]:
        jobs = ContractorJob.objects.filter(
            order__in=orders_chosen(self.user, self.params).values("pk"), status__in=(Status.APPROVED, Status.POSTED)
        )
        done = Q(status=Status.POSTED)
        sums = (
            jobs.order_by()
            .values("supplier")
            .annotate(
                jobs=Count("pk"),
                accepted=Count("pk", filter=done),
                agreed=Sum("amount"),
                agreed_done=Sum("amount", filter=done),
                final=Sum("final_amount", filter=done),
                stars=Sum(F("order__score")),
                rated=Count("order__score"),
            )
        )
        rows = list(sums)
        names = Supplier._base_manager.in_bulk([row["supplier"] for row in rows])
        for row in sorted(rows, key=lambda row: -(row["final"] or ZERO)):
            stars = (Decimal(row["stars"]) / row["rated"]).quantize(Decimal("0.1")) if row["rated"] else None
            yield Row(
                {
                    "name": str(names[row["supplier"]]),
                    "jobs": row["jobs"],
                    "accepted": row["accepted"],
                    "agreed": row["agreed"] or ZERO,
                    "final": row["final"] or ZERO,
                    "saved": (row["agreed_done"] or ZERO) - (row["final"] or ZERO),
                    "stars": stars,
                },
                subject=row["supplier"],
            )
