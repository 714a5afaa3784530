"""What every page for people without an account has: limits before anything is read, and nothing to be found out."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.generic import View

from core.middleware import client_address
from maintenance.services import limits
from maintenance.services.report_photos import MOST_BYTES, MOST_PHOTOS

MOST_BODY = MOST_PHOTOS * MOST_BYTES + 2**20
"""Bytes of a whole form."""
SMALL_BODY = 20_000
"""A form without photos is smaller; the others count as tries."""


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class StrangerView(View):
    """Answers anybody. The order matters: pages are counted, then the token is looked up, then the size and number of
    forms are looked at; only then the form itself is read, by Django's check of the CSRF token, which reads it whole.
    """

    http_method_names: ClassVar[list[str]] = ["get", "post", "head", "options"]  # type: ignore[misc]
    client = ""
    subject: Any = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.client = limits.client_of(client_address(request))
        self.subject = self.find(**kwargs)
        try:
            limits.count_page(self.client, wrong=self.subject is None)
            if self.subject is None:
                return self.plain(
                    _("There is nothing at this address. Scan the code once more, or copy the whole link."), 404
                )
            if request.method == "POST":
                if refusal := self._too_large(request):
                    return refusal
                if self.counts(request):
                    limits.count_try(self.organization(), self.client)
        except limits.TooMany as refusal:
            return self.plain(str(refusal), 429)
        return self._protected(request, *args, **kwargs)

    @method_decorator(csrf_protect)
    def _protected(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)

    def find(self, token: str) -> Any:
        """What the token stands for, or None."""
        raise NotImplementedError

    def organization(self) -> Any:
        """Whose limits hold."""
        raise NotImplementedError

    def counts(self, request: HttpRequest) -> bool:
        """Whether this form counts as a try."""
        return True

    def _too_large(self, request: HttpRequest) -> HttpResponse | None:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = MOST_BODY + 1
        if length <= MOST_BODY:
            return None
        words = _("Your photos are too large together. Go back, leave some out and send it again.")
        return self.plain(words, 413)

    def plain(self, sentence: str, status: int) -> HttpResponse:
        """A page with one sentence."""
        context = {"sentence": sentence, "phone": self.phone()}
        response = render(self.request, "maintenance/stranger_sentence.html", context, status=status)
        if status == 429:
            response["Retry-After"] = "60"
        return response

    def phone(self) -> str:
        """Whom to call instead, where the house says so."""
        return ""


def signed_in_here(request: HttpRequest, organization: Any) -> Any:
    """The person with an account in this organization who opened the page, or None."""
    user: Any = request.user
    return user if user.is_authenticated and user.organization_id == organization.pk else None
