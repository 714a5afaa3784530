"""Many hands at once: one paper gets a thing, one signature counts, nothing is handed over twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from assets.models import Asset, AssetMove, CustodyChange
from assets.services.verification import verify_custody
from core.documents.models import DocumentEvent
from core.errors import DomainError
from directory.models import User
from directory.services import leaving
from tests.assets.test_custody import submitted, thing
from tests.factories import House, make_house
from tests.holding import make_custody_change
from tests.inventory.test_concurrency import outcome, race, step

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db: Any) -> House:
    return make_house()


def sound() -> bool:
    return [str(finding) for finding in verify_custody()] == []


def test_two_transfers_of_one_thing_at_once(house: House) -> None:
    """R-AST-10: of eight papers about one thing one is submitted; the others name it and take nothing in hand."""
    asset = thing(house)
    targets = (house.other_ward, house.logistics)
    papers = [make_custody_change(house, asset, to_department=targets[n % 2]) for n in range(8)]
    won = outcome(race(*(step(paper, "submit", house.department_head) for paper in papers)), DomainError)
    assert len(won) == 1
    asset.refresh_from_db()
    assert asset.claimed_by == f"assets.custodychange:{won[0].pk}"
    assert CustodyChange.objects.filter(status="submitted").count() == 1
    assert CustodyChange.objects.exclude(number=None).count() == 1
    assert sound()


def test_papers_about_several_things_in_any_order(house: House) -> None:
    """Cards are locked in one order, whatever the order of the lines: no deadlock, and the claims stay whole."""
    things = [thing(house) for _turn in range(4)]
    orders = (things, things[::-1], things[1:3], things[2:] + things[:2])
    papers = [make_custody_change(house, *order) for order in orders]
    won = outcome(race(*(step(paper, "submit", house.department_head) for paper in papers)), DomainError)
    assert len(won) == 1
    claims = set(Asset.objects.filter(pk__in=won[0].lines.values("asset")).values_list("claimed_by", flat=True))
    assert claims == {f"assets.custodychange:{won[0].pk}"}
    assert sound()


def test_the_last_signature_counts_once(house: House) -> None:
    """R-AST-10: twelve taps on “confirm” hand the thing over once."""
    asset = thing(house)
    document = submitted(house, asset)
    won = outcome(race(*[step(document, "approve", house.other_head)] * 12), DomainError)
    assert len(won) == 1
    assert asset.moves.count() == 2
    assert DocumentEvent.objects.filter(object_id=document.pk, step="post").count() == 1
    assert sound()


@pytest.mark.parametrize("_turn", range(3))
def test_confirm_against_withdraw(house: House, _turn: int) -> None:
    asset = thing(house)
    document = submitted(house, asset)
    jobs: list[Callable[[], Any]] = [
        step(document, "approve", house.other_head),
        step(document, "withdraw", house.department_head),
    ]
    won = outcome(race(*jobs), DomainError)
    assert len(won) == 1
    asset.refresh_from_db()
    assert asset.claimed_by == ""
    assert asset.department == (house.other_ward if won[0].status == "posted" else house.ward)
    assert AssetMove.objects.filter(asset=asset).count() == (2 if won[0].status == "posted" else 1)
    assert sound()


def test_a_reversal_against_the_next_transfer(house: House) -> None:
    """Either the thing goes back, or the next paper has it in hand: never both."""
    asset = thing(house)
    document = step(submitted(house, asset), "approve", house.other_head)()
    following = make_custody_change(
        *(house, asset), department=house.other_ward, to_department=house.logistics, created_by=house.other_head
    )
    won = outcome(
        race(step(document, "reverse", house.asset_manager), step(following, "submit", house.other_head)), DomainError
    )
    assert len(won) == 1
    asset.refresh_from_db()
    assert (asset.department == house.ward) == (asset.claimed_by == "")
    assert sound()


def test_a_person_is_closed_or_gets_the_thing(house: House) -> None:
    """R-AST-11: closing an account while a thing arrives in its name leaves nobody closed with something in hand."""
    asset = thing(house)
    document = submitted(house, asset, to_user=house.other_requester)

    def close() -> Any:
        person = User.objects.get(pk=house.other_requester.pk)
        person.is_active = False
        with transaction.atomic():
            leaving.require_empty_hands(person)
            person.save()
        return person

    won = outcome(race(step(document, "approve", house.other_requester), close), DomainError)
    asset.refresh_from_db()
    person = User.objects.get(pk=house.other_requester.pk)
    assert len(won) == 1
    assert (asset.user == person) == person.is_active
