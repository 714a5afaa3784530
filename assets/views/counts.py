"""资产清查单: list, page, plan and the steps of the counting."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.count_selectors import LINE_RELATED, found_words, now_words, place_words, tally
from assets.forms.counts import CountForm
from assets.models import AssetCount, AssetCountEntry, AssetCountLine, Condition
from assets.services.counts import posting, results
from assets.services.counts.entries import is_counting, may_count
from assets.services.counts.plan import Kind, Phase, open_count
from assets.services.counts.proposals import amount, amounts, differences
from core.documents.lifecycle import Status
from core.errors import DomainError
from core.parsing import parse_key
from core.views.acts import DocumentAct
from core.views.document_form import DocumentFormView
from core.views.documents import (
    DAY,
    MAKER,
    NUMBER,
    STATUS,
    WAITS_FOR,
    DocumentDetailView,
    DocumentListView,
    url_of,
)
from core.views.filters import DocumentFilter
from core.views.links import link
from core.views.screens import Screens, register_screens
from core.views.signed_in import SignedInRequest
from core.views.tables import Column
from core.views.workbench import Shortcut, register_shortcuts

from .columns import ASSET_NAME, ASSET_NUMBER

TITLE = gettext_lazy("Asset counts")
PHASE_CHIPS = {Phase.PLANNED: "none", Phase.COUNTING: "partial", Phase.FINISHED: "complete"}
RELATED = (
    *("organization", "department", "created_by", "supervisor"),
    *("scope_department", "scope_place", "scope_category"),
)
ON_THE_WAY = (Status.SUBMITTED, Status.APPROVED)
SHOWN = 300
"""Differences and entries on the page of a count; all of them are in its list of lines."""
RESULT_CHIPS = {"": "none", "match": "complete", "misplaced": "partial", "found": "partial", "missing": "overdue"}
RESULT = Column("result", gettext_lazy("Result"), "status", lambda line: result_chip(line), sort=("result",))
BOOK = Column("book", gettext_lazy("By the books"), css="goods nowrap", value=place_words)
FOUND = Column("found", gettext_lazy("Found otherwise"), value=found_words)
VALUE = Column("book_value", gettext_lazy("Original value"), "money", total=True, sort=("book_value",))


def phase_chip(document: Any) -> tuple[str, str]:
    return (PHASE_CHIPS[document.phase], document.get_phase_display())


def result_chip(line: Any) -> tuple[str, str]:
    return (RESULT_CHIPS[line.result], line.get_result_display())


def scope_words(document: AssetCount) -> str:
    """What is counted, in words: 内科一病区 · 20 cards drawn."""
    parts = [document.scope_department, document.scope_place, document.scope_category]
    if document.sample_size:
        parts.append(_("%(count)d cards drawn") % {"count": document.sample_size})
    return " · ".join(str(part) for part in parts if part) or _("every card")


class CountFilter(DocumentFilter):
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=Kind.choices, empty_label=gettext_lazy("All kinds")
    )
    phase = django_filters.ChoiceFilter(
        label=gettext_lazy("Counting"), choices=Phase.choices, empty_label=gettext_lazy("All")
    )


class CountList(DocumentListView):
    model = AssetCount
    title = TITLE
    columns = (
        NUMBER,
        STATUS,
        Column("phase", gettext_lazy("Counting"), "status", phase_chip, sort=("phase",)),
        Column("kind", gettext_lazy("Kind"), value=lambda row: row.get_kind_display(), sort=("kind",)),
        Column("scope", gettext_lazy("What is counted"), value=scope_words),
        DAY,
        Column("cards", gettext_lazy("Cards"), "integer"),
        Column("differing", gettext_lazy("Differences"), "integer"),
        Column("supervisor", gettext_lazy("Supervisor"), sort=("supervisor__name",)),
        MAKER,
        WAITS_FOR,
    )
    search_fields = ("number", "note", "scope_department__name", "scope_place__name")
    search_placeholder = gettext_lazy("Number, department or place")
    filterset_class = CountFilter
    related = RELATED
    create_label = gettext_lazy("Plan a count")
    empty_text = gettext_lazy("Nothing was counted yet.")

    def prepare(self, rows: list[Any]) -> None:
        super().prepare(rows)
        found = AssetCountLine.objects.filter(document__in=[row.pk for row in rows]).order_by().values("document")
        differing = Count("pk", filter=~Q(result__in=("", "match")))
        counts = {row["document"]: row for row in found.annotate(cards=Count("pk"), differing=differing)}
        for row in rows:
            known = counts.get(row.pk, {})
            row.cards, row.differing = known.get("cards", 0), known.get("differing", 0)

    def card(self, row: Any) -> dict[str, Any]:
        card = super().card(row)
        card["meta"] = f"{row.get_kind_display()} · {scope_words(row)} · {row.business_date:%m-%d}"
        if row.status == Status.DRAFT:
            card["status"] = phase_chip(row)
        return card | {"amount": None}


class CountDetail(DocumentDetailView):
    """The differences, not every card: those are in the list of lines."""

    model = AssetCount
    template_name = "assets/count_detail.html"
    related = RELATED
    list_title = TITLE

    @property
    def line_columns(self) -> Any:  # type: ignore[override]
        done = (Column("booked", gettext_lazy("Done at posting"), value=lambda line: booked_words(line)),)
        posted = self.document.status in (Status.POSTED, Status.REVERSED)
        return (ASSET_NUMBER, ASSET_NAME, RESULT, BOOK, FOUND, VALUE, *(done if posted else ()))

    def shown_lines(self) -> list[Any]:
        rows = differences(self.document) | self.document.lines.filter(outside=True)
        related = ("asset__department", "asset__user", "asset__place")
        return list(rows.select_related(*LINE_RELATED, *related).order_by("-result", "id")[:SHOWN])

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        people = _(", ").join(str(person) for person in document.counters.order_by("pk"))
        moments = ((_("Books as of"), document.as_of), (_("Finished at"), document.finished_at))
        published = ((_("Published at"), document.published_at),)
        return [
            (_("Kind"), document.get_kind_display()),
            (_("What is counted"), scope_words(document)),
            (_("Counted by"), people),
            (_("Supervisor"), document.supervisor),
            *((label, _moment(at)) for label, at in (*moments, *published) if at),
            *super().facts(),
        ]

    def amount(self) -> Any:
        return amount(self.document) if self.document.phase == Phase.FINISHED else None

    def second_status(self) -> tuple[str, str] | None:
        return phase_chip(self.document)

    def line_row(self, line: Any) -> dict[str, Any]:
        row = super().line_row(line)
        marks = [_("not on the plan")] if line.outside else []
        if line.condition not in ("", Condition.GOOD):
            marks.append(line.get_condition_display())
        if now := now_words(line) if self.document.status in (Status.DRAFT, *ON_THE_WAY) else "":
            marks.append(_("changed since: %(now)s") % {"now": now})
        row["note"] = " · ".join(str(part) for part in (*marks, line.note, *proposal_words(line)) if part)
        return row

    def may_edit(self) -> bool:
        return super().may_edit() and self.document.phase == Phase.PLANNED

    def may_lead(self) -> bool:
        """Whether this person opens, finishes and explains the count."""
        return DocumentDetailView.may_edit(self)

    def steps(self) -> list[dict[str, Any]]:
        steps, phase = super().steps(), self.document.phase
        if self.document.is_editable and phase != Phase.FINISHED:
            steps = [step for step in steps if step["name"] != "submit"]
            if self.may_lead():
                words = _("Open the count") if phase == Phase.PLANNED else _("Finish the counting")
                name = "open" if phase == Phase.PLANNED else "finish"
                ready = phase == Phase.PLANNED or not self.figures.open
                steps = [{"name": name, "label": words, "primary": ready, "url": url_of(self.document, name)}, *steps]
        return steps

    def menu(self) -> list[dict[str, Any]]:
        document, entries = self.document, super().menu()
        if document.phase == Phase.PLANNED:
            return entries
        chosen = f"?count={document.pk}"
        reports = [
            {"label": _("Count table"), "url": reverse("asset_count_table") + chosen, "icon": "report-analytics"},
            {
                "label": _("Surplus and shortage"),
                "url": reverse("asset_count_differences") + chosen,
                "icon": "report-analytics",
            },
        ]
        sheets = [
            {"label": _("Count sheet on paper"), "url": url_of(document, "paper"), "icon": "printer", "new_tab": True},
            {"label": _("Count sheet in Excel"), "url": url_of(document, "sheet"), "icon": "file-spreadsheet"},
        ]
        return [*(reports if self.request.user.has_perm("assets.view_assetcount") else []), *sheets, *entries]

    def context(self) -> dict[str, Any]:
        document, user = self.document, self.request.user
        self.figures = tally(document)
        context = super().context()
        explains = document.phase == Phase.FINISHED and document.is_editable and self.may_lead()
        counting = is_counting(document)
        entries = AssetCountEntry.objects.filter(line__document=document)
        things = document.surpluses.select_related("category", "department", "place", "found_by", "addition")
        may_case = document.status == Status.POSTED and user.has_perm("assets.add_compensationcase")
        may_publish = user.has_perm("assets.post_assetcount") and document.kind == Kind.CLASS_CHECK
        approved = document.status in (Status.APPROVED, Status.POSTED)
        return context | {
            "totals": None,
            "figures": self.figures,
            "figure_rows": list(_figure_rows(self.figures)),
            "counting": counting,
            "lines_url": url_of(document, "lines") if document.phase != Phase.PLANNED else None,
            "count_url": url_of(document, "count") if counting and may_count(document, user) else None,
            "upload_url": url_of(document, "upload") if counting and may_count(document, user) else None,
            "missing_url": url_of(document, "missing") if self._may_end() else None,
            "proposals_url": url_of(document, "proposals") if explains else None,
            "recount_url": url_of(document, "recount") if explains else None,
            "recount_lines": self.lines if explains else [],
            "publish_url": url_of(document, "publish")
            if may_publish and approved and document.published_at is None
            else None,
            "case_url": url_of(document, "case") if may_case else None,
            "missing_lines": [line for line in self.lines if line.result == "missing"] if may_case else [],
            "things": [_thing(thing) for thing in things],
            "entries": entries.select_related("line__asset", "place", "user", "counted_by").order_by("-id")[:SHOWN],
        }

    def _may_end(self) -> bool:
        document = self.document
        return is_counting(document) and document.supervisor_id == self.request.user.pk and bool(self.figures.open)


def _thing(thing: Any) -> dict[str, Any]:
    return {"row": thing, "addition": link(thing.addition) if thing.addition else None}


def _moment(at: Any) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def _figure_rows(figures: Any) -> Iterator[tuple[Any, int, Any]]:
    """(result, cards, yuan) of every result that occurs, and of things without cards."""
    for result, words in AssetCountLine.Result.choices:
        if figures.cards.get(result):
            yield (words, figures.cards[result], figures.values[result])
    if figures.things:
        yield (_("without a card"), figures.things, figures.things_value)


def proposal_words(line: Any) -> list[Any]:
    """Cause, finding, treatment and decision of a difference, in words."""
    if not line.differs or not (line.cause or line.treatment):
        return []
    stays = "" if line.correct or line.result == "missing" else _("the card stays as it is")
    return [line.cause, line.finding, line.responsible, line.treatment, stays]


def booked_words(line: Any) -> str:
    return str(line.get_booked_display()) if line.booked else ""


class CountFormView(DocumentFormView):
    """`?kind=yearly&scope_department=7` begins with these."""

    model = AssetCount
    form_class = CountForm
    title_new = gettext_lazy("Plan a count")
    list_title = TITLE

    def initial(self, source: Any) -> dict[str, Any]:
        asked = self.request.GET
        kind = asked.get("kind", "")
        given = {"kind": kind} if kind in Kind.values else {}
        for name in ("scope_department", "scope_place", "scope_category"):
            if (key := parse_key(asked.get(name, ""))) is not None:
                given[name] = key  # type: ignore[assignment]
        return given

    def may_edit(self) -> bool:
        return super().may_edit() and self.document.phase == Phase.PLANNED

    def post(self, request: SignedInRequest, pk: int | None = None) -> HttpResponse:
        if pk is not None and self.find(pk).phase != Phase.PLANNED:
            messages.error(request, _("The count is open; its plan can no longer be changed."))
            return redirect(reverse("assetcount_detail", args=(pk,)))
        return super().post(request, pk)

    def extra_context(self) -> dict[str, Any]:
        # A plan is opened on its page, not submitted from the form.
        return {"submit_label": None, "save_label": _("Save the plan")}


class CountStep(DocumentAct):
    """A step of the counting."""

    model = AssetCount
    related = RELATED


class CountOpen(CountStep):
    def carry_out(self, document: AssetCount) -> str:
        open_count(document, actor=self.request.user)
        return _("The count is open: %(count)d cards to count.") % {"count": document.lines.count()}


class CountFinish(CountStep):
    def carry_out(self, document: AssetCount) -> str:
        results.finish_count(document, actor=self.request.user)
        return _("The counting is finished. Say what is done about the differences, then submit.")


class CountMissing(CountStep):
    def carry_out(self, document: AssetCount) -> str:
        count = results.mark_missing(document, actor=self.request.user)
        return _("%(count)d cards are set to missing.") % {"count": count}


class CountAgain(CountStep):
    def carry_out(self, document: AssetCount) -> str:
        reason = self.request.POST.get("reason", "")
        count = results.count_again(document, self.chosen(), actor=self.request.user, reason=reason)
        return _("%(count)d cards are counted again.") % {"count": count}


class CountPublish(CountStep):
    def carry_out(self, document: AssetCount) -> str:
        results.publish(document, actor=self.request.user)
        return _("The result is published: everybody of the house can read it.")


class CountCase(CountStep):
    """Opens the compensation case of a missing thing."""

    def carry_out(self, document: AssetCount) -> str:
        key = parse_key(self.request.POST.get("line", ""))
        lines = document.lines.select_related("asset", "book_department", "responsible", "document__organization")
        line = lines.filter(pk=key).first()
        if line is None:
            raise DomainError(_("Choose at least one line."))
        case = posting.case_for(line, actor=self.request.user)
        self.target = url_of(case)
        return _("A compensation case was drafted for %(asset)s; complete it.") % {"asset": line.asset}


def counting_shortcuts(user: Any) -> Iterator[Shortcut]:
    """A way to every count in which this person counts now, whatever else he may open."""
    rows = AssetCount.objects.filter(counters=user.pk, phase=Phase.COUNTING, status=Status.DRAFT)
    for document in rows.select_related("scope_department", "scope_place", "scope_category").order_by("pk")[:4]:
        words = _("Count assets: %(what)s") % {"what": scope_words(document)}
        yield Shortcut(words, url_of(document, "count"), "clipboard-check")


def _result(document: AssetCount) -> str:
    figures = tally(document)
    differing = figures.total - figures.open - figures.cards.get("match", 0)
    words = {"cards": figures.total, "differing": differing, "things": figures.things, "rate": figures.match_rate}
    return _("%(cards)d cards, %(differing)d differ, %(things)d without a card; %(rate)s agree") % words


def _estimates(documents: Sequence[Any]) -> dict[int, Decimal]:
    """Yuan that approvals are measured by, of many counts at once."""
    return amounts([document.pk for document in documents])


register_screens(
    Screens(
        AssetCount,
        related=("department", "created_by", "supervisor", "scope_department", "scope_place", "scope_category"),
        purpose=lambda document: f"{document.get_kind_display()} · {scope_words(document)}",
        facts=lambda document: [(_("Supervisor"), document.supervisor), (_("Result"), _result(document))],
        approval_columns=(ASSET_NUMBER, ASSET_NAME, RESULT, BOOK, FOUND, VALUE),
        line_related=LINE_RELATED,
        approval_lines=differences,
        estimates=_estimates,
    )
)
register_shortcuts(counting_shortcuts)
