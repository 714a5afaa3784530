"""Addresses of the fixed assets."""

from assets.views import overview  # noqa: F401  (says its numbers on the first page)

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
