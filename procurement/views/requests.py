"""采购申请: what departments ask to be bought."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core.documents.lifecycle import Status
from core.errors import DomainError
from core.numbers import money as money_of
from core.parsing import parse_key
from core.templatetags.display import money
from core.views.document_form import DocumentFormView
from core.views.document_lines import excel_calls
from core.views.documents import (
    AMOUNT,
    DAY,
    DEPARTMENT,
    MAKER,
    NUMBER,
    STATUS,
    WAITS_FOR,
    DocumentDetailView,
    DocumentListView,
    VisibleDocumentMixin,
    url_of,
)
from core.views.filters import DocumentFilter
from core.views.links import link
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.views.tables import Column
from directory.selectors import signers_of
from procurement import price_selectors, request_selectors
from procurement.forms.requests import PurchaseRequestForm, PurchaseRequestLines
from procurement.models import PurchaseOrder, PurchaseRequest, Sourcing
from procurement.services import requests, urgent_papers

from . import columns as c
from .pickers import allotment_words

TITLE = gettext_lazy("Purchase requests")
REASONS_TO_CLOSE = (gettext_lazy("No longer needed"), gettext_lazy("Bought otherwise"), gettext_lazy("No offer"))


class PurchaseRequestFilter(DocumentFilter):
    progress = django_filters.ChoiceFilter(
        label=gettext_lazy("Progress"), choices=PurchaseRequest.Progress.choices, empty_label=gettext_lazy("All")
    )
    source = django_filters.ChoiceFilter(
        label=gettext_lazy("Comes from"), choices=PurchaseRequest.Source.choices, empty_label=gettext_lazy("All")
    )
    outside_plan = django_filters.BooleanFilter(
        label=gettext_lazy("Only outside the plan"), method="only", widget=forms.CheckboxInput
    )
    urgent = django_filters.BooleanFilter(label=gettext_lazy("Only urgent"), method="only", widget=forms.CheckboxInput)

    def only(self, rows: Any, name: str, value: bool) -> Any:
        return rows.filter(**{name: True}) if value else rows


class PurchaseRequestList(DocumentListView):
    model = PurchaseRequest
    title = TITLE
    columns = (
        *(NUMBER, STATUS, c.PROGRESS, Column("purpose", gettext_lazy("Purpose")), DEPARTMENT, DAY, AMOUNT),
        *(MAKER, WAITS_FOR, Column("urgent", gettext_lazy("Urgent"), "flag")),
        Column("outside_plan", gettext_lazy("Outside the plan"), "flag"),
    )
    search_fields = ("number", "purpose", "department__name", "lines__item__name", "lines__name")
    search_placeholder = gettext_lazy("Number, purpose, department or thing")
    filterset_class = PurchaseRequestFilter
    create_label = gettext_lazy("New purchase request")
    empty_text = gettext_lazy("Nothing was asked to be bought yet.")

    def found(self) -> Any:
        rows = super().found()
        if not self.request.GET.get("q"):
            return rows
        # A search in the lines finds a request once for each of them; here it stands once.
        return self.queryset().filter(pk__in=rows.order_by().values("pk")).order_by(*self._order())

    def extra_context(self) -> dict[str, Any]:
        context = super().extra_context()
        if self.request.user.has_perm("procurement.add_purchaserequest"):
            url = reverse("purchaserequest_from_plan")
            context["actions"] = [{"label": _("Request from plans"), "url": url, "icon": "clipboard-list"}]
        return context

    def card(self, row: Any) -> dict[str, Any]:
        card = super().card(row)
        card["title"], card["meta"] = row.purpose or card["title"], f"{row.number or _('Draft')} · {card['meta']}"
        if row.status == Status.APPROVED:
            card["status"] = (row.progress, row.get_progress_display())
        return card


def shown_history(organization_id: int, lines: Sequence[Any], **options: Any) -> None:
    """Put what was paid before beside lines, per unit of the line: last_price, average_price, lowest_price, change."""
    known = price_selectors.history(organization_id, lines, **options)
    for line in lines:
        told = known[line.pk].per(line.factor)
        line.last_price, line.average_price, line.lowest_price = told.last, readable(told.average), told.lowest
        line.change = known[line.pk].change


def readable(value: Decimal | None) -> Decimal | None:
    """An average to the cent; of things that cost less than a yuan, exactly."""
    return money_of(value) if value is not None and value >= 1 else value


LAST = Column("last_price", gettext_lazy("Last price"), "price")
AVERAGE = Column("average_price", gettext_lazy("Average of 12 months"), "price")
LOWEST = Column("lowest_price", gettext_lazy("Lowest of 12 months"), "price")
CHANGE = Column("change", gettext_lazy("Change (%)"), "quantity")
HISTORY = (LAST, AVERAGE, LOWEST, CHANGE)
LINE_RELATED = (*c.WANTED_RELATED, "department", "allotment", "plan_line__document", "warehouse", "supplier")


def line_words(line: Any) -> str:
    """What a line says beside its figures: for whom, from which plan, where it goes, and its reasons."""
    named = [
        (_("for"), line.department),
        (_("warehouse"), line.warehouse),
        (_("plan"), line.plan_line.document.number if line.plan_line else None),
        (_("why this price"), line.price_reason),
        (_("why no asset card"), line.stock_reason),
        (_("why no idle thing will do"), line.idle_reason),
        (_("suggested supplier"), line.supplier),
    ]
    words = [f"{label} {value}" for label, value in named if value]
    return " · ".join([*words, *([line.note] if line.note else [])])


class PurchaseRequestDetail(DocumentDetailView):
    model = PurchaseRequest
    related = ("organization", "department", "created_by", "allotment__department", "allotment__economic_class")
    list_title = TITLE
    may_copy = True
    template_name = "procurement/request_detail.html"
    line_related = LINE_RELATED
    line_columns: Sequence[Column] = (
        *(c.CODE, c.THING, c.SPECIFICATION, c.QUANTITY, c.UNIT, c.PRICE, c.LINE_AMOUNT, c.TREATMENT, LAST, CHANGE),
        Column("ordered_quantity", gettext_lazy("Ordered"), "quantity"),
        Column("received_quantity", gettext_lazy("Accepted so far"), "quantity"),
    )

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        facts = [
            (_("Purpose"), document.purpose),
            (_("Department"), document.department),
            (_("Date"), f"{document.business_date:%Y-%m-%d}"),
            (_("Needed by"), f"{document.needed_by:%Y-%m-%d}" if document.needed_by else ""),
            (_("Prepared by"), document.created_by),
            (_("Comes from"), f"{document.get_source_display()} {document.source_reference}".strip()),
            (_("Plan"), plan_words(document)),
            *charge_facts(document, self.lines),
            (_("Note"), document.note),
        ]
        if document.urgent:
            facts += [(_("Why urgent"), document.urgent_reason), (_("Papers"), papers_words(document))]
        return facts + self._papers_that_follow()

    def _papers_that_follow(self) -> list[tuple[Any, Any]]:
        user, found = self.request.user, []
        for model, label, path in (
            (Sourcing, _("Sourcing"), "lines__request_line__document"),
            (PurchaseOrder, _("Purchase order"), "lines__request_line__document"),
        ):
            rows = model.objects.visible_to(user).filter(**{path: self.document.pk}).distinct()  # type: ignore[attr-defined]
            for row in rows.order_by("pk"):
                found.append((label, link(row)))
        return found

    def second_status(self) -> tuple[str, str] | None:
        document = self.document
        return (document.progress, document.get_progress_display()) if document.status == Status.APPROVED else None

    def line_row(self, line: Any) -> dict[str, Any]:
        return {"cells": [column.of(line) for column in self.line_columns], "note": line_words(line)}

    def stands(self) -> bool:
        return any(line.ordered_quantity for line in self.document.lines.all())

    def steps(self) -> list[dict[str, Any]]:
        steps = super().steps()
        if urgent_papers.may_hand_in(self.document, self.request.user):
            steps.append({"name": "papers", "label": _("Papers are in"), "url": self._own("purchaserequest_papers")})
        if requests.may_close_rest(self.document, self.request.user):
            close = {"name": "close_rest", "label": _("Close the rest"), "needs_reason": True}
            steps.append({**close, "reasons": REASONS_TO_CLOSE, "url": self._own("purchaserequest_close_rest")})
        return steps

    def _own(self, name: str) -> str:
        return reverse(name, args=(self.document.pk,))

    def context(self) -> dict[str, Any]:
        document = self.document
        context = super().context()
        context["calls"] = excel_calls(document, self.request.user)
        if document.status == Status.DRAFT:
            context["would_sign"] = would_sign(document, self.lines)
        if document.status in (Status.DRAFT, Status.SUBMITTED):
            found = request_selectors.idle_for(document.organization_id, self.lines)
            context["idle"] = [(line, found[line.pk]) for line in self.lines if found.get(line.pk)]
        return context

    def prepare(self) -> None:
        """Prices paid before while it is decided, where there are any; how far it is carried out afterwards."""
        shown_history(self.document.organization_id, self.lines)
        hidden = {LAST.key, CHANGE.key}
        if self.document.status != Status.APPROVED:
            hidden = {"ordered_quantity", "received_quantity"}
            if not any(line.last_price for line in self.lines):
                hidden |= {LAST.key, CHANGE.key}
        self.line_columns = tuple(column for column in self.line_columns if column.key not in hidden)


def plan_words(document: PurchaseRequest) -> str:
    """In the plan, or why outside it (R-PRC-03)."""
    if document.status == Status.DRAFT:
        return document.outside_reason and _("outside the plan: %(reason)s") % {"reason": document.outside_reason}
    if not document.outside_plan:
        return _("in the plan")
    return _("outside the plan: %(reason)s") % {"reason": document.outside_reason}


def charge_facts(document: PurchaseRequest, lines: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Each allotment that pays: what it holds, and what is left of it once this request is approved."""
    for charge in request_selectors.charges(document, lines):
        row = charge.allotment
        yield _("Budget"), f"{row.year} {allotment_words(row)}"
        yield (
            _("Allotted / reserved / used"),
            " / ".join(money(amount) for amount in (row.amount, row.reserved, row.used)),
        )
        words = _("%(left)s, this request takes %(own)s") if charge.covered else _("%(left)s: not covered")
        yield _("Left afterwards"), words % {"left": money(charge.after), "own": money(charge.amount)}


