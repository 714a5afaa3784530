"""资产变动单 and 拆分合并单: lists, forms, pages, papers."""

from typing import Any

import django_filters
from django.db.models import ExpressionWrapper, OuterRef, Subquery, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.forms.values import CardSplitForm, Joining, Parts, ValueChangeForm, ValueChangeLines
from assets.models import Asset, CardSplit, ValueChange, ValueChangeLine
from assets.services import card_splits
from core.fields import MoneyField
from core.numbers import ZERO
from core.parsing import parse_keys
from core.templatetags.display import money
from core.views.document_form import DocumentFormView
from core.views.documents import (
    DAY,
    DEPARTMENT,
    MAKER,
    NUMBER,
    STATUS,
    WAITS_FOR,
    DocumentDetailView,
    DocumentListView,
)
from core.views.filters import DocumentFilter
from core.views.links import link
from core.views.printing import DocumentPrintView
from core.views.screens import Screens, register_screens
from core.views.tables import Column

from .columns import ASSET_NAME, ASSET_NUMBER, SPECIFICATION
from .prefill import MOST_PREFILLED, rows_asked

# ---- changes of value ----

CHANGES = gettext_lazy("Changes of asset value")
KIND = Column("kind", gettext_lazy("Kind"), value=lambda row: row.get_kind_display(), sort=("kind",))
REASON = Column("reason", gettext_lazy("Reason"))
DECISION = Column("decision_number", gettext_lazy("Number of the decision"), "code")
CHANGE = Column("change", gettext_lazy("Change of the original value"), "money", total=True)
CHANGE_COLUMNS = (
    Column("original_value", gettext_lazy("Original value"), "money", "asset.original_value"),
    Column("fiscal_change", gettext_lazy("Change of fiscal funds"), "money", total=True),
    Column("nonfiscal_change", gettext_lazy("Change of other funds"), "money", total=True),
    Column("accumulated_change", gettext_lazy("Change of accumulated depreciation"), "money", total=True),
    Column("new_life", gettext_lazy("Useful life"), value=lambda line: _life_words(line)),
    Column("new_class", gettext_lazy("Asset category"), value=lambda line: _class_words(line)),
)
LINE_RELATED = ("asset__category", "old_category", "new_category")


def _life_words(line: ValueChangeLine) -> str:
    """From how many months to how many; "" where the life stays."""
    if not line.new_life_months:
        return ""
    before = line.old_life_months if line.old_schedule else line.asset.life_months
    return f"{before or '—'} → {line.new_life_months}"


def _class_words(line: ValueChangeLine) -> str:
    if line.new_category is None:
        return ""
    before = line.old_category if line.old_schedule else line.asset.category
    return f"{before} → {line.new_category}"


class ValueChangeFilter(DocumentFilter):
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=ValueChange.Kind.choices, empty_label=gettext_lazy("All kinds")
    )


def change_of_lines() -> Subquery:
    """Yuan by which original values change, for annotate()."""
    rows = ValueChangeLine.objects.filter(document=OuterRef("pk")).order_by().values("document")
    change = ExpressionWrapper(Sum("fiscal_change") + Sum("nonfiscal_change"), MoneyField())
    return Subquery(rows.annotate(sum=change).values("sum"))


class ValueChangeList(DocumentListView):
    model = ValueChange
    title = CHANGES
    columns = (
        *(NUMBER, STATUS, KIND, REASON, DECISION, DAY),
        Column("change", gettext_lazy("Change of the original value"), "money", total=True, sort=("change",)),
        *(DEPARTMENT, MAKER, WAITS_FOR),
    )
    search_fields = ("number", "reason", "decision_number", "lines__asset__number", "lines__asset__name")
    search_placeholder = gettext_lazy("Number, reason or thing")
    filterset_class = ValueChangeFilter
    create_label = gettext_lazy("Change values")
    empty_text = gettext_lazy("No value was changed yet.")

    def queryset(self) -> Any:
        return super().queryset().annotate(change=change_of_lines()).distinct()

    def card(self, row: Any) -> dict[str, Any]:
        meta = f"{row.get_kind_display()} · {row.reason} · {row.business_date:%m-%d}"
        return super().card(row) | {"meta": meta, "amount": money(row.change)}


def change_facts(document: ValueChange) -> list[tuple[Any, Any]]:
    return [
        (_("Kind"), document.get_kind_display()),
        (_("Reason"), document.reason),
        (_("Number of the decision"), document.decision_number),
    ]


