"""Middleware: idle sessions end, the address of the caller is known, private pages are not cached."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from core.context import current_address

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]
SEEN = "last_seen"


class SessionLimitMiddleware:
    """Ends a session after SESSION_IDLE_SECONDS without a request (R-SYS-13).

    The time is written at most once a minute: a write per request would queue readers behind writers on SQLite.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            seen = request.session.get(SEEN, now)
            if now - seen > settings.SESSION_IDLE_SECONDS:
                logout(request)
            elif now - seen >= 60 or SEEN not in request.session:
                request.session[SEEN] = now
        return self.get_response(request)


def client_address(request: HttpRequest) -> str:
    """The caller's address; X-Forwarded-For counts only when the connection comes from a proxy in TRUSTED_PROXIES."""
    address: Any = request.META.get("REMOTE_ADDR", "")
    if address in settings.TRUSTED_PROXIES and (forwarded := request.META.get("HTTP_X_FORWARDED_FOR")):
        address = forwarded.split(",")[-1].strip()
    return str(address)[:45]


class RequestContextMiddleware:
    """Leaves the caller's address for the kernel and keeps pages of signed-in people out of caches."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = current_address.set(client_address(request))
        try:
            response = self.get_response(request)
        finally:
            current_address.reset(token)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class FileReadyMiddleware:
    """Tells the page that asked for a file that it came, for a download brings no new page (static/js/waiting.js)."""

    cookie = "waiting_for_file"

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if self.cookie in request.COOKIES and response.get("Content-Disposition", "").startswith("attachment"):
            response.delete_cookie(self.cookie, samesite="Lax")
        return response


class DatabaseTroubleMiddleware:
    """A database that is down, full or too busy gives a page that says so and to try again, never a bare error.

    Nothing was written: every step is one transaction. Forms carry their key, so sending them again is safe.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except (OperationalError, InterfaceError):
            return self.trouble(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError | InterfaceError):
            return self.trouble(request)
        return None

    @staticmethod
    def trouble(request: HttpRequest) -> HttpResponse:
        logger.exception("database trouble at %s", request.path)
        # Without the request: its user and messages would ask the database again.
        response = HttpResponse(render_to_string("503.html"), status=503)
        response["Retry-After"] = "10"
        return response
