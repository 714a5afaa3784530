"""价差单: the invoice says another price than the receipt; estimates whose invoice comes at last."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.lifecycle import Status
from core.numbers import ZERO
from core.views.documents import DocumentListView, url_of
from core.views.printing import DocumentPrintView
from core.views.screens import Screens, register_screens
from core.views.tables import Column
from core.views.workbench import Number, register_numbers
from inventory import selectors
from inventory.forms.prices import PriceDifferenceForm, PriceLines
from inventory.models import GoodsReceipt, PriceDifference
from inventory.services import prices

from . import columns as c
from . import papers
from .columns import preview
from .following import ANY_GOODS, GOODS, ChooseEarlier, FollowedDetailView, FollowingFormView
from .old_pieces import LINES, RELATED

TITLE = gettext_lazy("Price differences")
DIFFERENCE = Column("amount", gettext_lazy("Difference"), "money", total=True)
MONEYS = (
    Column("booked", gettext_lazy("Amount booked"), "money", total=True),
    Column("invoiced", gettext_lazy("Amount invoiced"), "money", total=True),
    DIFFERENCE,
)
STOCK_UNIT = Column("unit", gettext_lazy("Unit"), value="item.unit")
NEW_PRICE = Column("new_price", gettext_lazy("Price on the invoice"), "price")


class PriceDifferenceList(DocumentListView):
    model = PriceDifference
    title = TITLE
    columns = (
        c.NUMBER,
        c.STATUS,
        Column("receipt", gettext_lazy("Goods receipt"), "code", sort=("receipt__number",)),
        Column("kind", gettext_lazy("Kind"), value=lambda document: document.receipt.get_kind_display()),
        Column("supplier", gettext_lazy("Supplier"), value="receipt.supplier", sort=("receipt__supplier__name",)),
        Column("invoice_number", gettext_lazy("Invoice number"), "code"),
        c.WAREHOUSE,
        c.DAY,
        Column("line_total", gettext_lazy("Difference"), "money", total=True, sort=("line_total",)),
        c.MAKER,
        c.WAITS_FOR,
    )
    search_fields = ("number", "receipt__number", "receipt__supplier__name", "invoice_number")
    search_placeholder = gettext_lazy("Number, receipt, supplier or invoice")
    filterset_class = c.StockFilter
    related = ("department", "created_by", "warehouse", "receipt__supplier")
    create_label = gettext_lazy("Enter an invoice price")
    empty_text = gettext_lazy("No price was corrected yet.")

    def card(self, row: Any) -> dict[str, Any]:
        card = super().card(row)
        card["meta"] = f"{row.receipt.supplier or ''} · {row.receipt.number} · {row.business_date:%m-%d}"
        return card


class PriceDifferenceDetail(FollowedDetailView):
    model = PriceDifference
    related = ("organization", "department", "created_by", "warehouse", "receipt__supplier")
    list_title = TITLE
    line_related = ("item__unit",)
    line_columns = (
        c.CODE,
        c.ITEM,
        c.SPECIFICATION,
        c.QUANTITY,
        STOCK_UNIT,
        NEW_PRICE,
        *MONEYS,
        Column("stock_part", gettext_lazy("Of it in stock"), "money", total=True),
        Column("use_part", gettext_lazy("Of it used"), "money", total=True),
    )

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        receipt = document.receipt
        return [
            (_("Goods receipt"), {"value": receipt.number, "url": url_of(receipt)}),
            (_("Kind"), receipt.get_kind_display()),
            (_("Supplier"), receipt.supplier),
            (_("Invoice number"), document.invoice_number),
            (_("Warehouse"), document.warehouse),
            *super().facts()[1:],
        ]

    def line_row(self, line: Any) -> dict[str, Any]:
        return {"cells": [column.of(line) for column in self.line_columns], "note": ""}


class PriceDifferenceFormView(FollowingFormView):
    model = PriceDifference
    form_class = PriceDifferenceForm
    formset_class = PriceLines
    name = "receipt"
    title_new = gettext_lazy("Prices of the invoice")
    list_title = TITLE

    def sources(self) -> QuerySet:
        kept = selectors.kept_warehouses(self.request.user)
        return GoodsReceipt.objects.filter(warehouse__in=kept, status=Status.POSTED)

    def initial(self, source: Any) -> dict[str, Any]:
        return {} if self.document.pk else {"invoice_number": self.document.receipt.invoice_number}

    def extra_context(self) -> dict[str, Any]:
        context = super().extra_context()
        receipt = self.document.receipt
        context["lead"] = f"{receipt.supplier or ''} · {receipt.get_kind_display()} · {context['lead']}"
        return context


class ChooseReceipt(ChooseEarlier):
    model = GoodsReceipt
    following = PriceDifference
    name = "receipt"
    title = gettext_lazy("Which receipt is the invoice for?")
    columns = (
        Column("number", gettext_lazy("Number"), "code", sort=("number",)),
        Column("kind", gettext_lazy("Kind"), value=lambda row: row.get_kind_display(), sort=("kind",)),
        Column("supplier", gettext_lazy("Supplier"), sort=("supplier__name",)),
        GOODS,
        Column("invoice_number", gettext_lazy("Invoice number"), "code"),
        c.WAREHOUSE,
        c.DAY,
        c.AMOUNT,
    )
    related = ("department", "warehouse", "supplier")
    search_fields = ("number", "supplier__name", "supplier__initials", "invoice_number", *ANY_GOODS)
    search_placeholder = gettext_lazy("Number, supplier or item")
    empty_text = gettext_lazy("Nothing was received yet.")

    def sources(self) -> QuerySet:
        kept = selectors.kept_warehouses(self.request.user)
        return GoodsReceipt.objects.filter(warehouse__in=kept, status=Status.POSTED)

    def totals(self, rows: Any) -> None:
        return None


class OpenEstimates(ChooseReceipt):
    """暂估 whose invoice has not come: whoever keeps the store enters it here, others look at the list."""

    title = gettext_lazy("Estimates without an invoice")
    ordering = ("business_date", "pk")
    empty_text = gettext_lazy("Every estimate has its invoice.")

    def check_permission(self) -> None:
        self.permission = "inventory.view_pricedifference"
        super(ChooseEarlier, self).check_permission()

    def sources(self) -> QuerySet:
        seen = GoodsReceipt.objects.visible_to(self.request.user)
        return prices.open_estimates(seen.order_by().values("warehouse")).filter(pk__in=seen.values("pk"))

    def url_of(self, row: Any) -> str:
        if not selectors.kept_warehouses(self.request.user).filter(pk=row.warehouse_id).exists():
            return url_of(row)
        return super().url_of(row)


# ---- the paper ----


@dataclass(frozen=True)
class Entry:
    """One row of the paper: the booking that is taken back (red) or the one that takes its place (blue)."""

    item: Any
    word: str
    quantity: Decimal
    amount: Decimal

    @property
    def price(self) -> Decimal | None:
        """Yuan per stock unit."""
        return self.amount / self.quantity if self.quantity else None


def entries(lines: Sequence[Any]) -> Iterator[Entry]:
    """A red and a blue entry for each line."""
    for line in lines:
        yield Entry(line.item, _("red: taken back"), -line.quantity, -(line.booked or ZERO))
        yield Entry(line.item, _("blue: as invoiced"), line.quantity, line.invoiced or ZERO)


class PriceDifferencePaper(DocumentPrintView):
    """The red reversal of what was booked and the entry at the invoice's price, in one paper."""

    model = PriceDifference
    related = (*DocumentPrintView.related, "receipt__supplier")
    line_related = ("item__unit",)
    columns = papers.sized(
        *((papers.CODE, 11), (papers.ITEM, 18), (papers.SPECIFICATION, 12)),
        (Column("unit", gettext_lazy("Unit"), value="item.unit"), 6),
        (Column("word", gettext_lazy("Entry")), 12),
        (papers.QUANTITY, 10),
        (Column("price", gettext_lazy("Unit price"), "price"), 12),
        (papers.AMOUNT, 14),
    )

    def printed(self, lines: list[Any]) -> list[Any]:
        return list(entries(lines))

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        receipt = document.receipt
        return [
            (_("Supplier"), receipt.supplier),
            (_("Warehouse"), document.warehouse),
            (_("Date"), f"{document.business_date:%Y-%m-%d}"),
            (_("Goods receipt"), f"{receipt.number} ({receipt.get_kind_display()})"),
            (_("Invoice number"), document.invoice_number),
        ]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        return [*super().places(document), (_("Keeper"), ""), (_("Booked by"), "")]


