"""The addresses of repairs and upkeep, by room."""

from . import contracts, dispatching, doing, plans, reporting, reports, targets

urlpatterns = [
    *reporting.urlpatterns,
    *dispatching.urlpatterns,
    *targets.urlpatterns,
    *doing.urlpatterns,
    *contracts.urlpatterns,
    *plans.urlpatterns,
    *reports.urlpatterns,
]
