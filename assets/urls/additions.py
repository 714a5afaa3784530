"""Addresses of asset additions, of the choice of accepted goods, and of the booking of cards."""

from django.urls import path

from assets.views import addition_screens, addition_sheets, additions, booking
from core.views.documents import document_urls

BASE = "asset-additions"

urlpatterns = [
    path(f"{BASE}/classes/search/", addition_screens.ClassSuggestions.as_view(), name="addition_class_search"),
    path(f"{BASE}/from-intake/", addition_screens.ChooseIntake.as_view(), name="assetaddition_from_intake"),
    path("assets/booking/", booking.BookingView.as_view(), name="asset_booking"),
    *document_urls(
        BASE,
        listing=additions.AdditionList,
        detail=additions.AdditionDetail,
        form=additions.AdditionFormView,
        paper=addition_screens.AdditionPaper,
        extra=[
            path(f"{BASE}/<int:pk>/copy/", additions.AdditionCopy.as_view(), name="assetaddition_copy"),
            path(f"{BASE}/<int:pk>/lines.xlsx", addition_sheets.LinesView.as_view(), name="assetaddition_lines"),
        ],
    ),
]
