"""旧品交回单 and 旧品处置单: old pieces that come in after the issue, and old pieces that leave."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.parsing import parse_key
from core.views.documents import DocumentDetailView, DocumentListView
from core.views.printing import DocumentPrintView
from core.views.screens import Screens, register_screens
from core.views.tables import Column
from inventory import selectors
from inventory.forms.old_pieces import DisposalForm, DisposalLines, TradeInForm, TradeInLines
from inventory.models import Condition, Destination, OldPieceBalance, OldPieceDisposal, TradeIn
from inventory.services import trade_in

from . import columns as c
from . import papers
from .columns import preview
from .receipts import KeeperFormView

TRADE_INS, DISPOSALS = gettext_lazy("Hand-ins of old pieces"), gettext_lazy("Disposals of old pieces")
CONDITION = Column("condition", gettext_lazy("Condition"), value=lambda line: line.get_condition_display())
DESTINATION = Column("destination", gettext_lazy("Where they go"), value=lambda line: line.get_destination_display())
WAY = Column("destination", gettext_lazy("Way"), value=lambda d: d.get_destination_display(), sort=("destination",))
MONEY = Column("amount", gettext_lazy("Money received"), "money", total=True)


class PrefilledFormView(KeeperFormView):
    """A new paper whose lines are filled in by what is there; `rows` gives them as values by field."""

    def rows(self, warehouse: Any) -> list[dict[str, Any]]:
        raise NotImplementedError

    def store(self) -> Any:
        """The store named in the address, if this person keeps it; else his first."""
        kept = selectors.kept_warehouses(self.request.user)
        key = parse_key(self.request.GET.get("warehouse", ""))
        return (kept.filter(pk=key).first() if key else None) or kept.order_by("pk").first()

    def initial(self, source: Any) -> dict[str, Any]:
        return {} if self.document.pk else {"warehouse": getattr(self.store(), "pk", None)}

    def _formset(self, data: Any = None, source: Any = None) -> Any:
        rows = None
        if data is None and self.document.pk is None and "prefill" in self.request.GET:
            rows = self.rows(self.store())
        return self.formset_class(
            data, prefix="lines", actor=self.request.user, document=self.document, source=source, rows=rows
        )


# ---- 旧品交回单 ----


class TradeInList(DocumentListView):
    model = TradeIn
    title = TRADE_INS
    columns = (
        c.NUMBER,
        c.STATUS,
        c.DEPARTMENT,
        Column("handed_in_by", gettext_lazy("Handed in by")),
        c.WAREHOUSE,
        c.DAY,
        c.MAKER,
        c.WAITS_FOR,
    )
    search_fields = ("number", "department__name", "handed_in_by")
    search_placeholder = gettext_lazy("Number or department")
    filterset_class = c.StockFilter
    related = ("department", "created_by", "warehouse")
    create_label = gettext_lazy("Take old pieces in")
    empty_text = gettext_lazy("No old pieces were handed in after an issue yet.")

    def queryset(self) -> Any:
        # Old pieces have no book value: there is nothing to add up.
        return self.model.objects.visible_to(self.request.user).select_related(*self.related)

    def card(self, row: Any) -> dict[str, Any]:
        row.line_total = None
        return {**super().card(row), "amount": None}


class TradeInDetail(DocumentDetailView):
    model = TradeIn
    related = ("organization", "department", "created_by", "warehouse")
    list_title = TRADE_INS
    line_related = ("item__unit", "unit")
    line_columns = (c.CODE, c.ITEM, c.SPECIFICATION, c.QUANTITY, c.UNIT, CONDITION, DESTINATION)

    def amount(self) -> None:
        return None

    def facts(self) -> list[tuple[Any, Any]]:
        facts = super().facts()
        return [
            (_("Department"), self.document.department),
            (_("Handed in by"), self.document.handed_in_by),
            (_("Warehouse"), self.document.warehouse),
            *facts[1:],
        ]


class TradeInFormView(PrefilledFormView):
    """From the list of debts, department and lines are filled in with what is owed."""

    model = TradeIn
    form_class = TradeInForm
    formset_class = TradeInLines
    title_new = gettext_lazy("Take old pieces in")
    list_title = TRADE_INS

    def initial(self, source: Any) -> dict[str, Any]:
        department = parse_key(self.request.GET.get("department", ""))
        return {**super().initial(source), **({} if self.document.pk else {"department": department})}

    def rows(self, warehouse: Any) -> list[dict[str, Any]]:
        department = parse_key(self.request.GET.get("department", ""))
        if warehouse is None or department is None:
            return []
        found = trade_in.debts([warehouse], department_id=department)
        return [
            {
                "item": item,
                "unit": rows[0].line.item.unit_id,
                "quantity": sum(debt.open for debt in rows),
                "condition": Condition.BROKEN,
                "destination": Destination.RECYCLE,
            }
            for (_w, _d, item), rows in found.items()
        ]


class TradeInPaper(DocumentPrintView):
    model = TradeIn
    with_amount = False
    columns = (
        papers.CODE,
        papers.ITEM,
        papers.SPECIFICATION,
        papers.UNIT,
        papers.QUANTITY,
        Column("condition", gettext_lazy("Condition"), value=lambda line: line.get_condition_display(), css="w-14"),
        Column(
            "destination", gettext_lazy("Where they go"), value=lambda line: line.get_destination_display(), css="w-14"
        ),
    )

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [*super().facts(document), (_("Warehouse"), document.warehouse)]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        return [*super().places(document), (_("Handed in by"), document.handed_in_by), (_("Keeper"), "")]


# ---- 旧品处置单 ----


def witness_names(document: Any) -> str:
    """Who saw the sale, by name."""
    return _(", ").join(str(person) for person in document.witnesses.order_by("pk"))


class DisposalList(DocumentListView):
    model = OldPieceDisposal
    title = DISPOSALS
    columns = (
        c.NUMBER,
        c.STATUS,
        WAY,
        Column("taker", gettext_lazy("Taken by")),
        c.WAREHOUSE,
        c.DAY,
        Column("line_total", gettext_lazy("Money received"), "money", total=True, sort=("line_total",)),
        Column("paid_to", gettext_lazy("Money paid in"), "code"),
        c.MAKER,
        c.WAITS_FOR,
    )
    search_fields = ("number", "taker", "paid_to")
    search_placeholder = gettext_lazy("Number, taker or receipt")
    filterset_class = c.StockFilter
    related = ("department", "created_by", "warehouse")
    create_label = gettext_lazy("Let old pieces go")
    empty_text = gettext_lazy("No old pieces have left the store yet.")


class DisposalDetail(DocumentDetailView):
    model = OldPieceDisposal
    related = ("organization", "department", "created_by", "warehouse")
    list_title = DISPOSALS
    line_related = ("item__unit", "unit")
    line_columns = (c.CODE, c.ITEM, c.SPECIFICATION, c.QUANTITY, c.UNIT, MONEY)

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        return [
            (_("Way"), document.get_destination_display()),
            (_("Taken by"), document.taker),
            (_("Money paid in"), document.paid_to),
            (_("Weighed and seen by"), witness_names(document)),
            (_("Warehouse"), document.warehouse),
            *super().facts()[1:],
        ]


class DisposalFormView(PrefilledFormView):
    """Filled in with everything that waits for the way chosen."""

    model = OldPieceDisposal
    form_class = DisposalForm
    formset_class = DisposalLines
    title_new = gettext_lazy("Let old pieces go")
    list_title = DISPOSALS

    def _way(self) -> str:
        wanted = self.request.GET.get("destination", "")
        return wanted if wanted in Destination.values else Destination.RECYCLE

    def initial(self, source: Any) -> dict[str, Any]:
        return {**super().initial(source), **({} if self.document.pk else {"destination": self._way()})}

    def rows(self, warehouse: Any) -> list[dict[str, Any]]:
        balances = OldPieceBalance.objects.filter(warehouse=warehouse, destination=self._way(), quantity__gt=0)
        return [
            {"item": row.item_id, "unit": row.item.unit_id, "quantity": row.quantity, "amount": 0}
            for row in balances.select_related("item").order_by("item__code")
        ]


class DisposalPaper(DocumentPrintView):
    model = OldPieceDisposal
    columns = papers.sized(
        *((papers.CODE, 11), (papers.ITEM, 34), (papers.SPECIFICATION, 15), (papers.UNIT, 6), (papers.QUANTITY, 11)),
        (Column("amount", gettext_lazy("Money received"), "money"), 18),
    )

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            (_("Warehouse"), document.warehouse),
            (_("Date"), f"{document.business_date:%Y-%m-%d}"),
            (_("Way"), document.get_destination_display()),
            (_("Taken by"), document.taker),
            (_("Money paid in"), document.paid_to),
        ]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            *super().places(document),
            (_("Weighed and seen by"), witness_names(document)),
            (_("Taken by"), document.taker),
            (_("Keeper"), ""),
        ]


RELATED = ("department", "created_by", "warehouse")
LINES = ("lines__item__unit",)
register_screens(
    Screens(
        TradeIn,
        related=RELATED,
        prefetch=LINES,
        purpose=lambda document: f"{document.department} {document.handed_in_by}".strip(),
        preview=lambda document: preview(list(document.lines.all())),
        approval_columns=(c.CODE, c.ITEM, c.SPECIFICATION, c.QUANTITY, c.UNIT, CONDITION, DESTINATION),
        line_related=("item__unit", "unit"),
    )
)
register_screens(
    Screens(
        OldPieceDisposal,
        related=RELATED,
        prefetch=LINES,
        purpose=lambda document: f"{document.get_destination_display()} · {document.taker}",
        preview=lambda document: preview(list(document.lines.all())),
        facts=lambda document: [
            (_("Way"), document.get_destination_display()),
            (_("Taken by"), document.taker),
            (_("Weighed and seen by"), witness_names(document)),
            (_("Money paid in"), document.paid_to),
        ],
        approval_columns=(c.CODE, c.ITEM, c.SPECIFICATION, c.QUANTITY, c.UNIT, MONEY),
        line_related=("item__unit", "unit"),
    )
)
