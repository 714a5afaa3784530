"""The table of permissions and the walk over every address that it is held against (docs/permissions.md)."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.messages import ERROR, get_messages
from django.db import connection, transaction
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.test import Client
from django.urls import get_resolver, reverse

TABLE = Path(__file__).with_name("permissions.csv")
KEYS = ("url", "method", "object", "case")
OBJECTS = ("none", "own", "foreign", "other_house")
OUTCOMES = ("ok", "done", "moved", "refused", "login", "absent", "403", "404", "405")
TRAILS = {"django_session", "django_admin_log", "sqlite_sequence"}
"""Tables that any reading may write: the session of the reader and the trail of what was exported."""
_WRITE = re.compile(r"\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+[\"`]?(\w+)", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """One line of the table after its braces are written out: who gets which answer from one address."""

    url: str
    method: str
    object: str
    case: str
    expected: dict[str, str]

    @property
    def key(self) -> tuple[str, str, str, str]:
        return (self.url, self.method, self.object, self.case)


def spread(text: str) -> list[str]:
    """A word with braces as the words it stands for: "{a,b}_list" is a_list and b_list."""
    parts = re.split(r"\{([^{}]*)\}", text)
    choices = [part.split(",") if place % 2 else [part] for place, part in enumerate(parts)]
    return ["".join(words) for words in itertools.product(*choices)]


def rows_of(text: str) -> tuple[list[str], list[Row]]:
    """(principals, rows) of a table in CSV; raises ValueError for an unknown outcome, method or object, or a double."""
    reader = csv.DictReader(io.StringIO(text))
    principals = [name for name in reader.fieldnames or () if name not in KEYS]
    rows: dict[tuple[str, ...], Row] = {}
    for number, line in enumerate(reader, start=2):
        expected = {name: line[name] for name in principals}
        if unknown := {*expected.values()} - {*OUTCOMES}:
            raise ValueError(f"line {number}: unknown outcome {sorted(map(str, unknown))}")
        if line["object"] not in OBJECTS:
            raise ValueError(f"line {number}: unknown object {line['object']}")
        words = itertools.product(spread(line["url"]), line["method"].split("+"), spread(line["case"]))
        for url, method, case in words:
            row = Row(url, method, line["object"], case, expected)
            if row.key in rows or method not in ("GET", "POST"):
                raise ValueError(f"line {number}: {row.key} is said twice or its method is unknown")
            rows[row.key] = row
    return principals, list(rows.values())


class AsJson(dict[str, Any]):
    """What is sent as JSON and not as a form."""


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver. name: with its namespace; a pattern without a name goes by its route."""

    name: str
    route: str
    arguments: frozenset[str]


def addresses(patterns: Any = None, prefix: str = "", namespace: str = "") -> Iterator[Address]:
    """Every address of the application, the back office included."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry.url_patterns, route, inner)
        else:
            name = f"{namespace}{entry.name}" if entry.name else route
            yield Address(name, route, frozenset(entry.pattern.regex.groupindex))


class WriteWatch:
    """Notes which tables were written since it was last cleared; without it every request would need a checksum."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if (found := _WRITE.match(sql)) and found[1] not in TRAILS:
            self.tables.add(found[1])
        return execute(sql, params, many, context)


def checksum(tables: set[str] | None = None) -> dict[str, str]:
    """A digest of these tables, or of all, by their names; without those that any reading may write."""
    digests = {}
    with connection.cursor() as cursor:
        for table in sorted((tables or set(connection.introspection.table_names(cursor))) - TRAILS):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 names from the catalogue
            rows = sorted(repr(row) for row in cursor.fetchall())
            digests[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return digests


@contextmanager
def undone() -> Iterator[None]:
    """Run a block and take back whatever it wrote."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass
class Answer:
    """What came of a request: an outcome of the table, the text people can read in it, and the tables it changed."""

    outcome: str
    text: str
    changed: set[str]


def ask(client: Client, row: Row, path: str, data: dict[str, Any], watch: WriteWatch, before: dict[str, str]) -> Answer:
    """Send one request, see what it did to the database, and undo it."""
    cookies = client.cookies.copy()
    client.cookies.pop("messages", None)
    with undone():
        watch.tables.clear()
        kind = {"content_type": "application/json"} if isinstance(data, AsJson) else {}
        response: Any = client.get(path, data) if row.method == "GET" else client.post(path, data, **kind)
        text = text_of(response)
        changed: set[str] = set()
        if watch.tables:
            after = checksum(watch.tables.copy())
            changed = {table for table, digest in after.items() if before.get(table) != digest}
    client.cookies = cookies
    return Answer(outcome_of(response, bool(changed)), text, changed)


def text_of(response: Any) -> str:
    """The answer as text; of a workbook, the text of all its parts."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"\n".join(archive.read(name) for name in archive.namelist())
    return f"{content.decode(errors='replace')} {said_by(response)} {response.get('Location', '')}"


def outcome_of(response: Any, wrote: bool) -> str:
    """The word of the table for an answer."""
    target = response.get("Location", "").partition("?")[0]
    if response.status_code in (403, 404, 405):
        return f"{response.status_code}"
    if wrote:
        return "done"
    if target in (reverse(settings.LOGIN_URL), reverse("admin:login")):
        return "login"
    if target == reverse("admin:index") and "exist" in said_by(response):
        return "absent"
    if any(message.level >= ERROR for message in get_messages(response.wsgi_request)) or has_errors(response):
        return "refused"
    if target:
        return "moved"
    return "ok" if response.status_code == 200 else f"{response.status_code}"


def said_by(response: Any) -> str:
    """The messages of an answer."""
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def has_errors(response: Any) -> bool:
    """Whether a form that was sent came back with what was wrong in it."""
    if response.status_code in (400, 409):
        return True
    if response.wsgi_request.method != "POST":
        return False
    values = [value for context in response.context or () for layer in context.dicts for value in layer.values()]
    forms = [getattr(value, "form", value) for value in values]
    sets = [form for form in forms if isinstance(form, BaseFormSet) and form.is_bound]
    plain = [form for form in forms if isinstance(form, BaseForm) and form.is_bound]
    return any(form.errors for form in plain) or any(any(formset.errors) for formset in sets)
