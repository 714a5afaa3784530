"""Asking suppliers, taking in what they offer, opening it before a witness."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from core.documents.services import may_change
from core.errors import DomainError
from core.excel.download import workbook_response
from core.numbers import plain
from core.views.documents import VisibleDocumentMixin, url_of
from core.views.signed_in import SignedInRequest
from directory.models import Supplier
from procurement import supplier_selectors
from procurement.forms.quotation_sheet import read_sheet, sheet_of
from procurement.forms.quotations import DeadlineForm, InviteForm, OfferForm, QuotationSheetForm, WitnessForm
from procurement.models import Sourcing
from procurement.services import methods, quotations
from procurement.services.quotations import Offer, when
from procurement.services.sourcing import lines_of
from procurement.sourcing_selectors import answered

from .sourcing import TITLE
from .sourcing_screens import RELATED

Stage = Sourcing.Stage


class SourcingWork(VisibleDocumentMixin, View):
    """A page on which a buyer works on a sourcing. Others see the sourcing, but this page does not exist for them."""

    model = Sourcing
    related = RELATED

    def work(self, pk: int, *stages: str) -> Any:
        document = self.find(pk)
        if not (document.is_editable and may_change(document, actor=self.request.user)):
            raise Http404
        if stages and document.stage not in stages:
            raise Http404
        return document

    def page(self, template: str, document: Any, context: dict[str, Any], *, refused: bool = False) -> HttpResponse:
        known = {
            "document": document,
            "list_url": url_of(document),
            "list_title": str(document.number or document.title),
            "cancel_url": url_of(document),
        }
        return render(self.request, template, {**known, **context}, status=409 if refused else 200)

    def done(self, document: Any, sentence: str) -> HttpResponse:
        messages.success(self.request, sentence)
        return redirect(url_of(document))


class SourcingAct(SourcingWork):
    """One act by POST; whatever the outcome, the person is told and stays on the sourcing."""

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int, **named: Any) -> HttpResponse:
        document = self.find(pk)
        try:
            return self.done(document, self.act(document) or _("Done."))
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect(url_of(document))

    def act(self, document: Any) -> str:
        raise NotImplementedError


class InviteView(SourcingWork):
    """Who is asked: suppliers of the categories to tick, others by search."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self._asked(pk)
        return self._page(document, InviteForm(actor=request.user, proposed=self._proposed(document)))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self._asked(pk)
        form = InviteForm(request.POST, actor=request.user, proposed=self._proposed(document))
        if form.is_valid():
            try:
                made = quotations.invite(document, form.chosen, actor=request.user)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                return self.done(document, _("%(count)d suppliers were added.") % {"count": len(made)})
        return self._page(document, form)

    def _asked(self, pk: int) -> Any:
        document = self.work(pk, Stage.PREPARING, Stage.COLLECTING)
        if not document.is_sealed_kind:
            raise Http404
        return document

    def _proposed(self, document: Any) -> list[Supplier]:
        categories = methods.categories_of(line.request_line for line in lines_of(document)).values()
        known = set(document.invitations.values_list("supplier", flat=True))
        rows = supplier_selectors.serving(self.request.user, categories)
        return [row for row in rows if row.pk not in known]

    def _page(self, document: Any, form: InviteForm) -> HttpResponse:
        lead = _("Suppliers with the same credit code, legal person, phone or owner count as one.")
        context = {"title": _("Choose suppliers"), "form": form, "lead": lead, "save_label": _("Invite")}
        return self.page("generic/form.html", document, context, refused=bool(form.errors))


class UninviteView(SourcingAct):
    def act(self, document: Any) -> str:
        supplier = get_object_or_404(Supplier, pk=self.kwargs["supplier"])
        quotations.uninvite(document, supplier, actor=self.request.user)
        return _("%(supplier)s is not invited any more.") % {"supplier": supplier}


