"""未完成订单 and 逾期交货: what suppliers still owe, and what came late."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.documents.lifecycle import Status
from core.numbers import ZERO, money
from core.reports import Column, PeriodForm, Report, ReportForm, Row, register
from procurement import order_selectors
from procurement.models import AcceptanceLine, PurchaseOrder, PurchaseOrderLine


def lines_seen(user: Any) -> QuerySet[PurchaseOrderLine]:
    """Lines of approved orders that this person sees, with the day they are due."""
    return PurchaseOrderLine.objects.filter(
        document__in=PurchaseOrder.objects.visible_to(user), document__status=Status.APPROVED
    ).annotate(due=Coalesce("deliver_by", "document__deliver_by"))


RELATED = ("document__supplier", "item", "unit", "request_line__document__department", "request_line__department")


def for_department(line: PurchaseOrderLine) -> Any:
    return line.request_line.department or line.request_line.document.department


def order_links(row: Row) -> dict[str, str]:
    address = reverse("purchaseorder_detail", args=(row.subject.document_id,))
    return dict.fromkeys(("order", "open", "amount", "late", "on_time", "missing"), address)


class OpenOrdersForm(ReportForm):
    supplier = forms.CharField(label=gettext_lazy("Supplier"), required=False)
    late = forms.BooleanField(label=gettext_lazy("Only what is overdue"), required=False)


@register
class OpenOrders(Report):
    """One row an order line of which something is still to come, what is due first on top."""

    code = "open_orders"
    title = gettext_lazy("Open orders")
    permission = "procurement.view_purchaseorder"
    icon = "truck-delivery"
    form_class = OpenOrdersForm
    note = gettext_lazy("Approved orders of which something is still to be delivered, at the prices of the order.")
    empty_text = gettext_lazy("Everything that was ordered is delivered.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Order"), "order", "code"),
            Column(gettext_lazy("Supplier"), "supplier", width=26),
            Column(gettext_lazy("Item"), "item", width=26),
            Column(gettext_lazy("Department"), "department"),
            Column(gettext_lazy("Unit"), "unit"),
            Column(gettext_lazy("Ordered"), "ordered", "quantity"),
            Column(gettext_lazy("Accepted so far"), "accepted", "quantity"),
            Column(gettext_lazy("Still to come"), "open", "quantity"),
            Column(gettext_lazy("Amount to come"), "amount", "money", total=True),
            Column(gettext_lazy("Due on"), "due", "date"),
            Column(gettext_lazy("Days overdue"), "overdue", "integer"),
        )

    def rows(self) -> Iterator[Row]:
        today = clock.today()
        lines = lines_seen(self.user).filter(pk__in=order_selectors.open_lines().values("pk"))
        if text := self.params.get("supplier"):
            lines = lines.filter(document__supplier__name__icontains=text)
        if self.params.get("late"):
            lines = lines.filter(due__lt=today)
        ordered = lines.select_related(*RELATED).order_by(F("due").asc(nulls_last=True), "document", "position")
        for line in ordered.iterator(chunk_size=500):
            late = (today - line.due).days if line.due else 0
            yield Row(
                {
                    "order": line.document.number,
                    "supplier": str(line.document.supplier),
                    "item": line.title,
                    "department": str(for_department(line)),
                    "unit": str(line.unit),
                    "ordered": line.quantity,
                    "accepted": line.accepted_quantity,
                    "open": line.open_quantity,
                    "amount": money(line.open_quantity * line.unit_price),
                    "due": line.due,
                    "overdue": late if late > 0 else None,
                },
                subject=line,
            )

    def links(self, row: Row) -> dict[str, str]:
        return order_links(row)


@register
class LateDeliveries(Report):
    """One row an order line that was due in the period and not there in full on its day."""

    code = "late_deliveries"
    title = gettext_lazy("Late deliveries")
    permission = "procurement.view_purchaseorder"
    icon = "hourglass"
    form_class = PeriodForm
    note = gettext_lazy("Lines that were due in the period, and how much of them came on the day, later or not yet.")
    empty_text = gettext_lazy("Everything that was due in this period came in time.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Order"), "order", "code"),
            Column(gettext_lazy("Supplier"), "supplier", width=26),
            Column(gettext_lazy("Item"), "item", width=26),
            Column(gettext_lazy("Unit"), "unit"),
            Column(gettext_lazy("Due on"), "due", "date"),
            Column(gettext_lazy("Due"), "ordered", "quantity"),
            Column(gettext_lazy("On time"), "on_time", "quantity"),
            Column(gettext_lazy("Late"), "late", "quantity"),
            Column(gettext_lazy("Not there yet"), "missing", "quantity"),
            Column(gettext_lazy("Last delivery"), "last", "date"),
            Column(gettext_lazy("Days late"), "days", "integer"),
            Column(gettext_lazy("Amount late"), "amount", "money", total=True),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        words = {"start": self.params["start"], "end": self.params["end"]}
        return [(_("Period"), _("%(start)s to %(end)s") % words)]

    def rows(self) -> Iterator[Row]:
        today = clock.today()
        until = min(self.params["end"], today - dt.timedelta(days=1))
        lines = list(
            lines_seen(self.user)
            .filter(due__range=(self.params["start"], until))
            .select_related(*RELATED)
            .order_by("due", "document", "position")
        )
        came = deliveries_of([line.pk for line in lines])
        for line in lines:
            due, wanted = line.due, line.quantity - line.closed_quantity
            on_time = sum((quantity for day, quantity in came[line.pk] if day <= due), ZERO)
            late = sum((quantity for day, quantity in came[line.pk] if day > due), ZERO)
            missing = max(wanted - on_time - late, ZERO)
            if not late and not missing:
                continue
            last = max((day for day, _quantity in came[line.pk]), default=None)
            end = today if missing else last
            yield Row(
                {
                    "order": line.document.number,
                    "supplier": str(line.document.supplier),
                    "item": line.title,
                    "unit": str(line.unit),
                    "due": due,
                    "ordered": wanted,
                    "on_time": on_time,
                    "late": late,
                    "missing": missing,
                    "last": last,
                    "days": (end - due).days if end else None,
                    "amount": money((late + missing) * line.unit_price),
                },
                subject=line,
            )

    def links(self, row: Row) -> dict[str, str]:
        return order_links(row)


def deliveries_of(keys: Sequence[int]) -> dict[int, list[tuple[dt.date, Decimal]]]:
    """(day, quantity accepted) by order line, from approved acceptances; one query."""
    rows = AcceptanceLine.objects.filter(order_line__in=keys, document__status=Status.APPROVED)
    found: dict[int, list[tuple[dt.date, Decimal]]] = defaultdict(list)
    for key, day, quantity in rows.values_list("order_line", "document__business_date", "accepted_quantity"):
        found[key].append((day, quantity))
    return found