# ---- pages about everything ----


register_screens(
    Screens(
        PriceDifference,
        related=(*RELATED, "receipt__supplier"),
        prefetch=LINES,
        purpose=lambda document: f"{document.receipt.number} · {document.receipt.supplier or ''}",
        preview=lambda document: preview(list(document.lines.all())),
        facts=lambda document: [
            (_("Goods receipt"), document.receipt.number),
            (_("Kind"), document.receipt.get_kind_display()),
            (_("Supplier"), document.receipt.supplier),
            (_("Invoice number"), document.invoice_number),
        ],
        approval_columns=(c.CODE, c.ITEM, c.SPECIFICATION, c.QUANTITY, STOCK_UNIT, NEW_PRICE, *MONEYS),
        line_related=("item__unit",),
    )
)


def estimate_numbers(user: Any) -> Iterator[Number]:
    """For keepers and accountants: estimates whose invoice has not come."""
    if not user.has_perm("inventory.view_pricedifference"):
        return
    seen = GoodsReceipt.objects.visible_to(user)
    count = prices.open_estimates(seen.order_by().values("warehouse")).filter(pk__in=seen.values("pk")).count()
    if count:
        yield Number(_("Estimates without an invoice"), count, reverse("open_estimates"))


register_numbers(estimate_numbers)
