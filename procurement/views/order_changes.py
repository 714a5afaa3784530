"""变更单: what an order shall say instead, before and after side by side."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.numbers import plain
from core.views.documents import DocumentDetailView
from core.views.printing import DocumentPrintView
from core.views.tables import Column
from procurement import order_selectors
from procurement.forms.orders import OrderChangeForm, OrderChangeLines
from procurement.models import OrderChange

from . import billing
from . import order_columns as c

TITLE = gettext_lazy("Changes of orders")
LINE_RELATED = ("order_line__item__unit", "order_line__unit")
BEFORE_AND_AFTER = (
    Column("code", gettext_lazy("Code"), "code", "order_line.item.code"),
    Column("item", gettext_lazy("Item"), value="order_line.title"),
    Column("unit", gettext_lazy("Unit"), value="order_line.unit"),
    Column("old_quantity", gettext_lazy("Quantity before"), "quantity"),
    Column("quantity", gettext_lazy("New quantity"), "quantity"),
    Column("old_unit_price", gettext_lazy("Price before"), "price"),
    Column("unit_price", gettext_lazy("New price"), "price"),
    Column("amount", gettext_lazy("Difference (yuan)"), "money", total=True),
)


class ChooseOrderToChange(billing.ChooseOrder):
    following = OrderChange
    title = gettext_lazy("Which order changes?")
    amount_label = gettext_lazy("Amount")
    amount = staticmethod(lambda order: sum(line.amount for line in order.lines.all()))
    empty_text = gettext_lazy(
        "There is no open order that could be changed: drafts are edited, delivered orders stand as they are."
    )

    def queryset(self) -> Any:
        rows = order_selectors.orders_to_change(self.request.user)
        return rows.select_related("supplier").prefetch_related("lines").distinct()


class OrderChangeList(billing.OnOrderList):
    model = OrderChange
    title = TITLE
    money_field = "line_total"
    columns = (
        c.NUMBER,
        c.STATUS,
        c.ORDER,
        c.ORDER_SUPPLIER,
        Column("reason", gettext_lazy("Reason")),
        Column("line_total", gettext_lazy("Difference (yuan)"), "money", sort=("line_total",)),
        Column("deliver_by", gettext_lazy("New day of delivery"), "day"),
        c.DAY,
        c.MAKER,
        c.WAITS_FOR,
    )
    search_fields = ("number", "reason", "order__number", "order__supplier__name", "order__supplier__initials")
    search_placeholder = gettext_lazy("Number, order or supplier")
    filterset_class = c.OnOrderFilter
    create_label = gettext_lazy("Change an order")
    empty_text = gettext_lazy("No order was changed yet.")


class OrderChangeDetail(DocumentDetailView):
    model = OrderChange
    related = ("organization", "department", "created_by", "order__supplier")
    list_title = TITLE
    line_related = LINE_RELATED
    line_columns = BEFORE_AND_AFTER

    def facts(self) -> list[tuple[Any, Any]]:
        return [*change_facts(self.document, self.request.user), *super().facts()]

    def line_row(self, line: Any) -> dict[str, Any]:
        return {"cells": [column.of(line) for column in self.line_columns], "note": ""}


def change_facts(document: OrderChange, user: Any) -> list[tuple[Any, Any]]:
    return [
        *billing.order_facts(document.order, user),
        (_("Reason"), document.reason),
        (_("Deliver by, before"), c.day_words(document.order.deliver_by)),
        (_("New day of delivery"), c.day_words(document.deliver_by)),
    ]


class OrderChangeFormView(billing.OnOrderFormView):
    model = OrderChange
    form_class = OrderChangeForm
    formset_class = OrderChangeLines
    template_name = "procurement/on_order_form.html"
    title_new = gettext_lazy("Change an order")
    list_title = TITLE

    def orders(self) -> Any:
        return order_selectors.orders_to_change(self.request.user)


class OrderChangePaper(DocumentPrintView):
    model = OrderChange
    related = ("organization", "department", "created_by", "order__supplier")
    line_related = LINE_RELATED
    usual_paper = "a4"
    columns = (
        Column("item", gettext_lazy("Item"), value="order_line.title", css="w-25"),
        Column("unit", gettext_lazy("Unit"), value="order_line.unit", css="w-8"),
        Column("old_quantity", gettext_lazy("Quantity before"), "quantity", css="w-12"),
        Column("quantity", gettext_lazy("New quantity"), "quantity", css="w-12"),
        Column("old_unit_price", gettext_lazy("Price before"), "price", css="w-12"),
        Column("unit_price", gettext_lazy("New price"), "price", css="w-12"),
        Column("amount", gettext_lazy("Difference (yuan)"), "money", css="w-14"),
    )
    with_amount = False

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            (_("Purchase order"), document.order.number),
            (_("Supplier"), document.order.supplier),
            (_("Date"), f"{document.business_date:%Y-%m-%d}"),
            (_("Reason"), document.reason),
            (_("New day of delivery"), c.day_words(document.deliver_by)),
        ]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        return [*super().places(document), (_("Supplier (seal)"), "")]


def change_words(document: OrderChange) -> str:
    """What is changed, in one line for an approver."""
    words = [
        f"{line.order_line.title} {plain(line.old_quantity)}→{plain(line.quantity)}"
        if line.quantity != line.old_quantity
        else f"{line.order_line.title} {plain(line.old_unit_price)}→{plain(line.unit_price)}"
        for line in document.lines.all()
    ]
    return _(", ").join(words)
