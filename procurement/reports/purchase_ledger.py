"""采购台账 and 部门采购汇总: every purchase of a period, and what each department bought."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import offer
from core.numbers import ZERO, percent
from core.reports import Column, PeriodForm, Report, Row, register
from directory.models import Department
from procurement import ledger_selectors
from procurement.models import PurchaseOrder


class LedgerForm(PeriodForm):
    department = forms.ModelChoiceField(
        Department.objects.none(),
        required=False,
        label=gettext_lazy("Department"),
        empty_label=gettext_lazy("All departments"),
    )
    supplier = forms.CharField(label=gettext_lazy("Supplier"), required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "department", Department.objects.visible_to(self.user).order_by("path"))


def narrowed(params: Any, rows: Any) -> Any:
    """The order lines that the parameters ask for."""
    if department := params.get("department"):
        own = Q(request_line__department=department)
        rows = rows.filter(own | Q(request_line__department=None, request_line__document__department=department))
    if name := params.get("supplier"):
        rows = rows.filter(document__supplier__name__icontains=name)
    return rows


def period_facts(params: Any) -> list[tuple[Any, Any]]:
    days = _("%(start)s to %(end)s") % {"start": params["start"], "end": params["end"]}
    return [(_("Period"), days), (_("Department"), params.get("department") or _("All departments"))]


@register
class PurchaseLedger(Report):
    """One row an order line."""

    code = "purchase_ledger"
    title = gettext_lazy("Purchase ledger")
    permission = "procurement.view_purchaseorder"
    icon = "book-2"
    form_class = LedgerForm
    note = gettext_lazy("Yuan, tax included. Days: the last acceptance and the last payment of the line.")
    empty_text = gettext_lazy("Nothing was ordered in this period.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Number"), "number", "code"),
            Column(gettext_lazy("Item"), "item", width=24),
            Column(gettext_lazy("Specification"), "specification", width=18),
            Column(gettext_lazy("Quantity"), "quantity", "quantity"),
            Column(gettext_lazy("Unit"), "unit"),
            Column(gettext_lazy("Department"), "department", width=16),
            Column(gettext_lazy("Method"), "method"),
            Column(gettext_lazy("Supplier"), "supplier", width=26),
            Column(gettext_lazy("Contract"), "contract", "code"),
            Column(gettext_lazy("Amount"), "amount", "money", total=True),
            Column(gettext_lazy("Accepted on"), "accepted_on", "date"),
            Column(gettext_lazy("Accepted so far"), "accepted", "money", total=True),
            Column(gettext_lazy("Paid on"), "paid_on", "date"),
            Column(gettext_lazy("Paid"), "paid", "money", total=True),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return period_facts(self.params)

    def rows(self) -> Iterator[Row]:
        lines = ledger_selectors.lines_of_period(self.user, self.params["start"], self.params["end"])
        for row in ledger_selectors.purchases(narrowed(self.params, lines)):
            line, order = row.line, row.line.document
            yield Row(
                {
                    "number": order.number,
                    "item": line.title,
                    "specification": line.described,
                    "quantity": line.quantity - line.closed_quantity,
                    "unit": str(line.unit),
                    "department": str(row.department),
                    "method": row.method,
                    "supplier": str(order.supplier),
                    "contract": order.number if order.form == PurchaseOrder.Form.CONTRACT else "",
                    "amount": line.amount,
                    "accepted_on": row.accepted_on,
                    "accepted": row.accepted or None,
                    "paid_on": row.paid_on,
                    "paid": row.paid or None,
                },
                subject=line,
            )

    def links(self, row: Row) -> dict[str, str]:
        number = row.subject.document.number
        order = reverse("purchaseorder_detail", args=(row.subject.document_id,))
        request = reverse("purchaserequest_detail", args=(row.subject.request_line.document_id,))
        return {
            **dict.fromkeys(("number", "contract", "quantity", "amount"), order),
            "department": request,
            "accepted": f"{reverse('acceptance_list')}?{urlencode({'q': number, 'status': 'approved'})}",
            "paid": f"{reverse('paymentrequest_list')}?{urlencode({'order': number, 'status': 'posted'})}",
        }


@register
class DepartmentPurchases(Report):
    """One row a department: what was bought for it."""

    code = "department_purchases"
    title = gettext_lazy("Purchases by department")
    permission = "procurement.view_purchaseorder"
    icon = "sitemap"
    form_class = LedgerForm
    note = gettext_lazy("Yuan, tax included, of orders of the period; the department is the one the goods are for.")
    empty_text = gettext_lazy("Nothing was ordered in this period.")
    frozen_columns = 1

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Department"), "department", width=24),
            Column(gettext_lazy("Orders"), "orders", "integer"),
            Column(gettext_lazy("Lines"), "lines", "integer", total=True),
            Column(gettext_lazy("Ordered amount"), "amount", "money", total=True),
            Column(gettext_lazy("Accepted so far"), "accepted", "money", total=True),
            Column(gettext_lazy("Paid"), "paid", "money", total=True),
            Column(gettext_lazy("Share (%)"), "share", "quantity"),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return period_facts(self.params)

    def rows(self) -> Iterator[Row]:
        lines = ledger_selectors.lines_of_period(self.user, self.params["start"], self.params["end"])
        sums: dict[Any, dict[str, Any]] = defaultdict(
            lambda: {"orders": set(), "lines": 0, "amount": ZERO, "accepted": ZERO, "paid": ZERO}
        )
        for row in ledger_selectors.purchases(narrowed(self.params, lines)):
            known = sums[row.department]
            known["orders"].add(row.line.document_id)
            known["lines"] += 1
            known["amount"] += row.line.amount
            known["accepted"] += row.accepted
            known["paid"] += row.paid
        whole = sum((known["amount"] for known in sums.values()), ZERO)
        for department in sorted(sums, key=lambda d: (-sums[d]["amount"], d.code)):
            known = sums[department]
            share = percent(known["amount"], whole)
            values = {**known, "department": str(department), "orders": len(known["orders"]), "share": share}
            yield Row(values, subject=department)

    def links(self, row: Row) -> dict[str, str]:
        query = {
            "start": self.params["start"].isoformat(),
            "end": self.params["end"].isoformat(),
            "department": str(row.subject.pk),
            "supplier": self.params.get("supplier") or "",
        }
        address = f"{reverse('purchase_ledger')}?{urlencode(query)}"
        return dict.fromkeys(("department", "orders", "lines", "amount", "accepted", "paid"), address)
