"""What every registered kind of document must keep: its life, its refusals, its numbers and its signatures."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, IntegrityError, connection, transaction

from assets.models import CompensationCase, DepreciationRun
from core import clock
from core.documents import routes
from core.documents.lifecycle import TRANSITIONS, Status
from core.documents.models import Delegation, DocumentEvent, DutyConflict, Signature
from core.documents.registry import all_types
from core.documents.services import (
    apply_transition,
    available_transitions,
    delete_draft,
    edit_draft,
    events_of,
    permission_for,
)
from core.errors import DomainError, IllegalTransition, NotAllowed, StaleDocument
from directory.models import Department, Role, User
from directory.services.roles import grant_role
from inventory.models import GoodsIssue, GoodsReceipt, Requisition, StockMove
from procurement.models import PaymentRequest, Sourcing
from tests.factories import (
    MAKERS,
    House,
    make_issue,
    make_receipt,
    make_requisition,
    receive,
    rule,
    run,
    signer_of,
)

COMPUTED = (DepreciationRun,)
"""Kinds that nobody signs and that have one paper a month: tests/assets/test_depreciation.py."""
KINDS = [kind for kind in all_types() if not kind.automatic and kind.model not in COMPUTED]
"""What a service makes and posts in one go has tests of its own."""
STATUSES = list(Status.values)
BY_RULES = [kind for kind in KINDS if kind.signers is None]
"""Kinds whose signatures come from approval rules, not from the document itself."""
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.model.__name__)


def make(house: House, kind: Any, **fields: Any) -> Any:
    return MAKERS[kind.model](house, **fields)


def supply(house: House) -> None:
    """Stock for documents that take some."""
    if not StockMove.objects.filter(target__warehouse=house.warehouse).exists():
        receive(house, (house.gloves, 100, 25))


def at_status(house: House, kind: Any, status: str) -> Any:
    """A document of the kind in this status, or None where the kind never gets there."""
    ways = {
        "draft": (),
        "submitted": ("submit",),
        "approved": ("submit", "approve"),
        "posted": ("submit", "approve", "post"),
        "reversed": ("submit", "approve", "post", "reverse"),
        "cancelled": ("submit", "cancel"),
    }
    if any(step not in kind.steps for step in ways[status]):
        return None
    if status == "approved" and kind.posts_when_approved:
        return None  # the last signature posts it too
    if kind.model is GoodsIssue:
        supply(house)
    document = make(house, kind)
    return run(house, document, *ways[status]) if ways[status] else document


def story(document: Any) -> list[tuple[str, str, str]]:
    return list(events_of(document).values_list("step", "from_status", "to_status"))


def snapshot(document: Any) -> Any:
    """Everything a refused step could have written."""
    return (
        type(document)._base_manager.filter(pk=document.pk).values().get(),
        list(document.lines.order_by("pk").values()) if hasattr(document, "lines") else [],
        DocumentEvent.objects.count(),
        list(Signature.objects.order_by("pk").values()),
        StockMove.objects.count(),
    )


def test_every_kind_has_a_maker() -> None:
    assert {kind.model for kind in KINDS} | set(COMPUTED) == set(MAKERS)


@pytest.mark.parametrize("kind", BY_RULES, ids=lambda kind: kind.model.__name__)
@pytest.mark.parametrize("hand", ["edit", "submit"])
def test_whoever_edited_or_submitted_does_not_approve(house: House, kind: Any, hand: str) -> None:
    """R-SYS-03: neither himself nor through a substitute, nor in a later round; somebody else may."""
    if kind.model is GoodsIssue:
        supply(house)
    house.ward.parent = house.logistics
    house.ward.save()
    document = make(house, kind)
    signer = User.objects.get(pk=signer_of(house, document).pk)
    signer.is_superuser = True
    signer.save()
    boss = User.objects.create_superuser("root", name="root", organization=house.organization)
    other = house.logistics_head if kind.model is Requisition else boss
    Delegation.objects.create(
        principal=signer, substitute=house.auditor, from_date=clock.today(), to_date=clock.today()
    )
    if hand == "edit":
        with edit_draft(document, actor=signer):
            pass
        document = run(house, document, "submit")
    else:
        document = apply_transition(document, "submit", actor=signer)
    for _round in range(2):
        before = snapshot(document)
        for actor in (signer, house.auditor):
            with pytest.raises(NotAllowed):
                apply_transition(document, "approve", actor=actor)
            assert "approve" not in [step.name for step in available_transitions(document, actor=actor)]
            assert not routes.waiting_for(actor).filter(object_id=document.pk).exists()
        assert snapshot(document) == before
        document = apply_transition(document, "reject", actor=other, reason="再看")
        document = run(house, document, "submit")
    assert apply_transition(document, "approve", actor=other).status == "approved"


@pytest.mark.parametrize("kind", BY_RULES, ids=lambda kind: kind.model.__name__)
def test_a_rule_that_leaves_only_hands_is_said_at_submit(house: House, kind: Any) -> None:
    """The role or the person that has to sign wrote or submits the document: nobody else could approve it."""
    from core.documents.models import ApprovalRule

    if kind.model is GoodsIssue:
        supply(house)
    document = make(house, kind)
    leader = User.objects.get(pk=house.leader.pk)
    leader.is_superuser = True
    leader.save()
    ApprovalRule.objects.all().delete()
    only = rule(house, kind.model, "role", role="leader")
    with pytest.raises(DomainError, match="made, changed or submitted"):
        apply_transition(document, "submit", actor=leader)
    only.approver, only.role, only.person = "person", None, leader
    only.save()
    with pytest.raises(DomainError, match="as the only approver"):
        apply_transition(document, "submit", actor=leader)
    document.refresh_from_db()
    assert (document.status, document.number) == ("draft", None)
    assert run(house, document, "submit").status == "submitted"


@every_kind
def test_full_life(house: House, kind: Any) -> None:
    document = at_status(house, kind, "posted") or at_status(house, kind, "approved")
    expected = [("submit", "draft", "submitted"), ("approve", "submitted", "approved")]
    if "post" in kind.steps:
        expected.append(("post", "approved", "posted"))
        document = run(house, document, "reverse")
        expected.append(("reverse", "posted", "reversed"))
    assert [row for row in story(document) if row[0] in TRANSITIONS] == expected
    assert document.number.startswith(f"{kind.prefix}{document.business_date:%Y%m}")
    assert len(document.number) == len(kind.prefix) + 11


@every_kind
@pytest.mark.parametrize("status", STATUSES)
def test_steps_outside_the_table_are_refused(house: House, kind: Any, status: str) -> None:
    document = at_status(house, kind, status)
    if document is None:
        assert kind.posts_when_approved or not {"post", "reverse"} <= set(kind.steps)
        return
    boss = User.objects.create_superuser("root", organization=house.organization, name="root")
    before = snapshot(document)
    for name, step in TRANSITIONS.items():
        if name in kind.steps and status in step.sources:
            continue
        with pytest.raises(IllegalTransition):
            apply_transition(document, name, actor=boss, reason="原因")
    with pytest.raises(IllegalTransition):
        apply_transition(document, "explode", actor=boss, reason="原因")
    assert snapshot(document) == before


@every_kind
def test_nobody_approves_his_own(house: House, kind: Any) -> None:
    """R-SYS-03, whatever the role, and neither for nor through a substitute."""
    if kind.model is GoodsIssue:
        supply(house)
    document = run(house, make(house, kind), "submit")
    maker = User.objects.get(pk=document.created_by_id)
    maker.is_superuser = True
    maker.save()
    for permission_role in Role.objects.all():
        maker.groups.add(permission_role.group)
    maker = User.objects.get(pk=maker.pk)
    signer, friend = signer_of(house, document), house.other_requester
    days = {"from_date": clock.today(), "to_date": clock.today()}
    Delegation.objects.create(principal=signer, substitute=maker, **days)
    Delegation.objects.create(principal=maker, substitute=friend, **days)
    before = snapshot(document)
    for actor in (maker, friend):
        with pytest.raises(NotAllowed):
            apply_transition(document, "approve", actor=actor)
        assert "approve" not in [step.name for step in available_transitions(document, actor=actor)]
    assert not routes.waiting_for(maker).filter(object_id=document.pk).exists()
    assert snapshot(document) == before
    Delegation.objects.create(principal=signer, substitute=house.auditor, **days)
    signed = apply_transition(document, "approve", actor=house.auditor)
    assert signed.status == ("posted" if kind.posts_when_approved else "approved")
    event = events_of(document).get(step="approve")
    assert (event.actor, event.principal) == (house.auditor, signer)
    signature = Signature.objects.get(object_id=document.pk, content_type=event.content_type)
    assert (signature.signed_by, signature.principal) == (house.auditor, signer)


@every_kind
@pytest.mark.parametrize("status", ["draft", "submitted", "approved", "posted"])
def test_buttons_are_what_the_service_accepts(house: House, kind: Any, status: str) -> None:
    """The permission matrix of the kind: a step is offered to a person if and only if it is carried out for him."""
    house.ward.parent = house.logistics  # the head of the ward may submit too: then the head above approves
    house.ward.save()
    document = at_status(house, kind, status)
    if document is None:
        return
    ContentType.objects.get_for_model(kind.model)
    DutyConflict.objects.create(scope="document", step_a="submit", step_b="post", organization=house.organization)
    before = snapshot(document)
    for person in house.people.values():
        person = User.objects.get(pk=person.pk)
        offered = {step.name for step in available_transitions(document, actor=person)}
        done = set()
        for name in TRANSITIONS:
            try:
                with transaction.atomic():
                    apply_transition(document, name, actor=person, reason="原因")
                    done.add(name)
                    transaction.set_rollback(True)
            except DomainError:
                assert snapshot(document) == before
        assert offered == done, person
    assert snapshot(document) == before


@every_kind
def test_the_auditor_changes_nothing(house: House, kind: Any) -> None:
    for status in STATUSES:
        document = at_status(house, kind, status)
        if document is not None:
            assert available_transitions(document, actor=house.auditor) == []


@every_kind
def test_people_of_another_house_can_do_nothing(house: House, other_house: House, kind: Any) -> None:
    """R-SYS-06: another organization's document is out of reach of every role."""
    for status in ("draft", "submitted", "approved", "posted"):
        document = at_status(house, kind, status)
        if document is None:
            continue
        before = snapshot(document)
        for person in other_house.people.values():
            assert not kind.model.objects.visible_to(person).filter(pk=document.pk).exists()
            for name in kind.steps:
                with pytest.raises((NotAllowed, IllegalTransition)):
                    apply_transition(document, name, actor=person, reason="原因")
            with pytest.raises((NotAllowed, IllegalTransition)), edit_draft(document, actor=person):
                pass
        assert snapshot(document) == before


