"""What a scanned or typed code finds: exactly one item by its code or barcode, and never one that is out of use."""

from __future__ import annotations

from typing import Any

from django.test import Client

from inventory.forms.issue import Handouts
from inventory.models import Item
from tests.factories import House, make_requisition


def found(client: Client, *codes: str) -> list[str]:
    answer: Any = client.get("/items/search/", {"codes": codes}).json()
    return [record["code"] for record in answer["results"]]


def test_exact_codes_and_barcodes(house: House, client: Client) -> None:
    Item.objects.filter(pk=house.gloves.pk).update(barcode="6901234567892")
    client.force_login(house.requester)
    assert found(client, "6901234567892") == [house.gloves.code]
    assert found(client, house.paper.code) == [house.paper.code]
    assert found(client, house.paper.code.lower()) == [house.paper.code]
    assert found(client, "690123456789") == []
    assert found(client, "", " ") == []


def test_an_item_out_of_use_is_not_found(house: House, client: Client) -> None:
    Item.objects.filter(pk=house.gloves.pk).update(barcode="6901234567892", active=False)
    client.force_login(house.requester)
    assert found(client, "6901234567892", house.gloves.code) == []


def test_giving_out_knows_the_codes_of_its_lines(house: House) -> None:
    document = make_requisition(house)
    lines = list(document.lines.select_related("item__unit"))
    forms = Handouts(None, lines=lines, stock={}, lots={}).forms
    assert [form.given_item.pk for form in forms] == [line.item_id for line in lines]
