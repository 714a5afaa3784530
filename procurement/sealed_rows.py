"""Database triggers that keep opened quotations as they were opened (R-PRC-07), on SQLite and PostgreSQL.

Before the opening a quotation is replaced as a whole; from then on no line is changed, added or taken away, of the head
only the exclusion is written, and the moment of opening stays. Typed results of other methods are never opened and are
kept by the status of their paper.
"""

from typing import Any, NamedTuple

from django.db import migrations

MESSAGE = "opened quotations are never changed"


class _Guard(NamedTuple):
    """One trigger: on what it looks, and the condition under which it refuses (about the row {row})."""

    name: str
    table: str
    events: str
    row: str
    condition: str


_OPENED = "EXISTS (SELECT 1 FROM procurement_sourcing s WHERE s.id = {row}.sourcing_id AND s.opened_at IS NOT NULL)"
_LINE_OPENED = (
    "EXISTS (SELECT 1 FROM procurement_quotation q JOIN procurement_sourcing s ON s.id = q.sourcing_id "
    "WHERE q.id = {row}.quotation_id AND s.opened_at IS NOT NULL)"
)
_HEAD = "sourcing_id, supplier_id, received_at, received_by_id, valid_until, delivery_days, warranty_months, note"

GUARDS = (
    _Guard("offer_new", "procurement_quotationline", "INSERT", "NEW", _LINE_OPENED),
    _Guard("offer_change", "procurement_quotationline", "UPDATE", "OLD", _LINE_OPENED),
    _Guard("offer_gone", "procurement_quotationline", "DELETE", "OLD", _LINE_OPENED),
    _Guard("quotation_new", "procurement_quotation", "INSERT", "NEW", _OPENED),
    _Guard("quotation_change", "procurement_quotation", f"UPDATE OF {_HEAD}", "OLD", _OPENED),
    _Guard("quotation_gone", "procurement_quotation", "DELETE", "OLD", _OPENED),
    _Guard(
        "opening_change",
        "procurement_sourcing",
        "UPDATE OF opened_at, opened_by_id, witness_id, method",
        "OLD",
        "{row}.opened_at IS NOT NULL AND (NEW.opened_at IS NULL OR NEW.opened_at <> OLD.opened_at "
        "OR NEW.opened_by_id <> OLD.opened_by_id OR NEW.witness_id <> OLD.witness_id OR NEW.method <> OLD.method)",
    ),
    _Guard("opening_gone", "procurement_sourcing", "DELETE", "OLD", "{row}.opened_at IS NOT NULL"),
)


def _statements(guard: _Guard, vendor: str) -> list[str]:
    condition = guard.condition.format(row=guard.row)
    name = f"sealed_{guard.name}"
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {name} BEFORE {guard.events} ON {guard.table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{guard.table}: {MESSAGE}'); END"
        ]
    answer = "NEW" if guard.row == "NEW" or guard.events.startswith("UPDATE") else "OLD"
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{guard.table}: {MESSAGE}' "
        f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {answer}; END $$",
        f"CREATE TRIGGER {name} BEFORE {guard.events} ON {guard.table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def protect(connection: Any) -> None:
    """Put the triggers on, also where they are already: SQLite loses them when a migration alters a table."""
    unprotect(connection)
    with connection.cursor() as cursor:
        for guard in GUARDS:
            for statement in _statements(guard, connection.vendor):
                cursor.execute(statement)


def unprotect(connection: Any) -> None:
    """Take the triggers off: for migrations backwards, and for tests that empty tables."""
    with connection.cursor() as cursor:
        for guard in GUARDS:
            on = "" if connection.vendor == "sqlite" else f" ON {guard.table}"
            cursor.execute(f"DROP TRIGGER IF EXISTS sealed_{guard.name}{on}")


def sealed_quotations() -> migrations.RunPython:
    """A migration operation that puts the triggers on, and takes them off when undone."""
    return migrations.RunPython(
        lambda apps, editor: protect(editor.connection),
        lambda apps, editor: unprotect(editor.connection),
        elidable=False,
    )
