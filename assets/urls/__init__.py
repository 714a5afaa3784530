"""Addresses of the fixed assets."""

from . import intake, pickers

urlpatterns = [
    *pickers.urlpatterns,
    *intake.urlpatterns,
]
