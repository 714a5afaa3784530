"""Addresses: work of contractors, closing, rework."""

from django.urls import URLPattern, URLResolver, path

from core.reports import address
from core.views.documents import document_urls
from maintenance.reports.knowledge import CausesAndRemedies
from maintenance.views import asset_card, closing, contracts  # noqa: F401 - the card shows repairs

urlpatterns: list[URLPattern | URLResolver] = [
    path("repairs/contractor-jobs/for/<int:pk>/", closing.ForOrder.as_view(), name="contractorjob_for"),
    address("reports/causes-and-remedies/", CausesAndRemedies),
    path("repairs/again/<int:pk>/", closing.AgainView.as_view(), name="workorder_again"),
    *document_urls(
        "repairs/contractor-jobs",
        listing=contracts.JobList,
        detail=contracts.JobDetail,
        form=contracts.JobFormView,
        paper=contracts.JobPaper,
        extra=[
            path(
                "repairs/contractor-jobs/<int:pk>/accept/", contracts.AcceptView.as_view(), name="contractorjob_accept"
            ),
            path("repairs/contractor-jobs/orders/", contracts.OrdersToGive.as_view(), name="orders_to_give"),
            path("repairs/contractor-jobs/firms/", contracts.FirmSearch.as_view(), name="firm_search"),
        ],
    ),
]
