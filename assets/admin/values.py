"""Values in the back office: the ledger, papers and proposals, to be looked at; balances are entered in front."""

from django.contrib import admin

from assets.models import (
    AccountBalance,
    AssetValueMove,
    CardSplit,
    CardSplitLine,
    DepreciationRun,
    JournalProposal,
    ValueChange,
    ValueChangeLine,
)
from core.admin_base import ReadOnlyAdmin
from core.admin_documents import DocumentAdmin, DocumentLines

from .disposals import WrittenInFront


@admin.register(AssetValueMove)
class AssetValueMoveAdmin(ReadOnlyAdmin):
    list_display = ("number", "asset", "kind", "business_date", "cost", "accumulated", "months", "expense_account")
    list_filter = ("kind", "business_date", "account")
    list_select_related = ("asset",)
    search_fields = ("number", "asset__number", "asset__name")


@admin.register(JournalProposal)
class JournalProposalAdmin(ReadOnlyAdmin):
    list_display = ("number", "position", "business_date", "summary", "debit_account", "credit_account", "amount")
    list_filter = ("business_date", "debit_account", "credit_account")
    search_fields = ("number", "summary", "voucher_number")


@admin.register(AccountBalance)
class AccountBalanceAdmin(ReadOnlyAdmin):
    list_display = ("account", "year", "month", "amount", "explanation", "entered_by", "entered_at")
    list_filter = ("account", "year")
    list_select_related = ("entered_by",)


class ChangeLines(DocumentLines):
    model = ValueChangeLine
    fields = (
        *("asset", "fiscal_change", "nonfiscal_change", "accumulated_change", "new_life_months", "new_category"),
        *("old_life_months", "old_category"),
    )
    readonly_fields = fields
    related = ("asset", "new_category", "old_category")
    cached_choices = ()


class SplitLines(DocumentLines):
    model = CardSplitLine
    fields = ("asset", "name", "quantity", "original_value", "fiscal_fund", "accumulated")
    readonly_fields = fields
    related = ("asset",)
    cached_choices = ()


@admin.register(ValueChange)
class ValueChangeAdmin(WrittenInFront):
    inlines = (ChangeLines,)
    list_display = ("number_or_draft", "status_shown", "kind", "department", "business_date", "reason", "created_by")
    list_filter = ("status", "kind", "business_date")
    search_fields = ("number", "reason", "decision_number", "note")


@admin.register(CardSplit)
class CardSplitAdmin(WrittenInFront):
    inlines = (SplitLines,)
    list_display = ("number_or_draft", "status_shown", "kind", "asset", "business_date", "reason", "created_by")
    list_filter = ("status", "kind", "business_date")
    list_select_related = (*DocumentAdmin.list_select_related, "asset")
    search_fields = ("number", "reason", "asset__number", "note")


@admin.register(DepreciationRun)
class DepreciationRunAdmin(WrittenInFront):
    list_display = ("number_or_draft", "status_shown", "year", "month", "asset_count", "amount", "created_by")
    list_filter = ("status", "year")
    search_fields = ("number", "note")