class ValueChangeFormView(DocumentFormView):
    """`?asset=7&asset=8` begins with these cards, `?kind=life` with this kind."""

    model = ValueChange
    form_class = ValueChangeForm
    formset_class = ValueChangeLines
    title_new = gettext_lazy("Change values")
    list_title = CHANGES

    def initial(self, source: Any) -> dict[str, Any]:
        kind = self.request.GET.get("kind", "")
        return {"kind": kind} if kind in ValueChange.Kind.values and self.document.pk is None else {}

    def _formset(self, data: Any = None, source: Any = None) -> Any:
        zeros = dict.fromkeys(("fiscal_change", "nonfiscal_change", "accumulated_change"), ZERO)
        rows = rows_asked(self.request, self.document, **zeros)
        return ValueChangeLines(
            data, prefix="lines", actor=self.request.user, document=self.document, source=source, rows=rows
        )


class ValueChangeDetail(DocumentDetailView):
    model = ValueChange
    list_title = CHANGES
    line_related = LINE_RELATED
    line_columns = (ASSET_NUMBER, ASSET_NAME, *CHANGE_COLUMNS)

    def amount(self) -> Any:
        return sum((line.change for line in self.lines), ZERO)

    def line_row(self, line: Any) -> dict[str, Any]:
        return {"cells": [column.of(line) for column in self.line_columns], "note": ""}

    def facts(self) -> list[tuple[Any, Any]]:
        return [*change_facts(self.document), *super().facts()]


class ValueChangePaper(DocumentPrintView):
    model = ValueChange
    related = ("organization", "department", "created_by")
    line_related = LINE_RELATED
    columns = (
        Column("number", gettext_lazy("Asset number"), "code", "asset.number", css="w-16"),
        Column("name", gettext_lazy("Asset name"), value="asset.name", css="w-16"),
        *CHANGE_COLUMNS[1:4],
        *CHANGE_COLUMNS[4:],
        CHANGE,
    )

    def amount_of(self, line: Any) -> Any:
        return line.change

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [*super().facts(document), *change_facts(document)]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        return [*super().places(document), (_("Asset manager"), ""), (_("Finance"), "")]


register_screens(
    Screens(
        ValueChange,
        prefetch=("lines__asset",),
        purpose=lambda document: f"{document.get_kind_display()} · {document.reason}",
        preview=lambda document: _(", ").join(line.asset.name for line in list(document.lines.all())[:3]),
        facts=change_facts,
        approval_columns=(ASSET_NUMBER, ASSET_NAME, SPECIFICATION, *CHANGE_COLUMNS),
        line_related=LINE_RELATED,
        worth=lambda line: line.change,
    )
)

# ---- splits and merges ----

SPLITS = gettext_lazy("Splits and merges of cards")
CARD = Column("asset", gettext_lazy("Asset card"), value=lambda row: link(row.asset))
PART_COLUMNS = (
    Column(
        "card", gettext_lazy("Asset number"), "code", lambda line: line.asset and link(line.asset, line.asset.number)
    ),
    Column(
        "name",
        gettext_lazy("Asset name"),
        css="goods",
        value=lambda line: line.name or (line.asset and line.asset.name),
    ),
    Column("quantity", gettext_lazy("Quantity"), "quantity", total=True),
    Column("original_value", gettext_lazy("Original value"), "money", total=True),
    Column("fiscal_fund", gettext_lazy("of it fiscal funds"), "money", total=True),
    Column("accumulated", gettext_lazy("Accumulated depreciation"), "money", total=True),
)


class CardSplitFilter(DocumentFilter):
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=CardSplit.Kind.choices, empty_label=gettext_lazy("All kinds")
    )


class CardSplitList(DocumentListView):
    model = CardSplit
    title = SPLITS
    columns = (NUMBER, STATUS, KIND, CARD, REASON, DAY, DEPARTMENT, MAKER, WAITS_FOR)
    search_fields = ("number", "reason", "asset__number", "asset__name")
    search_placeholder = gettext_lazy("Number, reason or thing")
    filterset_class = CardSplitFilter
    related = ("department", "created_by", "asset")
    create_label = gettext_lazy("Split a card")
    empty_text = gettext_lazy("No card was split or merged yet.")

    def card(self, row: Any) -> dict[str, Any]:
        return super().card(row) | {"meta": f"{row.get_kind_display()} · {row.asset} · {row.business_date:%m-%d}"}

    def extra_context(self) -> dict[str, Any]:
        context = super().extra_context()
        if context["create_url"]:
            url = f"{reverse('cardsplit_new')}?kind=merge"
            context["actions"] = [{"label": _("Merge cards"), "url": url, "icon": "packages"}]
        return context


