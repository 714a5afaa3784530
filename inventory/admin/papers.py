"""The papers of the storehouse in the back office: drafts are written, everything else is looked at and stepped on."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin_documents import DocumentAdmin, DocumentLines
from core.templatetags.display import status_chip
from inventory import selectors
from inventory.models import (
    GoodsIssue,
    GoodsIssueLine,
    GoodsReceipt,
    GoodsReceiptLine,
    ItemUnit,
    OpeningStock,
    OpeningStockLine,
    Requisition,
    RequisitionLine,
)


class LineFormSet(BaseInlineFormSet):
    """Every line in the stock unit of its item or in one of its conversions."""

    def clean(self) -> None:
        super().clean()
        read = [form for form in self.forms if getattr(form, "cleaned_data", None)]
        forms = [form for form in read if form.cleaned_data.get("item") and not form.cleaned_data.get("DELETE")]
        items = {form.cleaned_data["item"].pk for form in forms}
        packs = {(pack.item_id, pack.unit_id): pack.factor for pack in ItemUnit.objects.filter(item__in=items)}
        for form in forms:
            item, unit = form.cleaned_data["item"], form.cleaned_data.get("unit")
            if unit is None:
                continue
            factor = 1 if unit.pk == item.unit_id else packs.get((item.pk, unit.pk))
            if factor is None:
                form.add_error(
                    "unit", ValidationError(_("%(item)s has no unit %(unit)s.") % {"item": item, "unit": unit})
                )
            else:
                form.instance.factor = factor


class StockLines(DocumentLines):
    formset = LineFormSet
    autocomplete_fields = ("item",)
    related: tuple[str, ...] = ("item", "unit")


class RequisitionLines(StockLines):
    model = RequisitionLine
    fields = ("item", "unit", "quantity", "approved_quantity", "issued_quantity", "amount", "note")
    readonly_fields = ("approved_quantity", "issued_quantity", "amount")


class PricedLines(StockLines):
    fields = ("item", "unit", "quantity", "unit_price", "amount", "lot_number", "made_on", "expires_on", "note")
    readonly_fields = ("amount",)


class ReceiptLines(PricedLines):
    model = GoodsReceiptLine


class OpeningLines(PricedLines):
    model = OpeningStockLine


class IssueLines(StockLines):
    model = GoodsIssueLine
    fields = (
        *("item", "unit", "quantity", "old_quantity", "old_condition", "old_destination"),
        *("trade_in_waiver", "old_pieces_follow", "lot", "amount", "note"),
    )
    readonly_fields = ("lot", "amount")
    related = ("item", "unit", "lot")


class StockDocumentAdmin(DocumentAdmin):
    """A paper of a warehouse; organization and department follow from it."""

    list_display = (*DocumentAdmin.list_display, "warehouse")
    list_filter = (*DocumentAdmin.list_filter, "warehouse", "department")
    list_select_related = (*DocumentAdmin.list_select_related, "warehouse")
    filled_in: tuple[str, ...] = ("organization", "department")

    def fill_in(self, document: Any, request: HttpRequest) -> None:
        document.organization_id = document.warehouse.organization_id
        if "department" in self.filled_in:
            document.department_id = document.warehouse.department_id


class KeeperDocumentAdmin(StockDocumentAdmin):
    """A paper about goods that move; only the keepers of a warehouse write one for it."""

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "warehouse":
            kwargs["queryset"] = selectors.kept_warehouses(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Requisition)
class RequisitionAdmin(StockDocumentAdmin):
    """Requests are written in the front of house; here they are looked at, signed and cancelled."""

    inlines = (RequisitionLines,)
    filled_in = ("organization",)
    search_fields = ("number", "purpose", "note")
    autocomplete_fields = ("department",)
    list_display = (*StockDocumentAdmin.list_display, "fulfilment_shown")
    list_filter = ("status", "fulfilment", "business_date", "warehouse", "department")

    @admin.display(description=gettext_lazy("fulfilment"), ordering="fulfilment")
    def fulfilment_shown(self, document: Requisition) -> Any:
        return status_chip(document.fulfilment, document.get_fulfilment_display())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(GoodsReceipt)
class GoodsReceiptAdmin(KeeperDocumentAdmin):
    inlines = (ReceiptLines,)
    autocomplete_fields = ("supplier", "accepted_by")
    search_fields = ("number", "invoice_number", "supplier__name", "note")


@admin.register(OpeningStock)
class OpeningStockAdmin(KeeperDocumentAdmin):
    inlines = (OpeningLines,)


@admin.register(GoodsIssue)
class GoodsIssueAdmin(KeeperDocumentAdmin):
    """Issues on a requisition are made from it in the front of house; here one without can be written."""

    inlines = (IssueLines,)
    filled_in = ("organization",)
    autocomplete_fields = ("department",)
    readonly_fields = ("requisition",)
    search_fields = ("number", "purpose", "received_by", "note")
