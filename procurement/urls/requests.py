"""Addresses of purchase requests and prices."""

from typing import Any

from django.urls import path

from procurement.views import pickers

urlpatterns: list[Any] = [
    path("procurement/items/search/", pickers.BuyingItemSearch.as_view(), name="buying_item_search"),
    path("procurement/categories/search/", pickers.CategorySearch.as_view(), name="purchase_category_search"),
    path("procurement/allotments/search/", pickers.AllotmentSearch.as_view(), name="allotment_search"),
]
