"""Addresses of disposals and cases of compensation."""

from django.urls import path

from assets.views import compensation, disposals
from core.views.documents import document_urls

urlpatterns = [
    *document_urls(
        "asset-disposals",
        listing=disposals.DisposalList,
        detail=disposals.DisposalDetail,
        form=disposals.DisposalFormView,
        paper=disposals.DisposalPaper,
        extra=[
            path("asset-disposals/<int:pk>/carry-out/", disposals.CarryOutView.as_view(), name="disposal_carry_out")
        ],
    ),
    *document_urls(
        "compensation-cases",
        listing=compensation.CompensationList,
        detail=compensation.CompensationDetail,
        form=compensation.CompensationFormView,
        paper=compensation.CompensationPaper,
        extra=[
            path(
                "compensation-cases/<int:pk>/receive/",
                compensation.ReceiveView.as_view(),
                name="compensationcase_receive",
            ),
            path(
                "compensation-cases/<int:pk>/payments/<int:payment>/take-back/",
                compensation.TakeReceiptBackView.as_view(),
                name="compensationcase_take_back",
            ),
        ],
    ),
]
