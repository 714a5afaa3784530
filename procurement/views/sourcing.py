"""询价比价: list, form, page and paper of a sourcing, and how it shows itself to its approvers."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core.documents.services import may_change
from core.parsing import parse_key, parse_keys
from core.views import documents as c
from core.views.document_form import DocumentFormView
from core.views.documents import DocumentDetailView, DocumentListView, url_of
from core.views.filters import DocumentFilter
from core.views.links import link
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.views.tables import Column
from directory.models import Supplier
from procurement.forms.sourcing import MAX_LINES, SourcingForm, SourcingLineSet
from procurement.models import Method, PurchaseOrder, Sourcing
from procurement.services import methods, splitting
from procurement.services.independence import ties_among
from procurement.services.sourcing_lines import may_rewrite
from procurement.sourcing_selectors import LINE_RELATED, answered, to_source

from .comparison import compare
from .sourcing_screens import RELATED, sourcing_facts, thing

TITLE = gettext_lazy("Sourcing")
Stage = Sourcing.Stage
STAGE = Column(
    "stage", gettext_lazy("Stage"), "status", lambda d: (f"stage-{d.stage}", d.get_stage_display()), sort=("stage",)
)
METHOD = Column("method", gettext_lazy("Method"), value=lambda d: d.get_method_display(), sort=("method",))


class SourcingFilter(DocumentFilter):
    method = django_filters.ChoiceFilter(
        label=gettext_lazy("Method"), choices=Method.choices, empty_label=gettext_lazy("All methods")
    )
    stage = django_filters.ChoiceFilter(
        label=gettext_lazy("Stage"), choices=Stage.choices, empty_label=gettext_lazy("All")
    )
    supplier = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Awarded to"),
        queryset=Supplier.objects.all(),
        method="awarded_to",
        widget=forms.HiddenInput,
    )

    def awarded_to(self, rows: Any, name: str, value: Any) -> Any:
        """By the report of suppliers; only what is approved counts as awarded."""
        return rows.filter(lines__awarded__quotation__supplier=value, status="approved").distinct()


class SourcingList(DocumentListView):
    model = Sourcing
    title = TITLE
    columns = (
        c.NUMBER,
        Column("title", gettext_lazy("Title"), sort=("title",)),
        METHOD,
        STAGE,
        c.STATUS,
        c.DAY,
        Column("deadline", gettext_lazy("Quotations until"), "moment", sort=("deadline",)),
        c.AMOUNT,
        c.MAKER,
        c.WAITS_FOR,
    )
    search_fields = (
        "number",
        "title",
        "external_number",
        "lines__request_line__item__name",
        "lines__request_line__name",
    )
    search_placeholder = gettext_lazy("Number, title or item")
    filterset_class = SourcingFilter
    create_label = gettext_lazy("Begin a sourcing")
    empty_text = gettext_lazy("Nothing was sourced yet. Begin with the open lines of approved requests.")

    def found(self) -> Any:
        return super().found().distinct()

    def card(self, row: Any) -> dict[str, Any]:
        card = super().card(row)
        card["title"] = row.title
        card["meta"] = " · ".join((row.number or _("Draft"), row.get_method_display(), row.get_stage_display()))
        return card

    def extra_context(self) -> dict[str, Any]:
        context = super().extra_context()
        if context["create_url"]:
            context["create_url"] = reverse("sourcing_choose")
        return context


class ChooseLines(SignedInMixin, View):
    """Open lines of approved requests, of several requests together; ?for=: the draft that the chosen ones join."""

    def get(self, request: SignedInRequest) -> Any:
        self.check_permission("procurement.add_sourcing")
        text = request.GET.get("q", "").strip()[:60]
        key = parse_key(request.GET.get("for", ""))
        draft = Sourcing.objects.visible_to(request.user).filter(pk=key, status="draft").first()
        context = {
            "title": _("What is to be bought"),
            "lines": to_source(request.user, text),
            "search": text,
            "draft": draft,
            "target": url_of(draft, "edit") if draft else reverse("sourcing_new"),
            "list_url": reverse("sourcing_list"),
            "list_title": TITLE,
        }
        return render(request, "procurement/sourcing_choose.html", context)

    def check_permission(self, permission: str) -> None:
        if not self.request.user.has_perm(permission):
            raise PermissionDenied


class SourcingFormView(DocumentFormView):
    model = Sourcing
    form_class = SourcingForm
    formset_class = SourcingLineSet
    title_new = gettext_lazy("Begin a sourcing")
    list_title = TITLE

    def get(self, request: SignedInRequest, pk: int | None = None) -> Any:
        if pk is None and not request.GET.getlist("line"):
            return redirect("sourcing_choose")
        return super().get(request, pk)

    def may_edit(self) -> bool:
        return may_rewrite(self.document)

    def source(self) -> list[int]:
        """Keys of the request lines that were chosen on the page before."""
        return parse_keys(self.request.GET.getlist("line")[:MAX_LINES])

    def initial(self, source: Any) -> dict[str, Any]:
        return {} if self.document.pk else {"title": _("Purchase of %(day)s") % {"day": self.document.business_date}}

    def extra_context(self) -> dict[str, Any]:
        return {"submit_label": None, "save_label": _("Save and go on")}


class SourcingDetail(DocumentDetailView):
    model = Sourcing
    related = RELATED
    template_name = "procurement/sourcing_detail.html"
    list_title = TITLE
    line_related = LINE_RELATED
    BEFORE = (
        Column(
            "request",
            gettext_lazy("Purchase request"),
            value=lambda line: link(line.request_line.document, line.request_line.document.number),
        ),
        Column("item", gettext_lazy("Item"), css="goods", value=thing),
        Column("quantity", gettext_lazy("Quantity"), "quantity"),
        Column("unit", gettext_lazy("Unit"), value="request_line.unit"),
        Column("estimate", gettext_lazy("Estimated price"), "price", "request_line.unit_price"),
        Column("market_price", gettext_lazy("Market price"), "price"),
    )
    AWARDED = (
        Column(
            "supplier", gettext_lazy("Awarded to"), value=lambda line: line.awarded and line.awarded.quotation.supplier
        ),
        Column("price", gettext_lazy("Price"), "price", lambda line: line.awarded and line.awarded.unit_price),
    )
    AMOUNT = Column("amount", gettext_lazy("Amount"), "money", total=True)
    ORDERED = Column("ordered", gettext_lazy("Ordered"), "quantity", lambda line: line.ordered_quantity or None)

    def stands(self) -> bool:
        return any(line.ordered_quantity for line in self.document.lines.all())

    @cached_property
    def line_columns(self) -> Sequence[Column]:  # type: ignore[override]
        """What was awarded and ordered only once there is some."""
        awarded = self.AWARDED if any(line.awarded_id for line in self.lines) else ()
        ordered = (self.ORDERED,) if any(line.ordered_quantity for line in self.lines) else ()
        return (*self.BEFORE, *awarded, self.AMOUNT, *ordered)

    def line_row(self, line: Any) -> dict[str, Any]:
        return {"cells": [column.of(line) for column in self.line_columns], "note": line.award_reason}

    def second_status(self) -> tuple[str, str] | None:
        return (f"stage-{self.document.stage}", self.document.get_stage_display())

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        earlier = document.previous
        found = [
            (_("Title"), document.title),
            *sourcing_facts(document),
            *super().facts(),
            (_("Earlier round"), link(earlier) if earlier else ""),
        ]
        orders = PurchaseOrder.objects.visible_to(self.request.user).filter(sourcing=document).order_by("pk")
        found += [(_("Purchase order"), link(order)) for order in orders]
        return [(label, value) for label, value in found if value not in (None, "")]

    def may_edit(self) -> bool:
        return super().may_edit() and may_rewrite(self.document)

    def context(self) -> dict[str, Any]:
        context = super().context()
        document = self.document
        answers = answered(document)
        invited = list(document.invitations.select_related("supplier")) if document.is_sealed_kind else []
        comparison = compare(document, self.lines)
        wanted = methods.wanted_lines(self.lines)
        living = document.status != "cancelled"
        context |= {
            "calls": self.calls(),
            "invited": [(row, answers.get(row.supplier_id)) for row in invited],
            "ties": [tie.sentence() for tie in ties_among(row.supplier for row in invited)],
            "comparison": comparison if comparison.heads else None,
            "refusals": methods.refusals(document, wanted) if living else [],
            "splitting": splitting.warnings(document, splitting.sums_of(document, wanted)) if living else [],
            "may_exclude": self.may_work() and document.is_open and document.is_sealed_kind,
            "may_see_suppliers": self.request.user.has_perm("directory.view_supplier"),
            "may_uninvite": self.may_work() and document.stage == Stage.PREPARING,
        }
        return context

    def menu(self) -> list[dict[str, Any]]:
        entries = super().menu()
        if self.document.is_open and self.document.quotations.exists():
            url = url_of(self.document, "comparison")
            entries.insert(0, {"label": _("Comparison in Excel"), "url": url, "icon": "file-spreadsheet"})
        return entries

    def may_work(self) -> bool:
        return self.document.is_editable and may_change(self.document, actor=self.request.user)

    def steps(self) -> list[dict[str, Any]]:
        """Submitting is offered once something is awarded; declaring an enquiry failed stands beside it."""
        document = self.document
        steps = [
            step
            for step in super().steps()
            if step["name"] != "submit" or all(line.awarded_id for line in self._lines())
        ]
        started = document.stage in (Stage.COLLECTING, Stage.OPENED) and document.is_sealed_kind
        if started and self.may_work():
            fail = {
                "name": "fail",
                "label": _("Declare failed"),
                "needs_reason": True,
                "danger": True,
                "primary": False,
                "url": url_of(document, "fail"),
            }
            steps.append({**fail, "reasons": (_("Too few quotations"), _("All offers are above the budget"))})
        return steps

    def _lines(self) -> Sequence[Any]:
        return self.lines

    def calls(self) -> list[dict[str, Any]]:
        """What comes next, as buttons above the lines."""
        document = self.document
        if document.waits_for_witness and document.witness_id == self.request.user.pk and document.is_editable:
            return [_call(document, "open", _("Open the quotations now"), "key", primary=True, post=True)]
        if not self.may_work():
            may_begin = self.request.user.has_perm("procurement.add_sourcing")
            again = document.stage == Stage.FAILED and may_begin and not document.next_rounds.exists()
            return [_call(document, "next_round", _("Begin a new round"), "refresh", post=True)] if again else []
        if not document.is_sealed_kind:
            return self._calls_of_result()
        return self._calls_of_enquiry()

    def _calls_of_result(self) -> list[dict[str, Any]]:
        document = self.document
        known = all(line.awarded_id for line in self.lines)
        calls = [
            self._add_lines(),
            _call(document, "result", _("Enter supplier and prices"), "pencil", primary=not known),
        ]
        if document.method == Method.FRAMEWORK:
            agreed = _call(document, "agreed", _("Take the agreed prices"), "file-text", primary=not known, post=True)
            calls = [calls[0], agreed, {**calls[1], "primary": False}]
        return calls

    def _add_lines(self) -> dict[str, Any]:
        url = f"{reverse('sourcing_choose')}?for={self.document.pk}"
        return {"url": url, "label": _("Add lines of requests"), "icon": "plus", "primary": False, "post": False}

    def _calls_of_enquiry(self) -> list[dict[str, Any]]:
        document = self.document
        if document.opened_at is not None:
            return [_call(document, "award", _("Compare and award"), "scale", primary=True)]
        if document.stage == Stage.PREPARING:
            ready = document.invitations.exists()
            return [
                self._add_lines(),
                _call(document, "invite", _("Choose suppliers"), "users", primary=not ready),
                *([_call(document, "collect", _("Ask for quotations"), "send", primary=True)] if ready else []),
            ]
        if document.waits_for_witness:
            return [_call(document, "stop_opening", _("Take the opening back"), "x", post=True)]
        return [
            _call(document, "quotations", _("Enter quotations"), "pencil", primary=True),
            _call(document, "upload", _("Upload a quotation sheet"), "upload"),
            _call(document, "letter", _("Words of the invitation"), "file-text"),
            _call(document, "invite", _("Invite one more"), "users"),
            _call(document, "opening", _("Open the quotations"), "key"),
        ]


def _call(document: Any, screen: str, label: Any, icon: str, *, primary: bool = False, post: bool = False) -> dict:
    return {"url": url_of(document, screen), "label": label, "icon": icon, "primary": primary, "post": post}
