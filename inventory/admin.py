"""The storehouse in the back office: what is stored, the papers, and the ledger to look at."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin_base import ExcelLists, MasterDataAdmin, ReadOnlyAdmin, VisibleChoices
from core.admin_documents import DocumentAdmin, DocumentLines
from core.errors import DomainError
from core.templatetags.display import money, price, quantity, status_chip
from inventory import selectors
from inventory.models import (
    GoodsIssue,
    GoodsIssueLine,
    GoodsReceipt,
    GoodsReceiptLine,
    Item,
    ItemCategory,
    ItemUnit,
    Lot,
    OpeningStock,
    OpeningStockLine,
    Requisition,
    RequisitionLine,
    StockBalance,
    StockMove,
    StockValue,
    Unit,
    Warehouse,
)
from inventory.services.appointments import check_appointments


@admin.register(Unit)
class UnitAdmin(ExcelLists):
    list_display = ("name", "places")
    search_fields = ("name",)


@admin.register(ItemCategory)
class ItemCategoryAdmin(MasterDataAdmin):
    list_display = ("code", "name", "parent", "active")
    list_filter = ("active",)
    list_select_related = ("parent",)
    search_fields = ("code", "name")
    autocomplete_fields = ("parent",)


class ConversionLines(VisibleChoices, admin.TabularInline):
    model = ItemUnit
    extra = 0


@admin.register(Item)
class ItemAdmin(MasterDataAdmin):
    inlines = (ConversionLines,)
    list_display = ("code", "name", "specification", "unit", "category", "price_shown", "active")
    list_filter = ("active", "category", "track_lots", "trade_in_required")
    list_select_related = ("unit", "category")
    search_fields = ("code", "name", "specification", "barcode")
    search_help_text = gettext_lazy("Code, name, specification or pinyin initials")
    autocomplete_fields = ("category",)

    @admin.display(description=gettext_lazy("reference price (yuan)"), ordering="reference_price")
    def price_shown(self, item: Item) -> str:
        return price(item.reference_price)


class WarehouseForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        """Keeping and accounting stay apart (R-STK-09)."""
        data = super().clean() or {}
        try:
            check_appointments(self.instance, data.get("keepers") or (), data.get("accountant"))
        except DomainError as error:
            self.add_error(error.field, str(error))
        return data


@admin.register(Warehouse)
class WarehouseAdmin(MasterDataAdmin):
    form = WarehouseForm
    list_display = ("code", "name", "department", "keeper_names", "active")
    list_filter = ("active",)
    list_select_related = ("department",)
    search_fields = ("code", "name")
    autocomplete_fields = ("department", "place", "keepers", "accountant")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("keepers")

    @admin.display(description=gettext_lazy("keepers"))
    def keeper_names(self, warehouse: Warehouse) -> str:
        return _(", ").join(str(person) for person in warehouse.keepers.all())


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
    fields = ("item", "unit", "quantity", "old_quantity", "trade_in_waiver", "lot", "amount", "note")
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


@admin.register(StockMove)
class StockMoveAdmin(ReadOnlyAdmin):
    list_display = (
        "business_date",
        "number",
        "item",
        "lot",
        "source",
        "target",
        "quantity_shown",
        "amount_shown",
        "department",
        "posted_by",
    )
    list_filter = ("business_date", "department")
    list_select_related = ("item", "lot", "source__warehouse", "target__warehouse", "department", "posted_by")
    search_fields = ("number", "item__code", "item__name")
    ordering = ("-id",)
    exclude = ("organization", "content_type", "object_id", "line_id", "sequence", "layer", "reverses", "digest")

    @admin.display(description=gettext_lazy("quantity"), ordering="quantity")
    def quantity_shown(self, move: StockMove) -> str:
        return quantity(move.quantity)

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def amount_shown(self, move: StockMove) -> str:
        return money(move.amount)


@admin.register(StockBalance)
class StockBalanceAdmin(ReadOnlyAdmin):
    list_display = ("location", "item", "lot", "quantity_shown")
    list_select_related = ("location__warehouse", "item", "lot")
    search_fields = ("item__code", "item__name", "lot__number")
    ordering = ("item__code", "id")

    @admin.display(description=gettext_lazy("quantity"), ordering="quantity")
    def quantity_shown(self, balance: StockBalance) -> str:
        return quantity(balance.quantity)


@admin.register(StockValue)
class StockValueAdmin(ReadOnlyAdmin):
    list_display = ("warehouse", "item", "quantity_shown", "amount_shown")
    list_filter = ("warehouse",)
    list_select_related = ("warehouse", "item")
    search_fields = ("item__code", "item__name")
    ordering = ("item__code", "id")

    @admin.display(description=gettext_lazy("quantity"), ordering="quantity")
    def quantity_shown(self, value: StockValue) -> str:
        return quantity(value.quantity)

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def amount_shown(self, value: StockValue) -> str:
        return money(value.amount)


@admin.register(Lot)
class LotAdmin(ReadOnlyAdmin):
    list_display = ("number", "item", "made_on", "expires_on")
    list_filter = ("expires_on",)
    list_select_related = ("item",)
    search_fields = ("number", "item__code", "item__name")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Only lots that lie or lay in warehouses which the reader sees: lots themselves belong to no house."""
        seen = StockBalance.objects.visible_to(request.user).values("lot")
        return super().get_queryset(request).exclude(number="").filter(pk__in=seen)
