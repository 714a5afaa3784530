"""故障原因与处理方法统计: which remedies were taken for which causes, how often, and whether they held."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.forms import offer
from core.numbers import money, percent
from core.reports import SUBTOTAL, Column, PeriodForm, Report, Row, register
from maintenance.knowledge_selectors import Pair, cause_and_remedy
from maintenance.models import RepairCategory, WorkOrder

from .parts import said


class KnowledgeForm(PeriodForm):
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"),
        queryset=RepairCategory.objects.none(),
        required=False,
        empty_label=gettext_lazy("All categories"),
    )
    field_order = ("month", "start", "end", "category")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "category", RepairCategory.objects.filter(active=True).order_by("code"))


@register
class CausesAndRemedies(Report):
    """One row a cause and remedy, a subtotal a cause, by the day the work was done."""

    code = "causes_and_remedies"
    title = gettext_lazy("Causes and remedies")
    permission = "maintenance.view_workorder"
    export_permission = "maintenance.export_workorder"
    icon = "tool"
    form_class = KnowledgeForm
    empty_text = gettext_lazy("No order with a cause or a remedy was done in these days.")
    note = gettext_lazy("Came back as rework: orders that had rework and no reason why it is none.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Cause of the fault"), "cause", width=20),
            Column(gettext_lazy("Remedy of the fault"), "remedy", width=24),
            Column(gettext_lazy("Orders done"), "orders", "integer", total=True),
            Column(gettext_lazy("Share (%)"), "share", "quantity"),
            Column(gettext_lazy("Came back as rework"), "back", "integer", total=True),
            Column(gettext_lazy("Working time on average (minutes)"), "minutes", "integer"),
            Column(gettext_lazy("Cost of the orders (yuan)"), "cost", "money", total=True),
            Column(gettext_lazy("Cost of one order (yuan)"), "each", "money"),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return said(self.params, _("Period"))

    def rows(self) -> Iterator[Row]:
        first, after = clock.bounds(self.params["start"], self.params["end"])
        orders = WorkOrder.objects.visible_to(self.user).filter(finished_at__gte=first, finished_at__lt=after)
        if category := self.params.get("category"):
            orders = orders.filter(category__path__startswith=category.path)
        keys = orders.order_by().values("pk").distinct()
        pairs = cause_and_remedy(WorkOrder.objects.filter(pk__in=keys))
        total = sum(pair.orders for pair in pairs)
        causes = list(dict.fromkeys(pair.cause for pair in pairs))
        for cause in causes:
            mine = [pair for pair in pairs if pair.cause == cause]
            for pair in mine:
                yield Row(_values(pair, total))
            if len(mine) > 1:
                yield Row(_sum(cause, mine, total), level=SUBTOTAL)


def _values(pair: Pair, total: int) -> dict[str, Any]:
    minutes = None if pair.minutes is None else int(pair.minutes.to_integral_value(ROUND_HALF_UP))
    return {
        "cause": pair.cause,
        "remedy": pair.remedy,
        "orders": pair.orders,
        "share": percent(Decimal(pair.orders), Decimal(total)),
        "back": pair.back,
        "minutes": minutes,
        "cost": pair.cost,
        "each": money(pair.cost / pair.orders),
    }


def _sum(cause: str, pairs: Sequence[Pair], total: int) -> dict[str, Any]:
    orders, cost = sum(pair.orders for pair in pairs), sum((pair.cost for pair in pairs), Decimal(0))
    return {
        "cause": cause,
        "remedy": _("together"),
        "orders": orders,
        "share": percent(Decimal(orders), Decimal(total)),
        "back": sum(pair.back for pair in pairs),
        "cost": cost,
        "each": money(cost / orders),
    }
