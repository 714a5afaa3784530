"""Shelves and what lies on them: sheets in and out, the back office, and the way to printed labels."""

from __future__ import annotations

import io
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from core.excel.writer import write_workbook
from core.resources import by_name
from inventory.models import Item, ItemShelf, Shelf, Warehouse
from tests.directory.test_sheets import load, reasons
from tests.factories import House

SHELVES = [["仓库编码", "货位", "货位名称"], ["W1", "A-01", "劳保"], ["W1", "A-02", ""]]


@pytest.fixture
def shelves(house: House) -> list[Shelf]:
    codes = ("A-01", "A-02")
    return [Shelf.objects.create(warehouse=house.warehouse, code=code, name="货架") for code in codes]


def client_of(house: House, role: str) -> Client:
    client = Client()
    client.force_login(house.again(role))
    return client


def test_shelves_go_in_and_come_out_unchanged(house: House) -> None:
    keeper = house.again("storekeeper")
    report = load(keeper, "inventory.shelf", SHELVES)
    assert (reasons(report), report.new) == ("", 2)
    resource = by_name("inventory.shelf")
    out = io.BytesIO()
    write_workbook(out, [resource(user=keeper).to_sheet(resource(user=keeper).scope())])
    again = load(keeper, "inventory.shelf", out.getvalue())
    assert (reasons(again), again.new, again.changed) == ("", 0, 0)
    assert list(Shelf.objects.values_list("code", "name")) == [("A-01", "劳保"), ("A-02", "")]


def test_items_are_put_on_shelves_and_moved_by_a_sheet(house: House, shelves: list[Shelf]) -> None:
    keeper = house.again("storekeeper")
    head = ["仓库", "物资编码", "货位"]
    report = load(keeper, "inventory.itemshelf", [head, ["W1", house.gloves.code, "W1/A-01"]])
    assert (reasons(report), report.new) == ("", 1)
    report = load(keeper, "inventory.itemshelf", [head, ["W1", house.gloves.code, "A-02"]])
    assert (reasons(report), report.new) == ("", 0)
    assert ItemShelf.objects.get().shelf == shelves[1]
    resource = by_name("inventory.itemshelf")
    out = io.BytesIO()
    write_workbook(out, [resource(user=keeper).to_sheet(resource(user=keeper).scope())])
    again = load(keeper, "inventory.itemshelf", out.getvalue())
    assert (reasons(again), again.new, again.changed) == ("", 0, 0)


def test_a_shelf_that_is_not_there_is_named_and_nothing_is_written(house: House, shelves: list[Shelf]) -> None:
    rows = [["仓库", "物资编码", "货位"], ["W1", house.gloves.code, "A-01"], ["W1", house.paper.code, "Z-99"]]
    assert "Z-99" in reasons(load(house.again("storekeeper"), "inventory.itemshelf", rows))
    assert not ItemShelf.objects.exists()


def test_a_keeper_writes_no_shelves_of_other_warehouses(house: House) -> None:
    Warehouse.objects.create(
        organization=house.organization, code="W7", name="药库", department=house.warehouse.department
    )
    found = load(house.again("storekeeper"), "inventory.shelf", [["仓库编码", "货位"], ["W7", "A-01"]])
    assert "W7" in reasons(found)
    assert not Shelf.objects.exists()


def test_the_back_office_keeps_one_shelf_an_item(house: House, shelves: list[Shelf]) -> None:
    client = client_of(house, "storekeeper")
    address = reverse("admin:inventory_itemshelf_add")
    client.post(address, {"item": house.gloves.pk, "shelf": shelves[0].pk})
    kept = ItemShelf.objects.get()
    assert (kept.warehouse, kept.shelf) == (house.warehouse, shelves[0])
    answer = client.post(address, {"item": house.gloves.pk, "shelf": shelves[1].pk})
    assert "already lies on shelf A-01" in answer.content.decode()
    assert ItemShelf.objects.get().shelf == shelves[0]
    client.post(
        reverse("admin:inventory_itemshelf_change", args=(kept.pk,)),
        {"item": house.gloves.pk, "shelf": shelves[1].pk},
    )
    assert ItemShelf.objects.get().shelf == shelves[1]


def test_labels_of_chosen_items_and_shelves(house: House, shelves: list[Shelf]) -> None:
    client = client_of(house, "storekeeper")
    chosen = {"action": "print_labels", "_selected_action": [house.gloves.pk, house.paper.pk]}
    answer = client.post(reverse("admin:inventory_item_changelist"), chosen)
    query = parse_qs(urlsplit(answer["Location"]).query)
    assert query["codes"] == ["\n".join(sorted([house.gloves.code, house.paper.code]))]
    page = client.get(answer["Location"]).content.decode()
    assert house.gloves.code in page  # filled into the form, where size and copies are chosen
    assert 'class="label"' not in page

    chosen = {"action": "print_labels", "_selected_action": [shelves[1].pk]}
    answer = client.post(reverse("admin:inventory_shelf_changelist"), chosen)
    printed = client.get(f"{answer['Location']}&size=single-40x30&copies=1&skip=0").content.decode()
    assert f"{house.warehouse.code}/A-02" in printed
    assert f"{house.warehouse.code}/A-01" not in printed
    listed = client.get(reverse("admin:inventory_shelf_changelist")).content.decode()
    assert "codes=A-01" in listed


def test_nothing_is_deleted_in_bulk(house: House) -> None:
    client = client_of(house, "logistics_head")
    page = client.get(reverse("admin:inventory_item_changelist")).content.decode()
    assert "delete_selected" not in page
    client.post(
        reverse("admin:inventory_item_changelist"),
        {"action": "delete_selected", "_selected_action": [house.gloves.pk], "post": "yes"},
    )
    assert Item.objects.filter(pk=house.gloves.pk).exists()


def test_shelves_of_two_warehouses_are_not_mixed(house: House, shelves: list[Shelf]) -> None:
    other = Warehouse.objects.create(
        organization=house.organization, code="W7", name="药库", department=house.warehouse.department
    )
    other.keepers.add(house.storekeeper)
    far = Shelf.objects.create(warehouse=other, code="A-01")
    answer = client_of(house, "storekeeper").post(
        reverse("admin:inventory_shelf_changelist"),
        {"action": "print_labels", "_selected_action": [shelves[0].pk, far.pk]},
        follow=True,
    )
    assert "Choose shelves of one warehouse" in answer.content.decode()
