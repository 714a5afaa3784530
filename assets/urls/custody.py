"""Addresses of hand-overs."""

from django.urls import path

from assets.views import custody, custody_acts, custody_paper
from core.views.documents import document_urls

urlpatterns = [
    path("assets/people/<int:pk>/", custody_acts.EverythingOfPerson.as_view(), name="custody_of_person"),
    *document_urls(
        "asset-custody",
        listing=custody.CustodyList,
        detail=custody.CustodyDetail,
        form=custody.CustodyFormView,
        paper=custody_paper.CustodyPaper,
        extra=[
            path("asset-custody/<int:pk>/sign-here/", custody_acts.SignHereView.as_view(), name="custody_sign_here")
        ],
    ),
]
