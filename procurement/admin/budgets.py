"""Budgets in the back office: what purchases are sorted by, decisions, and the ledger to look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from core.admin_base import ExcelLists, HistoryAdmin, MasterDataAdmin, ReadOnlyAdmin, VisibleChoices
from core.admin_documents import DocumentAdmin, DocumentLines
from core.templatetags.display import money
from procurement.models import (
    BudgetAllotment,
    BudgetDecision,
    BudgetDecisionLine,
    BudgetMove,
    CategoryLicence,
    CentralCatalogueEntry,
    EconomicClass,
    ItemCategoryLink,
    Project,
    PurchaseCategory,
)


class LicenceLines(VisibleChoices, admin.TabularInline):
    model = CategoryLicence
    extra = 0


class CentralLines(VisibleChoices, admin.TabularInline):
    model = CentralCatalogueEntry
    extra = 0

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(request.user)


@admin.register(PurchaseCategory)
class PurchaseCategoryAdmin(MasterDataAdmin):
    inlines = (LicenceLines, CentralLines)
    list_display = ("code", "name", "kind", "active", "evidence")
    list_filter = ("kind", "active")
    search_fields = ("code", "name")
    search_help_text = gettext_lazy("Code, name or pinyin initials")
    exclude = ("initials",)


@admin.register(CentralCatalogueEntry)
class CentralCatalogueEntryAdmin(HistoryAdmin):
    list_display = ("category", "valid_from", "valid_until", "basis")
    list_filter = ("valid_from",)
    list_select_related = ("category",)
    search_fields = ("category__code", "category__name", "basis")
    autocomplete_fields = ("category",)


@admin.register(CategoryLicence)
class CategoryLicenceAdmin(ExcelLists):
    list_display = ("category", "kind")
    list_filter = ("kind",)
    list_select_related = ("category",)
    search_fields = ("category__code", "category__name")
    autocomplete_fields = ("category",)


@admin.register(ItemCategoryLink)
class ItemCategoryLinkAdmin(ExcelLists):
    list_display = ("item_category", "category")
    list_select_related = ("item_category", "category")
    search_fields = ("item_category__code", "item_category__name", "category__code", "category__name")
    autocomplete_fields = ("item_category", "category")


@admin.register(EconomicClass)
class EconomicClassAdmin(MasterDataAdmin):
    list_display = ("code", "name", "active")
    list_filter = ("active",)
    search_fields = ("code", "name")


@admin.register(Project)
class ProjectAdmin(MasterDataAdmin):
    list_display = ("code", "name", "active")
    list_filter = ("active",)
    search_fields = ("code", "name")


class DecisionLines(DocumentLines):
    model = BudgetDecisionLine
    fields = ("position", "department", "project", "fund_source", "economic_class", "amount", "note")
    related = ("department", "project", "economic_class")
    autocomplete_fields = ("department",)
    cached_choices = ("project", "economic_class")


@admin.register(BudgetDecision)
class BudgetDecisionAdmin(DocumentAdmin):
    inlines = (DecisionLines,)
    list_display = (*DocumentAdmin.list_display, "kind", "year", "basis")
    list_filter = ("status", "kind", "year", "business_date")
    search_fields = ("number", "basis", "note")
    autocomplete_fields = ("department",)


class Yuan:
    """Money as everywhere else, in the lists of the ledger."""

    @admin.display(description=gettext_lazy("reserved (yuan)"), ordering="reserved")
    def reserved_yuan(self, row: Any) -> str:
        return money(row.reserved)

    @admin.display(description=gettext_lazy("used (yuan)"), ordering="used")
    def used_yuan(self, row: Any) -> str:
        return money(row.used)


@admin.register(BudgetAllotment)
class BudgetAllotmentAdmin(Yuan, ReadOnlyAdmin):
    list_display = (
        *("year", "department", "project", "fund_source", "economic_class"),
        *("amount_yuan", "reserved_yuan", "used_yuan", "left_yuan"),
    )
    list_filter = ("year", "fund_source", "department")
    list_select_related = ("department", "project", "economic_class")
    search_fields = ("department__name", "project__name", "economic_class__code", "economic_class__name")

    @admin.display(description=gettext_lazy("allotted (yuan)"), ordering="amount")
    def amount_yuan(self, row: BudgetAllotment) -> str:
        return money(row.amount)

    @admin.display(description=gettext_lazy("left (yuan)"))
    def left_yuan(self, row: BudgetAllotment) -> str:
        return money(row.available)


@admin.register(BudgetMove)
class BudgetMoveAdmin(Yuan, ReadOnlyAdmin):
    list_display = (
        *("business_date", "allotment", "granted_yuan", "reserved_yuan", "used_yuan"),
        *("content_type", "posted_by", "posted_at"),
    )
    list_filter = ("business_date", "content_type")
    list_select_related = (
        *("allotment__department", "allotment__project", "allotment__economic_class"),
        *("content_type", "posted_by"),
    )
    search_fields = ("allotment__department__name", "allotment__economic_class__code")

    @admin.display(description=gettext_lazy("allotted (yuan)"), ordering="granted")
    def granted_yuan(self, row: BudgetMove) -> str:
        return money(row.granted)
