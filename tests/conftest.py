from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase

from core.database.append_only import protect, unprotect
from directory.services.roles import sync_roles
from procurement import sealed_rows

from .factories import House, make_house

APPEND_ONLY = (
    *("core_documentevent", "core_periodchange", "core_seal", "inventory_stockmove"),
    *("inventory_stockcountentry", "inventory_stocksnapshot", "inventory_oldpiecemove"),
    *("procurement_budgetmove", "assets_assetmove", "assets_assetvaluemove", "assets_assetcountentry"),
    *("assets_compensationpayment", "maintenance_orderevent", "maintenance_rating", "maintenance_meterreading"),
    "maintenance_equipmentinspection",
)
_flush = TransactionTestCase._fixture_teardown


def _flush_protected(self: Any) -> None:
    """Empty the tables between transactional tests: the triggers rightly refuse, so they step aside meanwhile."""
    for table in APPEND_ONLY:
        unprotect(table, connection)
    sealed_rows.unprotect(connection)
    try:
        _flush(self)
    finally:
        for table in APPEND_ONLY:
            protect(table, connection)
        sealed_rows.protect(connection)


TransactionTestCase._fixture_teardown = _flush_protected


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The shipped roles stand in the database from the start; a test that empties it makes them anew (make_house)."""
    with django_db_blocker.unblock():
        sync_roles()


@pytest.fixture
def house(db: Any) -> House:
    return make_house()


@pytest.fixture
def other_house(house: House) -> House:
    """A second organization in the same installation."""
    return make_house("H2")


@pytest.fixture(autouse=True)
def _english(settings: Any) -> Iterator[None]:
    """Tests read the English sentences; the Chinese ones are checked by tests of their own."""
    settings.LANGUAGE_CODE = "en"
    return
