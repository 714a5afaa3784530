"""The screens every kind of document has: list, export, page and steps. A kind's own screen is a short declaration.

The form is in core/views/document_form.py; how a kind shows itself on pages about all kinds in core/views/screens.py.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import models
from django.db.models import OuterRef, Subquery, Sum, Value
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core.attachments import attachments_of, may_attach
from core.documents.lifecycle import Status
from core.documents.models import Document
from core.documents.services import (
    apply_transition,
    available_transitions,
    delete_draft,
    may_change,
    permission_for,
    step_label,
)
from core.documents.story import signatures_shown, story_of, waiting_for_whom
from core.errors import DomainError
from core.views.signed_in import SignedInMixin, SignedInRequest

from .filters import DocumentFilter
from .links import address_or_none, opened_facts, opened_rows
from .tables import Column, TableView, safe_next

RETURN_REASONS = (
    gettext_lazy("The quantity is too large"),
    gettext_lazy("The purpose is not clear"),
    gettext_lazy("Not needed now"),
    gettext_lazy("Already asked for"),
)


def url_name(model: Any, screen: str) -> str:
    """The URL name of a kind's screen: goodsissue_detail."""
    return f"{model._meta.model_name}_{screen}"


def url_of(document: Document, screen: str = "detail", *args: Any) -> str:
    """The address of a document's screen."""
    return reverse(url_name(document, screen), args=(document.pk, *args))


def attach_url(document: Document) -> str:
    """Where a file for a document is sent."""
    return reverse("attachment_add", args=(document._meta.label_lower, document.pk))


def posted_key(request: SignedInRequest) -> uuid.UUID | None:
    """The request_key of a form that was sent; None when it is missing or broken."""
    try:
        return uuid.UUID(request.POST.get("request_key", ""))
    except ValueError:
        return None


def has_lines(model: Any) -> bool:
    """Whether a kind has lines at all; a case of compensation and a depreciation run are heads alone."""
    return hasattr(model, "lines")


def total_of_lines(model: type[Document]) -> Subquery | Value:
    """Yuan over all lines of a document, for annotate(); nothing where lines have no amount (old pieces) or where a
    kind has none (a case of compensation)."""
    lines: Any = model.lines.rel.related_model if has_lines(model) else None  # type: ignore[attr-defined]
    if lines is None or "amount" not in {field.name for field in lines._meta.concrete_fields}:
        return Value(None, output_field=models.DecimalField())
    sums = lines._default_manager.filter(document=OuterRef("pk")).order_by().values("document")
    return Subquery(sums.annotate(sum=Sum("amount")).values("sum"))


NUMBER = Column("number", gettext_lazy("Number"), "code", lambda d: d.number or _("Draft"), sort=("number",))
STATUS = Column(
    "status", gettext_lazy("Status"), "status", lambda d: (d.status, d.get_status_display()), sort=("status",)
)
DAY = Column("business_date", gettext_lazy("Date"), "day", sort=("business_date",))
DEPARTMENT = Column("department", gettext_lazy("Department"), sort=("department__code",))
MAKER = Column("created_by", gettext_lazy("Prepared by"), sort=("created_by__name",))
AMOUNT = Column("line_total", gettext_lazy("Amount"), "money", total=True, sort=("line_total",))
WAITS_FOR = Column("waits_for", gettext_lazy("Waits for"))


class DocumentListView(TableView):
    """The documents of a kind that a person may see."""

    model: type[Document]
    columns: Sequence[Column] = (NUMBER, STATUS, DAY, DEPARTMENT, AMOUNT, MAKER, WAITS_FOR)
    search_fields: tuple[str, ...] = ("number",)
    search_placeholder = gettext_lazy("Number")
    filterset_class = DocumentFilter
    ordering = ("-business_date", "-pk")
    related: tuple[str, ...] = ("department", "created_by")
    create_label: Any = ""

    def check_permission(self) -> None:
        self.permission = permission_for(self.model, "view")
        super().check_permission()

    def queryset(self) -> models.QuerySet:
        rows = super().queryset().select_related(*self.related)
        return rows.annotate(line_total=total_of_lines(self.model))

    def prepare(self, rows: list[Any]) -> None:
        waiting = waiting_for_whom(rows)
        for row in rows:
            row.waits_for = waiting.get(row.pk, "")

    def url_of(self, row: Any) -> str | None:
        return url_of(row)

    def card(self, row: Any) -> dict[str, Any]:
        meta = " · ".join(str(part) for part in (row.department, row.created_by, f"{row.business_date:%m-%d}"))
        from core.templatetags.display import money

        return {
            "title": row.number or _("Draft"),
            "status": (row.status, row.get_status_display()),
            "meta": f"{meta} · {_('waits for')} {row.waits_for}" if row.waits_for else meta,
            "amount": money(row.line_total),
        }

    def extra_context(self) -> dict[str, Any]:
        query = self.request.GET.urlencode()
        export = address_or_none(url_name(self.model, "export"))
        may_create = self.request.user.has_perm(permission_for(self.model, "add"))
        return {
            "create_url": address_or_none(url_name(self.model, "new")) if may_create else None,
            "create_label": self.create_label,
            "export_url": f"{export}?{query}" if export else None,
        }


