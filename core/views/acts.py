"""Acts on a document beside the steps of its life cycle."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.generic import View

from core.errors import DomainError
from core.parsing import parse_keys

from .documents import VisibleDocumentMixin, url_of
from .signed_in import SignedInRequest

MOST_CHOSEN = 5000


class DocumentAct(VisibleDocumentMixin, View):
    """Does something with a document, by POST; what came of it is told and the person stays on its page."""

    http_method_names = ["post", "options"]
    target = ""
    """The address that the person goes on to instead; written by carry_out."""

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.find(pk)
        try:
            messages.success(request, self.carry_out(document))
        except DomainError as refusal:
            messages.error(request, str(refusal))
        return redirect(self.target or url_of(document))

    def carry_out(self, document: Any) -> str:
        """Do it; returns the sentence that says so. Raises DomainError."""
        raise NotImplementedError

    def chosen(self) -> list[int]:
        """The keys of the lines that were ticked."""
        return parse_keys(self.request.POST.getlist("line")[:MOST_CHOSEN])
