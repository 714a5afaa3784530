"""维修台账: every order of a period; and how old the open ones are."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.reports import Column, Report, Row, register
from maintenance import kpis
from maintenance.models import RepairCategory, WorkOrder

from .parts import READ, OrdersForm, OrdersPeriodForm, chosen_of, orders_chosen, said
from .performance import order_list

RELATED = (
    "category",
    "department",
    "place__parent__parent",
    "asset",
    "team",
    "worker",
    "contractor",
    "cause",
    "remedy",
)
TEXTS = (
    *("number", "title", "category", "where", "department", "asset", "contact", "phone", "team", "worker"),
    *("contractor", "cause", "remedy", "action"),
)
MOMENTS = ("reported_at", "dispatched_at", "accepted_at", "arrived_at", "finished_at", "confirmed_at")


@register
class RepairLedger(Report):
    """One row an order, in the order of the reports."""

    code = "repair_ledger"
    title = gettext_lazy("Ledger of repairs")
    permission = READ
    icon = "table"
    form_class = OrdersPeriodForm
    frozen_columns = 2
    empty_text = gettext_lazy("Nothing was reported in these days.")

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Number"), "number", "code", width=16),
            Column(gettext_lazy("What it is about"), "title", width=24),
            Column(gettext_lazy("Kind"), "kind", width=8, on_paper=False),
            Column(gettext_lazy("State"), "state", width=9),
            Column(gettext_lazy("Urgency"), "urgency", width=8, on_paper=False),
            Column(gettext_lazy("Category"), "category", width=12),
            Column(pgettext_lazy("work order", "Place"), "where", width=20),
            Column(gettext_lazy("Department"), "department", width=14),
            Column(gettext_lazy("Asset card"), "asset", width=20),
            Column(gettext_lazy("Contact"), "contact", width=10, on_paper=False),
            Column(gettext_lazy("Phone"), "phone", "code", width=13, on_paper=False),
            Column(gettext_lazy("Reported at"), "reported_at", "datetime"),
            Column(gettext_lazy("Dispatched at"), "dispatched_at", "datetime", on_paper=False),
            Column(gettext_lazy("Accepted at"), "accepted_at", "datetime", on_paper=False),
            Column(gettext_lazy("On site at"), "arrived_at", "datetime"),
            Column(gettext_lazy("Done at"), "finished_at", "datetime"),
            Column(gettext_lazy("Confirmed at"), "confirmed_at", "datetime", on_paper=False),
            Column(gettext_lazy("Late (gross)"), "late", "boolean", width=7, on_paper=False),
            Column(gettext_lazy("Late (net)"), "late_net", "boolean", width=7),
            Column(gettext_lazy("Approved pauses (minutes)"), "paused", "integer", width=9, on_paper=False),
            Column(gettext_lazy("Team"), "team", width=10, on_paper=False),
            Column(gettext_lazy("Worker"), "worker", width=10),
            Column(gettext_lazy("Contractor"), "contractor", width=16, on_paper=False),
            Column(pgettext_lazy("work order", "Cause"), "cause", width=12, on_paper=False),
            Column(pgettext_lazy("work order", "Remedy"), "remedy", width=12, on_paper=False),
            Column(gettext_lazy("What was done"), "action", width=24),
            Column(gettext_lazy("Rating"), "score", "integer", width=6),
            Column(gettext_lazy("Working time (minutes)"), "minutes", "integer", width=9, total=True),
            Column(gettext_lazy("Material (yuan)"), "material", "money", total=True),
            Column(gettext_lazy("Labour (yuan)"), "labour", "money", total=True),
            Column(gettext_lazy("Contractors (yuan)"), "external", "money", total=True),
            Column(gettext_lazy("Cost (yuan)"), "cost", "money", total=True),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return said(self.params)

    def rows(self) -> Iterator[Row]:
        orders = orders_chosen(self.user, self.params).select_related(*RELATED)
        for order in orders.order_by("reported_at", "pk").iterator(chunk_size=2_000):
            yield Row(_values(order), subject=order)

    def links(self, row: Row) -> dict[str, str]:
        return {"number": reverse("workorder_detail", args=(row.subject.pk,))}


def _values(order: WorkOrder) -> dict[str, Any]:
    texts = {name: str(getattr(order, name) or "") for name in TEXTS}
    moments = {name: getattr(order, name) for name in MOMENTS}
    done, promised, due = order.finished_at, order.finish_promised, order.finish_due
    return {
        **texts,
        **moments,
        "kind": order.get_kind_display(),
        "state": order.get_state_display(),
        "urgency": order.get_urgency_display(),
        "late": bool(done and promised and done > promised),
        "late_net": bool(done and due and done > due),
        "paused": order.paused_minutes,
        "score": order.score,
        "minutes": order.labour_minutes,
        "material": order.cost_material,
        "labour": order.cost_labour,
        "external": order.cost_external,
        "cost": order.cost,
    }


@register
class RepairBacklog(Report):
    """在修工单账龄: open repairs by category and age."""

    code = "repair_backlog"
    title = gettext_lazy("Age of open repairs")
    permission = READ
    icon = "hourglass"
    form_class = OrdersForm
    empty_text = gettext_lazy("No repair is open.")

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Category"), "name", width=18),
            *(Column(label, f"age{place}", "integer", total=True) for place, (_days, label) in enumerate(kpis.AGES)),
            Column(gettext_lazy("Not repaired yet"), "open", "integer", total=True),
            Column(gettext_lazy("Open and overdue"), "late", "integer", total=True, on_paper=False),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return said(self.params)

    def rows(self) -> Iterator[Row]:
        found = kpis.backlog(self.user, **chosen_of(self.params))
        into = kpis.roots(RepairCategory, found)
        sums: dict[Any, list[int]] = {}
        for key, counts in found.items():
            known = sums.setdefault(into.get(key, key), [0] * len(counts))
            sums[into.get(key, key)] = [one + two for one, two in zip(known, counts, strict=True)]
        names = {row.pk: row.name for row in RepairCategory.objects.filter(pk__in=[key for key in sums if key])}
        for key, counts in sorted(sums.items(), key=lambda pair: -sum(pair[1][:-1])):
            ages = {f"age{place}": count for place, count in enumerate(counts[:-1])}
            name = names.get(key, _("not said"))
            yield Row({"name": name, **ages, "open": sum(counts[:-1]), "late": counts[-1]}, subject=key)

    def links(self, row: Row) -> dict[str, str]:
        if row.subject is None:
            return {}
        asked = {name: value for name, value in self.params.items() if name != "category"}
        return {
            "open": order_list(asked, category=row.subject, open="on"),
            "late": order_list(asked, category=row.subject, overdue="on"),
        }

    def chart(self) -> dict[str, Any] | None:
        rows = list(self.rows())
        if not rows:
            return None
        return {
            "kind": "bar",
            "labels": [str(label) for _days, label in kpis.AGES],
            "series": [
                {
                    "name": str(_("Not repaired yet")),
                    "values": [sum(row.values[f"age{place}"] for row in rows) for place in range(len(kpis.AGES))],
                }
            ],
            "unit": "",
            "label": str(self.title),
        }
