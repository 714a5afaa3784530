"""资产增加单: list, page, form, paper."""

from typing import Any

import django_filters
from django.db.models import F, OuterRef, Subquery, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from assets.forms.additions import AdditionLines, AssetAdditionForm
from assets.models import AcquisitionWay, AssetAddition, AssetAdditionLine, AssetIntake, AssetState
from assets.services.addition_drafts import lines_for
from assets.services.booking import cards_of
from core.documents.lifecycle import Status
from core.fields import MoneyField
from core.line_forms import MAX_LINES
from core.parsing import parse_key, parse_keys
from core.views.document_form import DocumentFormView
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
)
from core.views.filters import DocumentFilter
from core.views.signed_in import SignedInRequest
from core.views.tables import Column

from .addition_sheets import sheet_calls

TITLE = gettext_lazy("Asset additions")
WAY = Column("way", gettext_lazy("Way of acquisition"), value=lambda row: row.get_way_display(), sort=("way",))
SHOWN_LINES = 200
MOST_PREFILLED = 200
LINE_RELATED = ("category", "department", "user", "custodian", "place")
LINE_COLUMNS = (
    Column("name", gettext_lazy("Asset name"), css="goods"),
    Column("specification", gettext_lazy("Specification and model")),
    Column("category", gettext_lazy("Asset category")),
    Column("department", gettext_lazy("Using department")),
    Column("pieces", gettext_lazy("Number of cards"), "integer"),
    Column("original_value", gettext_lazy("Value of one"), "money"),
    Column("amount", gettext_lazy("Amount"), "money"),
    Column("fiscal_fund", gettext_lazy("of it fiscal funds"), "money"),
    Column("life_months", gettext_lazy("Useful life (months)"), "integer"),
)


def line_words(line: Any) -> str:
    """What a line says beside its columns."""
    named = [
        (_("serial number"), line.serial_number),
        (_("asset number"), line.card_number),
        (_("user"), line.user),
        (_("custodian"), line.custodian),
        (_("place"), line.place or line.situated_at),
        (_("depreciated so far"), line.opening_accumulated or ""),
    ]
    words = [f"{label} {value}" for label, value in named if value]
    return " · ".join([*words, *([line.note] if line.note else [])])


class AdditionFilter(DocumentFilter):
    way = django_filters.ChoiceFilter(
        label=gettext_lazy("Way of acquisition"), choices=AcquisitionWay.choices, empty_label=gettext_lazy("All ways")
    )


class AdditionList(DocumentListView):
    model = AssetAddition
    title = TITLE
    columns = (
        NUMBER,
        STATUS,
        WAY,
        DAY,
        DEPARTMENT,
        AMOUNT,
        Column("source", gettext_lazy("Made of")),
        MAKER,
        WAITS_FOR,
    )
    search_fields = ("number", "source", "note", "lines__name")
    search_placeholder = gettext_lazy("Number, source or name of a thing")
    filterset_class = AdditionFilter
    create_label = gettext_lazy("New asset addition")
    empty_text = gettext_lazy("No cards were made by a paper yet.")

    def queryset(self) -> Any:
        worth = F("original_value") * F("pieces")
        sums = AssetAdditionLine.objects.filter(document=OuterRef("pk")).order_by().values("document")
        total = sums.annotate(sum=Sum(worth, output_field=MoneyField())).values("sum")
        return super().queryset().annotate(line_total=Subquery(total))

    def found(self) -> Any:
        rows = super().found()
        return rows.distinct() if self.request.GET.get("q") else rows


class AdditionDetail(DocumentDetailView):
    model = AssetAddition
    list_title = TITLE
    may_copy = True
    template_name = "assets/addition_detail.html"
    line_columns = LINE_COLUMNS
    line_related = LINE_RELATED

    def shown_lines(self) -> list[Any]:
        """An opening list may have tens of thousands of lines; the rest is in its workbook."""
        rows = self.document.lines.select_related(*self.line_related)
        self.line_count = rows.count()
        return list(rows[:SHOWN_LINES])

    def amount(self) -> Any:
        return self.document.total_amount

    def line_row(self, line: Any) -> dict[str, Any]:
        return {"cells": [column.of(line) for column in self.line_columns], "note": line_words(line)}

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        facts = [
            (_("Way of acquisition"), document.get_way_display()),
            (_("Made of"), document.source),
            *super().facts(),
        ]
        if document.status in (Status.POSTED, Status.REVERSED):
            cards = cards_of(document)
            left = cards.filter(booked_on=None).exclude(state=AssetState.DISPOSED).count()
            facts += [(_("Cards"), cards.count()), (_("Not booked yet"), left)]
        return facts

    def steps(self) -> list[dict[str, Any]]:
        steps = super().steps()
        document, user = self.document, self.request.user
        if document.status == Status.POSTED and user.has_perm("assets.book_asset"):
            self.book_url = f"{reverse('asset_booking')}?paper={document.pk}"
        return steps

    def context(self) -> dict[str, Any]:
        self.book_url = ""
        context = super().context()
        sheets = sheet_calls(self.document, self.request.user)
        return {
            **context,
            "book_url": self.book_url,
            "sheets": sheets,
            "line_count": self.line_count,
            "shown_count": len(self.lines),
        }


class AdditionFormView(DocumentFormView):
    """?intake=…: accepted goods that the lines begin with. A list that came by Excel is too long for the form: then
    only the head is changed here."""

    model = AssetAddition
    form_class = AssetAdditionForm
    formset_class = AdditionLines
    template_name = "assets/addition_form.html"
    title_new = gettext_lazy("New asset addition")
    list_title = TITLE

    def source(self) -> Any:
        wanted = parse_key(self.request.GET.get("from", ""))
        if self.document.pk or wanted is None:
            return None
        found = AssetAddition.objects.visible_to(self.request.user).filter(pk=wanted).first()  # type: ignore[attr-defined]
        if found is None:
            raise Http404
        return found

    def _goods(self) -> list[AssetIntake]:
        keys = parse_keys(self.request.GET.getlist("intake")[:MOST_PREFILLED])
        if self.document.pk or not keys:
            return []
        rows = AssetIntake.objects.visible_to(self.request.user).filter(  # type: ignore[attr-defined]
            pk__in=keys, state=AssetIntake.State.WAITING, organization=self.document.organization_id
        )
        return list(rows.order_by("acquired_on", "pk"))

    def initial(self, source: Any) -> dict[str, Any]:
        if source:
            return {"way": source.way, "source": ""}
        papers = dict.fromkeys(row.source for row in self._goods())
        return {"source": "、".join(papers)[:60]} if papers else {}

    def _formset(self, data: Any = None, source: Any = None) -> Any:
        if self.too_long:
            return None
        rows = list(lines_for(self._goods())) if data is None and not source else []
        return self.formset_class(
            data, prefix="lines", actor=self.request.user, document=self.document, source=source, rows=rows or None
        )

    @property
    def too_long(self) -> bool:
        return bool(self.document.pk and self.document.lines.count() > MAX_LINES)

    def extra_context(self) -> dict[str, Any]:
        if not self.too_long:
            return {}
        words = _("The lines came from a workbook and are too many for this page; here the head is changed.")
        return {"lead": words}


class AdditionCopy(VisibleDocumentMixin, View):
    """Copy to new: the form, filled with the lines of another addition."""

    model = AssetAddition

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return redirect(f"{reverse('assetaddition_new')}?from={self.find(pk).pk}")
