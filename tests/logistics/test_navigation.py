"""What the navigation offers: only pages that exist, only to those who may open them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import path

from logistics.navigation import bottom_bar_for, navigation_for, shell


def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    return HttpResponse("")


# No requisition_new here: a page that is not installed is not offered.
urlpatterns = [
    path("", page, name="workbench"),
    path("waiting/", page, name="waiting"),
    path("requisitions/", page, name="requisition_list"),
    path("issues/", page, name="goodsissue_list"),
    path("stock/", page, name="stock_on_hand"),
    path("assets/class-property/", page, name="class_list"),
    path("stock/ledger/", page, name="item_ledger"),
    path("me/", page, name="profile"),
    path("admin/", admin.site.urls),
]
COUNTS = {"waiting_count": lambda: 7, "notice_count": lambda: 0}


@pytest.fixture(autouse=True)
def _pages(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__


def offered(groups: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {entry["url"]: entry for group in groups for entry in group["items"]}


def test_a_requester_sees_neither_the_store_nor_the_back_office(house):
    entries = offered(navigation_for(house.requester, "/", COUNTS))
    assert {"/", "/waiting/", "/requisitions/"} <= entries.keys()
    assert "/stock/" not in entries
    assert not any(url.startswith("/admin/") for url in entries)


def test_a_storekeeper_sees_the_store(house):
    groups = navigation_for(house.storekeeper, "/stock/ledger/?item=3", COUNTS)
    entries = offered(groups)
    assert {"/issues/", "/stock/", "/stock/ledger/"} <= entries.keys()
    assert [url for url, entry in entries.items() if entry["active"]] == ["/stock/ledger/"]
    assert entries["/waiting/"]["count"] == 7
    assert all(group["items"] for group in groups)


def test_only_houses_with_classes_are_offered_their_property(house):
    house.organization.kind = "hospital"
    house.organization.save()
    assert "/assets/class-property/" not in offered(navigation_for(house.again("asset_manager"), "/", COUNTS))
    house.organization.kind = "school"
    house.organization.save()
    assert "/assets/class-property/" in offered(navigation_for(house.again("asset_manager"), "/", COUNTS))


def test_the_first_page_is_active_only_on_itself(house):
    assert offered(navigation_for(house.requester, "/", COUNTS))["/"]["active"]
    assert not offered(navigation_for(house.requester, "/elsewhere/", COUNTS))["/"]["active"]


def test_the_bottom_bar_has_five_places_at_most_and_no_word_twice(house):
    for person in (house.requester, house.storekeeper, house.auditor, house.system_administrator):
        labels = [str(entry["label"]) for entry in bottom_bar_for(person, "/me/", COUNTS)]
        assert len(labels) == len(set(labels)) <= 5
        assert labels[0] == "Workbench"


def test_a_page_without_frame_asks_the_database_nothing(house, django_assert_num_queries):
    request = RequestFactory().get("/")
    request.user = house.again("requester")
    with django_assert_num_queries(0):
        context = shell(request)
    assert {"nav", "bottom_nav", "waiting_count", "notice_count", "product_name"} <= context.keys()
    assert int(str(context["waiting_count"])) == 0
