"""Pages for people who are signed in: the request carries a person, never an anonymous one."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest
from django.views.generic import View


class SignedInRequest(HttpRequest):
    """For type annotations: the user is one of our people."""

    user: Any


class SignedInMixin(LoginRequiredMixin, View):
    """Sends strangers to the login."""

    request: SignedInRequest  # type: ignore[assignment]
