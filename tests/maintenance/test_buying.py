"""What the store lacks for an order is asked to be bought: a draft prefilled with what is missing, and a note."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.documents.lifecycle import Status
from core.errors import DomainError, NotAllowed
from maintenance.services import buying
from procurement.models import PurchaseRequest
from procurement.services.request_drafts import Part
from tests.factories import House
from tests.repairing import bring, make_order

from .test_parts import ask, fill, hand_out

pytestmark = pytest.mark.django_db


@pytest.fixture
def valve(house: House) -> Any:
    item = house.item("陶瓷阀芯", reference_price=Decimal("12.50"))
    fill(house, (item, 10, "12.5"))
    return item


def short_order(house: House, valve: Any) -> Any:
    """An order that waits for 6 valves while the store has 2 left."""
    order = bring(house, make_order(house), "on_site")
    ask(house, order, (valve, 6))
    hand_out(house, ask(house, bring(house, make_order(house), "on_site"), (valve, 8)))
    return order


def send(client: Client, order: Any, **data: Any) -> Any:
    return client.post(reverse("workorder_step", args=(order.pk, "buy")), data)


def test_the_draft_holds_what_is_missing_and_the_story_says_so(house: House, valve: Any) -> None:
    order = short_order(house, valve)
    (row,) = buying.lacking_parts(order)
    assert (row.item, row.wanted, row.there, row.missing) == (valve, Decimal(6), Decimal(2), Decimal(4))
    client = Client()
    client.force_login(house.logistics_head)
    page = client.get(reverse("workorder_step", args=(order.pk, "buy")))
    assert page.context["form"].initial["lacking"] == [str(valve.pk)]
    data = {"lacking": [str(valve.pk)], "request_key": str(uuid.uuid4())}
    answer = send(client, order, **data)
    draft = PurchaseRequest.objects.get()
    assert answer["Location"] == reverse("purchaserequest_edit", args=(draft.pk,))
    line = draft.lines.get()
    assert (line.item, line.quantity, line.unit) == (valve, Decimal(4), valve.unit)
    assert (draft.status, draft.source, draft.source_reference) == (Status.DRAFT, "repair", order.number)
    assert draft.created_by == house.logistics_head
    assert "陶瓷阀芯" in order.events.order_by("-pk")[0].reason
    # The same form once more makes nothing; the page of the order leads to the draft.
    send(client, order, **data)
    assert PurchaseRequest.objects.count() == 1
    assert f"/{draft.pk}/" in client.get(reverse("workorder_detail", args=(order.pk,))).content.decode()


def test_a_part_that_is_in_no_catalogue_is_described(house: House, valve: Any) -> None:
    order = bring(house, make_order(house), "on_site")
    client = Client()
    client.force_login(house.logistics_head)
    refused = send(client, order, name="进口水泵", quantity="1")
    assert "unit" in refused.context["form"].errors
    assert not PurchaseRequest.objects.exists()
    refused = send(client, order, quantity="2")
    assert "item" in refused.context["form"].errors
    assert not PurchaseRequest.objects.exists()
    refused = send(client, order)
    assert refused.context["form"].non_field_errors()
    assert not PurchaseRequest.objects.exists()
    send(client, order, name="进口水泵", quantity="1", unit=valve.unit.pk)
    line = PurchaseRequest.objects.get().lines.get()
    assert (line.item, line.name, line.quantity) == (None, "进口水泵", Decimal(1))


def test_only_who_may_ask_for_purchases_and_only_for_work_in_hand(house: House, valve: Any) -> None:
    order = short_order(house, valve)
    part = Part(quantity=Decimal(1), unit=valve.unit, item=valve)
    client = Client()
    client.force_login(house.repair_worker)
    assert "/step/buy/" not in client.get(reverse("workorder_detail", args=(order.pk,))).content.decode()
    send(client, order, lacking=[str(valve.pk)])
    with pytest.raises(NotAllowed):
        buying.ask_to_buy(order, [part], actor=house.repair_worker)
    done = bring(house, make_order(house), "done")
    client.force_login(house.logistics_head)
    send(client, done, item=valve.pk, quantity="1")
    with pytest.raises(DomainError, match=done.number):
        buying.ask_to_buy(done, [part], actor=house.logistics_head)
    assert not PurchaseRequest.objects.exists()
    assert not done.events.filter(step="note").exists()
