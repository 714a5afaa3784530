"""Addresses of the cards: list, page, labels, scanned labels, idle things, what people and classes hold."""

from django.urls import path

from assets.models import Edition
from assets.reports.holdings import DepartmentAssets, PersonalAssets
from assets.views.card import CardDetail, CardEdit
from assets.views.card_pickers import CategorySearch, PlaceSearch
from assets.views.cards import CardExport, CardFind, CardList
from assets.views.holdings import ClassList, ClassProperty, MyThings, ResponsibilityLetter
from assets.views.idle import IdlePool, IdleThing
from assets.views.labels import AssetLabels
from assets.views.scan import ScannedLabel
from core.reports import address

urlpatterns = [
    path("assets/", CardList.as_view(), name="asset_list"),
    path("assets/export/", CardExport.as_view(), name="asset_export"),
    path("assets/find/", CardFind.as_view(), name="asset_find"),
    path("assets/<int:pk>/", CardDetail.as_view(), name="asset_detail"),
    path("assets/<int:pk>/edit/", CardEdit.as_view(), name="asset_edit"),
    path("assets/labels/", AssetLabels.as_view(), name="asset_labels"),
    path("assets/mine/", MyThings.as_view(), name="asset_mine"),
    path("assets/idle/", IdlePool.as_view(), name="idle_pool"),
    path("assets/idle/<int:pk>/", IdleThing.as_view(), name="idle_thing"),
    path("assets/class-property/", ClassList.as_view(), name="class_list"),
    path("assets/class-property/<int:pk>/", ClassProperty.as_view(), name="class_property"),
    path("assets/class-property/<int:pk>/letter/", ResponsibilityLetter.as_view(), name="class_letter"),
    path("assets/categories/search/", CategorySearch.as_view(), name="asset_category_search"),
    path("assets/categories/2010/search/", CategorySearch.as_view(edition=Edition.E2010), name="old_category_search"),
    path("places/search/", PlaceSearch.as_view(), name="place_search"),
    path("a/<slug:token>/", ScannedLabel.as_view(), name="asset_scan"),
    address("reports/department-assets/", DepartmentAssets),
    address("reports/personal-assets/", PersonalAssets),
]
