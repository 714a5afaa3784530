"""Plans, checklists, meters and special equipment in the back office: to look at; they are written in front."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin_base import ExcelLists, LinesOfRow, MasterDataAdmin, ReadOnlyAdmin
from maintenance.models import (
    Checklist,
    ChecklistLine,
    MaintenancePlan,
    Meter,
    MeterReading,
    OperatorCertificate,
    SpecialEquipment,
)


class LooksOnly:
    """Rows with a history whose rules stand in a service: written in the front of house."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(MaintenancePlan)
class MaintenancePlanAdmin(LooksOnly, MasterDataAdmin):
    list_display = ("name", "kind", "category", "team", "worker", "contractor", "starts_on", "active")
    list_select_related = ("category", "team", "worker", "contractor")
    list_filter = ("kind", "active")
    search_fields = ("name", "basis")


class LinesOfChecklist(LinesOfRow):
    model = ChecklistLine
    fields = ("position", "text", "kind", "unit", "low", "high", "required")


@admin.register(Checklist)
class ChecklistAdmin(LooksOnly, ExcelLists):
    list_display = ("code", "name", "active")
    list_filter = ("active",)
    search_fields = ("code", "name")
    inlines = (LinesOfChecklist,)


@admin.register(Meter)
class MeterAdmin(LooksOnly, MasterDataAdmin):
    list_display = ("name", "kind", "unit", "asset", "place", "low", "high", "active")
    list_select_related = ("asset", "place")
    list_filter = ("kind", "active")
    search_fields = ("name",)


@admin.register(MeterReading)
class MeterReadingAdmin(ReadOnlyAdmin):
    list_display = ("meter", "value", "abnormal", "at", "by", "order")
    fields = ("meter", "value", "abnormal", "at", "by", "note", "order")
    list_select_related = ("meter", "by", "order")
    list_filter = ("abnormal",)
    search_fields = ("meter__name", "note")


@admin.register(SpecialEquipment)
class SpecialEquipmentAdmin(LooksOnly, MasterDataAdmin):
    list_display = ("asset", "kind", "next_inspection", "passed", "stopped_reason", "safety_manager")
    list_select_related = ("asset", "safety_manager")
    list_filter = ("kind", "passed")
    search_fields = ("asset__name", "asset__number", "registration_number", "equipment_code")


@admin.register(OperatorCertificate)
class OperatorCertificateAdmin(LooksOnly, MasterDataAdmin):
    list_display = ("person", "kind", "project_code", "number", "valid_until")
    list_select_related = ("person",)
    list_filter = ("kind",)
    search_fields = ("person__name", "project_code", "number")
