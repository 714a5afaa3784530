"""A real Chromium. Without one these tests are not collected; say_browser.py says so before the suite."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client

from tests.factories import House

from .chromium import find_chromium

CHROMIUM = find_chromium()
if CHROMIUM is None:
    collect_ignore_glob = ["test_*.py"]

# Playwright's synchronous interface runs an event loop in the thread of the test, which Django takes for async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=15_000)  # a busy machine answers late; what never comes still fails
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Any]:
    """A function that opens a page in a fresh window: open_page(url, phone=True, dark=True). Its `problems` attribute
    collects what the browser complained about, refusals by the content security policy among them."""
    contexts = []

    def opener(url: str, *, phone: bool = False, dark: bool = False) -> Any:
        context = chromium.new_context(
            viewport=PHONE if phone else DESK, has_touch=phone, color_scheme="dark" if dark else "light", locale="zh-CN"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.problems = []
        page.on("console", lambda line: page.problems.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.goto(url)
        return page

    yield opener
    for context in contexts:
        context.close()


class Line:
    """The connection between a browser and the server, to be cut on both sides: Chromium's own switch lets a request
    through now and then when a service worker brought the page."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._answer = server.get_app

    def cut(self, page: Any) -> None:
        page.context.set_offline(True)
        self._server.get_app = self._hang_up

    def mend(self, page: Any) -> None:
        self._server.get_app = self._answer
        page.context.set_offline(False)

    def close(self) -> None:
        self._server.get_app = self._answer

    @staticmethod
    def _hang_up() -> None:
        raise ConnectionResetError("the line is cut")


@pytest.fixture
def line(live_server: Any) -> Iterator[Line]:
    """The connection of this test, whole at its beginning and its end: line.cut(page), line.mend(page)."""
    line = Line(live_server.thread.httpd)
    yield line
    line.close()


@pytest.fixture
def sign_in(live_server: Any, open_page: Any, house: House) -> Any:
    """A function that opens a page as one of the house: sign_in("requester", "/requisitions/new/", phone=True)."""

    def opener(role: str, path: str, **options: Any) -> Any:
        client = Client()
        client.force_login(house.again(role))
        page = open_page(f"{live_server.url}/login/", **options)
        name = configured.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page.goto(f"{live_server.url}{path}")
        return page

    return opener
