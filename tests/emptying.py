"""Emptying the database after a test that commits: only the tables that hold rows, without what migrations put there.

Django's own way empties every table and makes content types and permissions anew, which takes seconds a test.
"""

from __future__ import annotations

import time
from functools import cache
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction

from core.database.append_only import protect, unprotect
from procurement import sealed_rows

APPEND_ONLY = frozenset(
    (
        *("core_documentevent", "core_periodchange", "core_seal", "inventory_stockmove"),
        *("inventory_stockcountentry", "inventory_stocksnapshot", "inventory_oldpiecemove"),
        *("procurement_budgetmove", "assets_assetmove", "assets_assetvaluemove", "assets_assetcountentry"),
        *("assets_compensationpayment", "maintenance_orderevent", "maintenance_rating", "maintenance_meterreading"),
        "maintenance_equipmentinspection",
    )
)
SEALED = frozenset(guard.table for guard in sealed_rows.GUARDS)
STAYS = frozenset(("django_migrations", "django_content_type", "auth_permission"))


@cache
def _tables() -> tuple[str, ...]:
    with connection.cursor() as cursor:
        found = connection.introspection.table_names(cursor)
    return tuple(sorted(set(found) - STAYS))


def _filled() -> list[str]:
    asked = ", ".join(f"EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})" for table in _tables())  # noqa: S608 - names from the database itself
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}")
        return [table for table, holds in zip(_tables(), cursor.fetchone(), strict=True) if holds]


def empty_database(test: Any = None) -> None:
    """Empty it; a request of a browser that was still on its way may write meanwhile, then once more."""
    for _attempt in range(5):
        try:
            return _empty()
        except (IntegrityError, OperationalError):
            time.sleep(0.5)
    return _empty()


def _empty() -> None:
    """Delete every row, in any order: foreign keys are looked at in the end. Triggers rightly refuse and step aside."""
    with transaction.atomic():
        filled = _filled()
        for table in APPEND_ONLY.intersection(filled):
            unprotect(table, connection)
        if sealed := SEALED.intersection(filled):
            sealed_rows.unprotect(connection)
        with connection.cursor() as cursor:
            for table in filled:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608
        if connection.vendor == "postgresql":
            connection.check_constraints()  # deferred checks run now: triggers are not made beside pending ones
        for table in APPEND_ONLY.intersection(filled):
            protect(table, connection)
        if sealed:
            sealed_rows.protect(connection)
