"""Asset counts: snapshot, what counters send, results, proposals, posting and its reversal."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from assets.count_selectors import found_words
from assets.models import (
    AcquisitionWay,
    Asset,
    AssetAddition,
    AssetCount,
    AssetCountEntry,
    AssetCountLine,
    AssetMove,
    AssetState,
    AssetSurplus,
    CompensationCase,
    CustodyChange,
)
from assets.services import ledger
from assets.services.counts import results
from assets.services.counts.entries import Sighting, Stranger, record
from assets.services.counts.plan import open_count, uncounted
from assets.services.counts.posting import case_for
from assets.services.counts.proposals import Proposal, amount, write_proposals
from assets.services.counts.results import count_again, finish_count, mark_missing, publish
from assets.services.counts.verification import verify_asset_counts
from core import clock
from core.documents.services import apply_transition, available_transitions, delete_draft
from core.errors import DomainError, IllegalTransition, NotAllowed
from directory.models import Place, User
from tests.factories import House, run
from tests.holding import make_asset, make_assets, make_category, plan_asset_count

pytestmark = pytest.mark.django_db
Result, Booked = AssetCountLine.Result, AssetCountLine.Booked


def opened(house: House, **fields) -> AssetCount:
    return open_count(plan_asset_count(house, **fields), actor=house.asset_manager)


def see(document: AssetCount, asset: Asset, actor, present: bool = True, **fields):
    """One sighting of a card on the list."""
    line = document.lines.filter(asset=asset).first()
    named = {"line_id": line.pk} if line else {"code": asset.number}
    return record(document, [Sighting(uuid.uuid4(), present, **named, **fields)], actor=actor)[0]


def place(house: House, code: str, parent: Place | None = None) -> Place:
    return Place.objects.create(organization=house.organization, code=code, name=f"{code}室", parent=parent)


def explain(house: House, document: AssetCount, **fields) -> None:
    keys = document.lines.exclude(result__in=(Result.OPEN, Result.MATCH)).values_list("pk", flat=True)
    proposal = Proposal(**{"cause": "搬迁", "finding": "无人担责", "treatment": "按实调整", **fields})
    write_proposals(document, dict.fromkeys(keys, proposal), {}, actor=house.asset_manager)


def move(house: House, asset: Asset, **changes) -> None:
    """The card changes hands by another paper."""
    with transaction.atomic():
        card = ledger.locked([asset.pk])[asset.pk]
        paper = CustodyChange.objects.create(
            organization=house.organization, department=house.ward, created_by=house.asset_manager
        )
        ledger.hand_over([ledger.Handing.of(card, **changes)], document=paper, actor=house.asset_manager)


# ---- plan and snapshot ----


def test_r_ast_16_later_movements_do_not_change_the_snapshot(house: House) -> None:
    asset = make_asset(house, user=house.requester, state=AssetState.IN_USE)
    document = opened(house)
    move(house, asset, department_id=house.other_ward.pk, user_id=house.other_requester.pk)
    line = document.lines.get()
    assert (line.book_department, line.book_user, line.book_state) == (house.ward, house.requester, AssetState.IN_USE)
    assert (line.book_value, line.result) == (Decimal("6000.00"), Result.OPEN)
    assert document.phase == AssetCount.Phase.COUNTING
    assert list(verify_asset_counts()) == []


def test_the_list_is_written_in_the_same_statements_for_10_and_100_cards(house: House) -> None:
    statements = []
    make_asset(house)
    opened(house)
    for count in (9, 90):
        make_assets(house, count)
        document = plan_asset_count(house)
        with CaptureQueriesContext(connection) as captured:
            open_count(document, actor=house.asset_manager)
        statements.append(len(captured))
    assert AssetCountLine.objects.filter(document=document).count() == 100
    assert statements[0] == statements[1]


def test_each_scope_names_its_cards(house: House, other_house: House) -> None:
    building = place(house, "1")
    room = place(house, "101", building)
    mine = make_asset(house, place=room)
    other = make_asset(house, department=house.other_ward, category=make_category("A05010301", "办公椅"))
    gone = make_asset(house)
    Asset.objects.filter(pk=gone.pk).update(state=AssetState.DISPOSED)
    make_asset(other_house)

    def cards(**fields) -> set[int]:
        return set(opened(house, **fields).lines.values_list("asset", flat=True))

    assert cards() == {mine.pk, other.pk}
    assert cards(scope_department=house.ward) == {mine.pk}
    assert cards(scope_place=building) == {mine.pk}
    assert cards(scope_category=other.category) == {other.pk}
    assert len(cards(sample_size=1)) == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"supervisor": None}, "supervises"),
        ({"kind": AssetCount.Kind.YEARLY, "sample_size": 5}, "every card"),
        ({"kind": AssetCount.Kind.CLASS_CHECK}, "class whose property"),
        ({"sample_size": 0}, "how many"),
    ],
)
def test_an_incomplete_plan_is_not_opened(house: House, fields: dict, sentence: str) -> None:
    make_asset(house)
    document = plan_asset_count(house, **fields)
    with pytest.raises(DomainError, match=sentence):
        open_count(document, actor=house.asset_manager)
    document.refresh_from_db()
    assert (document.phase, document.lines.count()) == (AssetCount.Phase.PLANNED, 0)


def test_an_empty_plan_a_second_opening_and_a_supervisor_who_counts_are_refused(house: House) -> None:
    with pytest.raises(DomainError, match="no cards"):
        opened(house)
    make_asset(house)
    with pytest.raises(DomainError, match="does not count"):
        opened(house, supervisor=house.storekeeper)
    document = opened(house)
    with pytest.raises(IllegalTransition):
        open_count(document, actor=house.asset_manager)
    assert document.lines.count() == 1


def test_r_ast_19_nobody_counts_what_he_holds(house: House) -> None:
    """Refused at the opening where nobody else could count it; otherwise another counter has to."""
    asset = make_asset(house, custodian=house.storekeeper)
    free = make_asset(house)
    with pytest.raises(DomainError, match=asset.number) as refusal:
        opened(house, counters=(house.storekeeper,))
    assert str(house.storekeeper) in str(refusal.value)
    assert AssetCountLine.objects.count() == 0
    document = opened(house)
    assert "yourself" in see(document, asset, house.storekeeper).refusal
    assert AssetCountEntry.objects.count() == 0
    assert not see(document, free, house.storekeeper).refusal
    assert see(document, asset, house.second_storekeeper).line.result == Result.MATCH


def test_two_counters_who_share_a_card_need_a_third(house: House) -> None:
    make_asset(house, custodian=house.storekeeper, user=house.second_storekeeper)
    with pytest.raises(DomainError, match="one more person"):
        opened(house)
    document = opened(house, counters=(house.storekeeper, house.second_storekeeper, house.requester))
    assert document.lines.count() == 1


# ---- what counters send ----


def test_the_outcomes_of_a_line(house: House) -> None:
    room, hall = place(house, "101"), place(house, "102")
    here, elsewhere, with_another, lost = make_assets(house, 4, place=room, user=house.requester)
    document = opened(house)
    assert see(document, here, house.storekeeper).line.result == Result.MATCH
    assert see(document, elsewhere, house.storekeeper, place_id=hall.pk).line.result == Result.MISPLACED
    seen = see(document, with_another, house.storekeeper, user_id=house.other_requester.pk, condition="damaged").line
    assert (seen.result, seen.found_place, seen.condition) == (Result.MISPLACED, room, "damaged")
    assert see(document, lost, house.storekeeper, present=False).line.result == Result.MISSING
    assert list(verify_asset_counts()) == []


def test_a_thing_that_nobody_uses_any_more_loses_its_user_and_lies_idle(house: House) -> None:
    asset, other = make_assets(house, 2, user=house.requester, state=AssetState.IN_USE)
    document = opened(house)
    both = see(document, other, house.storekeeper, user_id=house.other_requester.pk, unused=True)
    assert "not both" in both.refusal
    assert document.lines.get(asset=other).result == Result.OPEN
    see(document, other, house.storekeeper)
    line = see(document, asset, house.storekeeper, unused=True).line
    assert (line.result, line.found_user, found_words(line)) == (Result.MISPLACED, None, "nobody uses it")
    finish_count(document, actor=house.asset_manager)
    explain(house, document)
    assert list(verify_asset_counts()) == []
    document = run(house, document, "submit", "approve", "post")
    asset.refresh_from_db()
    other.refresh_from_db()
    assert (asset.user, asset.state, asset.idle_since) == (None, AssetState.IDLE, clock.today())
    assert (other.user, other.state) == (house.requester, AssetState.IN_USE)
    run(house, document, "reverse")
    asset.refresh_from_db()
    assert (asset.user, asset.state) == (house.requester, AssetState.IN_USE)
    assert list(verify_asset_counts()) == []


def test_an_entry_sent_twice_counts_once(house: House) -> None:
    asset = make_asset(house)
    document = opened(house)
    entry = Sighting(uuid.uuid4(), True, document.lines.get().pk)
    thing = Stranger(uuid.uuid4(), "旧沙发", Decimal(1))
    for _time in range(2):
        outcomes = record(document, [entry, thing], actor=house.storekeeper)
        assert [outcome.refusal for outcome in outcomes] == ["", ""]
    assert (AssetCountEntry.objects.count(), AssetSurplus.objects.count()) == (1, 1)
    stolen = record(document, [entry], actor=house.second_storekeeper)[0]
    assert "already sent" in stolen.refusal
    assert document.lines.get(asset=asset).counted_by == house.storekeeper


def test_an_older_sighting_that_arrives_later_does_not_win(house: House) -> None:
    """Clocks out of order: the later moment holds; a moment before the opening becomes the opening, one in the future
    becomes now."""
    asset = make_asset(house)
    document = opened(house)
    AssetCount.objects.filter(pk=document.pk).update(as_of=clock.now() - dt.timedelta(hours=5))
    now = clock.now()
    see(document, asset, house.storekeeper, counted_at=now - dt.timedelta(hours=1))
    see(document, asset, house.storekeeper, present=False, counted_at=now - dt.timedelta(hours=2))
    line = document.lines.get()
    assert (line.result, line.entries.count()) == (Result.MATCH, 2)
    line = see(document, asset, house.storekeeper, present=False, counted_at=now + dt.timedelta(days=900)).line
    assert line.result == Result.MISSING
    assert line.counted_at <= clock.now()
    early = see(document, asset, house.storekeeper, counted_at=now - dt.timedelta(days=900)).line
    document.refresh_from_db()
    assert early.result == Result.MISSING
    assert document.lines.get().entries.order_by("counted_at").first().counted_at >= document.as_of
    assert list(verify_asset_counts()) == []


def test_a_slow_clock_is_corrected_and_kept(house: House) -> None:
    make_asset(house)
    document = opened(house)
    AssetCount.objects.filter(pk=document.pk).update(as_of=clock.now() - dt.timedelta(hours=5))
    moment = clock.now() - dt.timedelta(hours=3)
    entry = Sighting(uuid.uuid4(), True, document.lines.get().pk, counted_at=moment)
    record(document, [entry], actor=house.storekeeper, clock_difference=7200)
    kept = AssetCountEntry.objects.get()
    assert kept.clock_difference == 7200
    assert abs(kept.counted_at - moment - dt.timedelta(hours=2)) < dt.timedelta(seconds=5)


def test_codes_of_strangers_are_told_apart(house: House, other_house: House) -> None:
    """A label of another organization, of nothing, of a thing that left the house; none of them is written."""
    asset = make_asset(house)
    foreign = make_asset(other_house)
    gone = make_asset(house)
    document = opened(house)
    Asset.objects.filter(pk=gone.pk).update(state=AssetState.DISPOSED)
    document.lines.filter(asset=gone).delete()

    def scan(code: str):
        return record(document, [Sighting(uuid.uuid4(), True, code=code)], actor=house.storekeeper)[0]

    assert "another organization" in scan(f"https://house.example/a/{foreign.token}/").refusal
    assert "No card" in scan("ZC9999").refusal
    assert "No card" in scan("http://[").refusal
    assert "disposed of" in scan(gone.number).refusal
    assert AssetCountEntry.objects.count() == 0
    assert document.lines.count() == 1
    assert scan(f"https://house.example/a/{asset.token}/").line.result == Result.MATCH
    assert scan(asset.number.lower()).line.asset == asset


def test_a_card_of_elsewhere_is_kept_as_not_on_the_plan(house: House) -> None:
    make_asset(house)
    stray = make_asset(house, department=house.other_ward)
    document = opened(house, scope_department=house.ward)
    line = see(document, stray, house.storekeeper).line
    assert (line.outside, line.result, line.book_department, line.found_department) == (
        True,
        Result.MISPLACED,
        house.other_ward,
        house.ward,
    )
    again = see(document, stray, house.storekeeper).line
    assert again.pk == line.pk
    assert list(verify_asset_counts()) == []


def test_a_count_takes_only_what_it_asks_about(house: House) -> None:
    """Not drawn, of another class, or found outside of the place counted: said, and not written."""
    room = place(house, "101")
    chair = make_asset(house, category=make_category("A05010301", "办公椅"))
    make_asset(house, place=room)
    sample = opened(house, sample_size=1)
    rest = Asset.objects.exclude(pk=sample.lines.get().asset_id).get()
    assert "not drawn" in see(sample, rest, house.storekeeper).refusal
    by_class = opened(house, scope_category=make_category())
    assert "not of the class" in see(by_class, chair, house.storekeeper).refusal
    by_place = opened(house, scope_place=room)
    assert "at which place" in see(by_place, chair, house.storekeeper).refusal
    assert see(by_place, chair, house.storekeeper, place_id=room.pk).line.found_place == room
    assert AssetCountEntry.objects.count() == 1


def test_bad_entries_are_refused_one_by_one(house: House, other_house: House) -> None:
    first, second = make_assets(house, 2)
    document = opened(house)
    lines = {line.asset_id: line.pk for line in document.lines.all()}
    strange = place(other_house, "X")
    sent = [
        Sighting(uuid.uuid4(), True, lines[first.pk], place_id=strange.pk),
        Sighting(uuid.uuid4(), True, lines[first.pk], user_id=other_house.requester.pk),
        Sighting(uuid.uuid4(), True, lines[first.pk], condition="melted"),
        Sighting(uuid.uuid4(), True, 10**9),
        Stranger(uuid.uuid4(), " ", Decimal(1)),
        Stranger(uuid.uuid4(), "沙发", Decimal(0)),
        Sighting(uuid.uuid4(), True, lines[second.pk]),
    ]
    outcomes = record(document, sent, actor=house.storekeeper)
    assert [bool(outcome.refusal) for outcome in outcomes] == [True] * 6 + [False]
    assert (AssetCountEntry.objects.count(), AssetSurplus.objects.count()) == (1, 0)
    with pytest.raises(NotAllowed):
        record(document, sent, actor=house.requester)


def test_a_delivery_of_many_reads_a_fixed_number_of_times(house: House) -> None:
    """Three statements an entry (savepoint, entry, line), nothing else that grows."""
    counted = []
    for count in (10, 100):
        make_assets(house, count)
        document = opened(house)
        entries = [Sighting(uuid.uuid4(), True, line.pk) for line in document.lines.all()[:count]]
        with CaptureQueriesContext(connection) as captured:
            record(document, entries, actor=house.storekeeper)
        counted.append(len([row for row in captured if row["sql"].startswith("SELECT")]))
    assert counted[0] == counted[1]


# ---- finish ----


def test_r_ast_17_a_count_with_open_lines_is_not_finished(house: House) -> None:
    first, second = make_assets(house, 2)
    document = opened(house)
    see(document, first, house.storekeeper)
    with pytest.raises(DomainError, match=second.number):
        finish_count(document, actor=house.asset_manager)
    document.refresh_from_db()
    assert document.phase == AssetCount.Phase.COUNTING
    with pytest.raises(NotAllowed):
        mark_missing(document, actor=house.storekeeper)
    assert mark_missing(document, actor=house.accountant) == 1
    assert document.lines.get(asset=second).result == Result.MISSING
    assert AssetCountEntry.objects.get(line__asset=second).present is False
    assert finish_count(document, actor=house.asset_manager).phase == AssetCount.Phase.FINISHED
    late = see(document, first, house.storekeeper, present=False)
    assert "no longer being counted" in late.refusal
    assert document.lines.get(asset=first).result == Result.MATCH


def test_the_supervisor_does_not_lose_his_own_things(house: House) -> None:
    make_asset(house, user=house.accountant)
    document = opened(house)
    with pytest.raises(DomainError, match="hold these yourself"):
        mark_missing(document, actor=house.accountant)
    assert AssetCountEntry.objects.count() == 0


def test_r_ast_17_missing_and_surplus_need_cause_and_finding(house: House) -> None:
    asset = make_asset(house)
    document = opened(house)
    see(document, asset, house.storekeeper, present=False)
    record(document, [Stranger(uuid.uuid4(), "旧沙发", Decimal(2), value=Decimal(500))], actor=house.storekeeper)
    finish_count(document, actor=house.asset_manager)
    line, thing = document.lines.get(), document.surpluses.get()

    def refused(sentence: str) -> None:
        with pytest.raises(DomainError, match=sentence):
            apply_transition(document, "submit", actor=house.asset_manager)
        document.refresh_from_db()
        assert document.status == "draft"

    refused(asset.number)
    said = Proposal("被盗", "", "报损")
    write_proposals(document, {line.pk: said}, {}, actor=house.asset_manager)
    refused(asset.number)
    said = Proposal("被盗", "保管人未锁门", "报损", responsible_id=house.requester.pk)
    write_proposals(document, {line.pk: said}, {}, actor=house.asset_manager)
    refused("旧沙发")
    found = Proposal("漏建卡", "无", "建卡", category_id=make_category().pk, value=Decimal(500))
    write_proposals(document, {}, {thing.pk: found}, actor=house.asset_manager)
    assert amount(document) == 7000
    assert run(house, document, "submit").status == "submitted"


def test_proposals_are_checked(house: House, other_house: House) -> None:
    first, second = make_assets(house, 2)
    document = opened(house)
    see(document, first, house.storekeeper, present=False)
    see(document, second, house.storekeeper)
    line, agrees = document.lines.get(asset=first), document.lines.get(asset=second)
    with pytest.raises(IllegalTransition):
        write_proposals(document, {line.pk: Proposal("a")}, {}, actor=house.asset_manager)
    finish_count(document, actor=house.asset_manager)
    for key, proposal in ((agrees.pk, Proposal("a")), (line.pk, Proposal(responsible_id=other_house.requester.pk))):
        with pytest.raises(DomainError):
            write_proposals(document, {key: proposal}, {}, actor=house.asset_manager)
    with pytest.raises(NotAllowed):
        write_proposals(document, {line.pk: Proposal("a")}, {}, actor=house.requester)
    assert document.lines.filter(cause="").count() == 2


def test_counting_again_opens_the_lines_only(house: House) -> None:
    first, second = make_assets(house, 2)
    document = opened(house)
    see(document, first, house.storekeeper, present=False)
    see(document, second, house.storekeeper)
    finish_count(document, actor=house.asset_manager)
    line = document.lines.get(asset=first)
    with pytest.raises(DomainError, match="reason"):
        count_again(document, [line.pk], actor=house.asset_manager, reason=" ")
    assert count_again(document, [line.pk], actor=house.asset_manager, reason="再找") == 1
    assert results.open_lines(document).count() == 1
    assert see(document, first, house.second_storekeeper).line.result == Result.MATCH
    assert finish_count(document, actor=house.asset_manager).phase == AssetCount.Phase.FINISHED
    assert AssetCountEntry.objects.count() == 3


# ---- approval and posting ----


def counted(house: House) -> tuple[AssetCount, dict[str, Asset]]:
    """A submitted count of everything with one card an outcome."""
    names = ("agrees", "moved", "left", "lost")
    things = dict(zip(names, make_assets(house, 4, in_use_on=clock.today() - dt.timedelta(days=90)), strict=True))
    document = opened(house)
    see(document, things["agrees"], house.storekeeper)
    for name in ("moved", "left"):
        found = {"department_id": house.other_ward.pk, "user_id": house.other_requester.pk}
        see(document, things[name], house.storekeeper, **found)
    see(document, things["lost"], house.storekeeper, present=False)
    thing = Stranger(uuid.uuid4(), "旧沙发", Decimal(2), value=Decimal(500))
    record(document, [thing], actor=house.storekeeper)
    finish_count(document, actor=house.asset_manager)
    explain(house, document)
    left = document.lines.get(asset=things["left"])
    stays = Proposal("临时借用", "", "不调整", correct=False)
    surplus = Proposal("漏建卡", "无", "建卡", category_id=make_category().pk, value=Decimal(500))
    key = document.surpluses.get().pk
    write_proposals(document, {left.pk: stays}, {key: surplus}, actor=house.asset_manager)
    return run(house, document, "submit"), things


def test_posting_changes_the_cards_as_it_was_approved(house: House) -> None:
    document, things = counted(house)
    assert AssetMove.objects.count() == 4
    document = run(house, document, "approve", "post")
    for asset in things.values():
        asset.refresh_from_db()
    moved, left, lost = things["moved"], things["left"], things["lost"]
    assert (moved.department, moved.user, moved.state) == (house.other_ward, house.other_requester, AssetState.IN_USE)
    assert (left.department, left.user) == (house.ward, None)
    assert (lost.state, lost.state_before) == (AssetState.MISSING, AssetState.IN_STOCK)
    booked = {line.asset_id: line.booked for line in document.lines.all()}
    assert booked == {
        things["agrees"].pk: Booked.NOTHING,
        moved.pk: Booked.MOVED,
        left.pk: Booked.NOTHING,
        lost.pk: Booked.MISSING,
    }
    paper = AssetAddition.objects.get(way=AcquisitionWay.SURPLUS)
    card = paper.lines.get()
    assert (paper.status, paper.source, card.pieces, card.original_value) == ("draft", document.number, 2, 500)
    assert document.surpluses.get().addition == paper
    assert list(verify_asset_counts()) == []


def test_a_posted_count_is_taken_back_once(house: House) -> None:
    document, things = counted(house)
    document = run(house, document, "approve", "post")
    document = run(house, document, "reverse")
    things["moved"].refresh_from_db()
    things["lost"].refresh_from_db()
    assert (things["moved"].department, things["moved"].state) == (house.ward, AssetState.IN_STOCK)
    assert things["lost"].state == AssetState.IN_STOCK
    assert AssetAddition.objects.get(way=AcquisitionWay.SURPLUS).status == "cancelled"
    with pytest.raises(IllegalTransition):
        run(house, document, "reverse")
    assert AssetMove.objects.count() == 8


def test_a_count_is_not_reversed_under_a_later_paper(house: House) -> None:
    document, things = counted(house)
    document = run(house, document, "approve", "post")
    move(house, things["moved"], user_id=house.requester.pk)
    with pytest.raises(DomainError, match="later paper"):
        run(house, document, "reverse")
    document.refresh_from_db()
    assert document.status == "posted"
    things["lost"].refresh_from_db()
    assert things["lost"].state == AssetState.MISSING


def test_nothing_is_given_to_somebody_who_left_meanwhile(house: House) -> None:
    """R-AST-11"""
    document, _things = counted(house)
    document = run(house, document, "approve")
    rows = AssetMove.objects.count()
    User.objects.filter(pk=house.other_requester.pk).update(is_active=False)
    with pytest.raises(DomainError, match="who has left"):
        run(house, document, "post")
    assert AssetMove.objects.count() == rows
    assert not Asset.objects.filter(user=house.other_requester).exists()


def test_what_moved_meanwhile_is_skipped_and_said(house: House) -> None:
    document, things = counted(house)
    move(house, things["moved"], user_id=house.requester.pk)
    move(house, things["lost"], department_id=house.other_ward.pk)
    document = run(house, document, "approve", "post")
    things["moved"].refresh_from_db()
    things["lost"].refresh_from_db()
    assert (things["moved"].department, things["moved"].user) == (house.ward, house.requester)
    assert things["lost"].state == AssetState.IN_STOCK
    assert set(document.lines.filter(booked=Booked.SKIPPED).values_list("asset", flat=True)) == {
        things["moved"].pk,
        things["lost"].pk,
    }
    assert list(verify_asset_counts()) == []


def test_a_missing_thing_that_turns_up_comes_back(house: House) -> None:
    asset = make_asset(house, state=AssetState.IN_USE, user=house.requester)
    move(house, asset, state=AssetState.MISSING)
    document = opened(house)
    assert see(document, asset, house.storekeeper).line.result == Result.FOUND
    finish_count(document, actor=house.asset_manager)
    document = run(house, document)
    asset.refresh_from_db()
    assert (asset.state, asset.user) == (AssetState.IN_USE, house.requester)
    assert document.lines.get().booked == Booked.BACK


def test_a_thing_that_stays_missing_is_not_moved_again(house: House) -> None:
    asset = make_asset(house)
    move(house, asset, state=AssetState.MISSING)
    document = opened(house)
    see(document, asset, house.storekeeper, present=False)
    finish_count(document, actor=house.asset_manager)
    explain(house, document)
    document = run(house, document)
    assert document.lines.get().booked == Booked.NOTHING
    assert asset.moves.count() == 2


def test_who_counted_supervised_or_holds_a_difference_does_not_approve(house: House) -> None:
    asset = make_asset(house, custodian=house.logistics_head)
    document = opened(house)
    see(document, asset, house.storekeeper, present=False)
    finish_count(document, actor=house.asset_manager)
    explain(house, document)
    document = run(house, document, "submit")
    with pytest.raises(NotAllowed):
        apply_transition(document, "approve", actor=house.logistics_head)
    assert "approve" not in [step.name for step in available_transitions(document, actor=house.logistics_head)]
    document.refresh_from_db()
    assert document.status == "submitted"
    asset.refresh_from_db()
    assert asset.state == AssetState.IN_STOCK


def test_a_missing_thing_becomes_one_case(house: House) -> None:
    document, things = counted(house)
    line = document.lines.get(asset=things["lost"])
    with pytest.raises(DomainError):
        case_for(line, actor=house.asset_manager)
    document = run(house, document, "approve", "post")
    line = document.lines.get(asset=things["lost"])
    case = case_for(line, actor=house.asset_manager)
    assert case_for(line, actor=house.asset_manager) == case
    assert (case.asset, case.source, case.base_value) == (things["lost"], document.number, Decimal(6000))
    with pytest.raises(NotAllowed):
        case_for(line, actor=house.storekeeper)
    with pytest.raises(DomainError):
        case_for(document.lines.get(asset=things["moved"]), actor=house.asset_manager)
    assert CompensationCase.objects.count() == 1


def test_what_was_counted_is_not_deleted(house: House) -> None:
    asset = make_asset(house)
    document = opened(house)
    see(document, asset, house.storekeeper)
    with pytest.raises(IllegalTransition):
        delete_draft(document, actor=house.asset_manager)
    assert AssetCountEntry.objects.count() == 1


def test_posting_takes_the_same_statements_for_10_and_100_lines(house: House) -> None:
    counts = []
    for number in (10, 100):
        make_assets(house, number, in_use_on=clock.today() - dt.timedelta(days=90), name=f"批{number}")
        document = opened(house, scope_department=house.ward)
        found = [
            Sighting(uuid.uuid4(), True, line.pk, department_id=house.other_ward.pk) for line in document.lines.all()
        ]
        record(document, found, actor=house.storekeeper)
        finish_count(document, actor=house.asset_manager)
        explain(house, document)
        document = run(house, document, "submit", "approve")
        with CaptureQueriesContext(connection) as captured:
            run(house, document, "post")
        counts.append(len(captured))
    assert Asset.objects.filter(department=house.other_ward).count() == 110
    assert counts[0] == counts[1]


# ---- class check, yearly list, verification ----


def test_the_result_of_a_class_check_is_published_to_everybody(house: House) -> None:
    asset = make_asset(house)
    document = opened(house, kind=AssetCount.Kind.CLASS_CHECK, scope_department=house.ward)
    see(document, asset, house.storekeeper)
    finish_count(document, actor=house.asset_manager)
    with pytest.raises(DomainError, match="not approved"):
        publish(document, actor=house.asset_manager)
    document = run(house, document)
    assert not AssetCount.objects.visible_to(house.again("other_requester")).exists()
    with pytest.raises(NotAllowed):
        publish(document, actor=house.requester)
    assert publish(document, actor=house.asset_manager).published_at
    assert AssetCount.objects.visible_to(house.again("other_requester")).get() == document


def test_only_a_class_check_is_published(house: House) -> None:
    document, _things = counted(house)
    document = run(house, document, "approve", "post")
    with pytest.raises(DomainError):
        publish(document, actor=house.asset_manager)
    document.refresh_from_db()
    assert document.published_at is None


def test_r_ast_18_cards_without_a_finished_count_of_the_year(house: House) -> None:
    asset, other = make_assets(house, 2)
    year = clock.today().year
    assert set(uncounted(Asset.objects.all(), year)) == {asset, other}
    document = opened(house)
    see(document, asset, house.storekeeper)
    see(document, other, house.storekeeper)
    assert uncounted(Asset.objects.all(), year).count() == 2
    finish_count(document, actor=house.asset_manager)
    new = make_asset(house)
    assert list(uncounted(Asset.objects.all(), year)) == [new]
    assert uncounted(Asset.objects.all(), year + 1).count() == 3


def test_the_verification_names_what_was_tampered_with(house: House) -> None:
    asset, other = make_assets(house, 2)
    with clock.pretend(clock.now() + dt.timedelta(hours=1)):
        document = opened(house)
        see(document, asset, house.storekeeper)
        see(document, other, house.storekeeper)
    assert list(verify_asset_counts()) == []
    line = document.lines.get(asset=asset)
    AssetCountLine.objects.filter(pk=line.pk).update(result=Result.MISSING, found_department=None, condition="")
    AssetCountLine.objects.filter(asset=other).update(book_department=house.other_ward)
    assert {finding.key for finding in verify_asset_counts()} == {line.pk, document.lines.get(asset=other).pk}
