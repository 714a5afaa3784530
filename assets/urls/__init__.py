"""Addresses of the fixed assets."""

from . import disposals, intake, pickers

urlpatterns = [
    *pickers.urlpatterns,
    *intake.urlpatterns,
    *disposals.urlpatterns,
]