def test_another_wards_requisition_is_out_of_reach(house: House) -> None:
    """R-SYS-06"""
    document = make_requisition(house)
    before = snapshot(document)
    for actor in (house.other_requester, house.other_head):
        assert not Requisition.objects.visible_to(actor).exists()
        for name in ("submit", "cancel"):
            with pytest.raises(NotAllowed):
                apply_transition(document, name, actor=actor, reason="原因")
        with pytest.raises(NotAllowed), edit_draft(document, actor=actor):
            pass
        with pytest.raises(NotAllowed):
            delete_draft(document, actor=actor)
    assert snapshot(document) == before
    document = run(house, document, "submit")
    with pytest.raises(NotAllowed):
        apply_transition(document, "approve", actor=house.other_head)
    document.refresh_from_db()
    assert document.status == "submitted"


def test_a_second_role_does_not_widen_the_first(house: House) -> None:
    """A keeper who also asks for his department sees its issues from other stores, but posts only from his own."""
    store = type(house.warehouse).objects.create(
        organization=house.organization, code="W2", name="二号库", department=house.logistics
    )
    store.keepers.add(house.second_storekeeper)
    grant_role(house.storekeeper, "requester")
    keeper = house.again("storekeeper")
    document = make_issue(house, warehouse=store, department=house.logistics, created_by=house.second_storekeeper)
    assert GoodsIssue.objects.visible_to(keeper).filter(pk=document.pk).exists()
    before = snapshot(document)
    for name in ("submit", "cancel"):
        with pytest.raises(NotAllowed):
            apply_transition(document, name, actor=keeper, reason="原因")
    assert snapshot(document) == before


