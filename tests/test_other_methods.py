"""What no address takes: other methods than GET and POST, people who have left, and columns that services own."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from core import clock
from core.documents.registry import is_document
from core.forms import HeadForm
from directory.models import User

from .factories import House, make_requisition
from .permission_walk import WriteWatch, addresses

FRONT = [address for address in addresses() if ":" not in address.name and not address.route.startswith(("admin", "^"))]
LENIENT = {"login", "logout", "healthz", "favicon", "set_language", "password_change", "password_set"}
"""Views of the framework and the sign of life answer other methods too; they write nothing then either."""
OWNED = {"id", "status", "number", "revision", "request_key", "organization", "created_by", "created_at"}
SAMPLES = {"int": "1", "slug": "submit", "str": "x", "uuid": "0b8e3c1e-5f0f-4f57-8f39-6f2f6f0f3b11", "path": "x"}


def path_of(route: str) -> str:
    """An address with something in the place of every argument."""
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES[found[1] or "str"], route)


def views(patterns: Any = None) -> Iterator[Any]:
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(entry, "url_patterns"):
            yield from views(entry.url_patterns)
        elif view := getattr(entry.callback, "view_class", None):
            yield view


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_change_nothing(house: House, method: str) -> None:
    make_requisition(house)
    boss = User.objects.create_superuser("root", name="root", organization=house.organization)
    client, watch = Client(raise_request_exception=False), WriteWatch()
    client.force_login(boss)
    answers = {}
    with connection.execute_wrapper(watch):
        for address in FRONT:
            response = getattr(client, method)(path_of(address.route))
            refused = response.status_code in (400, 403, 404, 405) or address.name in LENIENT
            if not refused or watch.tables:
                answers[address.name] = (response.status_code, sorted(watch.tables))
            watch.tables.clear()
    assert answers == {}


@pytest.mark.django_db
def test_a_session_of_somebody_who_left_opens_nothing(house: House) -> None:
    """R-SYS-19: the last day was yesterday; the session of the day before is worth nothing."""
    client = Client()
    client.force_login(house.storekeeper)
    assert client.get(reverse("workbench")).status_code == 200
    User.objects.filter(pk=house.storekeeper.pk).update(active_until=clock.today() - dt.timedelta(days=1))
    watch, opened = WriteWatch(), {}
    anonymous = Client()
    with connection.execute_wrapper(watch):
        for address in FRONT:
            path = path_of(address.route)
            answer, stranger = client.get(path), anonymous.get(path)
            if answer.status_code != stranger.status_code or watch.tables:
                opened[address.name] = (answer.status_code, stranger.status_code, sorted(watch.tables))
            watch.tables.clear()
    assert opened == {}


def test_no_form_takes_a_column_that_services_own() -> None:
    """Nobody sends a status, a number or another maker along with a form: no head of a document has such a field."""
    forms = {view.form_class for view in views() if issubclass(getattr(view, "form_class", None) or object, HeadForm)}
    assert len(forms) >= 15
    taken = {}
    for form in forms:
        model: Any = form._meta.model
        assert is_document(model)
        owned = OWNED | set(model.OWNED)
        if wrong := owned & {*form.base_fields, *(form._meta.fields or ())}:
            taken[form.__name__] = sorted(wrong)
    assert taken == {}


@pytest.mark.django_db
def test_what_is_sent_besides_the_form_is_ignored(house: House) -> None:
    document = make_requisition(house)
    client = Client()
    client.force_login(house.requester)
    line = document.lines.get()
    sent = {
        "purpose": "换了用途",
        "warehouse": document.warehouse_id,
        "revision": document.revision,
        "status": "approved",
        "number": "SL00000000001",
        "created_by": house.other_requester.pk,
        "organization": 999,
        "fulfilment": "complete",
        "lines-TOTAL_FORMS": 1,
        "lines-INITIAL_FORMS": 1,
        "lines-0-id": line.pk,
        "lines-0-item": line.item_id,
        "lines-0-unit": line.unit_id,
        "lines-0-quantity": "3",
        "lines-0-approved_quantity": "500",
        "lines-0-issued_quantity": "500",
    }
    url = reverse("requisition_edit", args=(document.pk,))
    assert resolve(url).url_name == "requisition_edit"
    assert client.post(url, sent).status_code == 302
    before = (document.status, document.number, document.created_by_id, document.organization_id, document.fulfilment)
    document.refresh_from_db()
    assert document.purpose == "换了用途"
    after = (document.status, document.number, document.created_by_id, document.organization_id, document.fulfilment)
    line.refresh_from_db()
    assert (after, line.quantity, line.approved_quantity, line.issued_quantity) == (before, 3, None, 0)
