"""The screens of hand-overs: forms by kind, both sides on their phones, signing on the other's device, papers."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assets.models import Asset, AssetState, CustodyChange
from core import clock
from core.documents import registry
from core.documents.models import Signature
from core.documents.services import events_of
from directory.models import User
from tests.assets.test_custody import give_back, holder, issue_to, lent, signed, step, submitted, thing
from tests.factories import PASSWORD, House
from tests.holding import LONG_AGO, make_assets, make_custody_change
from tests.inventory.screens import as_user, line_data, said

pytestmark = pytest.mark.django_db
Kind = CustodyChange.Kind
NEW = "custodychange_new"


def post_new(client: Client, kind: str, *assets: Asset, loan: Any = None, submit: bool = True, **fields: Any) -> Any:
    address = f"{reverse(NEW)}?kind={kind}" + (f"&loan={loan.pk}" if loan else "")
    data = {"request_key": str(uuid.uuid4()), **line_data(*({"asset": asset.pk} for asset in assets)), **fields}
    return client.post(address, {**data, **({"then": "submit"} if submit else {})}, follow=True)


# ---- forms ----


def test_every_kind_has_its_form(house: House) -> None:
    client = as_user(house.again("asset_manager"))
    page = client.get(reverse(NEW), {"asset": 7}).content.decode()
    for kind in (Kind.ISSUE, Kind.RETURN, Kind.TRANSFER, Kind.USER, Kind.LOAN):
        assert f"?kind={kind}&amp;asset=7" in page
        form = client.get(reverse(NEW), {"kind": kind}).context["form"]
        assert ("due_on" in form.fields, "returned_as" in form.fields) == (kind == Kind.LOAN, kind == Kind.RETURN)
    assert client.get(reverse(NEW), {"kind": Kind.LOAN_RETURN}).status_code == 404


def test_a_transfer_from_a_choice_of_cards(house: House) -> None:
    """The list of cards leads here with what was ticked; the paper belongs to the department that has the things."""
    assets = [thing(house), thing(house)]
    client = as_user(house.again("asset_manager"))
    form = client.get(reverse(NEW), {"kind": Kind.TRANSFER, "asset": [asset.pk for asset in assets]})
    assert [row["asset"].value() for row in form.context["formset"].forms] == [asset.pk for asset in assets]
    page = post_new(client, Kind.TRANSFER, *assets, to_department=house.other_ward.pk)
    document = CustodyChange.objects.get()
    assert (document.department, document.status, document.created_by) == (house.ward, "submitted", house.asset_manager)
    assert document.number.startswith("ZY")
    assert house.department_head.name in said(page)
    assert {asset.claimed_by for asset in Asset.objects.all()} == {f"assets.custodychange:{document.pk}"}


def test_a_hand_over_of_what_the_list_shows(house: House) -> None:
    """The list of cards, filtered, leads here with the things that may change hands."""
    shown = [thing(house, name="病床"), thing(house, name="病床")]
    thing(house, name="病床", state=AssetState.MISSING)
    thing(house, name="轮椅")
    client = as_user(house.again("asset_manager"))
    actions = client.get(reverse("asset_list"), {"q": "病床"}).context["actions"]
    address = next(action["url"] for action in actions if action["icon"] == "switch-horizontal")
    page = client.get(address)
    way = next(way["url"] for way in page.context["ways"] if "kind=transfer" in way["url"])
    rows = client.get(way).context["formset"].forms
    assert {row["asset"].value() for row in rows} == {asset.pk for asset in shown}


def test_an_issue_goes_to_the_department_of_the_person(house: House) -> None:
    asset = thing(house, department=house.logistics)
    post_new(as_user(house.again("asset_manager")), Kind.ISSUE, asset, to_user=house.requester.pk)
    document = CustodyChange.objects.get()
    assert (document.department, document.to_department) == (house.logistics, house.ward)
    assert (document.status, document.receiver) == ("submitted", house.requester)


def test_bad_lines_are_told_beside_them(house: House) -> None:
    client = as_user(house.again("asset_manager"))
    mixed = [thing(house), thing(house, department=house.other_ward)]
    page = post_new(client, Kind.TRANSFER, *mixed, to_department=house.logistics.pk)
    assert "make a paper for each department" in page.content.decode()
    twice = post_new(client, Kind.TRANSFER, mixed[0], mixed[0], to_department=house.logistics.pk)
    assert "on this paper already" in twice.content.decode()
    nobody = post_new(client, Kind.ISSUE, mixed[0])
    assert nobody.context["form"].errors["to_user"]
    late = {"to_department": house.other_ward.pk, "due_on": "2020-01-01"}
    assert "due_on" in post_new(client, Kind.LOAN, mixed[0], **late).context["form"].errors
    unknown = thing(house)
    data = line_data({"asset": unknown.pk, "place": 999})
    page = client.post(f"{reverse(NEW)}?kind=transfer", {"to_department": house.other_ward.pk, **data})
    assert "place does not exist" in page.content.decode()
    assert not CustodyChange.objects.exists()


def test_a_refused_submit_keeps_the_draft(house: House) -> None:
    asset = thing(house, state=AssetState.MISSING)
    page = post_new(as_user(house.again("asset_manager")), Kind.TRANSFER, asset, to_department=house.other_ward.pk)
    assert "cannot be handed over" in page.content.decode()
    assert CustodyChange.objects.get().status == "draft"
    assert holder(asset)[5] == ""


def test_things_of_other_departments_are_not_chosen(house: House) -> None:
    """R-SYS-06: a nurse hands over what her ward has; idle things of others she may ask for."""
    client = as_user(house.again("requester"))
    theirs = thing(house, department=house.other_ward)
    page = post_new(client, Kind.TRANSFER, theirs, to_department=house.ward.pk)
    assert page.context["formset"].forms[0].errors["asset"]
    idle = thing(house, department=house.other_ward, state=AssetState.IDLE)
    post_new(client, Kind.TRANSFER, idle, to_department=house.ward.pk)
    document = CustodyChange.objects.get()
    assert (document.status, document.department) == ("submitted", house.other_ward)


def test_a_loan_comes_back_from_its_own_page(house: House) -> None:
    asset, kept = thing(house), thing(house)
    due = clock.today() + dt.timedelta(days=7)
    loan = signed(submitted(house, asset, kept, kind=Kind.LOAN, to_user=house.other_requester, due_on=due))
    client = as_user(house.again("department_head"))
    page = client.get(reverse("custodychange_detail", args=(loan.pk,)))
    address = page.context["calls"][0]["url"]
    form = client.get(address)
    assert [row["asset"].value() for row in form.context["formset"].forms] == [asset.pk, kept.pk]
    post_new(client, Kind.LOAN_RETURN, asset, loan=loan)
    back = CustodyChange.objects.get(loan=loan)
    assert (back.department, back.status, back.hander) == (house.ward, "submitted", house.other_requester)
    signed(back)
    assert holder(asset)[4] == AssetState.IN_STOCK
    again = client.get(address)
    assert [row["asset"].value() for row in again.context["formset"].forms] == [kept.pk]
    stranger = as_user(house.again("acceptor"))
    assert stranger.get(address).status_code in (403, 404)


# ---- lists ----


def test_overdue_loans_have_a_list_and_a_number(house: House) -> None:
    loan = lent(house, thing(house))
    CustodyChange.objects.filter(pk=loan.pk).update(due_on=clock.today() - dt.timedelta(days=2))
    submitted(house, thing(house))
    client = as_user(house.again("asset_manager"))
    rows = client.get(reverse("custodychange_list"), {"where": "overdue"}).context["rows"]
    assert [row["card"]["status"][0] for row in rows] == ["overdue"]
    assert "2 days overdue" in str(rows[0]["card"]["status"][1])
    assert "Overdue loans of things" in client.get(reverse("workbench")).content.decode()
    assert client.get(reverse("custodychange_list"), {"where": "returned"}).context["count"] == 0
    assert client.get(reverse("custodychange_list"), {"where": "out"}).context["count"] == 1
    assert client.get(reverse("custodychange_list"), {"kind": "transfer"}).context["count"] == 1
    signed(give_back(house, loan, loan.lines.get().asset))
    assert client.get(reverse("custodychange_list"), {"where": "overdue"}).context["count"] == 0


def test_the_list_asks_a_fixed_number_of_times(house: House) -> None:
    counts = []
    client = as_user(house.again("asset_manager"))
    assets = iter(make_assets(house, 33, in_use_on=clock.today() - LONG_AGO))
    for many in (3, 30):
        for _turn in range(many):
            make_custody_change(house, next(assets))
        client.get(reverse("custodychange_list"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("custodychange_list"))
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 1


def test_who_sees_a_paper(house: House, other_house: House) -> None:
    """R-SYS-06: both departments, whoever is named, and those who see the whole house; drafts only the handing side."""
    document = make_custody_change(house)
    page = reverse("custodychange_detail", args=(document.pk,))
    statuses = {
        who: as_user(house.again(who)).get(page).status_code for who in ("requester", "other_head", "other_requester")
    }
    assert statuses == {"requester": 200, "other_head": 404, "other_requester": 404}
    step(document, "submit", house.department_head)
    for who in ("requester", "other_head", "other_requester", "asset_manager", "auditor"):
        assert as_user(house.again(who)).get(page).status_code == 200
    assert as_user(other_house.again("asset_manager")).get(page).status_code == 404


# ---- both sides ----


def test_the_receiver_confirms_on_his_phone(house: House) -> None:
    """R-AST-10"""
    asset = thing(house)
    document = submitted(house, asset, kind=Kind.ISSUE, to_department=None, to_user=house.requester)
    client = as_user(house.again("requester"))
    assert document.number in client.get(reverse("waiting")).content.decode()
    address = reverse("waiting_document", args=(Signature.objects.get().pk,))
    page = client.get(address).content.decode()
    assert asset.number in page
    word = str(registry.for_model(CustodyChange).step_labels["approve"])
    assert f">{word}</button>" in page
    for listing in ("waiting", "workbench"):
        assert f">{word}<span" in client.get(reverse(listing)).content.decode()
    client.post(address, {"decision": "approve", "request_key": str(uuid.uuid4())})
    assert holder(asset)[1] == house.requester
    document.refresh_from_db()
    assert document.status == "posted"


def sign_here(client: Client, document: CustodyChange, person: User, password: str = PASSWORD) -> Any:
    data = {"username": person.employee_number, "password": password, "request_key": str(uuid.uuid4())}
    return client.post(reverse("custody_sign_here", args=(document.pk,)), data, follow=True)


def test_the_receiver_signs_on_the_device_of_the_hander(house: House) -> None:
    """R-AST-10: in the receiver's name, while the session stays the hander's."""
    asset = thing(house)
    document = submitted(house, asset)
    client = as_user(house.again("department_head"))
    page = client.get(reverse("custodychange_detail", args=(document.pk,)))
    assert page.context["signer"] == house.other_head
    key = client.session["_auth_user_id"]
    page = sign_here(client, document, house.other_head)
    document.refresh_from_db()
    assert document.status == "posted"
    assert holder(asset)[0] == house.other_ward
    event = events_of(document).get(step="approve")
    assert event.actor == house.other_head
    assert house.department_head.name in event.reason
    assert client.session["_auth_user_id"] == key
    assert page.context["user"] == house.department_head
    assert User.objects.get(pk=house.other_head.pk).last_login is None


def test_a_wrong_password_signs_nothing(house: House) -> None:
    asset = thing(house)
    document = submitted(house, asset)
    client = as_user(house.again("department_head"))
    page = sign_here(client, document, house.other_head, "falsch")
    assert "Nothing was signed" in said(page)
    document.refresh_from_db()
    assert (document.status, holder(asset)[0]) == ("submitted", house.ward)
    assert PASSWORD not in page.content.decode()


def test_a_wrong_person_signs_nothing(house: House) -> None:
    """His password is right, but the signature is not his; nor does the hander sign for the other side."""
    asset = thing(house)
    document = submitted(house, asset)
    client = as_user(house.again("department_head"))
    for person in (house.other_requester, house.department_head, house.asset_manager):
        assert "belongs to" in said(sign_here(client, document, person)) or "yourself" in said(
            sign_here(client, document, person)
        )
    document.refresh_from_db()
    assert (document.status, holder(asset)[0]) == ("submitted", house.ward)
    assert events_of(document).filter(step="approve").count() == 0


@pytest.mark.parametrize("how", [{"is_active": False}, {"active_until": dt.date(2020, 1, 1)}])
def test_somebody_who_left_signs_nothing(house: House, how: dict[str, Any]) -> None:
    document = submitted(house, thing(house))
    User.objects.filter(pk=house.other_head.pk).update(**how)
    page = sign_here(as_user(house.again("department_head")), document, house.other_head)
    assert "Nothing was signed" in said(page)
    document.refresh_from_db()
    assert document.status == "submitted"


def test_a_password_to_be_changed_signs_nothing(house: House) -> None:
    document = submitted(house, thing(house))
    User.objects.filter(pk=house.other_head.pk).update(must_change_password=True)
    page = sign_here(as_user(house.again("department_head")), document, house.other_head)
    assert "password of his own" in said(page)
    document.refresh_from_db()
    assert document.status == "submitted"


def test_guessing_passwords_here_locks_as_at_the_login(house: House, settings: Any) -> None:
    """R-SYS-11: after the fifth wrong one the right one does not help either; the device stays signed in."""
    settings.AXES_ENABLED = True
    document = submitted(house, thing(house))
    client = as_user(house.again("department_head"))
    answers = [sign_here(client, document, house.other_head, "falsch") for _turn in range(5)]
    assert answers[-1].status_code == 429
    assert sign_here(client, document, house.other_head).status_code == 429
    document.refresh_from_db()
    assert document.status == "submitted"
    assert client.get(reverse("custodychange_detail", args=(document.pk,))).status_code == 200


def test_only_who_takes_part_lends_his_device(house: House) -> None:
    document = submitted(house, thing(house))
    for who in ("auditor", "asset_manager", "other_head"):
        client = as_user(house.again(who))
        page = sign_here(client, document, house.other_head)
        assert "nobody who could sign here" in said(page)
        assert page.context["sign_here_url"] is None
    document.refresh_from_db()
    assert document.status == "submitted"


# ---- paper, everything of a person ----


def test_the_paper_carries_both_signatures(house: House) -> None:
    document = submitted(house, thing(house))
    client = as_user(house.again("department_head"))
    address = reverse("custodychange_print", args=(document.pk,))
    waiting = client.get(address)
    places = dict(waiting.context["signature_places"])
    assert (places["Hands over"], places["Takes over"]) == (house.department_head, "")
    assert waiting.context["title"] == "Transfer of assets"
    step(document, "approve", house.other_head)
    places = dict(client.get(address).context["signature_places"])
    assert (places["Hands over"], places["Takes over"]) == (house.department_head, house.other_head)


def test_everything_of_a_person_goes_to_a_colleague(house: House) -> None:
    """R-AST-11: as user and as custodian each in his place, one paper a department; others stay who they are."""
    used, kept = thing(house), thing(house, custodian=house.requester)
    elsewhere = thing(house, department=house.other_ward, custodian=house.requester)
    issue_to(house, used, house.requester)
    issue_to(house, kept, house.acceptor)
    client = as_user(house.again("asset_manager"))
    page = client.get(reverse("custody_of_person", args=(house.requester.pk,)))
    assert {row.pk for row in page.context["rows"]} == {used.pk, kept.pk, elsewhere.pk}
    client.post(
        reverse("custody_of_person", args=(house.requester.pk,)),
        {"receiver": house.department_head.pk, "reason": "调离"},
    )
    papers = list(CustodyChange.objects.filter(person=house.requester).order_by("department__code"))
    assert [paper.department for paper in papers] == [house.ward, house.other_ward]
    for paper in papers:
        signed(step(paper, "submit", house.asset_manager))
    assert holder(used)[1] == house.department_head
    assert holder(kept)[1:3] == (house.acceptor, house.department_head)
    assert holder(elsewhere)[:3] == (house.other_ward, None, house.department_head)
    page = client.get(reverse("custody_of_person", args=(house.requester.pk,)))
    assert (page.context["rows"], page.context["form"]) == ([], None)


def test_everything_of_a_person_refused(house: House) -> None:
    client = as_user(house.again("asset_manager"))
    address = reverse("custody_of_person", args=(house.requester.pk,))
    page = client.post(address, {"receiver": house.acceptor.pk, "reason": "x"})
    assert "has nothing" in page.content.decode()
    thing(house, user=house.requester)
    page = client.post(address, {"receiver": house.requester.pk, "reason": "x"})
    assert page.context["form"].errors["receiver"]
    assert as_user(house.again("auditor")).get(address).status_code == 403
    assert as_user(house.again("other_requester")).get(address).status_code == 404
    system = as_user(house.again("system_administrator"))
    assert system.get(address).context["hidden"] == 1
    assert system.post(address, {"receiver": house.acceptor.pk, "reason": "x"}).status_code == 403
    assert not CustodyChange.objects.exists()
