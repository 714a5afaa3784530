"""Addresses of the goods that wait for their cards."""

from django.urls import path

from assets.views.intake import IntakeExport, IntakeList

urlpatterns = [
    path("assets/intake/", IntakeList.as_view(), name="asset_intake"),
    path("assets/intake/export/", IntakeExport.as_view(), name="asset_intake_export"),
]
