"""Document numbers: {PREFIX}{YYYY}{MM}{5 digits} per organization, without gaps (R-SYS-02)."""

import datetime as dt

from django.db import connection

from .models import NumberSequence


def next_number(organization_id: int, prefix: str, day: dt.date) -> str:
    """The next number of a month, for example CK20261100001.

    Takes the counter's row lock until the transaction ends, so callers do it last (reliability rule L5).
    """
    if not connection.in_atomic_block:
        raise RuntimeError("next_number() must run inside the caller's transaction")
    table = NumberSequence._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (organization_id, prefix, year, month, last) VALUES (%s, %s, %s, %s, 1) "  # noqa: S608
            "ON CONFLICT (organization_id, prefix, year, month) DO UPDATE "
            f"SET last = {table}.last + 1 RETURNING last",
            [organization_id, prefix, day.year, day.month],
        )
        (last,) = cursor.fetchone()
    return f"{prefix}{day.year}{day.month:02d}{last:05d}"
