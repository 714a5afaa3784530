"""维修时效与质量统计: the key figures by month, category, building, department, team, worker or urgency."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.reports import Column, Report, Row, register
from core.reports.forms import as_text, month_bounds
from maintenance import kpis
from maintenance.models import Urgency, WorkOrder

from .parts import (
    CHOSEN,
    FILTERS,
    READ,
    OrdersPeriodForm,
    hours,
    names_of,
    orders_chosen,
    rate_columns,
    rate_values,
    said,
    sums_by,
)

SHOWN = ("response", "arrival", "arrival_net", "finish", "finish_net", "completion", "first_time", "rework")
GROUPS = (
    ("month", gettext_lazy("Month")),
    ("category", gettext_lazy("Category")),
    ("item", gettext_lazy("Item of a category")),
    ("building", gettext_lazy("Building")),
    ("department", gettext_lazy("Department")),
    ("team", gettext_lazy("Team")),
    ("worker", gettext_lazy("Worker")),
    ("urgency", gettext_lazy("Urgency")),
)


class PerformanceForm(OrdersPeriodForm):
    group = forms.ChoiceField(label=gettext_lazy("Group by"), choices=GROUPS, initial="category")
    field_order = ("group", *OrdersPeriodForm.field_order)


def order_list(params: Mapping[str, Any], **more: Any) -> str:
    """The address of the list of orders behind a number."""
    asked = {name: params.get(name) for name in CHOSEN}
    asked |= {"kind": WorkOrder.Kind.REPAIR, "from_day": params.get("start"), "to_day": params.get("end"), **more}
    texts = {name: as_text(value) for name, value in asked.items()}
    return f"{reverse('workorder_list')}?{urlencode({name: text for name, text in texts.items() if text})}"


@register
class RepairPerformance(Report):
    """One row a group; counts add up, percentages of the whole stand in the last row."""

    code = "repair_performance"
    title = gettext_lazy("Timeliness and quality of repairs")
    permission = READ
    icon = "clock"
    form_class = PerformanceForm
    frozen_columns = 1
    note = gettext_lazy(
        "An order counts in the month in which it was reported. Gross time includes all pauses; net time leaves out "
        "approved pauses. Satisfaction leaves out what was confirmed by itself."
    )
    empty_text = gettext_lazy("Nothing was reported in these days.")

    def columns(self) -> Sequence[Column]:
        return (
            Column(dict(GROUPS)[self.params["group"]], "name", width=18),
            Column(gettext_lazy("Reported"), "reported", "integer", width=8, total=True),
            Column(gettext_lazy("Not repaired yet"), "open", "integer", width=8, total=True),
            Column(gettext_lazy("Open and overdue"), "open_late", "integer", width=8, total=True),
            *rate_columns(*SHOWN),
            Column(gettext_lazy("Hours to completion (gross)"), "mttr", "quantity", width=9),
            Column(gettext_lazy("Hours to completion (net)"), "mttr_net", "quantity", width=9),
            *rate_columns("satisfaction", "answers"),
            Column(gettext_lazy("Hours worked"), "hours", "quantity", width=9, total=True),
            Column(gettext_lazy("Cost (yuan)"), "cost", "money", total=True),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return said(self.params)

    def rows(self) -> Iterator[Row]:
        self.whole = kpis.NOTHING
        worked: dict[Any, int] = {}
        if self.params["group"] == "worker":
            worked = kpis.worked_minutes(orders_chosen(self.user, self.params))
        for key, name, found in self._groups(worked):
            self.whole += found
            values = {"name": name, **_values(found)}
            if self.params["group"] == "worker":
                values["hours"] = hours(worked.get(key, 0))
            yield Row(values, subject=key)

    def _groups(self, worked: Mapping[Any, int]) -> list[tuple[Any, str, kpis.Totals]]:
        """(key, name, sums), most reports first, months in their order."""
        orders, group = orders_chosen(self.user, self.params), self.params["group"]
        if group == "month":
            return [(key, f"{key:%Y-%m}", found) for key, found in sorted(kpis.by_month(orders).items())]
        if group == "urgency":
            sums, names = kpis.grouped(orders, "urgency"), {key: str(label) for key, label in Urgency.choices}
        else:
            sums = kpis.by_worker(orders) if group == "worker" else sums_by(orders, group)
            sums = {key: sums.get(key, kpis.NOTHING) for key in {*sums, *worked}}
            names = names_of(group, sums)
        rows = [(key, names.get(key, _("not said")), found) for key, found in sums.items()]
        return sorted(rows, key=lambda row: (-row[2].reported, row[1]))

    def totals(self) -> Mapping[str, Any] | None:
        found = super().totals()
        if found is None:
            return None
        mine = _values(self.whole)
        return {**found, **{key: value for key, value in mine.items() if key.endswith(("percent", "mttr", "mttr_net"))}}

    def links(self, row: Row) -> dict[str, str]:
        if self.params["group"] == "month":
            days = {"from_day": row.subject, "to_day": _last_of(row.subject)}
            first = max(days["from_day"], self.params["start"])
            return {"reported": order_list(self.params, from_day=first, to_day=min(days["to_day"], self.params["end"]))}
        if row.subject is None:
            return {}
        mine = {FILTERS[self.params["group"]]: row.subject}
        return {
            "reported": order_list(self.params, **mine),
            "open": order_list(self.params, open="on", **mine),
            "open_late": order_list(self.params, overdue="on", **mine),
        }

    def chart(self) -> dict[str, Any] | None:
        rows = self._groups({})[:12]
        if not rows:
            return None
        rates = [kpis.RATE[key] for key in ("response", "finish_net")]
        series = [
            {"name": str(rate.label), "values": [float(rate.percent(found) or 0) for _key, _name, found in rows]}
            for rate in rates
        ]
        return {
            "kind": "line" if self.params["group"] == "month" else "bar",
            "labels": [name for _key, name, _found in rows],
            "series": series,
            "unit": "%",
            "label": str(_("Accepted and done in time, in percent")),
        }


def _last_of(first: Any) -> Any:
    return month_bounds(f"{first:%Y-%m}")[1]


def _values(found: kpis.Totals) -> dict[str, Any]:
    return {
        "reported": found.reported,
        "open": found.open,
        "open_late": found.open_late,
        "mttr": found.mttr,
        "mttr_net": found.mttr_net,
        "hours": hours(found.minutes),
        "cost": found.cost,
        **rate_values(found, *SHOWN, "satisfaction", "answers"),
    }
