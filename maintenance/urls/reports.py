"""Addresses: reports and key figures of repairs."""

from django.urls import URLPattern, URLResolver, path

from core.reports import address
from maintenance.reports.costs import RepairContractors, RepairCosts, RepairMaterials
from maintenance.reports.orders import RepairBacklog, RepairLedger
from maintenance.reports.performance import RepairPerformance
from maintenance.reports.things import EquipmentAvailability, RepairOrReplace, UpkeepFulfilment
from maintenance.views.kpis import KpiPage

urlpatterns: list[URLPattern | URLResolver] = [
    path("repairs/kpis/", KpiPage.as_view(), name="repair_kpis"),
    address("reports/repair-performance/", RepairPerformance),
    address("reports/repair-ledger/", RepairLedger),
    address("reports/repair-backlog/", RepairBacklog),
    address("reports/repair-costs/", RepairCosts),
    address("reports/repair-materials/", RepairMaterials),
    address("reports/repair-contractors/", RepairContractors),
    address("reports/equipment-availability/", EquipmentAvailability),
    address("reports/repair-or-replace/", RepairOrReplace),
    address("reports/upkeep-by-plan/", UpkeepFulfilment),
]
