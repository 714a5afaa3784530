"""Check lines of an order: copied, answered, failed ones open an order of their own, required ones hold up the end."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest

from core.errors import DomainError, NotAllowed
from maintenance.models import Checklist, ChecklistLine, OrderCheck, WorkOrder
from maintenance.services import doing
from maintenance.services.checklists import answer, copy_to
from tests.factories import House
from tests.repairing import bring, make_order

from .test_doing import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def checklist(db: None) -> Checklist:
    template = Checklist.objects.create(code="T-01", name="配电房月检")
    rows = (
        ("门锁完好", "tick", {}),
        ("油温", "number", {"unit": "℃", "low": Decimal(10), "high": Decimal(65)}),
        ("备注", "text", {"required": False}),
    )
    for position, (text, kind, more) in enumerate(rows, start=1):
        ChecklistLine.objects.create(checklist=template, position=position, text=text, kind=kind, **more)
    return template


@pytest.fixture
def checks(house: House, checklist: Checklist) -> list[OrderCheck]:
    order = bring(house, make_order(house), "on_site")
    copy_to(order, checklist)
    return list(order.checks.all())


def test_a_template_is_copied_and_lives_apart(house: House, checklist: Checklist) -> None:
    order = make_order(house)
    copy_to(order, checklist)
    copy_to(order, checklist)
    checklist.lines.update(text="别的")
    rows = list(order.checks.values_list("position", "text", "kind", "high", "required"))
    assert rows[1] == (2, "油温", "number", Decimal(65), True)
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("value", "passed"), [("10", True), ("65", True), ("9.9", False), ("65.0001", False), ("-3", False)]
)
def test_a_number_out_of_its_limits_failed(house: House, checks: list[OrderCheck], value: str, passed: bool) -> None:
    line = answer(checks[1], actor=house.repair_worker, number=Decimal(value))
    assert (line.passed, line.number, line.filled_by) == (passed, Decimal(value), house.repair_worker)
    assert (line.opened is None) is passed


def test_a_failed_line_opens_one_order_and_the_end_waits_for_answers(house: House, checks: list[OrderCheck]) -> None:
    order, worker = checks[0].order, house.repair_worker
    with pytest.raises(DomainError, match="门锁完好"):
        doing.finish(order, work(), actor=worker)
    line = answer(checks[0], actor=worker, passed=False, words="锁坏了")
    opened = line.opened
    assert (opened.state, opened.follows, opened.place) == ("new", order, order.place)
    assert "门锁完好" in opened.title
    assert "锁坏了" in opened.description
    answer(checks[0], actor=worker, passed=True)
    line = answer(checks[0], actor=worker, passed=False, words="还是坏的")
    assert line.opened == opened
    assert WorkOrder.objects.count() == 2
    with pytest.raises(DomainError, match="油温"):
        doing.finish(order, work(), actor=worker)
    answer(checks[1], actor=worker, number=Decimal(20))
    assert doing.finish(order, work(), actor=worker).state == "done"


def test_answers_of_the_wrong_kind_or_person_change_nothing(house: House, checks: list[OrderCheck]) -> None:
    wrong = ({"words": "x"}, {"passed": True}, {"passed": True})
    for check, said in zip(checks, wrong, strict=True):
        with pytest.raises(DomainError):
            answer(check, actor=house.repair_worker, **said)
    with pytest.raises(NotAllowed):
        answer(checks[0], actor=house.requester, passed=True)
    assert not OrderCheck.objects.exclude(passed=None).exists()


def test_an_old_answer_sent_again_does_not_undo_a_newer_one(house: House, checks: list[OrderCheck]) -> None:
    key = uuid.uuid4()
    answer(checks[0], actor=house.repair_worker, passed=False, request_key=key)
    answer(checks[0], actor=house.repair_worker, passed=True)
    answer(checks[0], actor=house.repair_worker, passed=False, request_key=key)
    checks[0].refresh_from_db()
    assert checks[0].passed is True


def test_the_checks_of_an_order_that_is_done_stay(house: House, checks: list[OrderCheck]) -> None:
    answer(checks[0], actor=house.repair_worker, passed=True)
    answer(checks[1], actor=house.repair_worker, number=Decimal(20))
    doing.finish(checks[0].order, work(), actor=house.repair_worker)
    with pytest.raises(DomainError):
        answer(checks[0], actor=house.repair_worker, passed=False)
    checks[0].refresh_from_db()
    assert (checks[0].passed, WorkOrder.objects.count()) == (True, 1)