class DocumentExportView(SignedInMixin, View):
    """What a list shows, as a workbook; takes the list's own address parameters."""

    list_view: type[TableView]

    def get(self, request: SignedInRequest) -> HttpResponseBase:
        view = self.list_view()
        view.setup(request)
        return view.workbook()


class VisibleDocumentMixin(SignedInMixin):
    """Finds the document of the address among those the person may see; 404 for absent and foreign ones alike."""

    model: type[Document]
    related: tuple[str, ...] = ("organization", "department", "created_by")

    def find(self, pk: int) -> Any:
        rows = self.model.objects.visible_to(self.request.user)  # type: ignore[attr-defined]
        document = rows.select_related(*self.related).filter(pk=pk).first()
        if document is None:
            raise Http404
        return document


class DocumentDetailView(VisibleDocumentMixin, View):
    """One document: head, steps, lines, story, files."""

    template_name = "generic/detail.html"
    line_columns: Sequence[Column] = ()
    line_related: tuple[str, ...] = ("item", "unit")
    list_title: Any = ""
    may_copy = False

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        self.document = self.find(pk)
        return render(request, self.template_name, self.context())

    def facts(self) -> list[tuple[Any, Any]]:
        """The head as (label, value) pairs."""
        document = self.document
        return [
            (_("Department"), document.department),
            (_("Date"), f"{document.business_date:%Y-%m-%d}"),
            (_("Prepared by"), document.created_by),
            (_("Note"), document.note),
        ]

    def amount(self) -> Any:
        """Yuan over all lines; None as long as no line has an amount, which is not the same as nothing."""
        known = [line.amount for line in self.lines if line.amount is not None]
        return sum(known) if known else None

    def second_status(self) -> tuple[str, str] | None:
        return None

    def shown_lines(self) -> list[Any]:
        """The lines on the page: all, unless a kind may have more of them than a page holds."""
        return list(self.document.lines.select_related(*self.line_related)) if has_lines(self.document) else []

    def prepare(self) -> None:
        """Read at once what the columns of self.lines need beside `line_related`."""

    def context(self) -> dict[str, Any]:
        document, user = self.document, self.request.user
        self.lines = self.shown_lines()
        self.prepare()
        columns = self.line_columns
        known = [
            [value for line in self.lines if (value := c.of(line)) is not None] if c.total else [] for c in columns
        ]
        totals = [sum(values) if values else None for values in known]
        waiting = waiting_for_whom([document])
        return {
            "document": document,
            "title": f"{document._meta.verbose_name} {document.number}" if document.number else str(document),
            "list_url": address_or_none(url_name(document, "list")),
            "list_title": self.list_title,
            "second_status": self.second_status(),
            "amount": self.amount(),
            "steps": self.steps(),
            "request_key": uuid.uuid4(),
            "facts": opened_facts(self.facts(), user),
            "line_columns": columns,
            "line_rows": opened_rows([self.line_row(line) for line in self.lines], user),
            "totals": totals if any(value is not None for value in totals) else None,
            "story": story_of(document),
            "signatures": signatures_shown(document),
            "next_approvers": list(waiting.values()),
            "attachments": attachments_of(document, user),
            "attach_url": self.attach_url() if may_attach(document, user) else None,
            "menu": self.menu(),
            "edit_url": url_of(document, "edit") if self.may_edit() else None,
        }

    def line_row(self, line: Any) -> dict[str, Any]:
        return {"cells": [column.of(line) for column in self.line_columns], "note": line.note}

    def may_edit(self) -> bool:
        return self.document.is_editable and may_change(self.document, actor=self.request.user)

    def attach_url(self) -> str:
        return attach_url(self.document)

    def stands(self) -> bool:
        """Whether papers that follow keep this one from being returned or cancelled: its page then has no such button.

        The services decide again, under their locks.
        """
        return False

    def steps(self) -> list[dict[str, Any]]:
        """The buttons this person has now; the first step forward is the filled one."""
        steps = available_transitions(self.document, actor=self.request.user)
        if self.stands():
            steps = [step for step in steps if step.name not in ("reject", "cancel")]
        forward = next((step.name for step in steps if step.name in ("submit", "approve", "post")), "")
        return [
            {
                "name": step.name,
                "label": step_label(step.name, self.document),
                "needs_reason": step.needs_reason,
                "optional_reason": step.name == "approve",
                "primary": step.name == forward,
                "danger": step.name in ("cancel", "reverse"),
                "reasons": RETURN_REASONS if step.name == "reject" else (),
                "url": url_of(self.document, "step", step.name),
            }
            for step in steps
        ]

    def menu(self) -> list[dict[str, Any]]:
        """Print, copy to new, delete: what stands behind the three dots."""
        document, user = self.document, self.request.user
        entries: list[dict[str, Any]] = []
        if document.number and (printing := address_or_none(url_name(document, "print"), document.pk)):
            entries.append({"label": _("Print"), "url": printing, "icon": "printer", "new_tab": True})
        if self.may_copy and user.has_perm(permission_for(document, "add")):
            entries.append({"label": _("Copy to new"), "url": url_of(document, "copy"), "icon": "copy"})
        if document.is_editable and not document.number and document.created_by_id == user.pk:
            entries.append(
                {
                    "label": _("Delete draft"),
                    "url": url_of(document, "step", "delete"),
                    "icon": "trash",
                    "post": True,
                    "danger": True,
                    "confirm": _("Delete this draft for good?"),
                }
            )
        return entries


