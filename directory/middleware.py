"""Two doors before every page: a house that does not exist yet, and a password that has to be changed first."""

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve

from .models import Organization

GetResponse = Callable[[HttpRequest], HttpResponse]
ALWAYS_OPEN = ("healthz", "favicon", "set_language", "logout")


def _name_of(path: str) -> str:
    try:
        return resolve(path).url_name or ""
    except Resolver404:
        return ""


def _is_file(path: str) -> bool:
    return path.startswith(f"/{settings.STATIC_URL.strip('/')}/")


class FirstRunMiddleware:
    """While there is no organization every page tells the operator how to begin. There is no form that a stranger
    in the network could fill in first; the answer is remembered once a house exists.
    """

    exists = False

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self._has_house() and not _is_file(request.path) and _name_of(request.path) not in ALWAYS_OPEN:
            return render(request, "directory/first_run.html", status=503)
        return self.get_response(request)

    def _has_house(self) -> bool:
        if not self.exists:
            try:
                self.exists = Organization.objects.exists()
            except DatabaseError:
                return True  # the page itself says what is wrong with the database
        return self.exists


class OwnPasswordMiddleware:
    """Whoever has a password that somebody else knows changes it before anything else (R-SYS-12)."""

    open_pages = (*ALWAYS_OPEN, "password_change", "login")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        waiting = user.is_authenticated and user.must_change_password  # type: ignore[union-attr]
        if waiting and not _is_file(request.path) and _name_of(request.path) not in self.open_pages:
            return redirect("password_change")
        return self.get_response(request)
