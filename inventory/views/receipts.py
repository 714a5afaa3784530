"""入库单 and 期初库存: what comes into a warehouse."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.views.document_form import DocumentFormView
from core.views.documents import DocumentDetailView, DocumentListView
from core.views.tables import Column
from inventory import movement_selectors, selectors
from inventory.forms.heads import OpeningForm, ReceiptForm
from inventory.forms.lines import OpeningLines, ReceiptLines
from inventory.models import GoodsReceipt, OpeningStock, PriceDifference, SupplierReturn

from . import columns as c
from .following import RETURNED, FollowedDetailView, call_to

RECEIPTS, OPENINGS = gettext_lazy("Goods receipts"), gettext_lazy("Opening stock")
PRICED_COLUMNS = (
    c.CODE,
    c.ITEM,
    c.SPECIFICATION,
    c.QUANTITY,
    c.UNIT,
    c.PRICE,
    c.LINE_AMOUNT,
    c.LOT,
    c.EXPIRES,
)


class KeeperFormView(DocumentFormView):
    """A paper about goods of a warehouse; only its keepers make one."""

    def blank(self) -> Any:
        from django.core.exceptions import PermissionDenied

        document = super().blank()
        user = self.request.user
        if (
            user.has_perm(f"inventory.add_{self.model._meta.model_name}")
            and not selectors.kept_warehouses(user).exists()
        ):
            raise PermissionDenied(_("You keep no warehouse yet. Ask the administrator to enter you as its keeper."))
        return document


class ReceiptList(DocumentListView):
    model = GoodsReceipt
    title = RECEIPTS
    columns = (
        c.NUMBER,
        c.STATUS,
        Column("kind", gettext_lazy("Kind"), value="get_kind_display_word", sort=("kind",)),
        Column("supplier", gettext_lazy("Supplier"), sort=("supplier__name",)),
        c.WAREHOUSE,
        c.DAY,
        c.AMOUNT,
        Column("invoice_number", gettext_lazy("Invoice number"), "code"),
        c.MAKER,
        c.WAITS_FOR,
    )
    search_fields = ("number", "supplier__name", "supplier__initials", "invoice_number")
    search_placeholder = gettext_lazy("Number, supplier or invoice")
    filterset_class = c.ReceiptFilter
    related = ("department", "created_by", "warehouse", "supplier")
    create_label = gettext_lazy("New receipt")
    empty_text = gettext_lazy("Nothing was received yet.")

    def prepare(self, rows: list[Any]) -> None:
        super().prepare(rows)
        for row in rows:
            row.get_kind_display_word = row.get_kind_display()

    def card(self, row: Any) -> dict[str, Any]:
        card = super().card(row)
        card["meta"] = " · ".join(
            str(p) for p in (row.supplier or row.get_kind_display(), f"{row.business_date:%m-%d}")
        )
        return card


class ReceiptDetail(FollowedDetailView):
    model = GoodsReceipt
    related = ("organization", "department", "created_by", "warehouse", "supplier")
    list_title = RECEIPTS
    line_columns = (*PRICED_COLUMNS, RETURNED)

    def calls(self) -> list[dict[str, Any]]:
        sources = movement_selectors.returnable_receipts(self.request.user)
        back = call_to(self, SupplierReturn, "receipt", sources, _("Return to the supplier"), "arrow-back-up")
        kept = GoodsReceipt.objects.filter(status="posted", warehouse__in=selectors.kept_warehouses(self.request.user))
        return [*back, *call_to(self, PriceDifference, "receipt", kept, _("Prices of the invoice"), "scale")]

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        people = _(", ").join(str(person) for person in document.accepted_by.order_by("pk"))
        return [
            *([(_("Made of"), document.source)] if document.source else []),
            (_("Kind"), document.get_kind_display()),
            (_("Supplier"), document.supplier),
            (_("Invoice number"), document.invoice_number),
            (_("Warehouse"), document.warehouse),
            (_("Accepted by"), people),
            *super().facts()[1:],
            *self.followers(SupplierReturn, "receipt"),
            *self.followers(PriceDifference, "receipt"),
        ]


class ReceiptFormView(KeeperFormView):
    model = GoodsReceipt
    form_class = ReceiptForm
    formset_class = ReceiptLines
    title_new = gettext_lazy("New goods receipt")
    list_title = RECEIPTS

    def extra_context(self) -> dict[str, Any]:
        source = self.document.source
        words = _("Goods, quantities and prices come from %(source)s and stay as they are; lots may be completed.")
        return {"lead": words % {"source": source}} if source else {}


class OpeningList(DocumentListView):
    model = OpeningStock
    title = OPENINGS
    columns = (c.NUMBER, c.STATUS, c.WAREHOUSE, c.DAY, c.AMOUNT, c.MAKER, c.WAITS_FOR)
    filterset_class = c.StockFilter
    related = ("department", "created_by", "warehouse")
    create_label = gettext_lazy("New opening stock")
    empty_text = gettext_lazy("No opening stock was entered yet.")


class OpeningDetail(DocumentDetailView):
    model = OpeningStock
    related = ("organization", "department", "created_by", "warehouse")
    list_title = OPENINGS
    line_columns = PRICED_COLUMNS

    def facts(self) -> list[tuple[Any, Any]]:
        return [(_("Warehouse"), self.document.warehouse), *super().facts()]


class OpeningFormView(KeeperFormView):
    model = OpeningStock
    form_class = OpeningForm
    formset_class = OpeningLines
    title_new = gettext_lazy("New opening stock")
    list_title = OPENINGS
