"""Named views and chosen columns of a list: kept for one person, on the screen and in the export."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from core.models import ListView
from tests.factories import House, make_requisition
from tests.inventory.screens import as_user

pytestmark = pytest.mark.django_db
LIST = "/requisitions/"


def keep(client: Any, **fields: Any) -> Any:
    page = client.get(LIST)
    return client.post(reverse("list_views"), {"list": page.context["list_name"], "next": LIST, **fields}, follow=True)


def headings(page: Any) -> list[str]:
    return [column["key"] for column in page.context["columns"]]


def test_chosen_columns_hold_on_the_screen_and_in_the_export(house: House) -> None:
    make_requisition(house)
    client = as_user(house.requester)
    everything = headings(client.get(LIST))
    page = keep(client, columns="chosen", column=["status", "no such column"])
    assert headings(page) == [everything[0], "status"]
    answer = client.get(reverse("requisition_export"))
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    rows = openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
    assert max(sum(cell is not None for cell in row) for row in rows) == 2
    assert headings(as_user(house.department_head).get(LIST)) == everything
    assert headings(keep(client, columns="all")) == everything


def test_a_named_view_is_kept_used_renewed_and_removed(house: House) -> None:
    client = as_user(house.requester)
    keep(client, keep="1", name="草稿", query="status=draft&page=3")
    page = keep(client, keep="1", name="草稿", query="status=draft&sort=-number")
    (view,) = page.context["list_views"]
    assert (view.name, view.value) == ("草稿", "status=draft&sort=-number")
    assert f"{LIST}?status=draft&amp;sort=-number" in page.content.decode()
    keep(as_user(house.department_head), drop=view.pk)
    assert ListView.objects.filter(pk=view.pk).exists()
    assert as_user(house.department_head).get(LIST).context["list_views"] == []
    keep(client, drop=view.pk)
    assert not ListView.objects.exists()


@pytest.mark.parametrize("fields", [{"name": "", "query": "q=1"}, {"name": "x", "query": ""}, {"name": "x"}])
def test_a_view_without_name_or_filter_is_not_kept(house: House, fields: dict[str, str]) -> None:
    keep(as_user(house.requester), keep="1", **fields)
    assert not ListView.objects.exists()


def test_nobody_keeps_more_than_twenty(house: House) -> None:
    client = as_user(house.requester)
    for number in range(21):
        keep(client, keep="1", name=f"v{number}", query="q=1")
    assert ListView.objects.count() == 20


def test_the_way_back_stays_inside(house: House) -> None:
    answer = as_user(house.requester).post(reverse("list_views"), {"list": "x", "next": "https://evil.example/"})
    assert answer.url == reverse("workbench")
