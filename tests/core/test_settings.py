"""What ships: secure by default, and said aloud where it is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from core import checks

PROJECT = Path(__file__).resolve().parents[2]


def _shipped(tmp_path: Path, expression: str, **environment: str) -> str:
    """A value of the shipped settings, read in a process of its own with this environment."""
    code = f"from logistics import settings; print(repr({expression}))"
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env={**kept, "DATA_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_the_shipped_settings_are_closed(tmp_path: Path) -> None:
    values = _shipped(
        tmp_path,
        "(settings.DEBUG, settings.ALLOWED_HOSTS, settings.X_FRAME_OPTIONS, settings.SECURE_CONTENT_TYPE_NOSNIFF, "
        "settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_AGE, settings.PASSWORD_RESET_TIMEOUT, "
        "settings.DATABASES['default']['ATOMIC_REQUESTS'], settings.SESSION_SERIALIZER)",
    )
    assert values == (
        "(False, ['127.0.0.1', 'localhost', '[::1]'], 'DENY', True, True, 43200, 259200, False, "
        "'django.contrib.sessions.serializers.JSONSerializer')"
    )


def test_https_turns_on_all_that_needs_it(tmp_path: Path) -> None:
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS")
    expression = "(" + ", ".join(f"settings.{name}" for name in (*names, "SESSION_COOKIE_NAME")) + ")"
    assert _shipped(tmp_path, expression, HTTPS="1") == "(True, True, True, 31536000, '__Host-sid')"


def test_the_secret_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    first = _shipped(tmp_path, "settings.SECRET_KEY")
    assert len(first) > 50
    assert _shipped(tmp_path, "settings.SECRET_KEY") == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_database_url_alone_switches_the_database(tmp_path: Path) -> None:
    expression = "(settings.DATABASES['default']['ENGINE'], settings.DATABASES['default']['NAME'])"
    assert _shipped(tmp_path, expression) == f"('core.database.sqlite', '{tmp_path}/logistics.sqlite3')"
    url = "postgresql://clerk:secret@db.example:5432/house"
    assert _shipped(tmp_path, expression, DATABASE_URL=url) == "('django.db.backends.postgresql', 'house')"


def test_the_content_policy_allows_nothing_inline() -> None:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    allowed = {source for sources in directives.values() for source in sources}
    assert not any("unsafe" in source for source in allowed)
    assert directives["default-src"] == ["'self'"]


@pytest.mark.parametrize(
    ("hosts", "https", "warned"),
    [(["localhost"], False, False), (["localhost", "hq.hospital.cn"], False, True), (["hq.hospital.cn"], True, False)],
)
def test_plain_http_beyond_this_machine_is_said_aloud(
    settings: Any, hosts: list[str], https: bool, warned: bool
) -> None:
    settings.ALLOWED_HOSTS, settings.HTTPS = hosts, https
    assert [problem.id for problem in checks.transport(None)] == (["core.W001"] if warned else [])