@every_kind
def test_a_stale_copy_writes_no_status_and_no_number(house: House, kind: Any) -> None:
    document = make(house, kind)
    stale = kind.model.objects.get(pk=document.pk)
    document = run(house, document, "submit", "cancel")
    stale.note = "旧页面"
    stale.save()
    fresh = kind.model.objects.get(pk=document.pk)
    assert (fresh.status, fresh.number, fresh.note) == ("cancelled", document.number, "旧页面")


@every_kind
def test_editing_only_drafts_and_only_the_newest(house: House, kind: Any) -> None:
    document = make(house, kind)
    maker = document.created_by
    with edit_draft(document, actor=maker, revision=0) as draft:
        draft.note = "第一次"
        draft.save()
    with pytest.raises(StaleDocument), edit_draft(document, actor=maker, revision=0) as draft:
        type(draft).objects.update(note="第二次")
    document.refresh_from_db()
    assert (document.note, document.revision) == ("第一次", 1)
    document = run(house, document, "submit", "cancel")
    with pytest.raises(IllegalTransition), edit_draft(document, actor=maker):
        pass
    with pytest.raises(IllegalTransition):
        delete_draft(document, actor=maker)
    assert kind.model.objects.filter(pk=document.pk).exists()


@every_kind
def test_an_unnumbered_draft_is_deleted_by_its_maker_only(house: House, kind: Any) -> None:
    document = make(house, kind, **({"opened": False} if kind.model is Sourcing else {}))  # opened ones are kept
    with pytest.raises(NotAllowed):
        delete_draft(document, actor=house.logistics_head)
    assert kind.model.objects.filter(pk=document.pk).exists()
    delete_draft(document, actor=document.created_by)
    assert not kind.model.objects.filter(pk=document.pk).exists()


