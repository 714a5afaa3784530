"""Accepting on a phone, signing on another one, settling what was rejected; who is refused what."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import clock
from core.attachments import attach
from core.documents.models import Delegation
from core.documents.routes import waiting_for
from core.errors import NotAllowed
from core.models import Attachment
from inventory.models import GoodsReceipt
from procurement.models import Acceptance, RejectedGoods
from tests.buying import accepted, make_acceptance, order_approved, request_approved, sourcing_approved, take
from tests.factories import House
from tests.inventory.screens import as_user, line_data, said

pytestmark = pytest.mark.django_db


def delivery(order: Any, house: House, *lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A filled acceptance form: everything arrived and is good, unless a line says otherwise."""
    found = list(order.lines.order_by("position"))
    rows = [
        {"key": line.pk, "arrived_quantity": line.quantity, "accepted_quantity": line.quantity, **more}
        for line, more in zip(found, lines or [{}] * len(found), strict=True)
    ]
    return {
        "request_key": str(uuid.uuid4()),
        "business_date": clock.today().isoformat(),
        "acceptor_2": house.asset_manager.pk,
        **line_data(*rows, initial=len(rows)),
        **fields,
    }


def new_url(order: Any) -> str:
    return f"{reverse('acceptance_new')}?order={order.pk}"


def test_a_delivery_is_accepted_on_one_phone_and_signed_on_another(house: House) -> None:
    """R-PRC-11."""
    order = order_approved(house)
    client = as_user(house.again("acceptor"))
    assert order.number in client.get(reverse("acceptance_choose")).content.decode()
    assert house.gloves.name in client.get(new_url(order)).content.decode()
    data = delivery(order, house, delivery_note="SH-1", then="submit")
    client.post(new_url(order), data)
    client.post(new_url(order), data)
    document = Acceptance.objects.get()
    assert (document.status, document.department, document.delivery_note) == ("submitted", house.ward, "SH-1")
    other = as_user(house.again("asset_manager"))
    signature = waiting_for(house.asset_manager).get()
    page = other.get(reverse("waiting_document", args=(signature.pk,))).content.decode()
    assert house.gloves.name in page
    assert house.supplier.name in page
    assert f'<a href="{reverse("purchaseorder_detail", args=(order.pk,))}">{order.number}</a>' in page
    other.post(
        reverse("waiting_document", args=(signature.pk,)), {"decision": "approve", "request_key": str(uuid.uuid4())}
    )
    document.refresh_from_db()
    receipt = GoodsReceipt.objects.get()
    assert (document.status, receipt.lines.get().quantity) == ("approved", 10)
    page = client.get(reverse("acceptance_detail", args=(document.pk,))).content.decode()
    assert order.number in page
    keeper = as_user(house.again("storekeeper"))
    assert document.number in keeper.get(reverse("goodsreceipt_detail", args=(receipt.pk,))).content.decode()
    paper = client.get(reverse("acceptance_print", args=(document.pk,))).content.decode()
    assert house.asset_manager.name in paper


@pytest.mark.parametrize(
    ("line", "fields", "words"),
    [
        ({"accepted_quantity": "11", "arrived_quantity": "11"}, {}, "at most 10"),
        ({"accepted_quantity": "9"}, {}, "what is wrong"),
        ({"accepted_quantity": "11"}, {}, "More is accepted than arrived"),
        ({"accepted_quantity": "", "arrived_quantity": ""}, {}, "what arrived on at least one line"),
        ({"key": "999999"}, {}, "not on the order"),
        ({}, {"acceptor_2": ""}, "at least two people"),
        ({}, {"business_date": "2099-01-01"}, "future"),
    ],
)
def test_what_is_refused_is_said_and_nothing_is_received(
    house: House, line: dict[str, Any], fields: dict[str, Any], words: str
) -> None:
    """R-PRC-10, R-PRC-11: over-delivery, one person alone, no finding."""
    order = order_approved(house)
    client = as_user(house.again("acceptor"))
    data = delivery(order, house, line, then="submit", **fields)
    assert words in client.post(new_url(order), data, follow=True).content.decode()
    assert GoodsReceipt.objects.count() == 0
    assert not Acceptance.objects.exclude(status="draft").exists()
    assert order.lines.get().accepted_quantity == 0


def test_the_buyer_neither_accepts_nor_is_named(house: House) -> None:
    """R-PRC-11: buying and accepting by one person."""
    order = order_approved(house)
    assert as_user(house.again("buyer")).get(new_url(order)).status_code in (403, 404)
    client = as_user(house.again("acceptor"))
    response = client.post(
        new_url(order), delivery(order, house, acceptor_2=house.buyer.pk, then="submit"), follow=True
    )
    assert "bought these goods" in response.content.decode()
    assert Acceptance.objects.get().status == "draft"


def test_a_second_person_opens_the_same_delivery_and_is_told(house: House) -> None:
    order = order_approved(house)
    first = take(make_acceptance(house, order), ("submit", house.acceptor))
    client = as_user(house.again("acceptor"))
    page = client.get(new_url(order)).content.decode()
    assert first.number in page
    response = client.post(new_url(order), delivery(order, house, then="submit"), follow=True)
    assert "accepts the rest already" in response.content.decode()
    assert Acceptance.objects.filter(status="submitted").count() == 1


