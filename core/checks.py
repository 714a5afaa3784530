"""Start-up checks: what an operator must know before anybody posts anything."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.db import connection

from core.documents import registry


@register(Tags.security)
def transport(app_configs: Any, **kwargs: Any) -> list[Any]:
    """Plain HTTP is allowed inside a closed network, but said aloud once other machines can reach the application."""
    if settings.HTTPS or set(settings.ALLOWED_HOSTS) <= {"127.0.0.1", "localhost", "[::1]", "testserver"}:
        return []
    return [
        Warning(
            "The application runs over plain HTTP: passwords cross the network readable.",
            hint="Put it behind HTTPS and set HTTPS=1 (docs/settings.md).",
            id="core.W001",
        )
    ]


@register(Tags.security)
def debug_is_off(app_configs: Any, **kwargs: Any) -> list[Any]:
    if not settings.DEBUG:
        return []
    return [Warning("DEBUG is on: error pages show internals. Never do this with real data.", id="core.W002")]


@register()
def document_kinds(app_configs: Any, **kwargs: Any) -> list[Any]:
    """Prefixes are unique: two kinds must not share one row of numbers."""
    problems: list[Any] = []
    seen: dict[str, type] = {}
    for kind in registry.all_types():
        rival = seen.setdefault(kind.prefix, kind.model)
        if rival is not kind.model:
            problems.append(Error(f"{kind.model} and {rival} share the prefix {kind.prefix}.", id="core.E001"))
    return problems


@register(Tags.database)
def durable_commits(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[Any]:
    """PostgreSQL must not acknowledge a posting before it is on the disk (reliability rule L7)."""
    if not databases or connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_settings WHERE name IN ('fsync','full_page_writes','synchronous_commit') "
            "AND setting = 'off'"
        )
        off = [name for (name,) in cursor.fetchall()]
    return [
        Error(f"PostgreSQL runs with {name} = off: acknowledged postings can be lost in a crash.", id="core.E002")
        for name in off
    ]
