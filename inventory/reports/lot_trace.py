"""批号追溯表: where a lot came from, every department that got it, and what is left, on one sheet."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import offer
from core.numbers import ZERO
from core.reports import HEADING, SUBTOTAL, Column, Report, ReportForm, Row, register
from inventory.models import Lot, StockBalance, StockLocation, StockMove

from .parts import document_url

KIND = StockLocation.Kind


class LotTraceForm(ReportForm):
    lot = forms.ModelChoiceField(Lot.objects.none(), label=gettext_lazy("Lot"), widget=forms.NumberInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "lot", Lot.objects.visible_to(self.user).exclude(number=""))
        self.fields["lot"].widget = forms.HiddenInput()


@register
class LotTrace(Report):
    """Backwards to the receipts, forwards to the departments; opened from a lot."""

    code = "lot_trace"
    title = gettext_lazy("Trace of a lot")
    permission = "inventory.view_stockvalue"
    icon = "route"
    form_class = LotTraceForm
    hint = gettext_lazy("Open a lot from the list of expiry dates to trace it.")
    empty_text = gettext_lazy("This lot has not moved in your organization.")
    frozen_columns = 1

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Date"), "date", "date"),
            Column(gettext_lazy("Document"), "number", "code", width=18),
            Column(gettext_lazy("From"), "source", width=22),
            Column(gettext_lazy("To"), "target", width=22),
            Column(gettext_lazy("Department"), "department", width=22),
            Column(gettext_lazy("Quantity"), "quantity", "quantity"),
            Column(gettext_lazy("Amount"), "amount", "money"),
            Column(gettext_lazy("Posted by"), "posted_by"),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        lot = self.params["lot"]
        return [
            (_("Item"), lot.item),
            (_("Lot number"), lot.number),
            (_("Made on"), lot.made_on or "-"),
            (_("Expires on"), lot.expires_on or "-"),
            (_("Supplier"), lot.supplier or "-"),
        ]

    def _moves(self) -> list[StockMove]:
        related = ("source__warehouse", "target__warehouse", "department", "posted_by")
        rows = StockMove.objects.visible_to(self.user).filter(lot=self.params["lot"], quantity__gt=0)
        return list(rows.select_related(*related).order_by("id"))

    def rows(self) -> Iterator[Row]:
        moves = self._moves()
        if not moves:
            return
        used = [move for move in moves if KIND.CONSUMPTION in (move.source.kind, move.target.kind)]
        came = [move for move in moves if {move.source.kind, move.target.kind} & {KIND.SUPPLIER, KIND.OPENING}]
        others = [move for move in moves if move not in used and move not in came]
        yield from self._section(_("Where it came from"), came, inward=True)
        yield Row({"number": _("Who got it")}, level=HEADING)
        yield from self._departments(used)
        if others:
            yield from self._section(_("Other movements"), others, inward=None)
        yield from self._left()

    def _section(self, title: str, moves: list[StockMove], *, inward: bool | None) -> Iterator[Row]:
        yield Row({"number": title}, level=HEADING)
        total = ZERO
        for move in moves:
            row = self._row(move, -1 if inward and not move.target.is_physical else 1)
            total += row.values["quantity"]
            yield row
        if inward:
            yield Row({"number": _("Received"), "quantity": total}, level=SUBTOTAL)

    def _departments(self, moves: list[StockMove]) -> Iterator[Row]:
        """Moves of use, one department after the other, each with its sum; what came back is subtracted."""
        by_department: dict[str, list[StockMove]] = {}
        for move in moves:
            by_department.setdefault(str(move.department or "-"), []).append(move)
        for name in sorted(by_department):
            total = ZERO
            for move in by_department[name]:
                row = self._row(move, 1 if move.target.kind == KIND.CONSUMPTION else -1)
                total += row.values["quantity"]
                yield row
            yield Row({"department": name, "number": _("Got in all"), "quantity": total}, level=SUBTOTAL)

    def _row(self, move: StockMove, sign: int) -> Row:
        return Row(
            {
                "date": move.business_date,
                "number": move.number,
                "source": str(move.source),
                "target": str(move.target),
                "department": str(move.department or ""),
                "quantity": sign * move.quantity,
                "amount": sign * move.amount,
                "posted_by": str(move.posted_by),
            },
            subject=move,
        )

    def _left(self) -> Iterator[Row]:
        yield Row({"number": _("What is left")}, level=HEADING)
        balances = StockBalance.objects.visible_to(self.user).filter(lot=self.params["lot"], quantity__gt=0)
        total: Decimal = ZERO
        for balance in balances.select_related("location__warehouse").order_by("location_id"):
            total += balance.quantity
            yield Row({"source": str(balance.location), "quantity": balance.quantity})
        yield Row({"number": _("In stock"), "quantity": total}, level=SUBTOTAL)

    def links(self, row: Row) -> dict[str, str]:
        move = row.subject
        return {"number": document_url(move.content_type_id, move.object_id)} if move else {}
