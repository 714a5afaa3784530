"""退库单 and 退货单: goods that come back from a department, goods that go back to the supplier."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.lifecycle import Status
from core.documents.services import permission_for
from core.numbers import ZERO
from core.views.documents import DocumentListView, url_of
from core.views.tables import Column
from inventory import movement_selectors, selectors
from inventory.forms.following import StockReturnForm, StockReturnLines, SupplierReturnForm, SupplierReturnLines
from inventory.models import GoodsReceipt, StockReturn, SupplierReturn, WriteOff
from inventory.services import returns

from . import columns as c
from .following import ANY_GOODS, COSTED, GOODS, ChooseEarlier, FollowedDetailView, FollowingFormView

RETURNS, SUPPLIER_RETURNS = gettext_lazy("Returns to the store"), gettext_lazy("Returns to suppliers")
CAUSE = Column("cause", gettext_lazy("Reason"), value=lambda document: document.get_cause_display(), sort=("cause",))
CREDIT = Column("credit", gettext_lazy("Credit"), "money", total=True)


class StockReturnList(DocumentListView):
    model = StockReturn
    title = RETURNS
    columns = (
        c.NUMBER,
        c.STATUS,
        Column("issue", gettext_lazy("Goods issue"), "code", sort=("issue__number",)),
        c.DEPARTMENT,
        CAUSE,
        c.WAREHOUSE,
        c.DAY,
        c.AMOUNT,
        c.MAKER,
        c.WAITS_FOR,
    )
    search_fields = ("number", "issue__number", "department__name", "returned_by")
    search_placeholder = gettext_lazy("Number, issue or department")
    filterset_class = c.StockFilter
    related = ("department", "created_by", "warehouse", "issue")
    create_label = gettext_lazy("Return goods")
    empty_text = gettext_lazy("Nothing was returned to the store yet.")


class StockReturnDetail(FollowedDetailView):
    model = StockReturn
    related = ("organization", "department", "created_by", "warehouse", "issue")
    list_title = RETURNS
    line_related = ("item__unit", "unit", "lot", "issue_line")
    line_columns = COSTED

    def amount(self) -> Any:
        return sum((returns.worth(line) for line in self.lines), ZERO)

    def calls(self) -> list[dict[str, Any]]:
        """What came back broken lies in the store like the rest until it is written off."""
        document, user = self.document, self.request.user
        broken = document.status == Status.POSTED and any(not line.intact for line in self.lines)
        if not broken or not user.has_perm(permission_for(WriteOff, "add")):
            return []
        if not selectors.kept_warehouses(user).filter(pk=document.warehouse_id).exists():
            return []
        url = f"{reverse('writeoff_new')}?{urlencode({'prefill': 'damaged', 'return': document.pk})}"
        return [{"label": _("Write off what came back damaged"), "url": url, "icon": "trash"}]

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        return [
            (_("Goods issue"), {"value": document.issue.number, "url": url_of(document.issue)}),
            (_("Reason"), document.get_cause_display()),
            (_("Returned by"), document.returned_by),
            (_("Warehouse"), document.warehouse),
            *super().facts(),
        ]

    def line_row(self, line: Any) -> dict[str, Any]:
        row = super().line_row(line)
        if not line.intact:
            row["note"] = " · ".join(part for part in (_("Damaged"), line.note) if part)
        return row


class StockReturnFormView(FollowingFormView):
    model = StockReturn
    form_class = StockReturnForm
    formset_class = StockReturnLines
    name = "issue"
    title_new = gettext_lazy("Return goods")
    list_title = RETURNS

    def sources(self) -> QuerySet:
        return movement_selectors.returnable_issues(self.request.user)

    def initial(self, source: Any) -> dict[str, Any]:
        return {} if self.document.pk else {"returned_by": self.document.issue.received_by}


class ChooseIssue(ChooseEarlier):
    following = StockReturn
    name = "issue"
    title = gettext_lazy("Which issue do the goods come from?")
    columns = (
        Column("number", gettext_lazy("Number"), "code", sort=("number",)),
        c.DEPARTMENT,
        GOODS,
        Column("received_by", gettext_lazy("Received by")),
        c.DAY,
        c.AMOUNT,
    )
    search_fields = ("number", "department__name", "received_by", "purpose", *ANY_GOODS)
    search_placeholder = gettext_lazy("Number, department or item")
    empty_text = gettext_lazy("Nothing was issued that could come back.")

    def sources(self) -> QuerySet:
        return movement_selectors.returnable_issues(self.request.user)

    def totals(self, rows: Any) -> None:
        return None


class SupplierReturnList(DocumentListView):
    model = SupplierReturn
    title = SUPPLIER_RETURNS
    columns = (
        c.NUMBER,
        c.STATUS,
        Column("receipt", gettext_lazy("Goods receipt"), "code", sort=("receipt__number",)),
        Column("supplier", gettext_lazy("Supplier"), value="receipt.supplier", sort=("receipt__supplier__name",)),
        CAUSE,
        c.WAREHOUSE,
        c.DAY,
        Column("line_total", gettext_lazy("Amount at cost"), "money", total=True, sort=("line_total",)),
        c.MAKER,
        c.WAITS_FOR,
    )
    search_fields = ("number", "receipt__number", "receipt__supplier__name", "receipt__supplier__initials")
    search_placeholder = gettext_lazy("Number, receipt or supplier")
    filterset_class = c.StockFilter
    related = ("department", "created_by", "warehouse", "receipt__supplier")
    create_label = gettext_lazy("Return to the supplier")
    empty_text = gettext_lazy("Nothing was returned to a supplier yet.")

    def card(self, row: Any) -> dict[str, Any]:
        card = super().card(row)
        card["meta"] = f"{row.receipt.supplier} · {row.get_cause_display()} · {row.business_date:%m-%d}"
        return card


class SupplierReturnDetail(FollowedDetailView):
    model = SupplierReturn
    related = ("organization", "department", "created_by", "warehouse", "receipt__supplier")
    list_title = SUPPLIER_RETURNS
    line_related = ("item__unit", "unit", "lot")
    line_columns = (*COSTED, CREDIT)

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        return [
            (_("Supplier"), document.receipt.supplier),
            (_("Goods receipt"), {"value": document.receipt.number, "url": url_of(document.receipt)}),
            (_("Invoice number"), document.receipt.invoice_number),
            (_("Reason"), document.get_cause_display()),
            (_("Collected by"), document.collected_by),
            (_("Warehouse"), document.warehouse),
            *super().facts()[1:],
        ]

    def amount(self) -> Any:
        """What the supplier owes; the cost in the ledger stands on the lines."""
        return sum((line.credit for line in self.lines), ZERO)


class SupplierReturnFormView(FollowingFormView):
    model = SupplierReturn
    form_class = SupplierReturnForm
    formset_class = SupplierReturnLines
    name = "receipt"
    title_new = gettext_lazy("Return to the supplier")
    list_title = SUPPLIER_RETURNS

    def sources(self) -> QuerySet:
        return movement_selectors.returnable_receipts(self.request.user)

    def extra_context(self) -> dict[str, Any]:
        context = super().extra_context()
        context["lead"] = f"{self.document.receipt.supplier} · {context['lead']}"
        return context


class ChooseReceipt(ChooseEarlier):
    model = GoodsReceipt
    following = SupplierReturn
    name = "receipt"
    title = gettext_lazy("Which receipt do the goods come from?")
    columns = (
        Column("number", gettext_lazy("Number"), "code", sort=("number",)),
        Column("supplier", gettext_lazy("Supplier"), sort=("supplier__name",)),
        GOODS,
        Column("invoice_number", gettext_lazy("Invoice number"), "code"),
        c.DAY,
        c.AMOUNT,
    )
    related = ("department", "warehouse", "supplier")
    search_fields = ("number", "supplier__name", "supplier__initials", "invoice_number", *ANY_GOODS)
    search_placeholder = gettext_lazy("Number, supplier or item")
    empty_text = gettext_lazy("Nothing was received that could go back.")

    def sources(self) -> QuerySet:
        return movement_selectors.returnable_receipts(self.request.user)

    def totals(self, rows: Any) -> None:
        return None
