"""固定资产明细账: every card with holder and value as of a day; and the changes of a period."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from assets.models import Asset, AssetState, AssetValueMove
from assets.selectors import Worth, holder_on, value_on
from core.reports import Column, Report, Row, register

from .parts import (
    EXPORT,
    READ_AT_ONCE,
    CardsAsOfForm,
    CardsPeriodForm,
    chosen_cards,
    portions,
    said,
    value_moves,
    within,
)


@register
class CardLedger(Report):
    """One row a card that had a value on the day. Read in portions, so that its size does not matter."""

    code = "asset_ledger"
    title = gettext_lazy("Asset ledger")
    permission = "assets.view_asset"
    export_permission = EXPORT
    icon = "table"
    form_class = CardsAsOfForm
    note = gettext_lazy("Holder, place, state and values are those at the end of the day, from the ledgers.")
    empty_text = gettext_lazy("No card had a value on this day.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Asset number"), "number", "code", width=16),
            Column(gettext_lazy("Asset name"), "name", width=24),
            Column(gettext_lazy("Class code"), "class_code", "code", width=12),
            Column(gettext_lazy("Asset category"), "class_name", width=20),
            Column(gettext_lazy("Specification and model"), "specification", width=20),
            Column(gettext_lazy("Serial number"), "serial", "code"),
            Column(gettext_lazy("Way of acquisition"), "way", width=10),
            Column(gettext_lazy("Acquired on"), "acquired_on", "date"),
            Column(gettext_lazy("Quantity or area"), "quantity", "quantity", width=8),
            Column(gettext_lazy("Unit"), "unit", width=6),
            Column(gettext_lazy("Account"), "account", "code", width=8),
            Column(gettext_lazy("Original value"), "cost", "money", total=True),
            Column(gettext_lazy("Useful life (months)"), "life", "integer", width=8),
            Column(gettext_lazy("Monthly depreciation"), "monthly", "money"),
            Column(gettext_lazy("Accumulated depreciation"), "accumulated", "money", total=True),
            Column(gettext_lazy("Net value"), "net", "money", total=True),
            Column(gettext_lazy("Using department"), "department"),
            Column(gettext_lazy("User"), "user", width=10),
            Column(gettext_lazy("Custodian"), "custodian", width=10),
            Column(gettext_lazy("Place"), "place"),
            Column(gettext_lazy("State"), "state", width=10),
            Column(gettext_lazy("Booked on"), "booked_on", "date"),
            Column(gettext_lazy("Voucher number"), "voucher", "code"),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return said(self.params)

    def rows(self) -> Iterator[Row]:
        day = self.params["as_of"]
        cards = chosen_cards(self.user, self.params).filter(moves__business_date__lte=day).distinct()
        keys = list(cards.order_by("number", "pk").values_list("pk", flat=True))
        for portion in portions(keys):
            yield from self._portion(portion, day)

    def _portion(self, keys: Sequence[int], day: Any) -> Iterator[Row]:
        worth, holders = value_on(keys, day), holder_on(keys, day)
        cards = Asset.objects.select_related("category", "supplier").in_bulk(keys)
        for key in keys:
            value, holder = worth.get(key, Worth()), holders[key]
            if value.cost:
                yield Row(self._values(cards[key], value, holder), subject=cards[key])

    def _values(self, card: Asset, worth: Worth, holder: Any) -> dict[str, Any]:
        return {
            "number": card.number,
            "name": card.name,
            "class_code": card.category.code,
            "class_name": card.category.name,
            "specification": card.specification,
            "serial": card.serial_number,
            "way": str(card.get_acquisition_way_display()),
            "acquired_on": card.acquired_on,
            "quantity": card.quantity,
            "unit": card.unit,
            "account": card.account,
            "cost": worth.cost,
            "life": card.life_months,
            "monthly": card.monthly_charge or None,
            "accumulated": worth.accumulated,
            "net": worth.net,
            "department": str(holder.to_department),
            "user": str(holder.to_user or ""),
            "custodian": str(holder.to_custodian or ""),
            "place": str(holder.to_place or card.situated_at),
            "state": str(AssetState(holder.to_state).label),
            "booked_on": card.booked_on,
            "voucher": card.voucher_number,
        }

    def links(self, row: Row) -> dict[str, str]:
        return {"number": reverse("asset_detail", args=(row.subject.pk,))}


@register
class AssetChanges(Report):
    """资产增减变动表: one row an entry of the value ledger that is no depreciation, oldest first."""

    code = "asset_changes"
    title = gettext_lazy("Increases and decreases of assets")
    permission = "assets.view_assetvaluemove"
    export_permission = EXPORT
    icon = "arrows-sort"
    form_class = CardsPeriodForm
    empty_text = gettext_lazy("Nothing came, left or changed its value in these days.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Date"), "day", "date"),
            Column(gettext_lazy("Document number"), "paper", "code", width=18),
            Column(gettext_lazy("Kind"), "kind", width=16),
            Column(gettext_lazy("Way of coming or leaving"), "way", width=12),
            Column(gettext_lazy("Asset number"), "number", "code", width=16),
            Column(gettext_lazy("Asset name"), "name", width=24),
            Column(gettext_lazy("Asset category"), "class_name", width=20),
            Column(gettext_lazy("Department"), "department"),
            Column(gettext_lazy("Account"), "account", "code", width=8),
            Column(gettext_lazy("Change of original value"), "cost", "money", total=True),
            Column(gettext_lazy("Change of accumulated depreciation"), "accumulated", "money", total=True),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return said(self.params)

    def rows(self) -> Iterator[Row]:
        moves = value_moves(self.user, self.params).filter(within(self.params))
        moves = moves.exclude(kind=AssetValueMove.Kind.DEPRECIATION)
        moves = moves.select_related("asset__category", "department").order_by("business_date", "pk")
        for move in moves.iterator(chunk_size=READ_AT_ONCE):
            yield Row(self._values(move), subject=move.asset)

    def _values(self, move: AssetValueMove) -> dict[str, Any]:
        card = move.asset
        ways = {
            AssetValueMove.Kind.ADDITION: card.get_acquisition_way_display,
            AssetValueMove.Kind.REMOVAL: card.get_disposal_way_display,
        }
        way = ways.get(AssetValueMove.Kind(move.kind))
        return {
            "day": move.business_date,
            "paper": move.number,
            "kind": str(move.get_kind_display()),
            "way": str(way()) if way else "",
            "number": card.number,
            "name": card.name,
            "class_name": str(card.category),
            "department": str(move.department),
            "account": move.account,
            "cost": move.cost,
            "accumulated": move.accumulated,
        }

    def links(self, row: Row) -> dict[str, str]:
        return {"number": reverse("asset_detail", args=(row.subject.pk,))}
