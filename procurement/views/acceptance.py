"""验收单: which deliveries there are to accept, the form, the page, the paper."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.lifecycle import Status
from core.views.documents import DocumentDetailView
from core.views.links import address_or_none, link, link_to
from core.views.printing import DocumentPrintView
from core.views.tables import Column
from inventory.models import GoodsReceipt
from procurement import order_selectors
from procurement.forms.acceptance import AcceptanceForm, AcceptanceLines
from procurement.forms.given import goods_words
from procurement.models import Acceptance

from . import billing
from . import order_columns as c
from .columns import preview

TITLE = gettext_lazy("Acceptances")
GONE = (Status.CANCELLED, Status.REVERSED)
LINE_RELATED = ("order_line__item__unit", "order_line__unit", "receipt_line__document", "intake", "rejection")
LINE_COLUMNS = (
    Column("code", gettext_lazy("Code"), "code", "order_line.item.code"),
    Column("item", gettext_lazy("Item"), css="goods", value=lambda line: goods_words(line.order_line)),
    Column("unit", gettext_lazy("Unit"), value="order_line.unit"),
    Column("ordered", gettext_lazy("Ordered"), "quantity", "order_line.quantity"),
    Column("arrived_quantity", gettext_lazy("Arrived"), "quantity"),
    Column("accepted_quantity", gettext_lazy("Accepted"), "quantity"),
    Column("rejected", gettext_lazy("Rejected"), "quantity", lambda line: rejected(line) or None),
    Column("unit_price", gettext_lazy("Unit price"), "price", "order_line.unit_price"),
    Column("amount", gettext_lazy("Amount"), "money", total=True),
)
SELDOM = (
    Column("lot_number", gettext_lazy("Lot number"), "code"),
    Column("expires_on", gettext_lazy("Expires on"), "day"),
)
"""Shown where some line has something to say in them, so that the others keep their room."""
CERTIFICATE = Column("certificate", gettext_lazy("Certificate"))
GOES_TO = Column("goes_to", gettext_lazy("Goes to"), css="goods", value=lambda line: whereabouts(line))


def rejected(line: Any) -> Any:
    return line.arrived_quantity - line.accepted_quantity


def whereabouts(line: Any) -> Any:
    """Where the goods of a line went: the receipt with its state, the row that waits for cards, or nowhere yet."""
    if line.receipt_line is not None:
        receipt = line.receipt_line.document
        words = f"{receipt} · {receipt.get_status_display()}"
        return link(receipt, words)
    if line.intake is not None:
        return link_to(line.intake, address_or_none("asset_intake"), line.intake.get_state_display())
    return ""


class DeliveriesToAccept(billing.ChooseOrder):
    """Open orders; a row leads to the form with what is still to come."""

    following = Acceptance
    title = gettext_lazy("Deliveries to accept")
    search_fields = (
        *("number", "title", "supplier__name", "supplier__initials"),
        *("lines__item__name", "lines__item__initials", "lines__item__code", "lines__name"),
    )
    ordering = ("deliver_by", "pk")
    empty_text = gettext_lazy("No delivery is awaited. A delivery comes here as soon as its order is approved.")

    @property
    def columns(self) -> Any:
        return (
            Column("number", gettext_lazy("Order"), "code", sort=("number",)),
            Column("supplier", gettext_lazy("Supplier"), sort=("supplier__name",)),
            Column("goods", gettext_lazy("Goods"), value=lambda order: goods(order)),
            c.DELIVER_BY,
            c.PROGRESS,
        )

    def queryset(self) -> Any:
        rows = order_selectors.orders_to_accept(self.request.user).select_related("supplier")
        return rows.prefetch_related("lines__item").distinct()

    def card(self, row: Any) -> dict[str, Any]:
        due = f" · {c.day_words(row.deliver_by)}" if row.deliver_by else ""
        return {
            "title": goods(row),
            "status": (row.progress, row.get_progress_display()),
            "meta": f"{row.supplier} · {row.number}{due}",
        }


def goods(order: Any) -> str:
    """What is still to come on an order, the first lines in words."""
    return preview([line for line in order.lines.all() if line.open_quantity > 0])


class AcceptanceList(billing.OnOrderList):
    model = Acceptance
    title = TITLE
    money_field = "line_total"
    columns = (
        c.NUMBER,
        c.STATUS,
        c.ORDER,
        c.ORDER_SUPPLIER,
        Column("delivery_note", gettext_lazy("Delivery note"), "code"),
        c.DEPARTMENT,
        c.DAY,
        c.AMOUNT,
        Column("finding", gettext_lazy("Finding")),
        c.MAKER,
        c.WAITS_FOR,
    )
    search_fields = (
        *("number", "delivery_note", "order__number", "order__supplier__name", "order__supplier__initials"),
        *("lines__order_line__item__name", "lines__order_line__name", "lines__lot_number"),
    )
    search_placeholder = gettext_lazy("Number, order, supplier, goods or lot")
    filterset_class = c.OnOrderFilter
    create_label = gettext_lazy("Accept a delivery")
    empty_text = gettext_lazy("Nothing was accepted yet.")

    def found(self) -> Any:
        return super().found().distinct()


class AcceptanceDetail(DocumentDetailView):
    model = Acceptance
    template_name = "inventory/paper_detail.html"
    related = ("organization", "department", "created_by", "order__supplier", "order__sourcing")
    list_title = TITLE
    line_related = LINE_RELATED

    def prepare(self) -> None:
        said = [column for column in SELDOM if any(column.of(line) for line in self.lines)]
        self.line_columns = (*LINE_COLUMNS, *said, GOES_TO)

    def stands(self) -> bool:
        return self.document.payments.exclude(status__in=GONE).exists()

    def facts(self) -> list[tuple[Any, Any]]:
        return [*acceptance_facts(self.document, self.request.user), *super().facts(), *self._receipts()]

    def _receipts(self) -> list[tuple[Any, Any]]:
        """Receipts that were made of it and went out of the store again: the order still counts these goods."""
        document = self.document
        gone = GoodsReceipt.objects.filter(
            source=document.number,
            organization=document.organization_id,
            status__in=GONE,
        )
        if not document.number:
            return []
        return [
            (
                _("Not in the store"),
                _("%(receipt)s is “%(status)s”; these goods count as accepted until this paper is returned.")
                % {"receipt": row, "status": row.get_status_display()},
            )
            for row in gone
        ]

    def line_row(self, line: Any) -> dict[str, Any]:
        rejection = getattr(line, "rejection", None)
        words = f"{rejection.number} · {rejection.get_state_display()}" if rejection else ""
        papers = _("certificate: %(words)s") % {"words": line.certificate} if line.certificate else ""
        note = " · ".join(part for part in (line.finding, words, papers) if part)
        return {"cells": [column.of(line) for column in self.line_columns], "note": note}


def acceptor_names(document: Acceptance) -> str:
    return _(", ").join(str(person) for person in [document.created_by, *document.acceptors.order_by("pk")])


def acceptance_facts(document: Acceptance, user: Any) -> list[tuple[Any, Any]]:
    return [
        *billing.order_facts(document.order, user),
        (_("Accepted by"), acceptor_names(document)),
        (_("Delivery note"), document.delivery_note),
        (_("Finding"), document.finding),
    ]


class AcceptanceFormView(billing.OnOrderFormView):
    model = Acceptance
    related = ("organization", "department", "created_by", "order__supplier", "order__sourcing")
    form_class = AcceptanceForm
    formset_class = AcceptanceLines
    template_name = "inventory/following_form.html"
    title_new = gettext_lazy("Accept a delivery")
    list_title = TITLE
    submit_label = gettext_lazy("Submit for signature")

    def orders(self) -> Any:
        return order_selectors.orders_to_accept(self.request.user)

    def blank(self) -> Any:
        """The paper belongs to the department that uses the goods, so that its people see it."""
        document = super().blank()
        line = document.order.lines.select_related("request_line__document__department", "request_line__department")
        request = line.order_by("position")[0].request_line
        document.department = request.department or request.document.department
        return document


class AcceptancePaper(DocumentPrintView):
    model = Acceptance
    related = ("organization", "department", "created_by", "order__supplier")
    line_related = LINE_RELATED
    usual_paper = "a4"
    columns = (
        Column("item", gettext_lazy("Item"), value=lambda line: paper_words(line), css="w-24"),
        Column("unit", gettext_lazy("Unit"), value="order_line.unit", css="w-6"),
        Column("ordered", gettext_lazy("Ordered"), "quantity", "order_line.quantity", css="w-10"),
        Column("arrived_quantity", gettext_lazy("Arrived"), "quantity", css="w-10"),
        Column("accepted_quantity", gettext_lazy("Accepted"), "quantity", css="w-10"),
        Column("rejected", gettext_lazy("Rejected"), "quantity", lambda line: rejected(line) or None, css="w-10"),
        Column("unit_price", gettext_lazy("Unit price"), "price", "order_line.unit_price", css="w-11"),
        Column("amount", gettext_lazy("Amount"), "money", css="w-14"),
    )

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            (_("Supplier"), document.order.supplier),
            (_("Purchase order"), document.order.number),
            (_("Department"), document.department),
            (_("Date"), f"{document.business_date:%Y-%m-%d}"),
            (_("Delivery note"), document.delivery_note),
            (_("Finding"), document.finding),
        ]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        signed = document.status == Status.APPROVED
        others = [(_("Acceptor"), person if signed else "") for person in document.acceptors.order_by("pk")]
        return [(_("Acceptor"), document.created_by), *others, (_("Delivered by"), "")]


def paper_words(line: Any) -> str:
    """Name and specification, and beneath them lot, day of expiry and finding."""
    words = [f"{line.order_line.title} {line.order_line.described}".strip()]
    words += [_("lot %(number)s") % {"number": line.lot_number}] if line.lot_number else []
    words += [_("until %(day)s") % {"day": line.expires_on}] if line.expires_on else []
    return "\n".join([*words, *([line.finding] if line.finding else [])])