@every_kind
@pytest.mark.parametrize(("status", "step"), [("submitted", "reject"), ("submitted", "cancel"), ("posted", "reverse")])
def test_a_reason_is_required(house: House, kind: Any, status: str, step: str) -> None:
    document = at_status(house, kind, status)
    if document is None:
        return
    boss = User.objects.create_superuser("root", organization=house.organization, name="root")
    actor = signer_of(house, document) if step == "reject" else boss
    before = snapshot(document)
    with pytest.raises(DomainError) as refused:
        apply_transition(document, step, actor=actor, reason="   ")
    assert refused.value.field == "reason"
    assert snapshot(document) == before


def make_refused(house: House, kind: Any) -> tuple[Any, str]:
    """A draft that submitting refuses, and a part of the sentence: without lines, where these are written by hand."""
    if kind.model is PaymentRequest:  # its lines are the shares that submitting writes
        return make(house, kind, amount=Decimal(10_000_000)), "At most"
    if kind.model is CompensationCase:  # a head alone
        return make(house, kind, finding=""), "what was found out"
    if kind.model is Sourcing:  # opened quotations stay with the lines they are for
        return make(house, kind, opened=False), "Open the quotations first"
    document = make(house, kind)
    document.lines.all().delete()
    return document, "at least one"


@every_kind
def test_numbers_run_without_gaps_per_organization_and_month(house: House, other_house: House, kind: Any) -> None:
    """R-SYS-02: refused submits take none, cancelled ones keep theirs."""
    if kind.model is GoodsIssue:
        supply(house)
        supply(other_house)
    first = run(house, make(house, kind), "submit")
    empty, sentence = make_refused(house, kind)
    with pytest.raises(DomainError, match=sentence):
        run(house, empty, "submit")
    cancelled = run(house, make(house, kind), "submit", "cancel")
    third = run(house, make(house, kind), "submit")
    foreign = run(other_house, make(other_house, kind), "submit")
    month = f"{kind.prefix}{clock.today():%Y%m}"
    assert [d.number for d in (first, cancelled, third)] == [f"{month}0000{n}" for n in (1, 2, 3)]
    assert foreign.number == f"{month}00001"
    empty.refresh_from_db()
    assert empty.number is None
    earlier = clock.today().replace(day=1) - dt.timedelta(days=1)
    dated = run(house, make(house, kind, business_date=earlier), "submit")
    assert dated.number == f"{kind.prefix}{earlier:%Y%m}00001"
    again = run(house, first, "reject")
    assert run(house, again, "submit").number == first.number


@every_kind
def test_a_form_sent_twice_counts_once(house: House, kind: Any) -> None:
    key = uuid.uuid4()
    document = make(house, kind, request_key=key)
    with pytest.raises(IntegrityError), transaction.atomic():
        make(house, kind, request_key=key)
    assert kind.model.objects.count() == 1
    step = uuid.uuid4()
    maker = document.created_by
    first = apply_transition(document, "submit", actor=maker, request_key=step)
    second = apply_transition(document, "submit", actor=maker, request_key=step)
    assert (first.status, first.number) == (second.status, second.number)
    assert story(document) == [("submit", "draft", "submitted")]
    with pytest.raises(DomainError, match="already used"):
        apply_transition(document, "approve", actor=signer_of(house, document), request_key=step)
    with pytest.raises(DomainError, match="already used"):
        apply_transition(document, "submit", actor=house.logistics_head, request_key=step)
    assert story(document) == [("submit", "draft", "submitted")]


