"""Addresses of purchase requests and prices."""

from typing import Any

from django.urls import path

from core.views.document_lines import lines_url
from core.views.documents import document_urls
from procurement.models import PurchaseRequest
from procurement.views import pickers, request_screens, request_sources, requests

BASE = "purchase-requests"

urlpatterns: list[Any] = [
    path("procurement/items/search/", pickers.BuyingItemSearch.as_view(), name="buying_item_search"),
    path("procurement/categories/search/", pickers.CategorySearch.as_view(), name="purchase_category_search"),
    path("procurement/allotments/search/", pickers.AllotmentSearch.as_view(), name="allotment_search"),
    path("procurement/plan-lines/search/", request_sources.PlanLineSearch.as_view(), name="plan_line_search"),
    path(f"{BASE}/from-plan/", request_sources.ChoosePlanLines.as_view(), name="purchaserequest_from_plan"),
    path(f"{BASE}/papers/", request_sources.PapersOutstanding.as_view(), name="urgent_papers"),
    path(f"{BASE}/papers/export/", request_sources.PapersExport.as_view(), name="urgent_papers_export"),
    path(f"{BASE}/named/<str:reference>/", requests.ByReference.as_view(), name="purchaserequest_named"),
    *document_urls(
        BASE,
        listing=requests.PurchaseRequestList,
        detail=requests.PurchaseRequestDetail,
        form=requests.PurchaseRequestFormView,
        paper=request_screens.PurchaseRequestPaper,
        extra=[
            lines_url(BASE, PurchaseRequest),
            path(f"{BASE}/<int:pk>/copy/", requests.PurchaseRequestCopy.as_view(), name="purchaserequest_copy"),
            path(f"{BASE}/<int:pk>/close/", requests.CloseRest.as_view(), name="purchaserequest_close_rest"),
            path(f"{BASE}/<int:pk>/papers-in/", requests.PapersIn.as_view(), name="purchaserequest_papers"),
        ],
    ),
]
