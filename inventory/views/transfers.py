"""调拨单 and 调拨到货单: goods sent to another warehouse, and what the receiving keeper confirms."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.lifecycle import Status
from core.numbers import ZERO
from core.views.documents import DocumentListView, url_of
from core.views.tables import Column
from inventory import movement_selectors
from inventory.forms.following import ArrivalLines, TransferArrivalForm
from inventory.forms.heads import TransferForm
from inventory.forms.lines import TransferLines
from inventory.models import StockTransfer, TransferArrival
from inventory.services import transfers

from . import columns as c
from .columns import preview
from .following import COSTED, GOODS, LOT, ChooseEarlier, FollowedDetailView, FollowingFormView, call_to
from .receipts import KeeperFormView

TRANSFERS, ARRIVALS = gettext_lazy("Stock transfers"), gettext_lazy("Transfer arrivals")
FROM = Column("warehouse", gettext_lazy("Sending warehouse"), sort=("warehouse__code",))
TO = Column("to_warehouse", gettext_lazy("Receiving warehouse"), sort=("to_warehouse__code",))
ARRIVAL = Column(
    "arrival",
    gettext_lazy("Arrival"),
    "status",
    lambda d: (d.arrival, d.get_arrival_display()) if d.status == Status.POSTED else "",
    sort=("arrival",),
)


class TransferFilter(c.StockFilter):
    to_warehouse = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Receiving warehouse"), queryset=c.visible_warehouses, empty_label=gettext_lazy("All")
    )
    arrival = django_filters.ChoiceFilter(
        label=gettext_lazy("Arrival"), choices=StockTransfer.Arrival.choices, empty_label=gettext_lazy("All")
    )


class TransferList(DocumentListView):
    model = StockTransfer
    title = TRANSFERS
    columns = (
        c.NUMBER,
        c.STATUS,
        ARRIVAL,
        FROM,
        TO,
        c.PURPOSE,
        c.DAY,
        c.AMOUNT,
        c.MAKER,
        c.WAITS_FOR,
    )
    search_fields = ("number", "purpose", "warehouse__name", "to_warehouse__name")
    search_placeholder = gettext_lazy("Number, purpose or warehouse")
    filterset_class = TransferFilter
    related = ("department", "created_by", "warehouse", "to_warehouse")
    create_label = gettext_lazy("New transfer")
    empty_text = gettext_lazy("Nothing was transferred yet.")

    def card(self, row: Any) -> dict[str, Any]:
        card = super().card(row)
        card["meta"] = f"{row.warehouse} → {row.to_warehouse} · {row.business_date:%m-%d}"
        if row.status == Status.POSTED:
            card["status"] = (row.arrival, row.get_arrival_display())
        return card


class TransferDetail(FollowedDetailView):
    model = StockTransfer
    related = ("organization", "department", "created_by", "warehouse", "to_warehouse")
    list_title = TRANSFERS
    line_related = ("item__unit", "unit", "lot")
    line_columns = (
        *COSTED,
        Column("arrived_quantity", gettext_lazy("Arrived"), "quantity"),
        Column("short_quantity", gettext_lazy("Missing"), "quantity", lambda line: line.short_quantity or None),
    )

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        return [
            (_("Sending warehouse"), document.warehouse),
            (_("Receiving warehouse"), document.to_warehouse),
            (_("Purpose"), document.purpose),
            (_("Carried by"), document.carrier),
            *super().facts()[1:],
            *self.followers(TransferArrival, "transfer"),
        ]

    def second_status(self) -> tuple[str, str] | None:
        document = self.document
        return (document.arrival, document.get_arrival_display()) if document.status == Status.POSTED else None

    def calls(self) -> list[dict[str, Any]]:
        sources = movement_selectors.arrivals_to_confirm(self.request.user)
        found = call_to(self, TransferArrival, "transfer", sources, _("Confirm arrival"), "package-import")
        return [{**call, "primary": True} for call in found]


class TransferFormView(KeeperFormView):
    model = StockTransfer
    form_class = TransferForm
    formset_class = TransferLines
    title_new = gettext_lazy("New transfer")
    list_title = TRANSFERS


class ArrivalList(DocumentListView):
    model = TransferArrival
    title = ARRIVALS
    columns = (
        c.NUMBER,
        c.STATUS,
        Column("transfer", gettext_lazy("Transfer"), "code", sort=("transfer__number",)),
        Column(
            "sender",
            gettext_lazy("Sending warehouse"),
            value="transfer.warehouse",
            sort=("transfer__warehouse__code",),
        ),
        Column("warehouse", gettext_lazy("Receiving warehouse"), sort=("warehouse__code",)),
        Column("shortage", gettext_lazy("Missing"), value=lambda d: d.get_shortage_display(), sort=("shortage",)),
        c.DAY,
        c.AMOUNT,
        c.MAKER,
        c.WAITS_FOR,
    )
    search_fields = ("number", "transfer__number", "shortage_cause")
    search_placeholder = gettext_lazy("Number of the arrival or of the transfer")
    filterset_class = c.StockFilter
    related = ("department", "created_by", "warehouse", "transfer__warehouse")
    create_label = gettext_lazy("Confirm arrival")
    empty_text = gettext_lazy("No arrival was confirmed yet.")


class ArrivalDetail(FollowedDetailView):
    model = TransferArrival
    related = ("organization", "department", "created_by", "warehouse", "transfer__warehouse", "responsible")
    list_title = ARRIVALS
    line_related = ("item__unit", "unit", "transfer_line")
    line_columns = (
        c.CODE,
        c.ITEM,
        c.SPECIFICATION,
        Column("quantity", gettext_lazy("Arrived"), "quantity"),
        Column("short_quantity", gettext_lazy("Missing"), "quantity", lambda line: line.short_quantity or None),
        c.UNIT,
        c.LINE_AMOUNT,
        LOT,
    )

    def amount(self) -> Any:
        """Yuan of what arrived; before it is booked, at the cost it was sent at."""
        worths = (
            transfers.worth(line, line.stock_quantity) if line.amount is None else line.amount for line in self.lines
        )
        return sum(worths, ZERO)

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        shortage = []
        if document.shortage != TransferArrival.Shortage.NONE:
            shortage = [
                (_("What is missing"), document.get_shortage_display()),
                (_("Cause of the shortage"), document.shortage_cause),
                (_("Responsible person"), document.responsible),
            ]
        return [
            (_("Transfer"), {"value": document.transfer.number, "url": url_of(document.transfer)}),
            (_("Sending warehouse"), document.transfer.warehouse),
            (_("Receiving warehouse"), document.warehouse),
            *shortage,
            *super().facts()[1:],
        ]


class ArrivalFormView(FollowingFormView):
    """One button when everything is there; what is missing waits for the signature."""

    model = TransferArrival
    form_class = TransferArrivalForm
    formset_class = ArrivalLines
    name = "transfer"
    title_new = gettext_lazy("Confirm arrival")
    list_title = ARRIVALS
    submit_label = gettext_lazy("Confirm and book")
    post_at_once = True

    def sources(self) -> QuerySet:
        return movement_selectors.arrivals_to_confirm(self.request.user)

    def take_place(self, document: Any, earlier: Any) -> None:
        document.warehouse, document.department = earlier.to_warehouse, earlier.to_warehouse.department

    def extra_context(self) -> dict[str, Any]:
        transfer = self.document.transfer
        lead = f"{transfer.number} · {transfer.warehouse} → {transfer.to_warehouse}"
        return {**super().extra_context(), "lead": f"{lead} · {transfer.carrier}".strip(" ·")}


class ArrivalsToConfirm(ChooseEarlier):
    """What is on its way to the stores this person keeps."""

    model = StockTransfer
    following = TransferArrival
    name = "transfer"
    title = gettext_lazy("Arrivals to confirm")
    columns = (
        Column("number", gettext_lazy("Number"), "code", sort=("number",)),
        FROM,
        TO,
        GOODS,
        ARRIVAL,
        Column("carrier", gettext_lazy("Carried by")),
        Column("business_date", gettext_lazy("Sent on"), "day", sort=("business_date",)),
    )
    related = ("department", "warehouse", "to_warehouse")
    ordering = ("business_date", "pk")
    search_fields = ("number", "purpose", "warehouse__name")
    search_placeholder = gettext_lazy("Number, purpose or warehouse")
    empty_text = gettext_lazy("Nothing is on its way to your warehouses.")

    def sources(self) -> QuerySet:
        return movement_selectors.arrivals_to_confirm(self.request.user)

    def prepare(self, rows: list[Any]) -> None:
        """Name the goods that are still on their way."""
        for row in rows:
            told = [
                line for line in row.lines.all() if line.arrived_quantity + line.short_quantity < line.stock_quantity
            ]
            row.goods = preview(told)

    def card(self, row: Any) -> dict[str, Any]:
        return {
            "title": f"{row.warehouse} → {row.to_warehouse}",
            "status": (row.arrival, row.get_arrival_display()),
            "meta": f"{row.number} · {row.goods} · {row.business_date:%m-%d}",
        }
