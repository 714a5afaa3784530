"""Contractors' jobs in the back office. They are written in the front of house."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin_documents import DocumentAdmin, DocumentLines
from maintenance.models import ContractorJob, ContractorJobLine


class Offers(DocumentLines):
    model = ContractorJobLine
    fields = ("supplier", "amount", "offered_on", "note")
    readonly_fields = fields
    related = ("supplier",)
    cached_choices = ()


@admin.register(ContractorJob)
class ContractorJobAdmin(DocumentAdmin):
    """Its acceptance goes with the form of the front of house."""

    inlines = (Offers,)
    list_display = ("number_or_draft", "status_shown", "order", "supplier", "amount", "final_amount", "created_by")
    list_select_related = (*DocumentAdmin.list_select_related, "order", "supplier")
    list_filter = ("status", "business_date")
    search_fields = ("number", "order__number", "supplier__name", "scope", "contract_number", "note")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
