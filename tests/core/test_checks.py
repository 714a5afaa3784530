"""What an operator is told before anybody posts anything."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connection

from core import checks
from core.documents import registry


class Loose:
    """A PostgreSQL that was made fast at the price of its promises."""

    vendor = "postgresql"

    def __init__(self, *off: str) -> None:
        self.off = off

    def cursor(self) -> Any:
        return self

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *args: Any) -> None:
        return None

    def execute(self, statement: str) -> None:
        assert "pg_settings" in statement

    def fetchall(self) -> list[tuple[str]]:
        return [(name,) for name in self.off]


def test_a_database_that_may_lose_postings_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule L7: one error for each promise that is switched off, and none for a careful server."""
    monkeypatch.setattr(checks, "connection", Loose("fsync", "synchronous_commit"))
    found = run_checks(databases=["default"], tags=["database"])
    assert [error.id for error in found] == ["core.E002", "core.E002"]
    assert all(error.is_serious() for error in found)
    assert "fsync = off" in found[0].msg
    monkeypatch.setattr(checks, "connection", Loose())
    assert checks.durable_commits(None, databases=["default"]) == []
    monkeypatch.setattr(checks, "connection", Loose("fsync"))
    assert checks.durable_commits(None, databases=None) == []


def test_the_running_database_is_really_asked(db: Any) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
    found = checks.durable_commits(None, databases=["default"])
    told = any("synchronous_commit = off" in error.msg for error in found)
    assert told is (connection.vendor == "postgresql")


def test_two_kinds_with_one_prefix_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, *_rest = registry.all_types()
    assert checks.document_kinds(None) == []
    monkeypatch.setattr(registry, "_types", {first.model: first, second.model: replace(second, prefix=first.prefix)})
    assert [error.id for error in checks.document_kinds(None)] == ["core.E001"]
