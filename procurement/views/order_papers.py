"""采购订单 and 采购合同 on A4: both parties, the lines, the amount in capitals, the terms, places to sign and seal."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.numbers import plain
from core.views.printing import DocumentPrintView
from core.views.tables import Column
from procurement.models import PurchaseOrder

from . import order_columns as c
from .orders import RELATED


class OrderPaper(DocumentPrintView):
    model = PurchaseOrder
    related = RELATED
    usual_paper = "a4"
    copies = (gettext_lazy("buyer"), gettext_lazy("supplier"), gettext_lazy("finance"))
    columns = (
        Column("item", gettext_lazy("Item"), value=lambda line: goods_words(line), css="w-26"),
        Column("specification", gettext_lazy("Specification"), value=lambda line: line.described, css="w-17"),
        Column("unit", gettext_lazy("Unit"), css="w-7"),
        Column("quantity", gettext_lazy("Quantity"), "quantity", css="w-11"),
        Column("unit_price", gettext_lazy("Unit price"), "price", css="w-12"),
        Column("amount", gettext_lazy("Amount"), "money", css="w-14"),
        Column("deliver_by", gettext_lazy("Deliver by"), "day", css="w-13"),
    )

    def title_of(self, document: Any) -> Any:
        contract = document.form == PurchaseOrder.Form.CONTRACT
        return _("Purchase contract") if contract else _("Purchase order (paper)")

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        supplier = document.supplier
        person = " ".join(part for part in (supplier.contact or supplier.legal_person, supplier.phone) if part)
        return [
            (_("Buyer (party A)"), document.organization),
            (_("Supplier (party B)"), supplier),
            (_("Credit code of party B"), supplier.credit_code),
            (_("Address of party B"), supplier.address),
            (_("Contact of party B"), person),
            (_("Date"), c.day_words(document.business_date)),
            (_("What is bought"), document.title),
            (_("Award"), document.sourcing.number if document.sourcing else ""),
            (_("Framework agreement"), document.framework.number if document.framework else ""),
            *self._terms(document),
        ]

    def _terms(self, document: Any) -> list[tuple[Any, Any]]:
        def percent(value: Any) -> str:
            return f"{plain(value)} %" if value else ""

        bond = document.bond_form != PurchaseOrder.Bond.NONE
        return [
            (_("Deliver by"), c.day_words(document.deliver_by)),
            (_("Delivery place"), document.delivery_place),
            (_("Payment terms"), document.payment_terms),
            (_("Prepayment"), percent(document.prepayment_percent)),
            (_("Retention"), percent(document.retention_percent)),
            (_("Warranty (months)"), document.warranty_months),
            (_("Performance bond"), f"{document.get_bond_form_display()} {document.bond_amount:,.2f}" if bond else ""),
            (_("Effective on"), c.day_words(document.effective_on)),
            (_("Expires on"), c.day_words(document.expires_on)),
        ]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        signed = c.day_words(document.signed_on)
        return [
            (_("Buyer (seal)"), ""),
            (_("Signed for party A"), document.sealed_by or ""),
            (_("Supplier (seal)"), ""),
            (_("Signed for party B"), ""),
            (_("Approved by"), self.approvers(document)),
            (_("Signed on"), signed),
        ]


def goods_words(line: Any) -> str:
    return "\n".join(part for part in (line.title, line.brand) if part)
