"""Hand-overs: what each kind books, what is refused, who confirms for either side (R-AST-10)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command

from assets.models import Asset, AssetMove, AssetState, CustodyChange
from assets.services import custody_drafts, custody_notices
from assets.services.verification import verify_custody
from core import clock
from core.documents.models import DocumentEvent
from core.documents.routes import next_signature, signatures_of, waiting_for
from core.documents.services import apply_transition, events_of
from core.errors import DomainError, NotAllowed
from core.models import Notice
from directory.models import Department, User
from tests.factories import House, at
from tests.holding import LONG_AGO, make_asset, make_assets, make_custody_change

pytestmark = pytest.mark.django_db
Kind = CustodyChange.Kind


def thing(house: House, **fields: Any) -> Asset:
    return make_asset(house, **{"in_use_on": clock.today() - LONG_AGO, **fields})


def step(document: Any, name: str, actor: Any, reason: str = "原因") -> Any:
    return apply_transition(document, name, actor=actor, reason=reason)


def submitted(house: House, *assets: Asset, actor: Any = None, **fields: Any) -> CustodyChange:
    """A submitted paper of the head of the ward, or of `actor`."""
    actor = actor or house.department_head
    return step(make_custody_change(house, *assets, **{"created_by": actor, **fields}), "submit", actor)


def signed(document: CustodyChange) -> CustodyChange:
    """All signatures that are left, each by whom it waits for."""
    while document.status == "submitted":
        signature = next_signature(document)
        person = signature.person or User.objects.filter(groups=signature.role).first()
        document = step(document, "approve", person, "")
    return document


def holder(asset: Asset) -> tuple[Any, ...]:
    asset.refresh_from_db()
    return (asset.department, asset.user, asset.custodian, asset.place, asset.state, asset.claimed_by)


def sound() -> bool:
    return [str(finding) for finding in verify_custody()] == []


def issue_to(house: House, asset: Asset, person: Any, **fields: Any) -> CustodyChange:
    fields = {"kind": Kind.ISSUE, "to_department": None, "to_user": person, **fields}
    return signed(submitted(house, asset, **fields))


# ---- what the kinds mean ----


def test_a_transfer_takes_effect_when_both_sides_confirmed(house: House) -> None:
    """R-AST-10: until the receiving side confirms, the old department stays answerable."""
    asset = thing(house, custodian=house.department_head)
    document = submitted(house, asset)
    assert (document.hander, document.receiver) == (house.department_head, house.other_head)
    assert holder(asset)[:3] == (house.ward, None, house.department_head)
    assert asset.moves.count() == 1
    assert [row.object_id for row in waiting_for(house.other_head)] == [document.pk]
    document = step(document, "approve", house.other_head)
    assert document.status == "posted"
    assert holder(asset) == (house.other_ward, None, house.other_head, None, AssetState.IN_STOCK, "")
    assert [row.step for row in events_of(document)] == ["submit", "approve", "post"]
    assert {row.actor for row in events_of(document).filter(step__in=("approve", "post"))} == {house.other_head}
    assert sound()


def test_it_takes_effect_on_the_day_of_the_last_confirmation(house: House) -> None:
    """R-AST-10: as of every day before, the old department had the thing."""
    asset = thing(house)
    today = clock.today()
    with at(today - dt.timedelta(days=3)):
        document = submitted(house, asset)
    document = step(document, "approve", house.other_head)
    assert document.business_date == today
    move = asset.moves.latest("id")
    assert (move.business_date, move.from_department, move.to_department) == (today, house.ward, house.other_ward)


def test_whoever_belongs_to_neither_side_asks_both(house: House) -> None:
    """R-AST-10: the asset manager writes it; first the handing side confirms, then the receiving one."""
    asset = thing(house)
    document = submitted(house, asset, actor=house.asset_manager)
    assert [row.person for row in signatures_of(document)] == [house.department_head, house.other_head]
    with pytest.raises(NotAllowed):
        step(document, "approve", house.other_head)
    document = step(document, "approve", house.department_head)
    assert document.status == "submitted"
    assert holder(asset)[0] == house.ward
    assert step(document, "approve", house.other_head).status == "posted"
    assert holder(asset)[0] == house.other_ward


def test_the_receiving_side_may_begin(house: House) -> None:
    """R-AST-10: whoever submits confirms for his own side; the custodian of the things confirms the other one."""
    asset = thing(house, state=AssetState.IDLE, custodian=house.acceptor)
    document = custody_drafts.draft_transfer([asset], house.other_ward, house.other_head, reason="闲置调剂")
    document = step(document, "submit", house.other_head)
    assert [row.person for row in signatures_of(document)] == [house.acceptor]
    assert step(document, "approve", house.acceptor).status == "posted"
    assert holder(asset)[:5] == (house.other_ward, None, house.other_head, None, AssetState.IDLE)


def test_a_requester_prepares_and_his_head_confirms(house: House) -> None:
    """R-AST-10: a nurse writes the paper, but does not speak for the ward."""
    document = submitted(house, thing(house), actor=house.requester)
    assert [row.person for row in signatures_of(document)] == [house.department_head, house.other_head]


def test_one_person_never_confirms_for_both_sides(house: House) -> None:
    """R-SYS-03: the head of both wards hands over; somebody above him takes over."""
    Department.objects.filter(pk=house.other_ward.pk).update(head=house.department_head, parent=house.logistics)
    house.other_ward.refresh_from_db()
    house.other_ward.save()
    document = submitted(house, thing(house))
    assert (document.hander, document.receiver) == (house.department_head, house.logistics_head)
    with pytest.raises(NotAllowed):
        step(document, "approve", house.department_head)


def test_nobody_left_to_confirm_is_said(house: House) -> None:
    Department.objects.filter(pk=house.other_ward.pk).update(head=None)
    house.other_ward.refresh_from_db()
    asset = thing(house)
    with pytest.raises(DomainError, match="Nobody can confirm"):
        submitted(house, asset)
    assert holder(asset)[5] == ""


def test_the_new_user_confirms_an_issue_on_his_phone(house: House) -> None:
    asset = thing(house)
    document = submitted(house, asset, kind=Kind.ISSUE, to_department=None, to_user=house.requester)
    assert [row.object_id for row in waiting_for(house.requester)] == [document.pk]
    assert step(document, "approve", house.requester).status == "posted"
    assert holder(asset)[:2] == (house.ward, house.requester)
    assert asset.state == AssetState.IN_USE


def test_out_of_the_store_to_a_ward(house: House) -> None:
    """The asset manager speaks for his own department, which keeps the things."""
    asset = thing(house, department=house.logistics)
    document = submitted(
        *(house, asset),
        actor=house.asset_manager,
        department=house.logistics,
        kind=Kind.ISSUE,
        to_department=house.ward,
        to_user=house.requester,
    )
    assert [row.person for row in signatures_of(document)] == [house.requester]
    assert step(document, "approve", house.requester).status == "posted"
    assert holder(asset)[:3] == (house.ward, house.requester, house.requester)


def test_a_return_frees_the_thing(house: House) -> None:
    asset = thing(house)
    issue_to(house, asset, house.requester)
    document = submitted(house, asset, actor=house.requester, kind=Kind.RETURN, to_department=None)
    assert [row.person for row in signatures_of(document)] == [house.department_head]
    signed(document)
    assert holder(asset)[:5] == (house.ward, None, None, None, AssetState.IDLE)
    assert asset.idle_since == clock.today()


def test_a_return_to_the_store(house: House) -> None:
    asset = thing(house)
    issue_to(house, asset, house.requester)
    fields = {"kind": Kind.RETURN, "to_department": house.logistics, "returned_as": AssetState.IN_STOCK}
    document = submitted(house, asset, actor=house.requester, **fields)
    assert [row.person for row in signatures_of(document)] == [house.logistics_head]
    signed(document)
    assert holder(asset)[:5] == (house.logistics, None, house.logistics_head, None, AssetState.IN_STOCK)


def test_a_change_of_user(house: House) -> None:
    """R-AST-10: the old user hands over, the new one takes over."""
    asset = thing(house)
    issue_to(house, asset, house.requester)
    document = submitted(
        house, asset, actor=house.requester, kind=Kind.USER, to_department=None, to_user=house.acceptor
    )
    assert [row.person for row in signatures_of(document)] == [house.acceptor]
    signed(document)
    assert holder(asset)[:2] == (house.ward, house.acceptor)


def test_a_change_of_custodian_leaves_the_user(house: House) -> None:
    asset = thing(house, custodian=house.department_head)
    issue_to(house, asset, house.requester)
    document = submitted(house, asset, kind=Kind.USER, to_department=None, to_custodian=house.acceptor)
    assert [row.person for row in signatures_of(document)] == [house.acceptor]
    signed(document)
    assert holder(asset)[:3] == (house.ward, house.requester, house.acceptor)
    assert asset.state == AssetState.IN_USE


def test_a_transfer_with_a_named_user_puts_it_to_use(house: House) -> None:
    asset = thing(house)
    document = submitted(house, asset, to_user=house.other_requester)
    assert [row.person for row in signatures_of(document)] == [house.other_requester]
    signed(document)
    assert holder(asset)[:3] == (house.other_ward, house.other_requester, house.other_requester)
    assert asset.state == AssetState.IN_USE


# ---- loans ----


def lent(house: House, asset: Asset, **fields: Any) -> CustodyChange:
    due = clock.today() + dt.timedelta(days=7)
    fields = {"kind": Kind.LOAN, "to_user": house.other_requester, "due_on": due, **fields}
    return signed(submitted(house, asset, **fields))


def give_back(house: House, loan: CustodyChange, *assets: Asset, actor: Any = None) -> CustodyChange:
    fields = {"kind": Kind.LOAN_RETURN, "to_department": None, "loan": loan}
    return submitted(house, *assets, actor=actor or house.department_head, **fields)


def test_a_loan_and_its_return(house: House) -> None:
    """The owner keeps the card; the thing comes back to the user it had."""
    asset, other = thing(house), thing(house)
    issue_to(house, asset, house.requester)
    due = clock.today() + dt.timedelta(days=7)
    loan = signed(submitted(house, asset, other, kind=Kind.LOAN, to_user=house.other_requester, due_on=due))
    assert holder(asset)[:2] == (house.ward, house.other_requester)
    assert (asset.state, other.pk in loan.lines.values_list("asset", flat=True)) == (AssetState.LENT, True)
    back = give_back(house, loan, asset)
    assert [row.person for row in signatures_of(back)] == [house.other_requester]
    signed(back)
    loan.refresh_from_db()
    assert (loan.settled, list(loan.lines.values_list("returned", flat=True))) == (False, [True, False])
    assert holder(asset)[:2] == (house.ward, house.requester)
    assert asset.state == AssetState.IN_USE
    last = signed(give_back(house, loan, other))
    loan.refresh_from_db()
    assert loan.settled
    assert holder(other)[4] == AssetState.IN_STOCK
    assert sound()
    step(last, "reverse", house.asset_manager)
    loan.refresh_from_db()
    assert not loan.settled
    assert holder(other)[4] == AssetState.LENT
    assert sound()


def test_a_loan_outside_the_house_needs_the_leader(house: House) -> None:
    asset = thing(house)
    due = clock.today() + dt.timedelta(days=30)
    fields = {"kind": Kind.LOAN, "to_department": None, "borrower": "市第二小学", "due_on": due}
    document = submitted(house, asset, **fields)
    assert [(row.approver, row.role.role.code) for row in signatures_of(document)] == [("role", "leader")]
    assert holder(asset)[4] == AssetState.IN_STOCK
    assert step(document, "approve", house.leader).status == "posted"
    assert holder(asset)[4] == AssetState.LENT
    back = give_back(house, document, asset)
    assert back.status == "posted"
    assert "市第二小学" in events_of(back).get(step="approve").reason
    assert holder(asset)[4] == AssetState.IN_STOCK
    assert sound()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"due_on": None}, "by which day"),
        ({"due_on": dt.date(2020, 1, 1)}, "is over"),
        ({"to_department": None, "to_user": None}, "Say who borrows"),
        ({"borrower": "某校"}, "not both"),
    ],
)
def test_loans_that_say_too_little(house: House, fields: dict[str, Any], words: str) -> None:
    asset = thing(house)
    with pytest.raises(DomainError, match=words):
        lent(house, asset, **fields)
    assert holder(asset)[4:] == (AssetState.IN_STOCK, "")


def test_what_is_not_out_does_not_come_back(house: House) -> None:
    asset, other = thing(house), thing(house)
    loan = lent(house, asset)
    with pytest.raises(DomainError, match="not out on this loan"):
        give_back(house, loan, other)
    signed(give_back(house, loan, asset))
    with pytest.raises(DomainError, match="not out on this loan"):
        give_back(house, loan, asset)
    assert asset.moves.count() == 3


def test_borrowers_and_managers_are_reminded(house: House) -> None:
    """Before the last day once, then every week (dated figures); running it twice tells nobody twice."""
    loan = lent(house, thing(house))
    Notice.objects.all().delete()
    assert custody_notices.remind_of_loans() == 0
    assert custody_notices.remind_of_loans(loan.due_on) > 0
    assert custody_notices.remind_of_loans(loan.due_on) == 0
    late = loan.due_on + dt.timedelta(days=1)
    assert custody_notices.remind_of_loans(late) > 0
    assert custody_notices.remind_of_loans(late + dt.timedelta(days=6)) == 0
    assert custody_notices.remind_of_loans(late + dt.timedelta(days=7)) > 0
    told = set(Notice.objects.values_list("user__employee_number", flat=True))
    assert {house.other_requester.employee_number, house.asset_manager.employee_number} <= told
    assert Notice.objects.filter(user=house.other_requester).count() == 3
    call_command("asset_loan_reminders")
    assert Notice.objects.filter(user=house.other_requester).count() == 3


# ---- refusals ----


@pytest.mark.parametrize("state", [AssetState.MISSING, AssetState.DISPOSED, AssetState.LENT])
@pytest.mark.parametrize("kind", [Kind.ISSUE, Kind.TRANSFER, Kind.USER])
def test_what_is_missing_disposed_or_lent_does_not_change_hands(house: House, state: str, kind: str) -> None:
    asset = thing(house, state=state)
    target = {"to_department": house.other_ward} if kind == Kind.TRANSFER else {"to_department": None}
    with pytest.raises(DomainError, match="cannot be handed over"):
        submitted(
            house,
            asset,
            kind=kind,
            to_user=house.other_requester if target["to_department"] else house.requester,
            **target,
        )
    assert holder(asset)[4:] == (state, "")
    assert asset.moves.count() == 1


def test_one_thing_on_two_papers(house: House) -> None:
    """Two transfers of one asset: the second is refused and named what it waits for."""
    asset = thing(house)
    first = submitted(house, asset)
    with pytest.raises(DomainError, match=first.number):
        submitted(house, asset, to_department=house.logistics)
    step(first, "reject", house.other_head)
    assert holder(asset)[5] == ""
    second = submitted(house, asset, to_department=house.logistics)
    with pytest.raises(DomainError, match=second.number):
        step(first, "submit", house.department_head)
    step(second, "withdraw", house.department_head)
    assert holder(asset)[5] == ""
    step(step(first, "submit", house.department_head), "cancel", house.department_head)
    assert holder(asset)[5] == ""
    assert sound()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"to_department": None}, "Name the department"),
        ({"kind": Kind.ISSUE, "to_department": None}, "Name the person"),
        ({"kind": Kind.USER, "to_department": None}, "Name the person"),
        ({"kind": Kind.RETURN, "to_department": None}, "nobody has it"),
        ({"kind": Kind.LOAN_RETURN, "to_department": None}, "Choose the loan"),
    ],
)
def test_papers_that_say_too_little(house: House, fields: dict[str, Any], words: str) -> None:
    asset = thing(house)
    with pytest.raises(DomainError, match=words):
        submitted(house, asset, **fields)
    assert holder(asset)[5] == ""
    assert not DocumentEvent.objects.filter(step="submit").exists()


def test_the_receiver_is_of_the_house_and_still_there(house: House, other_house: House) -> None:
    asset = thing(house)
    with pytest.raises(DomainError, match="does not work here"):
        submitted(house, asset, to_user=other_house.requester, reason="借调")
    with pytest.raises(DomainError, match="not in use"):
        submitted(house, asset, to_department=other_house.ward)
    User.objects.filter(pk=house.other_requester.pk).update(active_until=clock.today())
    with pytest.raises(DomainError, match="does not work here"):
        submitted(house, asset, to_user=house.again("other_requester"))
    Department.objects.filter(pk=house.other_ward.pk).update(active=False)
    house.other_ward.refresh_from_db()
    with pytest.raises(DomainError, match="not in use"):
        submitted(house, asset)
    assert holder(asset)[0] == house.ward


def test_a_user_of_another_department_needs_a_reason(house: House) -> None:
    asset = thing(house)
    with pytest.raises(DomainError, match="give a reason"):
        submitted(house, asset, to_user=house.requester)
    document = submitted(house, asset, to_user=house.requester, reason="轮转到外科")
    assert signed(document).status == "posted"
    assert holder(asset)[:2] == (house.other_ward, house.requester)


def test_things_of_others_are_not_given_away(house: House, other_house: House) -> None:
    """R-SYS-06: neither those of another department nor those of another house."""
    theirs = thing(house, department=house.other_ward)
    with pytest.raises(DomainError, match="make a paper for each"):
        submitted(house, theirs)
    foreign = thing(other_house)
    with pytest.raises(DomainError, match="does not belong to your organization"):
        submitted(house, foreign)
    idle = thing(house, department=house.other_ward, state=AssetState.IN_USE)
    document = custody_drafts.draft_transfer([idle], house.ward, house.department_head)
    with pytest.raises(DomainError, match="not one that you may hand over"):
        step(document, "submit", house.department_head)
    assert {holder(asset)[5] for asset in (theirs, foreign, idle)} == {""}


def test_a_pool_paper_is_about_one_department(house: House) -> None:
    assets = [thing(house), thing(house, department=house.logistics)]
    with pytest.raises(DomainError, match="one department"):
        custody_drafts.draft_transfer(assets, house.other_ward, house.other_head)
    with pytest.raises(NotAllowed):
        custody_drafts.draft_transfer(assets[:1], house.other_ward, house.auditor)
    assert not CustodyChange.objects.exists()


# ---- reversal ----


def test_a_reversal_gives_the_thing_back(house: House) -> None:
    asset = thing(house, custodian=house.department_head)
    document = signed(submitted(house, asset))
    step(document, "reverse", house.asset_manager)
    assert holder(asset) == (house.ward, None, house.department_head, None, AssetState.IN_STOCK, "")
    assert asset.moves.count() == 3
    assert sound()


def test_no_reversal_while_another_paper_has_it_in_hand(house: House) -> None:
    asset = thing(house)
    document = signed(submitted(house, asset))
    following = submitted(
        house, asset, actor=house.other_head, department=house.other_ward, to_department=house.logistics
    )
    with pytest.raises(DomainError, match=following.number):
        step(document, "reverse", house.asset_manager)
    assert holder(asset)[0] == house.other_ward
    assert asset.claimed_by.endswith(f":{following.pk}")


def test_no_reversal_to_somebody_who_left(house: House) -> None:
    """R-AST-11: what he handed over does not come back to him."""
    asset = thing(house)
    issue_to(house, asset, house.requester)
    document = signed(submitted(house, asset, kind=Kind.USER, to_department=None, to_user=house.acceptor))
    User.objects.filter(pk=house.requester.pk).update(is_active=False)
    with pytest.raises(DomainError, match="has left"):
        step(document, "reverse", house.asset_manager)
    assert holder(asset)[1] == house.acceptor


# ---- notices, verification, statements ----


def test_both_sides_are_told(house: House) -> None:
    document = submitted(house, thing(house))
    assert [row.code for row in Notice.objects.filter(user=house.other_head)] == ["custody_asked"]
    document = step(document, "approve", house.other_head)
    assert Notice.objects.filter(user=house.other_head, code="custody_done").count() == 1
    assert Notice.objects.filter(user=house.department_head, code="custody_done").count() == 1
    step(document, "reverse", house.asset_manager)
    assert Notice.objects.filter(user=house.department_head, code="custody_reversed").count() == 1


def test_verification_names_what_differs(house: House) -> None:
    asset, other = thing(house), thing(house)
    loan = lent(house, other)
    assert sound()
    Asset.objects.filter(pk=asset.pk).update(department=house.other_ward)
    assert [finding.key for finding in verify_custody()] == [asset.pk]
    Asset.objects.filter(pk=asset.pk).update(department=house.ward, claimed_by=f"assets.custodychange:{loan.pk}")
    assert [finding.table for finding in verify_custody()] == ["assets.Asset"]
    Asset.objects.filter(pk=asset.pk).update(claimed_by="")
    loan.lines.update(returned=True)
    assert [finding.table for finding in verify_custody()] == ["assets.CustodyLine"]
    loan.lines.update(returned=False)
    waiting = submitted(house, asset)
    Asset.objects.filter(pk=asset.pk).update(claimed_by="")
    assert [finding.key for finding in verify_custody()] == [waiting.pk]


def test_sixty_things_change_hands_in_a_fixed_number_of_statements(
    house: House, django_assert_max_num_queries: Any
) -> None:
    few = submitted(house, *make_assets(house, 5, in_use_on=clock.today() - LONG_AGO))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as counted:
        step(few, "approve", house.again("other_head"))
    many = submitted(house, *make_assets(house, 60, in_use_on=clock.today() - LONG_AGO))
    with django_assert_max_num_queries(len(counted) + 2):
        step(many, "approve", house.again("other_head"))
    assert AssetMove.objects.filter(object_id=many.pk, number=many.number).count() == 60