def split_facts(document: CardSplit) -> list[tuple[Any, Any]]:
    return [
        (_("Kind"), document.get_kind_display()),
        (_("Asset card"), link(document.asset)),
        (_("Reason"), document.reason),
    ]


class CardSplitFormView(DocumentFormView):
    """`?kind=merge` lets cards join another one; `?asset=7&asset=8` begins with the first card, which others join."""

    model = CardSplit
    form_class = CardSplitForm
    title_new = gettext_lazy("Split a card")
    list_title = SPLITS

    @property
    def kind(self) -> str:
        """What the paper does: a standing one says so itself, a new one by its address."""
        if self.document.pk:
            return str(self.document.kind)
        asked = self.request.POST.get("kind") or self.request.GET.get("kind", "")
        return asked if asked in CardSplit.Kind.values else CardSplit.Kind.SPLIT

    def initial(self, source: Any) -> dict[str, Any]:
        if self.document.pk:
            return {}
        keys = parse_keys(self.request.GET.getlist("asset")[:1])
        return {"kind": self.kind, **({"asset": keys[0]} if keys else {})}

    def _formset(self, data: Any = None, source: Any = None) -> Any:
        formset = Joining if self.kind == CardSplit.Kind.MERGE else Parts
        rows = self._asked() if self.document.pk is None else None
        return formset(data, prefix="lines", actor=self.request.user, document=self.document, source=source, rows=rows)

    def _asked(self) -> list[dict[str, Any]] | None:
        """A merge begins with the cards after the first one; a split with all of the card, of which parts are taken."""
        keys = parse_keys(self.request.GET.getlist("asset")[:MOST_PREFILLED])
        if self.kind == CardSplit.Kind.MERGE:
            return [{"asset": key} for key in keys[1:]] or None
        asset = Asset.objects.visible_to(self.request.user).filter(pk__in=keys[:1]).first()
        if asset is None:
            return None
        return [{"name": asset.name, **{name: getattr(asset, name) for name in card_splits.DIVIDED}}, {}]

    def extra_context(self) -> dict[str, Any]:
        if self.kind == CardSplit.Kind.MERGE:
            lead = _("The cards in the lines join the card in the head; what they are worth goes over to it.")
            return {"lead": lead} if self.document.pk else {"lead": lead, "title": _("Merge cards")}
        lead = _(
            "The first line stays on the card; every other line gets a card of its own. Together they are the card."
        )
        return {"lead": lead}


class CardSplitDetail(DocumentDetailView):
    model = CardSplit
    related = ("organization", "department", "created_by", "asset")
    list_title = SPLITS
    line_related = ("asset",)
    line_columns = PART_COLUMNS

    def amount(self) -> Any:
        return card_splits.amount(self.document)

    def prepare(self) -> None:
        """Before it is posted, a card that joins has the values it has today."""
        if self.document.kind == CardSplit.Kind.MERGE and self.document.status in ("draft", "submitted", "approved"):
            for line in self.lines:
                for name in card_splits.DIVIDED:
                    setattr(line, name, getattr(line.asset, name))

    def line_row(self, line: Any) -> dict[str, Any]:
        return {"cells": [column.of(line) for column in self.line_columns], "note": ""}

    def facts(self) -> list[tuple[Any, Any]]:
        return [*split_facts(self.document), *super().facts()]


class CardSplitPaper(DocumentPrintView):
    model = CardSplit
    related = ("organization", "department", "created_by", "asset")
    line_related = ("asset",)
    columns = (
        Column("number", gettext_lazy("Asset number"), "code", lambda line: line.asset and line.asset.number),
        *PART_COLUMNS[1:],
    )

    def amount_of(self, line: Any) -> Any:
        return line.original_value

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        facts = [(_("Kind"), document.get_kind_display()), (_("Asset card"), document.asset)]
        return [*super().facts(document), *facts, (_("Reason"), document.reason)]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        return [*super().places(document), (_("Asset manager"), ""), (_("Finance"), "")]


def _parts_words(document: CardSplit) -> str:
    names = [line.name or (line.asset.name if line.asset else "") for line in list(document.lines.all())[:3]]
    return _(", ").join(name for name in names if name)


register_screens(
    Screens(
        CardSplit,
        related=("department", "created_by", "asset"),
        prefetch=("lines__asset",),
        purpose=lambda document: f"{document.get_kind_display()} · {document.asset} · {document.reason}",
        preview=_parts_words,
        facts=split_facts,
        approval_columns=PART_COLUMNS,
        line_related=("asset",),
        worth=lambda line: line.original_value,
    )
)