def test_withdrawing(house: House) -> None:
    receive(house, (house.gloves, 100, 25))
    document = run(house, make_requisition(house, (house.gloves, 50)), "submit")
    with pytest.raises(NotAllowed):
        apply_transition(document, "withdraw", actor=house.department_head)
    document = apply_transition(document, "withdraw", actor=house.requester)
    assert document.status == "draft"
    assert not routes.signatures_of(document).filter(is_next=True).exists()
    assert set(routes.signatures_of(document).values_list("decision", flat=True)) == {"withdrawn"}
    document = run(house, document, "submit", "approve")
    assert document.status == "submitted"  # the second tier is open
    with pytest.raises(NotAllowed, match="already carries a signature"):
        apply_transition(document, "withdraw", actor=house.requester)
    document.refresh_from_db()
    assert document.status == "submitted"


def test_a_return_opens_a_new_round_and_keeps_the_old_one(house: House) -> None:
    receive(house, (house.gloves, 100, 25))
    document = run(house, make_requisition(house, (house.gloves, 50)), "submit", "approve")
    document = apply_transition(document, "reject", actor=house.logistics_head, reason="太多")
    assert document.status == "draft"
    old = list(routes.signatures_of(document).values_list("order", "decision", "comment"))
    assert old == [(1, "approved", "测试原因"), (2, "rejected", "太多")]
    document = run(house, document, "submit")
    rounds = list(routes.signatures_of(document).values_list("round", "order", "decision", "is_next"))
    assert rounds == [
        (1, 1, "approved", False),
        (1, 2, "rejected", False),
        (2, 1, "pending", True),
        (2, 2, "pending", False),
    ]


def test_amount_tiers_and_order(house: House) -> None:
    receive(house, (house.gloves, 100, 25))
    small = run(house, make_requisition(house, (house.gloves, 39)), "submit")
    large = run(house, make_requisition(house, (house.gloves, 40)), "submit")
    assert routes.signatures_of(small).count() == 1
    assert routes.signatures_of(large).count() == 2
    with pytest.raises(NotAllowed):
        apply_transition(large, "approve", actor=house.logistics_head)
    assert [s.object_id for s in routes.waiting_for(house.logistics_head)] == []
    apply_transition(large, "approve", actor=house.department_head)
    assert [s.object_id for s in routes.waiting_for(house.logistics_head)] == [large.pk]


def test_a_rule_of_the_department_beats_the_general_one(house: House) -> None:
    special = rule(house, Requisition, "role", role="leader")
    special.department = house.ward
    special.save()
    mine = run(house, make_requisition(house), "submit")
    other = run(house, make_requisition(house, department=house.other_ward, created_by=house.other_requester), "submit")
    assert routes.next_signature(mine).role == special.role
    assert routes.next_signature(other).approver == "head"


def test_the_head_as_maker_goes_up_the_tree(house: House) -> None:
    house.ward.parent = house.logistics
    house.ward.save()
    document = run(house, make_requisition(house, created_by=house.department_head), "submit")
    assert routes.next_signature(document).department == house.logistics
    with pytest.raises(NotAllowed):
        apply_transition(document, "approve", actor=house.department_head)
    assert apply_transition(document, "approve", actor=house.logistics_head).status == "approved"


@pytest.mark.parametrize("why", ["none", "inactive"])
def test_no_head_is_said_in_a_sentence(house: House, why: str) -> None:
    if why == "none":
        Department.objects.filter(pk=house.ward.pk).update(head=None)
    else:
        User.objects.filter(pk=house.department_head.pk).update(is_active=False)
    document = make_requisition(house)
    document.refresh_from_db()
    with pytest.raises(DomainError, match="has no head"):
        run(house, document, "submit")
    document.refresh_from_db()
    assert (document.status, document.number) == ("draft", None)
    assert not DocumentEvent.objects.exists()


def test_without_rules_a_head_approves_only_inside_his_scope(house: House) -> None:
    """R-SYS-06"""
    from core.documents.models import ApprovalRule

    ApprovalRule.objects.all().delete()
    document = run(house, make_requisition(house), "submit")
    with pytest.raises(NotAllowed):
        apply_transition(document, "approve", actor=house.other_head)
    assert not Requisition.objects.visible_to(house.other_head).exists()
    assert not routes.waiting_for(house.other_head).exists()
    assert apply_transition(document, "approve", actor=house.department_head).status == "approved"


