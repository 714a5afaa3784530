"""verify_ledgers names the row that somebody tampered with (reliability decision 4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from core import clock
from core.database.append_only import unprotect
from core.documents.models import DocumentEvent
from core.sealing import seal_all
from core.verification import findings
from inventory.models import CostLayer, GoodsIssueLine, StockBalance, StockMove, StockValue
from tests.factories import House, make_issue, make_requisition, receive, run


@pytest.fixture
def busy_house(house: House) -> House:
    receive(house, (house.gloves, 10, 5), (house.paper, 10, "20.5"))
    requisition = run(house, make_requisition(house, (house.gloves, 6), (house.paper, 3)))
    run(house, make_issue(house, (house.gloves, 4), (house.paper, 3), requisition=requisition))
    return house


def test_an_honest_ledger_has_no_findings(busy_house: House, capsys: Any) -> None:
    call_command("verify_ledgers")
    assert "agree" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (StockBalance, {"quantity": 1}),
        (StockValue, {"quantity": 1, "amount": 1}),
        (CostLayer, {"quantity": 1, "amount": 1}),
        (GoodsIssueLine, {"amount": 1}),
    ],
)
def test_a_changed_cache_is_named(busy_house: House, model: Any, change: dict[str, int], capsys: Any) -> None:
    row = model.objects.order_by("pk").last()
    model.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_ledgers")
    assert stopped.value.code == 1
    assert f"{model._meta.label} #{row.pk}" in capsys.readouterr().err


@pytest.mark.parametrize("column", ["department_id = NULL", "business_date = '2020-01-01'", "number = 'CK0'"])
def test_a_changed_move_is_named_even_where_no_balance_depends_on_it(busy_house: House, column: str) -> None:
    move = StockMove.objects.order_by("pk").last()
    assert move is not None
    unprotect("inventory_stockmove", connection)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE inventory_stockmove SET {column} WHERE id = {move.pk}")  # noqa: S608
    assert [str(f.key) for f in findings() if f.table == "inventory.StockMove"] == [str(move.pk)]


def test_a_deleted_event_breaks_its_seal(busy_house: House) -> None:
    with clock.pretend(clock.now() + dt.timedelta(hours=1)):
        assert {seal.subject for seal in seal_all()} == {"core.DocumentEvent", "inventory.StockMove"}
        assert seal_all() == []
    assert list(findings()) == []
    unprotect("core_documentevent", connection)
    first = DocumentEvent.objects.earliest("pk")
    DocumentEvent.objects.filter(pk=first.pk)._raw_delete("default")
    assert any(f.table == "core.DocumentEvent" and "seal 1" in f.message for f in findings())


def test_young_rows_wait_for_the_next_seal(busy_house: House) -> None:
    assert seal_all() == []