class DocumentStepView(VisibleDocumentMixin, View):
    """Takes one step, by POST only; whatever the outcome, the person is told and stays on the document."""

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int, step: str) -> HttpResponse:
        document = self.find(pk)
        if step == "delete":
            return self._delete(document)
        try:
            document = apply_transition(
                document,
                step,
                actor=request.user,
                reason=request.POST.get("reason", ""),
                request_key=posted_key(request),
            )
        except DomainError as error:
            messages.error(request, str(error))
            return redirect(url_of(document))
        messages.success(request, done_sentence(document, step))
        return redirect(safe_next(request) or self._afterwards(document))

    def _afterwards(self, document: Document) -> str:
        still = self.model.objects.visible_to(self.request.user).filter(pk=document.pk).exists()  # type: ignore[attr-defined]
        return url_of(document) if still else reverse("workbench")

    def _delete(self, document: Document) -> HttpResponse:
        try:
            delete_draft(document, actor=self.request.user)
        except DomainError as error:
            messages.error(self.request, str(error))
            return redirect(url_of(document))
        messages.success(self.request, _("The draft was deleted."))
        return redirect(reverse(url_name(self.model, "list")))


def done_sentence(document: Document, step: str) -> str:
    """What is said after a step: “SL20261100001: Submit. Now it waits for …”."""
    words = {"document": document, "step": step_label(step, document)}
    waiting = waiting_for_whom([document]).get(document.pk, "")
    if document.status == Status.SUBMITTED and waiting:
        return _("%(document)s: %(step)s, done. It now waits for %(who)s.") % {**words, "who": waiting}
    return _("%(document)s: %(step)s, done.") % words


def document_urls(
    base: str,
    *,
    listing: type[DocumentListView],
    detail: type[DocumentDetailView],
    form: type[View],
    paper: type[View] | None = None,
    extra: Sequence[Any] = (),
) -> list[Any]:
    """The addresses of a kind under `base`: list, export, new, detail, edit, step, print, named <model>_<screen>."""
    model = detail.model
    name = model._meta.model_name
    export: Any = type("Export", (DocumentExportView,), {"list_view": listing})
    step: Any = type("Step", (DocumentStepView,), {"model": model})
    return [
        path(f"{base}/", listing.as_view(), name=f"{name}_list"),
        path(f"{base}/export/", export.as_view(), name=f"{name}_export"),
        path(f"{base}/new/", form.as_view(), name=f"{name}_new"),
        path(f"{base}/<int:pk>/", detail.as_view(), name=f"{name}_detail"),
        path(f"{base}/<int:pk>/edit/", form.as_view(), name=f"{name}_edit"),
        path(f"{base}/<int:pk>/step/<slug:step>/", step.as_view(), name=f"{name}_step"),
        *([path(f"{base}/<int:pk>/print/", paper.as_view(), name=f"{name}_print")] if paper else []),
        *extra,
    ]