@pytest.mark.parametrize(
    ("start", "end", "kind", "accepted"),
    [
        (0, 0, None, True),
        (-2, -1, None, False),
        (1, 2, None, False),
        (0, 0, Requisition, True),
        (0, 0, GoodsReceipt, False),
    ],
)
def test_substitutes_by_day_and_kind(house: House, start: int, end: int, kind: Any, accepted: bool) -> None:
    document = run(house, make_requisition(house), "submit")
    delegation = Delegation.objects.create(
        principal=house.department_head,
        substitute=house.acceptor,
        from_date=clock.today() + dt.timedelta(days=start),
        to_date=clock.today() + dt.timedelta(days=end),
    )
    if kind:
        delegation.kinds.add(ContentType.objects.get_for_model(kind))
    assert routes.waiting_for(house.acceptor).exists() is accepted
    if accepted:
        assert apply_transition(document, "approve", actor=house.acceptor).status == "approved"
        assert events_of(document).get(step="approve").principal == house.department_head
        return
    with pytest.raises(NotAllowed):
        apply_transition(document, "approve", actor=house.acceptor)
    document.refresh_from_db()
    assert document.status == "submitted"


def test_a_person_who_left_signs_nothing(house: House) -> None:
    document = run(house, make_requisition(house), "submit")
    head = house.department_head
    head.is_active = False
    head.save()
    with pytest.raises(NotAllowed):
        apply_transition(document, "approve", actor=house.again("department_head"))
    document.refresh_from_db()
    assert document.status == "submitted"


def test_two_duties_on_one_document(house: House) -> None:
    """Who took the earlier step must leave the later one to somebody else, and gets no button for it."""
    DutyConflict.objects.create(scope="document", step_a="submit", step_b="post", organization=house.organization)
    document = run(house, make_receipt(house), "submit", "approve")
    assert "post" not in [s.name for s in available_transitions(document, actor=house.storekeeper)]
    with pytest.raises(NotAllowed, match="somebody else"):
        apply_transition(document, "post", actor=house.storekeeper)
    assert not StockMove.objects.exists()
    assert apply_transition(document, "post", actor=house.second_storekeeper).status == "posted"


def test_the_houses_own_row_stands_for_the_general_one(house: House, other_house: House) -> None:
    """Two duties that all other houses keep apart may only warn in one of them."""
    shared = {"scope": "document", "step_a": "submit", "step_b": "post"}
    DutyConflict.objects.create(**shared)
    DutyConflict.objects.create(**shared, organization=house.organization, severity="warn")
    document = run(house, make_receipt(house), "submit", "approve")
    assert apply_transition(document, "post", actor=house.storekeeper).status == "posted"
    foreign = run(other_house, make_receipt(other_house), "submit", "approve")
    with pytest.raises(NotAllowed, match="somebody else"):
        apply_transition(foreign, "post", actor=other_house.storekeeper)
    foreign.refresh_from_db()
    assert foreign.status == "approved"


TAMPERING = [
    "UPDATE {table} SET {column} = {column}",
    "DELETE FROM {table}",
    "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
]


@pytest.mark.parametrize(("table", "column"), [("core_documentevent", "reason"), ("inventory_stockmove", "number")])
def test_posted_rows_cannot_be_changed(house: House, table: str, column: str) -> None:
    """R-SYS-01, R-SYS-04: neither through the ORM nor by raw SQL."""
    receive(house)
    model = {"core_documentevent": DocumentEvent, "inventory_stockmove": StockMove}[table]
    before = list(model.objects.order_by("pk").values())
    statements = TAMPERING if connection.vendor == "sqlite" else [*TAMPERING[:2], "TRUNCATE {table} CASCADE"]
    for statement in statements:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(table=table, column=column))
    row = model.objects.first()
    setattr(row, column, "changed")
    rows = model.objects.all()
    for change in (row.save, lambda: rows.update(**{column: "x"}), lambda: rows._raw_delete("default")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert list(model.objects.order_by("pk").values()) == before


def test_the_permission_name(house: House) -> None:
    assert permission_for(make_requisition(house), "approve") == "inventory.approve_requisition"
