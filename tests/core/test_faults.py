"""A database that fails at any one call, and a queue of writers that is always freed (reliability rules b2, L9)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from core.database.sqlite.base import WriterQueue
from core.documents.models import DocumentEvent, NumberSequence, Signature
from core.documents.services import apply_transition
from inventory.models import CostLayer, StockBalance, StockMove, StockValue
from inventory.services.verification import verify_stock
from tests.factories import House, make_issue, make_requisition, receive, run


class Fault:
    """Counts the calls to the database and lets one of them fail."""

    def __init__(self, at: int) -> None:
        self.at, self.calls = at, 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.calls += 1
        if self.calls == self.at:
            raise OperationalError("the disk went away")
        return execute(sql, params, many, context)


@contextmanager
def failing(at: int) -> Iterator[Fault]:
    fault = Fault(at)
    with connection.execute_wrapper(fault):
        yield fault


def everything() -> Any:
    models = (StockMove, StockBalance, StockValue, CostLayer, DocumentEvent, Signature, NumberSequence)
    return [list(model.objects.order_by("pk").values()) for model in models]


def sweep(document: Any, step: str, actor: Any) -> int:
    """Let call 1, 2, 3 ... of a step fail, each time on the untouched document; returns how many calls it makes."""
    before, status = everything(), document.status
    apply = {"actor": actor, "reason": "原因", "request_key": uuid.uuid4()}
    point = 0
    while True:
        point += 1
        with failing(point) as fault:
            try:
                apply_transition(document, step, **apply)
            except OperationalError:
                pass
            else:
                break
        assert fault.calls >= point
        assert everything() == before, f"call {point} left something behind"
        document.refresh_from_db()
        assert document.status == status
    after = everything()
    assert after != before
    apply_transition(document, step, **apply)
    assert everything() == after
    return point - 1


@pytest.mark.parametrize("item", ["gloves", "paper"])
def test_a_posting_survives_a_fault_at_every_call(house: House, item: str) -> None:
    goods = getattr(house, item)
    receive(house, (goods, 10, 5))
    asked = run(house, make_requisition(house, (goods, 6)))
    document = run(house, make_issue(house, (goods, 4), requisition=asked), "submit")
    assert sweep(document, "post", house.storekeeper) > 15
    document.refresh_from_db()
    assert (document.status, StockBalance.objects.get().quantity) == ("posted", 6)
    assert sweep(document, "reverse", house.logistics_head) > 15
    assert StockBalance.objects.get().quantity == 10
    assert list(verify_stock()) == []


def test_a_submit_survives_a_fault_at_every_call(house: House) -> None:
    document = make_requisition(house)
    assert sweep(document, "submit", house.requester) > 8
    document.refresh_from_db()
    assert document.number.endswith("00001")


@pytest.fixture
def queue(tmp_path: Path) -> WriterQueue:
    return WriterQueue(str(tmp_path / "x.sqlite3"))


def is_free(queue: WriterQueue) -> bool:
    """Whether another thread gets in within a second."""
    entered = threading.Event()

    def try_it() -> None:
        queue.enter()
        entered.set()
        queue.leave()

    threading.Thread(target=try_it, daemon=True).start()
    return entered.wait(1)


def test_one_writer_at_a_time(queue: WriterQueue) -> None:
    queue.enter()
    assert not is_free(queue)
    queue.leave()
    assert is_free(queue)


def test_a_failing_lock_leaves_the_queue_free(tmp_path: Path) -> None:
    queue = WriterQueue(str(tmp_path / "missing" / "x.sqlite3"))
    with pytest.raises(FileNotFoundError):
        queue.enter()
    (tmp_path / "missing").mkdir()
    assert is_free(queue)


def test_a_killed_process_frees_the_queue(tmp_path: Path, queue: WriterQueue) -> None:
    code = (
        "import sys, time\nfrom core.database.sqlite.base import WriterQueue\n"
        f"WriterQueue({str(tmp_path / 'x.sqlite3')!r}).enter()\nprint('in', flush=True)\ntime.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "in\n"
        waiting = threading.Event()

        def enter() -> None:
            queue.enter()
            waiting.set()

        threading.Thread(target=enter, daemon=True).start()
        assert not waiting.wait(0.3)
        os.kill(child.pid, signal.SIGKILL)
        assert waiting.wait(5)
    queue.leave()


@pytest.mark.django_db(transaction=True)
def test_the_queue_is_freed_after_every_end_of_a_transaction() -> None:
    def held() -> bool:
        return getattr(connection, "_held_queue", None) is not None

    expected = connection.vendor == "sqlite"
    with transaction.atomic():
        assert held() is expected
        with transaction.atomic():
            assert held() is expected
        assert held() is expected
    assert not held()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError
    assert not held()
    with pytest.raises(OperationalError), transaction.atomic(), failing(1):
        DocumentEvent.objects.count()
    assert not held()
    with pytest.raises(Exception, match=r"closed|transaction"), transaction.atomic():  # noqa: PT012
        connection.close()
        assert not held()
        DocumentEvent.objects.count()
    assert not held()
    assert DocumentEvent.objects.count() == 0
