"""Disposals and cases of compensation in the back office. They are written in the front of house."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from assets.models import CompensationCase, CompensationPayment, Disposal, DisposalLine
from core.admin_base import ReadOnlyAdmin
from core.admin_documents import DocumentAdmin, DocumentLines


class DisposalLines(DocumentLines):
    model = DisposalLine
    fields = ("asset", "original_value", "accumulated", "proceeds", "costs", "finding")
    readonly_fields = fields
    related = ("asset",)
    cached_choices = ()


class WrittenInFront(DocumentAdmin):
    """Its decision, claim and money go with the steps of the front of house."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Disposal)
class DisposalAdmin(WrittenInFront):
    inlines = (DisposalLines,)
    list_display = ("number_or_draft", "status_shown", "way", "department", "business_date", "reason", "created_by")
    list_filter = ("status", "way", "business_date")
    search_fields = ("number", "reason", "approval_number", "note")


@admin.register(CompensationCase)
class CompensationAdmin(WrittenInFront):
    list_display = ("number_or_draft", "status_shown", "asset", "thing", "cause", "responsible", "amount", "paid")
    list_filter = ("status", "cause", "happened_on")
    list_select_related = (*DocumentAdmin.list_select_related, "asset", "responsible")
    search_fields = ("number", "thing", "damage", "asset__number", "responsible__name", "note")


@admin.register(CompensationPayment)
class CompensationPaymentAdmin(ReadOnlyAdmin):
    list_display = ("receipt_number", "case", "amount", "paid_on", "received_by")
    list_select_related = ("case", "received_by")
    list_filter = ("paid_on",)
    search_fields = ("receipt_number", "case__number")