class CollectView(SourcingWork):
    """The deadline; from then on lines and method are fixed."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return self._page(self.work(pk, Stage.PREPARING), DeadlineForm())

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document, form = self.work(pk, Stage.PREPARING), DeadlineForm(request.POST)
        if form.is_valid():
            try:
                quotations.start_collecting(document, deadline=form.moment, actor=request.user)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("The suppliers can be asked now; here are the words."))
                return redirect(url_of(document, "letter"))
        return self._page(document, form)

    def _page(self, document: Any, form: DeadlineForm) -> HttpResponse:
        lead = _("From then on lines and method are fixed, and quotations are taken in sealed.")
        context = {"title": _("Ask for quotations"), "form": form, "lead": lead, "save_label": _("Ask for quotations")}
        return self.page("generic/form.html", document, context, refused=bool(form.errors))


class LetterView(SourcingWork):
    """The words of the invitation, to copy into a message or to print; the same for every supplier."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.find(pk)
        if document.stage == Stage.PREPARING or not document.is_sealed_kind:
            raise Http404
        lines = lines_of(document)
        context = {
            "title": _("Words of the invitation"),
            "words": letter_of(document, lines),
            "suppliers": [row.supplier for row in document.invitations.select_related("supplier")],
            "sheet_url": url_of(document, "sheet"),
        }
        return self.page("procurement/letter.html", document, context)


def letter_of(document: Any, lines: list[Any]) -> str:
    """What is written to every supplier; it says nothing of estimates or of the other suppliers."""
    rows = [
        f"{line.position}. {line.request_line.title} {line.request_line.described} "
        f"{plain(line.quantity)} {line.request_line.unit}"
        for line in lines
    ]
    return "\n".join(
        (
            _("Enquiry: %(title)s") % {"title": document.title},
            _("%(house)s asks you for one quotation, taxes and delivery included, for:")
            % {"house": document.organization},
            *rows,
            _("Please send it sealed until %(moment)s to %(department)s, %(person)s.")
            % {"moment": when(document.deadline), "department": document.department, "person": document.created_by},
            _("Quotations are opened together; they cannot be changed afterwards."),
        )
    )


class QuotationGridView(SourcingWork):
    """Suppliers beside each other, lines below each other. What is saved is sealed: it is never shown here again."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.work(pk, Stage.COLLECTING)
        return self._page(document, self._forms(document))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.find(pk)
        if not document.is_sealed_kind or not may_change(document, actor=request.user):
            raise Http404
        forms = self._forms(document, request.POST)
        if not all([form.is_valid() for _supplier, form in forms]):
            return self._page(document, forms, refused=True)
        filled = [(supplier, form) for supplier, form in forms if form.is_filled()]
        if not filled:
            messages.info(request, _("Nothing was entered."))
            return redirect(url_of(document, "quotations"))
        try:
            with transaction.atomic():
                for supplier, form in filled:
                    quotations.receive(document, supplier, form.offer(), actor=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            if not document.is_editable or document.stage != Stage.COLLECTING:
                return redirect(url_of(document))
            return self._page(document, forms, refused=True)
        names = _(", ").join(str(supplier) for supplier, _form in filled)
        return self.done(document, _("Sealed: %(suppliers)s.") % {"suppliers": names})

    def _forms(self, document: Any, data: Any = None) -> list[tuple[Supplier, OfferForm]]:
        self.lines = lines_of(document)
        rows = [row.supplier for row in document.invitations.select_related("supplier")]
        only = self.request.GET.get("supplier", "")
        rows = [row for row in rows if not only or str(row.pk) == only]
        return [(row, OfferForm(data, lines=self.lines, prefix=f"s{row.pk}", brands=len(rows) == 1)) for row in rows]

    def _page(self, document: Any, forms: list[tuple[Supplier, OfferForm]], *, refused: bool = False) -> HttpResponse:
        known = answered(document)
        context = {
            "title": _("Enter quotations"),
            "columns": [(supplier, form, known.get(supplier.pk)) for supplier, form in forms],
            "rows": [
                (line, [(supplier, form.cells[place]) for supplier, form in forms])
                for place, line in enumerate(self.lines)
            ],
            "foot": list(zip(*[form.foot for _supplier, form in forms], strict=True)) if forms else [],
            "one": len(forms) == 1,
        }
        return self.page("procurement/quotation_grid.html", document, context, refused=refused)


class SheetDownload(SourcingWork):
    """The sheet that goes to the suppliers."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponseBase:
        document = self.find(pk)
        if document.stage == Stage.PREPARING or not document.is_sealed_kind:
            raise Http404
        return workbook_response(
            _("Quotation %(title)s") % {"title": document.title}, [sheet_of(document, lines_of(document))]
        )


