"""The count on paper and in Excel: sheets to fill, and the finished 盘点表."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core.errors import DomainError
from core.excel.download import workbook_response
from core.excel.rows import RowError
from core.views.documents import VisibleDocumentMixin, url_of
from core.views.printing import DocumentPrintView, SheetToFill
from core.views.signed_in import SignedInRequest
from core.views.tables import Column
from inventory.forms.count_sheet import Filled, read_sheet, sheet_of
from inventory.forms.counts import SheetForm
from inventory.models import StockBalance, StockCount, StockCountEntry
from inventory.services.counts.entries import is_counting, may_count, record

from .counts import Phase, scope_words

RELATED = ("organization", "department", "created_by", "warehouse", "supervisor", "category", "shelf")
CODE = Column("code", gettext_lazy("Code"), "code", "item.code", css="w-11")
ITEM = Column("item", gettext_lazy("Item"), value="item.name")
SPECIFICATION = Column("specification", gettext_lazy("Specification"), value="item.specification", css="w-13")
LOT = Column("lot", gettext_lazy("Lot"), value="lot.number", css="w-12")
UNIT = Column("unit", gettext_lazy("Unit"), value="item.unit", css="w-6")
SHELF = Column("shelf", gettext_lazy("Shelf"), value=lambda line: line.shelf.code if line.shelf else "", css="w-8")
BOOK = Column("book", gettext_lazy("Book quantity"), "quantity", "book_quantity", css="w-9")
LINE_RELATED = ("item__unit", "lot", "shelf")


class SheetMixin(VisibleDocumentMixin):
    """A sheet of an opened count."""

    model = StockCount
    related = RELATED

    def opened(self, pk: int) -> Any:
        document = self.find(pk)
        if document.phase == Phase.PLANNED:
            raise Http404
        return document

    def lines(self, document: Any) -> list[Any]:
        """Every line; once second counts are asked for, only those."""
        lines = list(document.lines.select_related(*LINE_RELATED).order_by("position", "id"))
        again = [line for line in lines if line.second_needed and line.counted_quantity is None]
        return again or lines

    def books(self, document: Any) -> dict[int, Any]:
        """Book quantities by lot; none for a blind count."""
        if document.blind:
            return {}
        balances = StockBalance.objects.filter(location__warehouse=document.warehouse_id)
        return dict(balances.values_list("lot_id", "quantity"))


def sheet_columns(*, blind: bool) -> list[Column]:
    """What the sheet shows of each line, and the two boxes to write in."""
    columns = [SHELF, CODE, ITEM, SPECIFICATION, LOT, UNIT]
    if not blind:
        columns.append(Column("now", gettext_lazy("Book quantity"), "quantity", lambda line: line.now, css="w-9"))
    counted = Column("counted", gettext_lazy("Counted"), value=lambda line: "", css="w-11")
    return [*columns, counted, Column("moment", gettext_lazy("Time"), value=lambda line: "", css="w-8")]


class CountSheetPaper(SheetMixin, View):
    """The sheet carried through the store: empty boxes, places to sign, and a code that opens the phone page."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.opened(pk)
        books = self.books(document)
        lines = self.lines(document)
        for line in lines:
            line.now = books.get(line.lot_id, 0)
        opened = timezone.localtime(document.opened_at).strftime("%Y-%m-%d %H:%M")
        sheet = SheetToFill(
            title=_("Count sheet"),
            opened=opened,
            phone_url=request.build_absolute_uri(url_of(document, "count")),
            columns=sheet_columns(blind=document.blind),
            facts=[
                (_("Warehouse"), document.warehouse),
                (_("What is counted"), scope_words(document)),
                (_("Opened at"), opened),
            ],
            places=[(_("Counted by"), ""), (_("Supervisor"), ""), (_("Warehouse keeper"), ""), (_("Date"), "")],
        )
        context = sheet.context(document, lines, request.user)
        return render(request, "inventory/count_sheet_paper.html", context)


class CountPaper(DocumentPrintView):
    """盘点表: what was counted, what the books said, who counted and who watched."""

    model = StockCount
    related = RELATED
    columns = (
        CODE,
        ITEM,
        LOT,
        UNIT,
        BOOK,
        Column("counted", gettext_lazy("Counted"), "quantity", "counted_quantity", css="w-9"),
        Column("difference", gettext_lazy("Difference"), "quantity", css="w-8"),
        Column("amount", gettext_lazy("Amount"), "money", css="w-12"),
        Column("note", gettext_lazy("Cause and treatment"), css="w-12"),
    )
    line_related = LINE_RELATED
    with_amount = False

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            (_("Warehouse"), document.warehouse),
            (_("What is counted"), scope_words(document)),
            (_("Date"), f"{document.business_date:%Y-%m-%d}"),
        ]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        people = _(", ").join(str(person) for person in document.counters.order_by("pk"))
        return [
            (_("Prepared by"), document.created_by),
            (_("Counted by"), people),
            (_("Supervisor"), document.supervisor),
            (_("Approved by"), self.approvers(document)),
        ]

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        if "paper" not in request.GET:
            return redirect(f"{request.path}?paper=a4")
        return super().get(request, pk)


class CountSheetDownload(SheetMixin, View):
    """The sheet as a workbook with an empty column to fill."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponseBase:
        document = self.opened(pk)
        sheet = sheet_of(document, self.lines(document), self.books(document))
        name = _("Count sheet %(warehouse)s %(date)s") % {
            "warehouse": document.warehouse,
            "date": f"{document.business_date:%Y%m%d}",
        }
        return workbook_response(name, [sheet])


class CountSheetUpload(SheetMixin, View):
    """A filled sheet comes back: every row is kept, or none and all that is wrong is said at once."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self._counting(pk)
        return self._page(document, SheetForm(document=document))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self._counting(pk)
        form = SheetForm(request.POST, request.FILES, document=document)
        if not form.is_valid():
            return self._page(document, form)
        file = form.cleaned_data["file"]
        try:
            moment = form.cleaned_data["counted_at"]
            filled = read_sheet(document, file.read(), file.name, moment=moment, actor=request.user)
            if not filled.errors:
                self._keep(document, filled)
        except DomainError as refusal:
            form.add_error("file", str(refusal))
            return self._page(document, form)
        if filled.errors:
            return self._page(document, form, sorted(filled.errors, key=lambda error: error.number))
        words = {"count": len(filled.numbers), "empty": filled.empty}
        done = _("%(count)d rows were taken; %(empty)d rows without a number were left out.") % words
        messages.success(request, done)
        for warning in filled.warnings:
            messages.info(request, warning)
        return redirect(url_of(document))

    def _counting(self, pk: int) -> Any:
        document = self.opened(pk)
        if not (is_counting(document) and may_count(document, self.request.user)):
            raise Http404
        return document

    def _keep(self, document: Any, filled: Filled) -> None:
        with transaction.atomic():
            source = StockCountEntry.Source.EXCEL
            outcomes = record(document, filled.numbers, actor=self.request.user, source=source)
            for outcome in outcomes:
                if outcome.refusal:
                    number = filled.rows[outcome.client_id]
                    filled.errors.append(RowError(number, _("Counted"), "", outcome.refusal))
            if filled.errors:
                transaction.set_rollback(True)

    def _page(self, document: Any, form: SheetForm, errors: list[RowError] | None = None) -> HttpResponse:
        context = {
            "title": _("Upload a filled count sheet"),
            "document": document,
            "form": form,
            "errors": errors or [],
            "sheet_url": reverse("stockcount_sheet", args=(document.pk,)),
            "back_url": url_of(document),
        }
        return render(self.request, "inventory/count_upload.html", context)
