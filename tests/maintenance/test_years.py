"""What somebody looks at today costs the same statements after one year of repairs and after three.

Seconds are compared by benchmarks/repairs.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock
from core.reports import all_reports
from core.reports.rendering import screen_context
from maintenance.services import closing, escalations, plans
from tests.factories import House
from tests.inventory.reporting import report

from .history import lay_years, make_workshop

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 18, 2, tzinfo=dt.UTC)
MONTH = {"start": dt.date(2026, 11, 1), "end": dt.date(2026, 11, 30)}
A_YEAR = 120
PAGES = (
    ("logistics_head", "/repairs/kpis/"),
    ("repair_dispatcher", "/repairs/board/"),
    ("repair_dispatcher", "/repairs/wall/"),
    ("repair_dispatcher", "/repairs/orders/"),
    ("repair_dispatcher", "/repairs/orders/?overdue=on"),
    ("repair_worker", "/repairs/orders/"),
    ("repair_worker", "/repairs/work/entries/"),
    ("requester", "/repairs/mine/"),
)


def statements(act: Callable[[], Any]) -> int:
    act()
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def counted(house: House, client: Client) -> dict[str, int]:
    """Statements of every report of repairs, of the pages of a day, and of the runs of the night when they find
    nothing new."""
    who = house.again("logistics_head")
    found: dict[str, int] = {}
    for kind in all_reports():
        if kind.__module__.startswith("maintenance."):
            days = MONTH if "start" in kind.form_class(user=who).fields else {}
            found[kind.code] = statements(lambda kind=kind, days=days: screen_context(report(kind, who, **days)))
    for person, path in PAGES:
        client.force_login(house.people[person])
        found[path] = statements(lambda path=path: client.get(path))
        assert client.get(path).status_code == 200
    found["escalations"] = statements(lambda: escalations.run(clock.now()))
    found["closing"] = statements(lambda: closing.close_silent(clock.now()))
    found["plans"] = statements(lambda: plans.make_due(clock.today()))
    return found


def test_more_years_ask_no_more(house, client):
    with clock.pretend(NOW):
        shop = make_workshop(house, things=60, buildings=1)
        lay_years(shop, range(1), a_year=A_YEAR)
        few = counted(house, client)
        lay_years(shop, range(1, 3), a_year=A_YEAR)
        many = counted(house, client)
    assert len(few) >= 20
    assert {name: count for name, count in many.items() if count > few[name]} == {}


def test_a_night_without_anything_due_asks_nothing_of_each_subject(house):
    with clock.pretend(NOW):
        make_workshop(house, things=60, buildings=1)
        assert plans.make_due(clock.today()) == 0
        assert statements(lambda: plans.make_due(clock.today())) < 12
