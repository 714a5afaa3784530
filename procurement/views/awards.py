"""Who gets what: comparing, excluding, awarding, and typing results of methods without sealed quotations."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.parsing import parse_key
from core.views.documents import url_of
from core.views.signed_in import SignedInRequest
from procurement.forms.quotations import AwardForm, OfferForm, WinnerForm
from procurement.models import Quotation
from procurement.services import awarding
from procurement.services.sourcing import lines_of

from .comparison import compare
from .quotations import SourcingAct, SourcingWork


class AwardView(SourcingWork):
    """The comparison table as a form: who gets each line, and why where it is not the lowest (R-PRC-08)."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self._opened(pk)
        comparison = compare(document, lines_of(document))
        return self._page(document, comparison, AwardForm(rows=comparison.rows))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self._opened(pk)
        comparison = compare(document, lines_of(document))
        if "lowest" in request.POST:
            return self._take_lowest(document, comparison)
        form = AwardForm(request.POST, rows=comparison.rows)
        if form.is_valid():
            try:
                awarding.award(document, form.choices, actor=request.user)
            except DomainError as refusal:
                row = next((row for row in comparison.rows if row.line.position == refusal.line), None)
                name = {"awarded": "offer", "award_reason": "reason"}.get(refusal.field, "")
                form.add_error(f"{name}-{row.line.pk}" if row and name else None, str(refusal))
            else:
                return self.done(document, _("The award is proposed; submit it for approval when it is complete."))
        return self._page(document, comparison, form, refused=True)

    def _take_lowest(self, document: Any, comparison: Any) -> HttpResponse:
        choices = {
            row.line.pk: awarding.Choice(next((cell.offer.pk for cell in row.cells if cell.lowest), None))
            for row in comparison.rows
        }
        awarding.award(document, choices, actor=self.request.user)
        messages.success(self.request, _("Every line goes to its lowest offer that counts."))
        return redirect(url_of(document))

    def _opened(self, pk: int) -> Any:
        document = self.work(pk)
        if not document.is_sealed_kind or document.opened_at is None:
            raise Http404
        return document

    def _page(self, document: Any, comparison: Any, form: AwardForm, *, refused: bool = False) -> HttpResponse:
        boxes = [(row, form[f"offer-{row.line.pk}"], form[f"reason-{row.line.pk}"]) for row in comparison.rows]
        context = {"title": _("Compare and award"), "form": form, "comparison": comparison, "boxes": boxes}
        return self.page("procurement/award.html", document, context, refused=refused)


class ExcludeView(SourcingAct):
    """POST quotation and reason; with `again` the offer counts again."""

    def act(self, document: Any) -> str:
        rows = Quotation.objects.select_related("supplier").filter(sourcing=document)
        quotation = get_object_or_404(rows, pk=parse_key(self.request.POST.get("quotation", "")))
        if "again" in self.request.POST:
            awarding.include(document, quotation, actor=self.request.user)
            return _("The offer of %(supplier)s counts again.") % {"supplier": quotation.supplier}
        awarding.exclude(document, quotation, reason=self.request.POST.get("reason", ""), actor=self.request.user)
        return _("The offer of %(supplier)s is excluded.") % {"supplier": quotation.supplier}


class ResultView(SourcingWork):
    """Supplier and prices of a direct purchase, a tender, a central purchase, a single source."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self._unsealed(pk)
        lines = lines_of(document)
        return self._page(document, WinnerForm(actor=request.user), OfferForm(lines=lines, prefix="offer"))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self._unsealed(pk)
        winner = WinnerForm(request.POST, actor=request.user)
        offer = OfferForm(request.POST, lines=lines_of(document), prefix="offer")
        if all([winner.is_valid(), offer.is_valid()]):
            try:
                chosen = winner.cleaned_data["supplier"]
                awarding.record_result(document, chosen, offer.offer(), actor=request.user)
            except DomainError as refusal:
                winner.add_error(refusal.field if refusal.field in winner.fields else None, str(refusal))
            else:
                return self.done(document, _("The result was entered; submit it when every line has its price."))
        return self._page(document, winner, offer, refused=True)

    def _unsealed(self, pk: int) -> Any:
        document = self.work(pk)
        if document.is_sealed_kind:
            raise Http404
        return document

    def _page(self, document: Any, winner: WinnerForm, offer: OfferForm, *, refused: bool = False) -> HttpResponse:
        context = {"title": _("Enter supplier and prices"), "form": winner, "offer": offer}
        return self.page("procurement/result.html", document, context, refused=refused)


class AgreedPricesView(SourcingAct):
    def act(self, document: Any) -> str:
        awarding.take_agreed_prices(document, actor=self.request.user)
        return _("The agreed prices were taken.")