class SheetUpload(SourcingWork):
    """One supplier's filled sheet: every row is taken, or none and all that is wrong is said at once."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.work(pk, Stage.COLLECTING)
        return self._page(document, QuotationSheetForm(document=document))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.find(pk)
        if not document.is_sealed_kind or not may_change(document, actor=request.user):
            raise Http404
        form = QuotationSheetForm(request.POST, request.FILES, document=document)
        if not form.is_valid():
            return self._page(document, form)
        data, file = form.cleaned_data, form.cleaned_data["file"]
        try:
            filled = read_sheet(lines_of(document), file.read(), file.name)
            if filled.errors:
                return self._page(document, form, filled.errors)
            offer = Offer(
                filled.prices, filled.brands, data["delivery_days"], data["warranty_months"], data["valid_until"]
            )
            quotations.receive(document, form.chosen, offer, actor=request.user)
        except DomainError as refusal:
            form.add_error("file", str(refusal))
            return self._page(document, form)
        for warning in filled.warnings:
            messages.info(request, warning)
        words = {"supplier": form.chosen, "count": len(filled.prices)}
        return self.done(document, _("%(supplier)s: %(count)d prices were taken in, sealed.") % words)

    def _page(self, document: Any, form: QuotationSheetForm, errors: list[Any] | None = None) -> HttpResponse:
        context = {
            "title": _("Upload a quotation sheet"),
            "form": form,
            "errors": errors or [],
            "sheet_url": url_of(document, "sheet"),
            "back_url": url_of(document),
            "documents_url": reverse("sourcing_list"),
            "documents_title": TITLE,
        }
        return self.page("procurement/quotation_upload.html", document, context, refused=bool(form.errors or errors))


class OpeningView(SourcingWork):
    """The buyer asks a witness; nothing is readable before the witness confirms."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return self._page(self.work(pk, Stage.COLLECTING), WitnessForm(actor=request.user))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document, form = self.work(pk), WitnessForm(request.POST, actor=request.user)
        if form.is_valid():
            try:
                quotations.ask_opening(document, form.cleaned_data["witness"], actor=request.user)
            except DomainError as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            else:
                words = {"witness": form.cleaned_data["witness"]}
                return self.done(document, _("%(witness)s was asked to open the quotations with you.") % words)
        return self._page(document, form)

    def _page(self, document: Any, form: WitnessForm) -> HttpResponse:
        lead = _("The witness confirms with his own login; only then can anybody read a price, and nobody change one.")
        context = {"title": _("Open the quotations"), "form": form, "lead": lead, "save_label": _("Ask the witness")}
        return self.page("generic/form.html", document, context, refused=bool(form.errors))


class StopOpeningView(SourcingAct):
    def act(self, document: Any) -> str:
        quotations.stop_opening(document, actor=self.request.user)
        return _("The opening was taken back.")


class ConfirmOpeningView(SourcingAct):
    """Only for the witness; he finds the button on the sourcing, by a notice and on his workbench."""

    def act(self, document: Any) -> str:
        quotations.confirm_opening(document, actor=self.request.user)
        return _("The quotations are open. They can be read and not be changed any more.")


class FailView(SourcingAct):
    def act(self, document: Any) -> str:
        quotations.fail(document, reason=self.request.POST.get("reason", ""), actor=self.request.user)
        return _("The enquiry failed; its lines are free for a new round.")


class NextRoundView(SourcingAct):
    def post(self, request: SignedInRequest, pk: int, **named: Any) -> HttpResponse:
        document = self.find(pk)
        try:
            made = quotations.new_round(document, actor=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect(url_of(document))
        return self.done(made, _("The new round was begun with the same suppliers."))
