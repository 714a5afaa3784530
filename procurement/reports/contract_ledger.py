"""合同台账: contracts and orders of a year, what they come to, how far they are carried out, when they end."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.documents.lifecycle import Status
from core.forms import offer
from core.numbers import ZERO
from core.reports import Column, Report, ReportForm, Row, register
from procurement.ledger_selectors import method_of
from procurement.models import PaymentRequest, PurchaseOrder
from procurement.services import order_steps, settling

SOON = (30, 90, 180)


class LedgerForm(ReportForm):
    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)
    form = forms.ChoiceField(label=gettext_lazy("Form"), required=False)
    ends = forms.ChoiceField(label=gettext_lazy("Ends within"), required=False)
    supplier = forms.CharField(label=gettext_lazy("Supplier"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this_year = clock.today().year
        days = PurchaseOrder.objects.visible_to(self.user).dates("business_date", "year")
        offer(
            self, "year", [(year, str(year)) for year in sorted({*(day.year for day in days), this_year}, reverse=True)]
        )
        self.fields["year"].initial = this_year
        offer(self, "form", [("", _("Contracts and orders")), *PurchaseOrder.Form.choices])
        offer(self, "ends", [("", _("any time")), *((str(n), _("%(days)d days") % {"days": n}) for n in SOON)])


@register
class ContractLedger(Report):
    """One row an approved contract or order; with “ends within”, those of any year that end soon."""

    code = "contract_ledger"
    title = gettext_lazy("Contract ledger")
    permission = "procurement.view_purchaseorder"
    icon = "book-2"
    form_class = LedgerForm
    note = gettext_lazy("Approved contracts and orders in yuan, with their changes, without what was cancelled.")
    empty_text = gettext_lazy("There is no such contract.")
    frozen_columns = 2
    signature_places = (gettext_lazy("Prepared by"), gettext_lazy("Checked by"))

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Number"), "number", "code"),
            Column(gettext_lazy("Title"), "title", width=28),
            Column(gettext_lazy("Form"), "form"),
            Column(gettext_lazy("Supplier"), "supplier", width=26),
            Column(gettext_lazy("Method"), "method"),
            Column(gettext_lazy("Signed on"), "signed", "date"),
            Column(gettext_lazy("Days after the award"), "days", "integer"),
            Column(gettext_lazy("Ends on"), "ends", "date"),
            Column(gettext_lazy("Days left"), "left", "integer"),
            Column(gettext_lazy("Contract amount"), "amount", "money", total=True),
            Column(gettext_lazy("Accepted so far"), "accepted", "money", total=True),
            Column(gettext_lazy("Paid"), "paid", "money", total=True),
            Column(gettext_lazy("Not paid"), "unpaid", "money", total=True),
            Column(gettext_lazy("Bond held"), "bond", "money", total=True),
            Column(gettext_lazy("Delivery"), "progress"),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        ends = self.params.get("ends")
        return [(_("Ends within"), _("%(days)s days") % {"days": ends})] if ends else [(_("Year"), self.params["year"])]

    def _orders(self) -> QuerySet[PurchaseOrder]:
        today = clock.today()
        rows = PurchaseOrder.objects.visible_to(self.user).filter(status=Status.APPROVED)
        if ends := self.params.get("ends"):
            until = today.fromordinal(today.toordinal() + int(ends))
            rows = rows.filter(expires_on__range=(today, until)).order_by("expires_on", "pk")
        else:
            rows = rows.filter(business_date__year=self.params["year"]).order_by("business_date", "pk")
        if form := self.params.get("form"):
            rows = rows.filter(form=form)
        if text := self.params.get("supplier"):
            rows = rows.filter(supplier__name__icontains=text)
        return rows.select_related("supplier", "sourcing").prefetch_related("lines")

    def rows(self) -> Iterator[Row]:
        orders, today = list(self._orders()), clock.today()
        awards = order_steps.award_days(orders)
        payments = PaymentRequest.objects.filter(order__in=orders, status=Status.POSTED).order_by()
        paid = dict(payments.values_list("order").annotate(Sum("amount")))
        for order in orders:
            amount = settling.contract_value(order)
            bond = order.bond_amount if order.bond_received_on and not order.bond_returned_on else None
            yield Row(
                {
                    "number": order.number,
                    "title": order.title,
                    "form": order.get_form_display(),
                    "supplier": str(order.supplier),
                    "method": method_of(order),
                    "signed": order.signed_on,
                    "days": (order.signed_on - awards[order.pk]).days if order.signed_on else None,
                    "ends": order.expires_on,
                    "left": (order.expires_on - today).days if order.expires_on else None,
                    "amount": amount,
                    "accepted": settling.accepted_value(order),
                    "paid": paid.get(order.pk, ZERO),
                    "unpaid": amount - paid.get(order.pk, ZERO),
                    "bond": bond,
                    "progress": order.get_progress_display(),
                },
                subject=order,
            )

    def links(self, row: Row) -> dict[str, str]:
        address = reverse("purchaseorder_detail", args=(row.subject.pk,))
        return dict.fromkeys(("number", "title", "amount", "accepted", "paid", "unpaid", "bond"), address)