def test_lots_are_asked_for_only_where_they_are_kept(house: House) -> None:
    plain = as_user(house.again("acceptor")).get(new_url(order_approved(house))).content.decode()
    assert "lot_number" not in plain
    order = order_approved(house, sourcing_approved(house, request_approved(house, (house.vaccine, 5, 8))))
    client = as_user(house.again("acceptor"))
    assert "lot_number" in client.get(new_url(order)).content.decode()
    response = client.post(new_url(order), delivery(order, house, then="submit"), follow=True)
    assert "enter the lot number" in response.content.decode()


def test_orders_of_other_wards_are_not_accepted_by_this_one(house: House) -> None:
    order = order_approved(house)
    order.lines.get().request_line.document.__class__.objects.update(department=house.other_ward)
    client = as_user(house.again("acceptor"))
    assert order.number not in client.get(reverse("acceptance_choose")).content.decode()
    assert client.get(new_url(order)).status_code == 404


def test_rejected_goods_are_listed_printed_and_settled(house: House) -> None:
    """R-PRC-14."""
    document = accepted(house, order_approved(house), rejected=3)
    row = RejectedGoods.objects.get()
    client = as_user(house.again("acceptor"))
    assert row.number in client.get(reverse("rejectedgoods_list")).content.decode()
    slip = client.get(reverse("rejectedgoods_print", args=(row.pk,))).content.decode()
    assert [word for word in (row.number, document.number, "包装破损", house.supplier.name) if word not in slip] == []
    url = reverse("rejectedgoods_settle", args=(row.pk,))
    data = {"remedy": "replace", "day": clock.today().isoformat(), "collected_by": "司机老王"}
    assert client.post(url, {**data, "collected_by": ""}).status_code == 200
    row.refresh_from_db()
    assert row.state == "waiting"
    assert "is settled" in said(client.post(url, data, follow=True))
    row.refresh_from_db()
    assert (row.state, row.settled_by) == ("settled", house.acceptor)
    assert "settled already" in client.post(url, data).content.decode()
    for who, answer in (("auditor", 403), ("other_requester", 403)):
        assert as_user(house.again(who)).get(url).status_code == answer


def test_a_receipt_that_left_the_store_again_is_shown(house: House) -> None:
    from tests.factories import run

    document = accepted(house)
    run(house, run(house, GoodsReceipt.objects.get()), "reverse")
    page = as_user(house.again("logistics_head")).get(reverse("acceptance_detail", args=(document.pk,)))
    assert "count as accepted until this paper is returned" in page.content.decode()


# ---- photos of those who sign ----


def photo(name: str = "到货.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7 " + name.encode())


def test_a_co_acceptor_adds_photos_while_it_waits_for_him(house: House) -> None:
    """From the screen on which he signs, and back to it; not before, not after, and nobody else more than before."""
    order = order_approved(house)
    document = make_acceptance(house, order)
    url = reverse("attachment_add", args=("procurement.acceptance", document.pk))
    client = as_user(house.again("asset_manager"))
    client.post(url, {"file": photo("早了.pdf")})
    assert not Attachment.objects.exists()
    take(document, ("submit", house.acceptor))
    signature = waiting_for(house.asset_manager).get()
    place = reverse("waiting_document", args=(signature.pk,))
    page = client.get(place).content.decode()
    assert f'action="{url}"' in page
    assert 'form="attach"' in page
    answer = client.post(url, {"file": photo(), "signature": str(signature.pk)})
    assert answer.url == place
    assert Attachment.objects.get().uploaded_by == house.asset_manager
    assert "到货.pdf" in client.get(place).content.decode()
    for role in ("storekeeper", "leader", "auditor", "requester"):
        as_user(house.again(role)).post(url, {"file": photo(f"{role}.pdf")})
    assert Attachment.objects.count() == 1
    take(document, ("approve", house.asset_manager))
    assert url not in client.get(reverse("acceptance_detail", args=(document.pk,))).content.decode()
    client.post(url, {"file": photo("晚了.pdf")})
    assert Attachment.objects.count() == 1


def test_a_substitute_adds_photos_like_the_acceptor_he_stands_for(house: House) -> None:
    document = take(make_acceptance(house, order_approved(house)), ("submit", house.acceptor))
    other = house.again("leader")
    with pytest.raises(NotAllowed):
        attach(document, photo(), actor=other)
    today = clock.today()
    Delegation.objects.create(principal=house.asset_manager, substitute=other, from_date=today, to_date=today)
    attach(document, photo(), actor=other)
    assert Attachment.objects.get().uploaded_by == other


def test_a_file_sent_with_a_strange_way_back_leads_to_the_paper(house: House) -> None:
    document = take(make_acceptance(house, order_approved(house)), ("submit", house.acceptor))
    url = reverse("attachment_add", args=("procurement.acceptance", document.pk))
    client = as_user(house.again("acceptor"))
    answer = client.post(url, {"file": photo(), "signature": "1; drop"})
    assert answer.url == reverse("acceptance_detail", args=(document.pk,))
    assert Attachment.objects.count() == 1
