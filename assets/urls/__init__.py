"""Addresses of the fixed assets."""

from . import additions, cards, counts, custody, disposals, intake, pickers, reports, values

urlpatterns = [
    *additions.urlpatterns,
    *cards.urlpatterns,
    *pickers.urlpatterns,
    *intake.urlpatterns,
    *custody.urlpatterns,
    *counts.urlpatterns,
    *disposals.urlpatterns,
    *reports.urlpatterns,
    *values.urlpatterns,
]
