"""What is proposed about the differences of an asset count, page by page."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from assets.forms.counts import ProposalForm, SurplusForm, form_of
from assets.models import AssetCount, AssetSurplus
from assets.services.counts.plan import Phase
from assets.services.counts.proposals import Proposal, differences, write_proposals
from core.documents.services import may_change
from core.errors import DomainError
from core.views.documents import VisibleDocumentMixin, url_of
from core.views.signed_in import SignedInRequest

from .counts import RELATED

PAGE = 50


class _Rows(Sequence[Any]):
    """Every difference and behind them the things without cards; read a page at a time, thousands may be missing."""

    def __init__(self, document: AssetCount) -> None:
        self.lines = differences(document)
        self.things = list(document.surpluses.select_related("category", "department", "place").order_by("id"))
        self.first_thing = self.lines.count()

    def __len__(self) -> int:
        return self.first_thing + len(self.things)

    def __getitem__(self, wanted: Any) -> Any:
        start, stop, _step = wanted.indices(len(self))
        of_things = slice(max(start - self.first_thing, 0), max(stop - self.first_thing, 0))
        return [*self.lines[start:stop], *self.things[of_things]]


class CountProposals(VisibleDocumentMixin, View):
    """Cause, finding, treatment and decision of each difference; ?page= for the next fifty."""

    model = AssetCount
    related = RELATED

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document, page = self._opened(pk)
        return self._page(document, page, [form_of(row) for row in page], document.revision)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document, page = self._opened(pk)
        forms = [form_of(row, request.POST) for row in page]
        usual = ProposalForm(request.POST, prefix="all")
        text = request.POST.get("revision", "")
        revision = int(text) if text.isascii() and text.isdecimal() else -1
        if not all([form.is_valid() for form in (*forms, usual)]):
            return self._page(document, page, forms, revision)
        lines, things = self._proposals(forms, usual.cleaned_data)
        try:
            write_proposals(document, lines, things, actor=request.user, revision=revision)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return self._page(document, page, forms, revision)
        messages.success(request, _("What is proposed is saved."))
        if page.has_next():
            return redirect(f"{request.path}?page={page.next_page_number()}")
        return redirect(url_of(document))

    def _proposals(
        self, forms: list[ProposalForm], usual: dict[str, Any]
    ) -> tuple[dict[int, Proposal], dict[int, Proposal]]:
        lines: dict[int, Proposal] = {}
        things: dict[int, Proposal] = {}
        for form in forms:
            target = things if isinstance(form, SurplusForm) else lines
            target[form.row.pk] = form.proposal(usual)
        return lines, things

    def _opened(self, pk: int) -> tuple[Any, Any]:
        document = self.find(pk)
        may = document.is_editable and may_change(document, actor=self.request.user)
        if not may or document.phase != Phase.FINISHED:
            raise Http404
        return document, Paginator(_Rows(document), PAGE).get_page(self.request.GET.get("page"))

    def _page(self, document: Any, page: Any, forms: list[ProposalForm], revision: int) -> HttpResponse:
        context = {
            "title": _("What is done about the differences"),
            "document": document,
            "forms": [form for form in forms if not isinstance(form.row, AssetSurplus)],
            "thing_forms": [form for form in forms if isinstance(form.row, AssetSurplus)],
            "usual": ProposalForm(self.request.POST or None, prefix="all"),
            "page_obj": page,
            "revision": revision,
            "back_url": url_of(document),
        }
        return render(self.request, "assets/count_proposals.html", context)
