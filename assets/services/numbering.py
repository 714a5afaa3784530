"""Card numbers: ZC, the year and six digits, in blocks, so that 60 desks are one statement."""

import datetime as dt

from django.db import connection

from core.documents.models import NumberSequence

PREFIX = "ZC"


def next_numbers(organization_id: int, count: int, day: dt.date) -> list[str]:
    """The next `count` card numbers of a year, for example ZC2026000061. Callers do it last (reliability rule L5)."""
    if not connection.in_atomic_block:
        raise RuntimeError("numbers are given inside the caller's transaction")
    table = NumberSequence._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (organization_id, prefix, year, month, last) VALUES (%s, %s, %s, 0, %s) "  # noqa: S608
            "ON CONFLICT (organization_id, prefix, year, month) DO UPDATE "
            f"SET last = {table}.last + %s RETURNING last",
            [organization_id, PREFIX, day.year, count, count],
        )
        (last,) = cursor.fetchone()
    return [f"{PREFIX}{day.year}{number:06d}" for number in range(last - count + 1, last + 1)]
