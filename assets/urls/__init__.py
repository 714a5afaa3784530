"""Addresses of the fixed assets."""

from . import custody, disposals, intake, pickers

urlpatterns = [
    *pickers.urlpatterns,
    *intake.urlpatterns,
    *custody.urlpatterns,
    *disposals.urlpatterns,
]
