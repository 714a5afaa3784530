"""应付未付表: what was accepted and is not paid, with the days by which it has to be (R-PRC-12)."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.forms import DayField
from core.reports import Column, Report, ReportForm, Row, register
from procurement.services import payables


class PayablesForm(ReportForm):
    day = DayField(label=gettext_lazy("On"))
    supplier = forms.CharField(label=gettext_lazy("Supplier"), required=False, max_length=60)
    overdue = forms.BooleanField(label=gettext_lazy("Only what is overdue"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = clock.today()


@register
class Payables(Report):
    """One row an order on which something is owed, the longest overdue first."""

    code = "payables"
    title = gettext_lazy("Owed and not paid")
    permission = "procurement.view_paymentrequest"
    icon = "hourglass"
    form_class = PayablesForm
    note = gettext_lazy(
        "Yuan. Owed: accepted, less what is paid and what is held back. Due: the usual days after the oldest delivery "
        "that is not paid in full."
    )
    empty_text = gettext_lazy("Everything that was accepted is paid.")
    frozen_columns = 2
    signature_places = (gettext_lazy("Prepared by"), gettext_lazy("Checked by"))

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Order"), "number", "code"),
            Column(gettext_lazy("Supplier"), "supplier", width=28),
            Column(gettext_lazy("Accepted on"), "accepted_on", "date"),
            Column(gettext_lazy("Payment due on"), "due_on", "date"),
            Column(gettext_lazy("Days overdue"), "overdue_days", "integer"),
            Column(gettext_lazy("Accepted so far"), "accepted", "money", total=True),
            Column(gettext_lazy("Invoiced"), "invoiced", "money", total=True),
            Column(gettext_lazy("Payment asked for"), "asked", "money", total=True),
            Column(gettext_lazy("Paid"), "paid", "money", total=True),
            Column(gettext_lazy("Held back"), "held", "money", total=True),
            Column(gettext_lazy("Owed"), "owed", "money", total=True),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        only = [(_("Only what is overdue"), _("Yes"))] if self.params.get("overdue") else []
        return [(_("On"), f"{self.params['day']:%Y-%m-%d}"), *only]

    def rows(self) -> Iterator[Row]:
        orders = payables.orders_seen(self.user)
        if name := self.params.get("supplier"):
            orders = orders.filter(supplier__name__icontains=name)
        for row in payables.unpaid(self.user, self.params["day"], orders):
            if self.params.get("overdue") and not row.overdue_days:
                continue
            yield Row(
                {
                    "number": row.order.number,
                    "supplier": str(row.order.supplier),
                    "accepted_on": row.last_accepted_on,
                    "due_on": row.due_on,
                    "overdue_days": row.overdue_days or None,
                    "accepted": row.accepted,
                    "invoiced": row.invoiced,
                    "asked": row.asked,
                    "paid": row.paid,
                    "held": row.held,
                    "owed": row.owed,
                },
                subject=row.order,
            )

    def links(self, row: Row) -> dict[str, str]:
        number = row.subject.number
        order = reverse("purchaseorder_detail", args=(row.subject.pk,))
        payments = f"{reverse('paymentrequest_list')}?order={number}"
        return {
            "number": order,
            "owed": order,
            "held": order,
            "accepted": f"{reverse('acceptance_list')}?q={number}&status=approved",
            "invoiced": f"{reverse('supplierinvoice_list')}?order={number}&status=approved",
            "asked": f"{payments}&status=submitted&status=approved",
            "paid": f"{payments}&status=posted",
        }
