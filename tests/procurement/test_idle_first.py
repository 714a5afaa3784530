"""R-AST-21: what lies idle in the house is offered before anything of its class is bought."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assets.models import Asset, AssetState
from core import clock
from core.documents.models import Signature
from core.documents.services import apply_transition
from core.errors import DomainError
from inventory.models import Unit
from procurement.models import ItemCategoryLink, PurchaseCategory, PurchaseRequest, PurchaseRequestLine, Treatment
from tests.buying import make_purchase_request
from tests.factories import House
from tests.holding import make_asset

pytestmark = pytest.mark.django_db


def as_user(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def make_idle(house: House, **fields: Any) -> Asset:
    asset = make_asset(house, **{"specification": "OptiPlex", "department": house.other_ward, **fields})
    day = clock.today() - dt.timedelta(days=60)
    Asset.objects.filter(pk=asset.pk).update(state=AssetState.IDLE, idle_since=day)
    return asset


def make_request(house: House, name: str = "电脑", code: str = "A02010105") -> PurchaseRequest:
    """A draft with one line for an asset of a class, out of a budget."""
    document = make_purchase_request(house)
    category = PurchaseCategory.objects.filter(code=code).first()
    if code and category is None:
        category = PurchaseCategory.objects.create(code=code, name=name)
    document.lines.update(
        item=None,
        name=name,
        unit=Unit.objects.first(),
        factor=Decimal(1),
        category=category,
        treatment=Treatment.ASSET,
        warehouse=None,
    )
    return document


def submit(house: House, document: PurchaseRequest) -> PurchaseRequest:
    return apply_transition(document, "submit", actor=house.requester)


def test_without_a_reason_nothing_is_submitted_while_the_like_lies_idle(house: House) -> None:
    """R-AST-21: a purchase request for the same category needs a "not suitable" reason."""
    make_idle(house)
    document = make_request(house)
    with pytest.raises(DomainError, match="OptiPlex") as refusal:
        submit(house, document)
    assert (refusal.value.field, refusal.value.line) == ("idle_reason", 1)
    assert PurchaseRequest.objects.get().status == "draft"
    PurchaseRequestLine.objects.update(idle_reason="接口不符，带不动影像软件")
    assert submit(house, PurchaseRequest.objects.get()).status == "submitted"


@pytest.mark.parametrize(
    ("name", "code", "asked"),
    [
        ("电脑", "A02010105", True),
        ("台式计算机", "", True),
        ("投影仪", "A02010000", False),
        ("办公椅", "A05010301", False),
    ],
)
def test_the_like_is_of_the_same_class_or_name(house: House, name: str, code: str, asked: bool) -> None:
    make_idle(house)
    document = make_request(house, name, code)
    if asked:
        with pytest.raises(DomainError, match="idle"):
            submit(house, document)
    else:
        assert submit(house, document).status == "submitted"


def test_things_in_use_fresh_or_of_another_house_hinder_nobody(house: House, other_house: House) -> None:
    make_asset(house)
    make_idle(other_house)
    Asset.objects.filter(pk=make_idle(house).pk).update(idle_since=clock.today())
    assert submit(house, make_request(house)).status == "submitted"


def test_idle_things_stand_on_the_draft_and_on_the_approval(house: House) -> None:
    """R-AST-21: a purchase request for the same category shows idle matches first."""
    asset = make_idle(house)
    document = make_request(house)
    page = as_user(house.requester).get(reverse("purchaserequest_detail", args=(document.pk,))).content.decode()
    assert reverse("idle_thing", args=(asset.pk,)) in page
    assert "without a reason the request cannot be submitted" in page
    PurchaseRequestLine.objects.update(idle_reason="接口不符")
    submit(house, PurchaseRequest.objects.get())
    row = Signature.objects.get(is_next=True, content_type__model="purchaserequest")
    page = as_user(house.logistics_head).get(reverse("waiting_document", args=(row.pk,))).content.decode()
    for words in (f"idle: 台式计算机 OptiPlex ({house.other_ward})", "接口不符"):
        assert words in page


def test_the_search_for_things_to_buy_says_what_lies_idle(house: House) -> None:
    make_idle(house)
    category = PurchaseCategory.objects.filter(code="A02010105").first()
    category = category or PurchaseCategory.objects.create(code="A02010105", name="台式计算机")
    ItemCategoryLink.objects.create(item_category=house.gloves.category, category=category)
    found = as_user(house.requester).get(reverse("buying_item_search"), {"q": house.gloves.code}).json()["results"]
    assert "idle in the house: 台式计算机 OptiPlex" in found[0]["detail"]


def test_the_form_takes_the_reason(house: House) -> None:
    page = as_user(house.requester).get(reverse("purchaserequest_new")).content.decode()
    assert "lines-0-idle_reason" in page
