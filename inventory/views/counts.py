"""盘点单: plans, the way of a count, its causes."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core.documents.lifecycle import Status
from core.documents.services import permission_for
from core.errors import DomainError
from core.templatetags.display import money
from core.views.acts import DocumentAct
from core.views.document_form import DocumentFormView
from core.views.documents import DocumentDetailView, DocumentListView, VisibleDocumentMixin, url_of
from core.views.screens import Screens, register_screens
from core.views.signed_in import SignedInRequest
from core.views.tables import Column
from core.views.workbench import Shortcut, register_shortcuts
from inventory import selectors
from inventory.forms.counts import CauseForm, CountForm
from inventory.models import StockCount, StockCountEntry
from inventory.services.counts.entries import count_as_zero, is_counting, may_count
from inventory.services.counts.plan import open_count
from inventory.services.counts.results import finish_count, lines_of, named, recount, write_causes

from . import columns as c

TITLE = gettext_lazy("Stock counts")
Phase = StockCount.Phase
PHASE_CHIPS = {Phase.PLANNED: "none", Phase.COUNTING: "partial", Phase.FINISHED: "complete"}
ENTRIES_SHOWN = 500
DIFFERENCE = Column("difference", gettext_lazy("Difference"), "quantity")
BOOK = Column("book_quantity", gettext_lazy("Book quantity"), "quantity")
COUNTED = Column("counted_quantity", gettext_lazy("Counted"), "quantity")
WORTH = Column("amount", gettext_lazy("Amount"), "money", total=True)
LOT = Column("lot", gettext_lazy("Lot"), "code", "lot.number")
UNIT = Column("unit", gettext_lazy("Unit"), value="item.unit")


def phase_chip(document: Any) -> tuple[str, str]:
    return (PHASE_CHIPS[document.phase], document.get_phase_display())


def scope_words(document: StockCount) -> str:
    """What is counted, in words: one category: 办公用品."""
    detail = {
        StockCount.Scope.CATEGORY: document.category,
        StockCount.Scope.SHELF: document.shelf,
        StockCount.Scope.SAMPLE: document.sample_size,
        StockCount.Scope.MOVED: document.moved_since,
    }.get(StockCount.Scope(document.scope))
    words = str(document.get_scope_display())
    return f"{words}: {detail}" if detail else words


def who_and_when(line: Any) -> str:
    """Who counted a line, and the moment its book quantity stands for."""
    return f"{line.counted_by} {timezone.localtime(line.counted_at):%m-%d %H:%M}" if line.counted_at else ""


class CountList(DocumentListView):
    model = StockCount
    title = TITLE
    columns = (
        c.NUMBER,
        c.STATUS,
        Column("phase", gettext_lazy("Counting"), "status", phase_chip, sort=("phase",)),
        c.WAREHOUSE,
        Column("scope", gettext_lazy("What is counted"), value=scope_words),
        c.DAY,
        Column("line_total", gettext_lazy("Net difference"), "money", total=True, sort=("line_total",)),
        Column("supervisor", gettext_lazy("Supervisor"), sort=("supervisor__name",)),
        c.MAKER,
        c.WAITS_FOR,
    )
    search_fields = ("number", "warehouse__name", "note")
    search_placeholder = gettext_lazy("Number or warehouse")
    filterset_class = c.StockFilter
    related = ("department", "created_by", "warehouse", "supervisor", "category", "shelf")
    create_label = gettext_lazy("Plan a count")
    empty_text = gettext_lazy("Nothing was counted yet.")

    def card(self, row: Any) -> dict[str, Any]:
        card = super().card(row)
        card["meta"] = f"{row.warehouse} · {scope_words(row)} · {row.business_date:%m-%d}"
        if row.status == Status.DRAFT:
            card["status"] = phase_chip(row)
        return card


class CountDetail(DocumentDetailView):
    model = StockCount
    template_name = "inventory/count_detail.html"
    related = ("organization", "department", "created_by", "warehouse", "supervisor", "category", "shelf")
    list_title = TITLE
    line_related = ("item__unit", "lot", "shelf", "counted_by")
    line_columns = (
        c.CODE,
        Column("item", gettext_lazy("Item"), value=lambda line: f"{line.item.name} {line.item.specification}".strip()),
        LOT,
        Column("shelf", gettext_lazy("Shelf"), "code", lambda line: line.shelf.code if line.shelf else ""),
        UNIT,
        COUNTED,
        BOOK,
        DIFFERENCE,
        WORTH,
        Column("counted_by", gettext_lazy("Counted by"), value=lambda line: who_and_when(line)),
    )

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        people = _(", ").join(str(person) for person in document.counters.order_by("pk"))
        return [
            (_("Warehouse"), document.warehouse),
            (_("What is counted"), scope_words(document)),
            (_("Blind"), _("Yes") if document.blind else _("No")),
            (_("Supervisor"), document.supervisor),
            (_("Counted by"), people),
            (
                _("Second count beyond"),
                _("%(percent)s %% and %(amount)s yuan")
                % {"percent": document.tolerance_percent, "amount": money(document.tolerance_amount)},
            ),
            *super().facts()[1:],
        ]

    def amount(self) -> Any:
        return super().amount() if self.document.phase == Phase.FINISHED else None

    def second_status(self) -> tuple[str, str] | None:
        return phase_chip(self.document)

    def line_row(self, line: Any) -> dict[str, Any]:
        row = super().line_row(line)
        marks = [_("not on the plan")] if line.unexpected else []
        if line.second_needed:
            marks.append(_("counted again") if line.counted_quantity is not None else _("second count needed"))
        row["note"] = " · ".join([*marks, *([line.note] if line.note else [])])
        return row

    def may_edit(self) -> bool:
        return super().may_edit() and self.document.phase == Phase.PLANNED

    def may_lead(self) -> bool:
        """Whether this person opens, finishes and explains the count."""
        return DocumentDetailView.may_edit(self)

    def steps(self) -> list[dict[str, Any]]:
        steps, phase = super().steps(), self.document.phase
        if not self.document.is_editable or phase == Phase.FINISHED:
            return steps
        steps = [step for step in steps if step["name"] != "submit"]
        if not self.may_lead():
            return steps
        name, label = ("open", _("Open the count")) if phase == Phase.PLANNED else ("finish", _("Finish the counting"))
        ready = all(line.counted_quantity is not None for line in self.lines)
        own = {"name": name, "label": label, "primary": ready, "url": url_of(self.document, name)}
        return [own, *steps]

    def menu(self) -> list[dict[str, Any]]:
        document, entries = self.document, super().menu()
        if document.phase == Phase.PLANNED:
            return entries
        sheet, paper = reverse("stockcount_sheet", args=(document.pk,)), url_of(document, "paper")
        entries = [
            {"label": _("Count sheet on paper"), "url": paper, "icon": "printer", "new_tab": True},
            {"label": _("Count sheet in Excel"), "url": sheet, "icon": "file-spreadsheet"},
            *entries,
        ]
        if document.phase == Phase.FINISHED and self.request.user.has_perm("inventory.view_stockcount"):
            report = f"{reverse('count_report')}?count={document.pk}"
            entries.insert(0, {"label": _("Count report"), "url": report, "icon": "report-analytics"})
        return entries

    def context(self) -> dict[str, Any]:
        context, document = super().context(), self.document
        open_lines = [line for line in self.lines if line.counted_quantity is None]
        explained = document.phase == Phase.FINISHED and document.is_editable and self.may_lead()
        differing = [line for line in self.lines if line.difference]
        entries = StockCountEntry.objects.filter(line__document=document).select_related("line__item", "counted_by")
        context |= {
            "count_url": self._if_counting("count"),
            "upload_url": self._if_counting("upload"),
            "open_count": len(open_lines) if is_counting(document) else None,
            "zero_lines": open_lines if self._if_counting("zero") else [],
            "zero_url": self._if_counting("zero"),
            "causes_url": url_of(document, "causes") if explained and differing else None,
            "unexplained": sum(1 for line in differing if not (line.cause and line.treatment)),
            "recount_url": url_of(document, "recount") if explained else None,
            "recount_lines": self.lines if explained else [],
            "entries": entries.order_by("-id")[:ENTRIES_SHOWN],
        }
        if document.phase != Phase.FINISHED:
            context["totals"] = None
        if document.phase == Phase.COUNTING and document.blind:
            # What one counter found is not shown to the other before the count is finished.
            context["entries"] = []
        return context

    def _if_counting(self, screen: str) -> str | None:
        allowed = is_counting(self.document) and may_count(self.document, self.request.user)
        return url_of(self.document, screen) if allowed else None


class CountFormView(DocumentFormView):
    model = StockCount
    form_class = CountForm
    template_name = "inventory/count_form.html"
    title_new = gettext_lazy("Plan a count")
    list_title = TITLE

    def blank(self) -> Any:
        document = super().blank()
        user = self.request.user
        if user.has_perm("inventory.add_stockcount") and not selectors.countable_warehouses(user).exists():
            raise PermissionDenied(_("You keep no warehouse yet. Ask the administrator to enter you as its keeper."))
        return document

    def may_edit(self) -> bool:
        return super().may_edit() and self.document.phase == Phase.PLANNED

    def post(self, request: SignedInRequest, pk: int | None = None) -> HttpResponse:
        if pk is not None and self.find(pk).phase != Phase.PLANNED:
            messages.error(request, _("The count is open; its plan can no longer be changed."))
            return redirect(reverse("stockcount_detail", args=(pk,)))
        return super().post(request, pk)

    def extra_context(self) -> dict[str, Any]:
        # A plan is opened on its page, not submitted from the form.
        return {"submit_label": None, "save_label": _("Save the plan")}


class CountStep(DocumentAct):
    """A step of the counting."""

    model = StockCount
    related = ("organization", "department", "created_by", "warehouse", "supervisor", "category", "shelf")


class CountOpen(CountStep):
    def carry_out(self, document: StockCount) -> str:
        open_count(document, actor=self.request.user)
        return _("The count is open: %(count)d lines to count.") % {"count": document.lines.count()}


class CountFinish(CountStep):
    def carry_out(self, document: StockCount) -> str:
        again = finish_count(document, actor=self.request.user)
        if again:
            words = {"count": len(again), "items": named(again)}
            return _("%(count)d lines differ too much and are counted again by somebody else: %(items)s.") % words
        return _("The counting is finished. Enter the causes of the differences, then submit.")


class CountZero(CountStep):
    def carry_out(self, document: StockCount) -> str:
        outcomes = count_as_zero(document, self.chosen(), actor=self.request.user)
        if refused := [outcome.refusal for outcome in outcomes if outcome.refusal]:
            raise DomainError(" ".join(refused))
        if not outcomes:
            raise DomainError(_("Choose at least one line."))
        return _("%(count)d lines are counted as zero.") % {"count": len(outcomes)}


class CountAgain(CountStep):
    def carry_out(self, document: StockCount) -> str:
        reason = self.request.POST.get("reason", "")
        again = recount(document, self.chosen(), actor=self.request.user, reason=reason)
        return _("%(count)d lines are counted again.") % {"count": len(again)}


class CountCauses(VisibleDocumentMixin, View):
    """Where each difference comes from and what is done about it."""

    model = StockCount
    related = CountStep.related

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self._open(pk)
        return self._page(document, [CauseForm(line=line) for line in self._lines(document)], document.revision)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self._open(pk)
        lines = self._lines(document)
        forms = [CauseForm(request.POST, line=line) for line in lines]
        text = request.POST.get("revision", "")
        revision = int(text) if text.isascii() and text.isdecimal() else -1
        if not all([form.is_valid() for form in forms]):
            return self._page(document, forms, revision)
        usual = CauseForm(request.POST, prefix="all")
        if not usual.is_valid():
            return self._page(document, forms, revision)
        causes = {
            line.pk: (
                form.cleaned_data["cause"] or usual.cleaned_data["cause"],
                form.cleaned_data["treatment"] or usual.cleaned_data["treatment"],
            )
            for line, form in zip(lines, forms, strict=True)
        }
        try:
            write_causes(document, causes, actor=request.user, revision=revision)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return self._page(document, forms, revision)
        missing = [line for line in lines if not all(causes[line.pk])]
        if missing:
            words = {"count": len(missing), "items": named(missing)}
            messages.warning(request, _("Saved; without a cause or treatment: %(count)d, %(items)s.") % words)
        else:
            messages.success(request, _("The causes are saved."))
        return redirect(url_of(document))

    def _open(self, pk: int) -> Any:
        document = self.find(pk)
        may = document.is_editable and self.request.user.has_perm(permission_for(document, "change"))
        if not may or document.phase != Phase.FINISHED:
            raise Http404
        return document

    def _lines(self, document: StockCount) -> list[Any]:
        return [line for line in lines_of(document) if line.difference]

    def _page(self, document: StockCount, forms: list[CauseForm], revision: int) -> HttpResponse:
        context = {
            "title": _("Causes of the differences"),
            "document": document,
            "forms": forms,
            "usual": CauseForm(self.request.POST or None, prefix="all"),
            "revision": revision,
            "back_url": url_of(document),
        }
        return render(self.request, "inventory/count_causes.html", context)


def counting_shortcuts(user: Any) -> Iterator[Shortcut]:
    """A way to every count in which this person counts now, whatever else he may open."""
    rows = StockCount.objects.filter(Q(counters=user.pk) | Q(supervisor=user.pk), phase=Phase.COUNTING)
    for document in rows.filter(status=Status.DRAFT).select_related("warehouse").distinct().order_by("pk")[:4]:
        words = _("Count %(warehouse)s") % {"warehouse": document.warehouse}
        yield Shortcut(words, url_of(document, "count"), "clipboard-check")


def _result(document: StockCount) -> str:
    lines = list(document.lines.all())
    differing = sum(1 for line in lines if line.difference)
    return _("%(lines)d lines, %(differing)d differ") % {"lines": len(lines), "differing": differing}


register_screens(
    Screens(
        StockCount,
        related=("department", "created_by", "warehouse", "supervisor", "category", "shelf"),
        prefetch=("lines",),
        purpose=lambda document: f"{document.warehouse} · {scope_words(document)}",
        preview=_result,
        facts=lambda document: [(_("Supervisor"), document.supervisor), (_("Result"), _result(document))],
        approval_columns=(c.CODE, c.ITEM, LOT, UNIT, BOOK, COUNTED, DIFFERENCE, WORTH),
        line_related=("item__unit", "lot"),
    )
)
register_shortcuts(counting_shortcuts)
