"""Reliability rule L6: what the database gives up for its own reasons is tried again, and nothing is half-written."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from core.database import retry
from core.database.retry import StillBusy, atomic_with_retry
from core.documents import services
from core.documents.models import DocumentEvent, Signature
from core.documents.services import apply_transition
from directory.models import Department
from tests.factories import House, make_house, make_requisition

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db: Any) -> House:
    return make_house()


class Refusal(Exception):
    """What the driver raises below Django's error."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def failing(times: int, sqlstate: str, really: Callable[..., Any]) -> tuple[Callable[..., Any], list[int]]:
    """A function that the database gives up so many times before it works."""
    calls: list[int] = []

    def work(*args: Any, **kwargs: Any) -> Any:
        calls.append(len(calls))
        if len(calls) <= times:
            raise OperationalError("given up") from Refusal(sqlstate)
        return really(*args, **kwargs)

    return work, calls


@pytest.mark.parametrize("sqlstate", ["40001", "40P01", "55P03"])
def test_a_step_is_tried_again(house: House, monkeypatch: pytest.MonkeyPatch, sqlstate: str) -> None:
    document = make_requisition(house)
    numbering, calls = failing(2, sqlstate, services.next_number)
    monkeypatch.setattr(services, "next_number", numbering)
    document = apply_transition(document, "submit", actor=house.requester)
    assert len(calls) == 3
    document.refresh_from_db()
    assert document.status == "submitted"
    assert document.number.endswith("00001")
    assert (DocumentEvent.objects.count(), Signature.objects.count()) == (1, 1)


def test_after_the_last_try_a_sentence_and_nothing_written(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    document = make_requisition(house)
    numbering, calls = failing(99, "40P01", services.next_number)
    monkeypatch.setattr(services, "next_number", numbering)
    with pytest.raises(StillBusy, match="try again"):
        apply_transition(document, "submit", actor=house.requester)
    assert len(calls) == retry.TRIES
    document.refresh_from_db()
    assert (document.status, document.number) == ("draft", None)
    assert not DocumentEvent.objects.exists()
    assert not Signature.objects.exists()


def test_no_further_try_after_a_long_wait(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "GIVE_UP_AFTER", -1)
    work, calls = failing(99, "55P03", int)
    with pytest.raises(StillBusy):
        atomic_with_retry(work)()
    assert len(calls) == 1


@pytest.mark.parametrize("inside", [False, True])
def test_only_passing_troubles_of_the_outermost_transaction(house: House, inside: bool) -> None:
    work, calls = failing(99, "40P01" if inside else "53100", int)
    step = atomic_with_retry(work)
    with pytest.raises(OperationalError):
        (transaction.atomic(step) if inside else step)()  # a full disk does not get better by asking again
    assert len(calls) == 1


def test_a_locked_sqlite_is_tried_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "vendor", "sqlite")
    calls: list[int] = []

    @atomic_with_retry
    def work() -> int:
        calls.append(1)
        if len(calls) == 1:
            raise OperationalError("database is locked")
        return len(calls)

    assert work() == 2


def test_two_that_lock_each_other_out_both_get_through(house: House) -> None:
    """Each locks one row, then wants the other's: PostgreSQL ends one of the two, which comes through afterwards."""
    gate = threading.Barrier(2)
    attempts: list[str] = []
    errors: list[Exception] = []

    @atomic_with_retry
    def rename(first: int, second: int, name: str) -> None:
        attempts.append(name)
        for place, key in enumerate((first, second)):
            row = Department.objects.select_for_update().get(pk=key)
            Department.objects.filter(pk=key).update(phone=f"{row.phone}{name}")
            if place == 0 and connection.vendor == "postgresql" and attempts.count(name) == 1:
                gate.wait(20)

    def work(*args: Any) -> None:
        try:
            rename(*args)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    pairs = [(house.ward.pk, house.other_ward.pk, "a"), (house.other_ward.pk, house.ward.pk, "b")]
    threads = [threading.Thread(target=work, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert {"".join(sorted(d.phone)) for d in Department.objects.filter(code__in=("101", "102"))} == {"ab"}
    assert len(attempts) == (3 if connection.vendor == "postgresql" else 2)