def papers_words(document: PurchaseRequest) -> str:
    """Whether the papers of an urgent request are in, or by when they are due."""
    if document.papers_in_on:
        return _("handed in on %(day)s") % {"day": f"{document.papers_in_on:%Y-%m-%d}"}
    return _("due on %(day)s") % {"day": f"{document.papers_due:%Y-%m-%d}"} if document.papers_due else ""


def would_sign(document: PurchaseRequest, lines: Sequence[Any]) -> list[tuple[str, list[str]]]:
    """Who would have to sign a draft as it stands."""
    outside = any(line.plan_line_id is None for line in lines)
    total = sum((line.amount for line in lines), start=0)
    return signers_of(PurchaseRequest, document.department, total, escalated=outside, hurried=document.urgent)


class PurchaseRequestFormView(DocumentFormView):
    model = PurchaseRequest
    form_class = PurchaseRequestForm
    formset_class = PurchaseRequestLines
    title_new = gettext_lazy("New purchase request")
    list_title = TITLE

    def source(self) -> Any:
        wanted = parse_key(self.request.GET.get("from", ""))
        if self.document.pk or wanted is None:
            return None
        source = PurchaseRequest.objects.visible_to(self.request.user).filter(pk=wanted).first()  # type: ignore[attr-defined]
        if source is None:
            raise Http404
        return source

    def initial(self, source: Any) -> dict[str, Any]:
        return {"purpose": source.purpose, "outside_reason": source.outside_reason} if source else {}


