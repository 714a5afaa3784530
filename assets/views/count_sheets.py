"""The asset count on paper and in Excel: sheets to fill, the list of its lines, and the finished 清查报告."""

from typing import Any

import django_filters
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from assets.count_selectors import LINE_RELATED, found_words, lines_in_order, now_words, place_words, tally
from assets.forms.count_sheet import Filled, read_sheet, sheet_of
from assets.forms.counts import SheetForm
from assets.models import AssetCount, AssetCountLine, AssetSurplus
from assets.services.counts.entries import is_counting, may_count, record
from assets.services.counts.plan import Phase
from assets.services.counts.proposals import differences
from core.errors import DomainError
from core.excel.annotate import annotate_workbook
from core.excel.download import CONTENT_TYPE, workbook_response
from core.excel.rows import RowError
from core.templatetags.display import money
from core.views.documents import DocumentExportView, VisibleDocumentMixin, url_of
from core.views.printing import DocumentPrintView, SheetToFill
from core.views.signed_in import SignedInRequest
from core.views.tables import Column, TableView

from .columns import ASSET_NAME, ASSET_NUMBER, SPECIFICATION
from .counts import BOOK, FOUND, RELATED, RESULT, VALUE, booked_words, proposal_words, scope_words

DELIVERY = 500
"""Rows of a sheet that are kept with one reading of what they name."""
MOST_ON_PAPER = 2000


class OpenedMixin(VisibleDocumentMixin):
    """A count whose list is written."""

    model = AssetCount
    related = RELATED

    def opened(self, pk: int) -> Any:
        document = self.find(pk)
        if document.phase == Phase.PLANNED:
            raise Http404
        return document

    def counting(self, pk: int) -> Any:
        document = self.opened(pk)
        if not (is_counting(document) and may_count(document, self.request.user)):
            raise Http404
        return document


