"""Addresses: plans, checklists, meters, special equipment."""

from django.urls import URLPattern, URLResolver, path, re_path

from core.reports import address
from maintenance.reports.special import Certificates, InspectionsDue
from maintenance.views import (
    certificates,
    checklists,
    meter_reading,
    meters,
    plan_year,
    plans,
    special,
    special_marks,  # noqa: F401 -- registers what other pages show
)

SUBJECT = r"^repairs/plans/(?P<pk>\d{1,18})/subjects/(?P<subject>\d{1,18})/(?P<act>move|skip)/$"

urlpatterns: list[URLPattern | URLResolver] = [
    path("repairs/plans/", plans.PlanList.as_view(), name="maintenanceplan_list"),
    path("repairs/plans/new/", plans.PlanForms.as_view(), name="maintenanceplan_new"),
    path("repairs/plans/year/", plan_year.UpkeepYear.as_view(), name="upkeep_year"),
    path("repairs/plans/<int:pk>/", plans.PlanDetail.as_view(), name="maintenanceplan_detail"),
    path("repairs/plans/<int:pk>/edit/", plans.PlanForms.as_view(), name="maintenanceplan_edit"),
    re_path(SUBJECT, plans.SubjectAct.as_view(), name="maintenanceplan_subject"),
    path("repairs/checklists/", checklists.ChecklistList.as_view(), name="checklist_list"),
    path("repairs/checklists/new/", checklists.ChecklistForms.as_view(), name="checklist_new"),
    path("repairs/checklists/<int:pk>/", checklists.ChecklistForms.as_view(), name="checklist_edit"),
    path("repairs/meters/", meters.MeterList.as_view(), name="meter_list"),
    path("repairs/meters/new/", meters.MeterForms.as_view(), name="meter_new"),
    path("repairs/meters/read/", meter_reading.ReadingPage.as_view(), name="meter_reading"),
    path("repairs/meters/readings/export/", meters.ReadingExport.as_view(), name="meterreading_export"),
    path("repairs/meters/readings/<int:pk>/correct/", meters.Correction.as_view(), name="meterreading_correct"),
    path("repairs/meters/<int:pk>/", meters.MeterDetail.as_view(), name="meter_detail"),
    path("repairs/meters/<int:pk>/edit/", meters.MeterForms.as_view(), name="meter_edit"),
    path("repairs/special/", special.EquipmentList.as_view(), name="specialequipment_list"),
    path("repairs/special/export/", special.EquipmentExport.as_view(), name="specialequipment_export"),
    path("repairs/special/new/", special.EquipmentForms.as_view(), name="specialequipment_new"),
    path("repairs/special/<int:pk>/", special.EquipmentDetail.as_view(), name="specialequipment_detail"),
    path("repairs/special/<int:pk>/edit/", special.EquipmentForms.as_view(), name="specialequipment_edit"),
    path("repairs/special/<int:pk>/inspection/", special.InspectionNew.as_view(), name="specialequipment_inspection"),
    path("repairs/special/<int:pk>/stop/", special.EquipmentStop.as_view(), name="specialequipment_stop"),
    path("repairs/special/<int:pk>/paper/", special.EquipmentPaper.as_view(), name="specialequipment_paper"),
    path("repairs/certificates/", certificates.CertificateList.as_view(), name="certificate_list"),
    path("repairs/certificates/new/", certificates.CertificateForms.as_view(), name="certificate_new"),
    path("repairs/certificates/<int:pk>/", certificates.CertificateForms.as_view(), name="certificate_edit"),
    address("reports/special-inspections/", InspectionsDue),
    address("reports/operator-certificates/", Certificates),
]
