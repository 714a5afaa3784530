"""Old pieces in the back office: the papers, their movements, and what lies in the stores."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy

from core.admin_base import ReadOnlyAdmin
from core.templatetags.display import quantity
from inventory.models import (
    OldPieceBalance,
    OldPieceDisposal,
    OldPieceDisposalLine,
    OldPieceMove,
    TradeIn,
    TradeInLine,
)

from .papers import KeeperDocumentAdmin, StockLines


class TradeInLines(StockLines):
    model = TradeInLine
    fields = ("item", "unit", "quantity", "condition", "destination", "note")


@admin.register(TradeIn)
class TradeInAdmin(KeeperDocumentAdmin):
    inlines = (TradeInLines,)
    filled_in = ("organization",)
    autocomplete_fields = ("department",)
    search_fields = ("number", "handed_in_by", "note")
    list_display = tuple(name for name in KeeperDocumentAdmin.list_display if name != "amount_shown")

    def _is_list(self, request: Any) -> bool:
        return False  # old pieces have no book value: there is no amount to add up


class DisposalLines(StockLines):
    model = OldPieceDisposalLine
    fields = ("item", "unit", "quantity", "amount", "note")


@admin.register(OldPieceDisposal)
class OldPieceDisposalAdmin(KeeperDocumentAdmin):
    inlines = (DisposalLines,)
    autocomplete_fields = ("witnesses",)
    list_display = (*KeeperDocumentAdmin.list_display, "destination", "taker")
    list_filter = (*KeeperDocumentAdmin.list_filter, "destination")
    search_fields = ("number", "taker", "paid_to", "note")


@admin.register(OldPieceMove)
class OldPieceMoveAdmin(ReadOnlyAdmin):
    list_display = (
        *("business_date", "number", "warehouse", "item", "destination", "condition", "quantity_shown"),
        *("department", "posted_by"),
    )
    list_filter = ("business_date", "destination", "warehouse")
    list_select_related = ("item", "warehouse", "department", "posted_by")
    search_fields = ("number", "item__code", "item__name")
    ordering = ("-id",)
    exclude = ("organization", "content_type", "object_id", "line_id", "reverses")

    @admin.display(description=gettext_lazy("quantity"), ordering="quantity")
    def quantity_shown(self, move: OldPieceMove) -> str:
        return quantity(move.quantity)


@admin.register(OldPieceBalance)
class OldPieceBalanceAdmin(ReadOnlyAdmin):
    list_display = ("warehouse", "item", "destination", "quantity_shown")
    list_filter = ("warehouse", "destination")
    list_select_related = ("warehouse", "item")
    search_fields = ("item__code", "item__name")
    ordering = ("item__code", "id")

    @admin.display(description=gettext_lazy("quantity"), ordering="quantity")
    def quantity_shown(self, balance: OldPieceBalance) -> str:
        return quantity(balance.quantity)
