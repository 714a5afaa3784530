"""Addresses: work of contractors, closing, rework."""

from django.urls import URLPattern, URLResolver, path

from core.views.documents import document_urls
from maintenance.views import contracts

urlpatterns: list[URLPattern | URLResolver] = [
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
        ],
    ),
]