class PurchaseRequestCopy(VisibleDocumentMixin, View):
    """Copy to new: the form, filled with the lines of another request."""

    model = PurchaseRequest

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return redirect(f"{reverse('purchaserequest_new')}?from={self.find(pk).pk}")


class _Deed(VisibleDocumentMixin, View):
    """Something done with an approved request, by POST; whatever the outcome, the person stays on it."""

    model = PurchaseRequest
    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.find(pk)
        try:
            messages.success(request, self.do(document))
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(url_of(document))

    def do(self, document: Any) -> str:
        raise NotImplementedError


class CloseRest(_Deed):
    def do(self, document: Any) -> str:
        requests.close_rest(document, actor=self.request.user, reason=self.request.POST.get("reason", ""))
        return _("The rest of %(document)s is closed; its budget is free again.") % {"document": document}


class PapersIn(_Deed):
    def do(self, document: Any) -> str:
        urgent_papers.hand_in(document, actor=self.request.user)
        return _("The papers of %(document)s are in.") % {"document": document}


class ByReference(SignedInMixin, View):
    """The request that a replenishment suggestion names: by number, or #key as long as it has none."""

    def get(self, request: SignedInRequest, reference: str) -> HttpResponse:
        rows = PurchaseRequest.objects.visible_to(request.user)  # type: ignore[attr-defined]
        key = parse_key(reference.removeprefix("#")) if reference.startswith("#") else None
        document = rows.filter(**{"number": reference} if key is None else {"pk": key}).first()
        if document is None:
            raise Http404
        return redirect(url_of(document))
