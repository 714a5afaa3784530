"""Lent tools in the back office. What comes back is written in the front of house, from the loan."""

from django.contrib import admin

from inventory.models import LoanReturn, LoanReturnLine, ToolLoan, ToolLoanLine

from .movements import FollowingAdmin
from .papers import StockDocumentAdmin, StockLines


class LoanLines(StockLines):
    model = ToolLoanLine
    fields = ("item", "unit", "quantity", "serial", "amount", "returned_quantity", "lost_quantity", "note")
    readonly_fields = ("amount", "returned_quantity", "lost_quantity")


@admin.register(ToolLoan)
class ToolLoanAdmin(FollowingAdmin):
    """Written in the front of house, where the department follows from the borrower."""

    inlines = (LoanLines,)
    list_display = (*StockDocumentAdmin.list_display, "borrower", "due_on", "settled")
    list_filter = (*StockDocumentAdmin.list_filter, "settled", "due_on")
    list_select_related = (*StockDocumentAdmin.list_select_related, "borrower")
    search_fields = ("number", "purpose", "borrower__name", "note")


class LoanReturnLines(StockLines):
    model = LoanReturnLine
    fields = ("item", "unit", "quantity", "lost_quantity", "intact", "amount", "note")
    readonly_fields = ("amount",)


@admin.register(LoanReturn)
class LoanReturnAdmin(FollowingAdmin):
    inlines = (LoanReturnLines,)
    list_display = (*StockDocumentAdmin.list_display, "loan", "compensation")
    list_select_related = (*StockDocumentAdmin.list_select_related, "loan")
    search_fields = ("number", "loan__number", "loan__borrower__name", "explanation", "note")
