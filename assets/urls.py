"""Addresses of the fixed assets."""

from django.urls import path

from . import views

urlpatterns = [
    path("assets/intake/", views.IntakeList.as_view(), name="asset_intake"),
    path("assets/intake/export/", views.IntakeExport.as_view(), name="asset_intake_export"),
]