class LineFilter(django_filters.FilterSet):
    result = django_filters.ChoiceFilter(
        label=gettext_lazy("Result"),
        choices=[("open", gettext_lazy("not counted")), *AssetCountLine.Result.choices[1:]],
        empty_label=gettext_lazy("All"),
        method="by_result",
    )
    outside = django_filters.BooleanFilter(label=gettext_lazy("Not on the plan"))

    def by_result(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(result="" if value == "open" else value)


class CountLineList(TableView):
    """Every card of a count, what the books said and what was found; beside it what changed since (R-AST-16)."""

    model = AssetCountLine
    columns = (
        ASSET_NUMBER,
        ASSET_NAME,
        SPECIFICATION,
        RESULT,
        Column("department", gettext_lazy("Using department"), value="book_department"),
        BOOK,
        FOUND,
        Column("condition", gettext_lazy("Condition"), value=lambda line: line.get_condition_display()),
        VALUE,
        Column("counted_by", gettext_lazy("Counted by")),
        Column("counted_at", gettext_lazy("Counted at"), "moment", sort=("counted_at",)),
        Column("note", gettext_lazy("Note")),
        Column("now", gettext_lazy("Changed since"), value=now_words),
        Column("booked", gettext_lazy("Done at posting"), value=booked_words),
    )
    usual_columns = (
        *("asset_number", "asset_name", "result", "book", "found", "condition", "book_value"),
        *("counted_by", "now", "booked"),
    )
    search_fields = ("asset__number", "asset__name", "book_place__name", "book_user__name", "book_department__name")
    search_initials = "asset__initials"
    search_placeholder = gettext_lazy("Number, name, place, person or department")
    filterset_class = LineFilter
    ordering = ("outside", "pk")
    empty_text = gettext_lazy("No card is like this.")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:  # type: ignore[override]
        self.document = self._of(pk)
        return super().get(request)

    def _of(self, pk: int) -> Any:
        rows = AssetCount.objects.visible_to(self.request.user).select_related(*RELATED)
        document = rows.filter(pk=pk).exclude(phase=Phase.PLANNED).first()
        if document is None:
            raise Http404
        self.title = _("Cards of %(count)s") % {"count": document}
        return document

    def queryset(self) -> QuerySet:
        now = ("asset__department", "asset__user", "asset__place")
        return AssetCountLine.objects.filter(document=self.document).select_related(*LINE_RELATED, *now)

    def card(self, row: Any) -> dict[str, Any]:
        return {
            "title": f"{row.asset.number} {row.asset.name}",
            "status": RESULT.of(row),
            "meta": place_words(row),
            "amount": money(row.book_value),
        }

    def extra_context(self) -> dict[str, Any]:
        export = reverse("assetcount_lines_export", args=(self.document.pk,))
        back = {"label": _("Back to the count"), "url": url_of(self.document), "icon": "arrow-left"}
        return {"export_url": f"{export}?{self.request.GET.urlencode()}", "actions": [back]}


class CountLineExport(DocumentExportView):
    list_view = CountLineList

    def get(self, request: SignedInRequest, pk: int) -> HttpResponseBase:  # type: ignore[override]
        view = CountLineList()
        view.setup(request)
        view.document = view._of(pk)
        return view.workbook()


def paper_columns() -> list[Column]:
    """What the sheet shows of each line, and the boxes to write in."""
    empty = {"value": lambda line: ""}
    return [
        Column("place", gettext_lazy("Place"), value="book_place", css="w-13"),
        Column("number", gettext_lazy("Asset number"), "code", "asset.number", css="w-15"),
        Column("name", gettext_lazy("Asset name"), value="asset.name", css="w-16"),
        Column("user", gettext_lazy("User"), value="book_user", css="w-9"),
        Column("found", gettext_lazy("Found (yes or no)"), css="w-9", **empty),
        Column("found_place", gettext_lazy("Found at (place)"), css="w-13", **empty),
        Column("condition", gettext_lazy("Condition"), css="w-9", **empty),
    ]


class CountSheetPaper(OpenedMixin, View):
    """The list carried through the house: empty boxes, places to sign, and a code that opens the phone page."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.opened(pk)
        everything, left = lines_in_order(document), lines_in_order(document).filter(result="")
        wanted = left if left.exists() else everything
        lines, count = list(wanted[:MOST_ON_PAPER]), wanted.count()
        words = {"shown": len(lines), "all": count}
        cut_off = _("the first %(shown)d of %(all)d; the others are in the Excel sheet") % words
        opened = timezone.localtime(document.as_of).strftime("%Y-%m-%d %H:%M")
        sheet = SheetToFill(
            title=_("Asset count sheet"),
            opened=opened,
            phone_url=request.build_absolute_uri(url_of(document, "count")),
            columns=paper_columns(),
            facts=[
                (_("What is counted"), scope_words(document)),
                (_("Books as of"), opened),
                *([(_("Cards"), cut_off)] if count > len(lines) else []),
            ],
            places=[(_("Counted by"), ""), (_("Supervisor"), ""), (_("Department"), ""), (_("Date"), "")],
        )
        context = sheet.context(document, lines, request.user)
        return render(request, "assets/count_sheet_paper.html", context)


class CountPaper(DocumentPrintView):
    """清查报告: totals by outcome, every difference with cause and treatment, and who signs."""

    model = AssetCount
    related = RELATED
    columns = (
        Column("number", gettext_lazy("Asset number"), "code", lambda row: number_of(row), css="w-16"),
        Column("name", gettext_lazy("Asset name"), value=lambda row: name_of(row), css="w-13"),
        Column("result", gettext_lazy("Result"), value=lambda row: outcome_of(row), css="w-9"),
        Column("book", gettext_lazy("By the books"), value=lambda row: book_of(row), css="w-16"),
        Column("found", gettext_lazy("Found otherwise"), value=lambda row: found_of(row), css="w-14"),
        Column("amount", gettext_lazy("Original value"), "money", lambda row: worth_of(row), css="w-11"),
        Column("note", gettext_lazy("Cause and treatment"), value=lambda row: said_of(row)),
    )
    with_amount = False
    usual_paper = "a4"
    copies = ()
    title = gettext_lazy("Asset count report")

    def lines_of(self, document: Any) -> list[Any]:
        things = document.surpluses.select_related("department", "place", "category").order_by("id")
        return [*differences(document), *things]

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        figures = tally(document)
        people = _(", ").join(str(person) for person in document.counters.order_by("pk"))
        outcomes = [
            (words, f"{figures.cards[result]} / {money(figures.values[result])}")
            for result, words in AssetCountLine.Result.choices
            if figures.cards.get(result)
        ]
        if figures.things:
            outcomes.append((_("without a card"), f"{figures.things} / {money(figures.things_value)}"))
        return [
            (_("Kind"), document.get_kind_display()),
            (_("What is counted"), scope_words(document)),
            (_("Books as of"), timezone.localtime(document.as_of).strftime("%Y-%m-%d %H:%M") if document.as_of else ""),
            (_("Cards"), f"{figures.total} / {money(figures.total_value)}"),
            (_("Match rate"), figures.match_rate),
            (_("Match rate by value"), figures.match_rate_by_value),
            *outcomes,
            (_("Counted by"), people),
        ]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            (_("Prepared by"), document.created_by),
            (_("Counted by"), ""),
            (_("Supervisor"), document.supervisor),
            (_("Head of the department"), ""),
            (_("Approved by"), self.approvers(document)),
        ]


def number_of(row: Any) -> str:
    return "" if isinstance(row, AssetSurplus) else row.asset.number


def name_of(row: Any) -> str:
    return str(row) if isinstance(row, AssetSurplus) else row.asset.name


def outcome_of(row: Any) -> str:
    return _("without a card") if isinstance(row, AssetSurplus) else str(row.get_result_display())


def book_of(row: Any) -> str:
    return "" if isinstance(row, AssetSurplus) else place_words(row)


def found_of(row: Any) -> str:
    if isinstance(row, AssetSurplus):
        return " · ".join(str(part) for part in (row.department, row.place) if part)
    return found_words(row)


def worth_of(row: Any) -> Any:
    return row.value if isinstance(row, AssetSurplus) else row.book_value


def said_of(row: Any) -> str:
    parts = [row.cause, row.finding, row.treatment] if isinstance(row, AssetSurplus) else proposal_words(row)
    return "；".join(str(part) for part in parts if part)


class CountSheetDownload(OpenedMixin, View):
    """The list as a workbook with empty columns to fill."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponseBase:
        document = self.opened(pk)
        sheet = sheet_of(document, lines_in_order(document).iterator(chunk_size=2000))
        words = {"what": scope_words(document), "date": f"{document.business_date:%Y%m%d}"}
        return workbook_response(_("Asset count sheet %(what)s %(date)s") % words, [sheet])


class CountSheetUpload(OpenedMixin, View):
    """A filled sheet comes back: every row is kept, or none and all that is wrong is said at once."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.counting(pk)
        return self._page(document, SheetForm(document=document))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.counting(pk)
        form = SheetForm(request.POST, request.FILES, document=document)
        if not form.is_valid():
            return self._page(document, form)
        file, moment = form.cleaned_data["file"], form.cleaned_data["counted_at"]
        data = file.read()
        try:
            filled = read_sheet(document, data, file.name, moment=moment, actor=request.user)
            if not filled.errors:
                self._keep(document, filled)
            if filled.errors and form.cleaned_data["marked"]:
                return self._marked(filled, data, file.name)
        except DomainError as refusal:
            form.add_error("file", str(refusal))
            return self._page(document, form)
        if filled.errors:
            return self._page(document, form, sorted(filled.errors, key=lambda error: error.number))
        words = {"count": len(filled.entries), "empty": filled.empty}
        done = _("%(count)d rows were taken; %(empty)d rows without an answer were left out.") % words
        messages.success(request, done)
        for warning in filled.warnings:
            messages.info(request, warning)
        return redirect(url_of(document))

    def _keep(self, document: Any, filled: Filled) -> None:
        with transaction.atomic():
            for start in range(0, len(filled.entries), DELIVERY):
                for outcome in record(document, filled.entries[start : start + DELIVERY], actor=self.request.user):
                    if outcome.refusal:
                        number = filled.rows[outcome.client_id]
                        filled.errors.append(RowError(number, _("Asset number"), "", outcome.refusal))
            if filled.errors:
                transaction.set_rollback(True)

    def _marked(self, filled: Filled, data: bytes, name: str) -> HttpResponse:
        content = annotate_workbook(data, filled.reasons(), filled.header_row, filename=name, sheet=filled.sheet)
        response = HttpResponse(content, content_type=CONTENT_TYPE)
        response["Content-Disposition"] = 'attachment; filename="count-with-reasons.xlsx"'
        return response

    def _page(self, document: Any, form: SheetForm, errors: list[RowError] | None = None) -> HttpResponse:
        context = {
            "title": _("Upload a filled count sheet"),
            "document": document,
            "form": form,
            "errors": errors or [],
            "sheet_url": reverse("assetcount_sheet", args=(document.pk,)),
            "back_url": url_of(document),
        }
        return render(self.request, "assets/count_upload.html", context)
