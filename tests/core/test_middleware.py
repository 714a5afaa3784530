"""Idle sessions, the caller's address, private pages, and a database in trouble."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from core.middleware import SEEN, FileReadyMiddleware, client_address
from tests.factories import House


@pytest.fixture
def signed_in(client: Client, house: House) -> Client:
    client.force_login(house.requester, backend="directory.backends.ActivePersonBackend")
    return client


def test_a_database_that_fails_gives_a_page_with_a_way_on(client: Client, db: None) -> None:
    def fail(*args: Any) -> None:
        raise OperationalError("database is gone")

    with connection.execute_wrapper(fail):
        response = client.get("/healthz")
    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert b"Traceback" not in response.content
    assert client.get("/healthz").content == b"ok"


def test_an_idle_session_ends(signed_in: Client, settings: Any) -> None:
    session = signed_in.session
    session[SEEN] = int(time.time()) - settings.SESSION_IDLE_SECONDS - 1
    session.save()
    signed_in.get("/healthz")
    assert "_auth_user_id" not in signed_in.session


def test_a_used_session_goes_on(signed_in: Client) -> None:
    session = signed_in.session
    session[SEEN] = int(time.time()) - 120
    session.save()
    signed_in.get("/healthz")
    assert signed_in.session[SEEN] >= int(time.time()) - 5


def test_pages_of_signed_in_people_are_not_cached(signed_in: Client) -> None:
    assert "no-store" in signed_in.get("/healthz")["Cache-Control"]


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "expected"),
    [
        ("10.0.0.9", "1.2.3.4", [], "10.0.0.9"),
        ("10.0.0.9", "6.6.6.6, 1.2.3.4", ["10.0.0.9"], "1.2.3.4"),
        ("10.0.0.9", None, ["10.0.0.9"], "10.0.0.9"),
    ],
)
def test_a_forwarded_address_counts_only_from_a_trusted_proxy(
    rf: Any, settings: Any, peer: str, forwarded: str | None, proxies: list[str], expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    extra = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert client_address(rf.get("/", REMOTE_ADDR=peer, **extra)) == expected


@pytest.mark.django_db
def test_the_icon_that_browsers_ask_for_brings_no_new_token_for_forms(client):
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert response.url.endswith(".svg")
    assert not response.cookies


def test_a_file_ends_the_waiting_of_the_page_that_asked_for_it(signed_in: Client) -> None:
    signed_in.cookies[FileReadyMiddleware.cookie] = "1"
    page = signed_in.get(reverse("notices"))
    assert FileReadyMiddleware.cookie not in page.cookies
    file = signed_in.get(reverse("requisition_export"))
    assert file["Content-Disposition"].startswith("attachment")
    assert file.cookies[FileReadyMiddleware.cookie]["max-age"] == 0
    del signed_in.cookies[FileReadyMiddleware.cookie]
    assert FileReadyMiddleware.cookie not in signed_in.get(reverse("requisition_export")).cookies
