"""Labels for items and shelves."""

from __future__ import annotations

from django.test import Client

from inventory.models import ItemShelf, Shelf, Warehouse
from tests.factories import House, receive


def page(client: Client, **chosen: str) -> str:
    usual = {"kind": "items", "size": "a4-24", "copies": "1", "skip": "0", "codes": ""}
    return client.get("/labels/", {**usual, **chosen}).content.decode()


def test_labels_of_what_lies_in_a_warehouse(house: House, client: Client) -> None:
    receive(house, (house.gloves, 1, 1))
    shelf = Shelf.objects.create(warehouse=house.warehouse, code="A-01")
    ItemShelf.objects.create(warehouse=house.warehouse, item=house.gloves, shelf=shelf)
    client.force_login(house.storekeeper)
    shown = page(client, warehouse=str(house.warehouse.pk), copies="3", skip="23")
    assert shown.count('class="label"') == 3
    assert shown.count("label-used") == 23
    assert shown.count("label-sheet") == 2
    assert "A-01" in shown
    assert house.paper.name not in shown


def test_codes_that_are_not_known_are_named(house: House, client: Client) -> None:
    client.force_login(house.storekeeper)
    assert 'class="label"' not in page(client, codes=f"{house.paper.code}\nNOPE-1")
    assert "NOPE-1" in page(client, codes=f"{house.paper.code}\nNOPE-1")
    shown = page(client, codes=f"{house.paper.code}\n", size="single-60x40")
    assert shown.count('class="label"') == 1


def test_labels_of_shelves_need_their_warehouse(house: House, client: Client) -> None:
    Shelf.objects.create(warehouse=house.warehouse, code="B-02", name="劳保")
    client.force_login(house.storekeeper)
    assert 'class="label"' not in page(client, kind="shelves")
    shown = page(client, kind="shelves", warehouse=str(house.warehouse.pk))
    assert f"{house.warehouse.code}/B-02" in shown


def test_a_keeper_prints_no_shelves_of_a_store_that_he_does_not_keep(house: House, client: Client) -> None:
    other = Warehouse.objects.create(
        organization=house.organization, code="W2", name="药库", department=house.logistics
    )
    shelf = Shelf.objects.create(warehouse=other, code="C-03", name="麻精药品")
    ItemShelf.objects.create(warehouse=other, item=house.gloves, shelf=shelf)
    client.force_login(house.storekeeper)
    assert "C-03" not in page(client, kind="shelves", warehouse=str(other.pk))
    assert "C-03" not in page(client, codes=house.gloves.code, warehouse=str(other.pk))
    client.force_login(house.auditor)
    assert "C-03" in page(client, kind="shelves", warehouse=str(other.pk))
    assert "C-03" in page(client, codes=house.gloves.code, warehouse=str(other.pk))


def test_who_sees_no_stock_prints_no_labels(house: House, client: Client) -> None:
    client.force_login(house.requester)
    assert client.get("/labels/").status_code == 403
