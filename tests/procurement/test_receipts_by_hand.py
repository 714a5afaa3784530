"""R-STK-01: where the house says so, purchases come into the store only from an acceptance."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from core import clock
from core.documents.services import apply_transition
from core.errors import DomainError
from core.models import Policy
from inventory.models import GoodsReceipt, StockMove
from procurement import figures
from tests.buying import accepted
from tests.factories import House, make_receipt, run

pytestmark = pytest.mark.django_db


def switch_on(house: House, day: dt.date | None = None) -> None:
    Policy.objects.create(
        organization=house.organization,
        key=figures.RECEIPT_NEEDS_ACCEPTANCE,
        valid_from=day or clock.today(),
        value=Decimal(1),
        basis="院办〔2026〕8号",
    )


def test_R_STK_01_a_purchase_by_hand_is_refused_once_the_house_says_so(house: House) -> None:
    before = run(house, make_receipt(house))
    assert before.status == "posted"
    moves = StockMove.objects.count()
    switch_on(house)
    document = make_receipt(house)
    with pytest.raises(DomainError, match="only from an acceptance") as refusal:
        apply_transition(document, "submit", actor=house.storekeeper)
    document.refresh_from_db()
    assert (refusal.value.field, document.status, document.number) == ("kind", "draft", None)
    assert StockMove.objects.count() == moves


def test_R_STK_01_what_is_no_purchase_and_what_was_accepted_come_in(house: House) -> None:
    switch_on(house)
    for kind in (GoodsReceipt.Kind.ESTIMATE, GoodsReceipt.Kind.MATERIALS, GoodsReceipt.Kind.SURPLUS):
        assert run(house, make_receipt(house, kind=kind)).status == "posted"
    acceptance = accepted(house)
    receipt = acceptance.lines.get().receipt_line.document
    assert run(house, receipt).status == "posted"


def test_the_figure_holds_from_its_day(house: House) -> None:
    switch_on(house, clock.today() + dt.timedelta(days=1))
    assert run(house, make_receipt(house)).status == "posted"
