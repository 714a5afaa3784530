"""Addresses of the search boxes that choose cards."""

from django.urls import path

from assets.views.pickers import AssetSearch

urlpatterns = [path("assets/search/", AssetSearch.as_view(), name="asset_search")]
