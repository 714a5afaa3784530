"""Database triggers that refuse to change or delete posted rows, on SQLite and PostgreSQL (reliability rule L4).

Use in a migration: `operations = [append_only("inventory_stockmove")]`. docs/ledger.md lists every protected table.
"""

from typing import Any

from django.db import migrations

MESSAGE = "posted rows are never changed or deleted"


def _statements(table: str, vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table}: {MESSAGE}'); END"
            for verb in ("update", "delete")
        ]
    return [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '%: {MESSAGE}', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ]


def _removals(table: str, vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete")]
    return [f"DROP TRIGGER IF EXISTS {table}_no_{verb} ON {table}" for verb in ("change", "truncate")]


def protect(table: str, connection: Any) -> None:
    """Put the triggers on a table, also where they are already: SQLite loses them when a migration alters the table."""
    with connection.cursor() as cursor:
        for statement in (*_removals(table, connection.vendor), *_statements(table, connection.vendor)):
            cursor.execute(statement)


def unprotect(table: str, connection: Any) -> None:
    """Take the triggers off a table: for migrations backwards and for tests that tamper."""
    with connection.cursor() as cursor:
        for statement in _removals(table, connection.vendor):
            cursor.execute(statement)


def append_only(table: str) -> migrations.RunPython:
    """A migration operation that makes `table` append-only, and takes the protection off when undone."""
    return migrations.RunPython(
        lambda apps, editor: protect(table, editor.connection),
        lambda apps, editor: unprotect(table, editor.connection),
        elidable=False,
    )


def set_aside(table: str) -> migrations.RunPython:
    """A migration operation that takes the protection off, for a change of columns that copies the table on SQLite.

    `append_only` follows in the same migration.
    """
    return migrations.RunPython(
        lambda apps, editor: unprotect(table, editor.connection),
        lambda apps, editor: protect(table, editor.connection),
        elidable=False,
    )
