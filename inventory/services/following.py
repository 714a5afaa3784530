"""Papers that follow an earlier one: goods that come back, go back or arrive, never more than are left of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.lifecycle import Status
from core.errors import DomainError, IllegalTransition
from core.numbers import plain
from inventory.models import StockMove

from .ledger import Movement
from .onward import Left, Part, left_of, quantity_left, take


@dataclass(frozen=True)
class Following:
    """How one kind follows another.

    source, line: the columns that name the earlier paper and its line. excess: the sentence when more is asked than is
    left, with the placeholders item, moved, gone, left and unit. warehouse: the column of the earlier paper that names
    the warehouse of the later one. wanted: the stock units that a line asks for.
    """

    source: str
    line: str
    excess: Any
    warehouse: str = "warehouse_id"
    wanted: Callable[[Any], Decimal] = lambda line: line.stock_quantity

    def lines_of(self, document: Any) -> list[Any]:
        """The lines with everything the checks and the moves read, in order; one statement."""
        names = ["item__unit", "unit", self.line]
        if any(field.name == "lot" for field in document.lines.model._meta.fields):
            names.append("lot")
        return list(document.lines.select_related(*names).order_by("position", "id"))

    def locked(self, document: Any) -> Any:
        """The earlier paper, locked: whoever else takes from it waits."""
        earlier = getattr(document, self.source)
        rows = type(earlier)._base_manager.select_for_update(of=("self",))
        return rows.select_related("warehouse").get(pk=earlier.pk)

    def check(self, document: Any, *, actor: Any) -> None:
        """Lock the earlier paper and refuse what it does not cover, naming the line. Raises DomainError."""
        earlier = self.locked(document)
        self._check_head(document, earlier)
        lines = self.lines_of(document)
        if not lines:
            raise DomainError(_("Enter at least one line."))
        left = left_of(earlier)
        for line in lines:
            self._check_line(line, earlier, left)

    def _check_head(self, document: Any, earlier: Any) -> None:
        if earlier.status != Status.POSTED:
            raise IllegalTransition(
                _("%(document)s is “%(status)s” now; only goods of a posted paper can follow it.")
                % {"document": earlier, "status": earlier.get_status_display()}
            )
        if document.organization_id != earlier.organization_id or document.warehouse_id != getattr(
            earlier, self.warehouse
        ):
            raise DomainError(_("The warehouse must be that of %(document)s.") % {"document": earlier})
        if document.department.organization_id != document.organization_id:
            raise DomainError(_("The department belongs to another organization."), field="department")
        if not document.warehouse.active:
            raise DomainError(_("%(warehouse)s is no longer used.") % {"warehouse": document.warehouse})
        if document.business_date < earlier.business_date:
            raise DomainError(
                _("%(document)s is dated %(day)s; nothing can follow it on an earlier day.")
                % {"document": earlier, "day": earlier.business_date},
                field="business_date",
            )

    def _check_line(self, line: Any, earlier: Any, left: dict[int, list[Left]]) -> None:
        source = getattr(line, self.line)
        if source.document_id != earlier.pk or source.item_id != line.item_id:
            raise DomainError(
                _("This line is not on %(document)s.") % {"document": earlier}, line=line.position, field="quantity"
            )
        rows, wanted, lot = left.get(source.pk, []), self.wanted(line), getattr(line, "lot_id", None)
        if wanted != round(wanted, line.item.unit.places):
            raise DomainError(
                _("%(item)s is counted in whole %(unit)s; %(quantity)s is not possible.")
                % {"item": line.item, "unit": line.item.unit, "quantity": plain(wanted)},
                field="quantity",
                line=line.position,
            )
        there = quantity_left(rows, lot)
        if wanted > there:
            moved = sum((row.move.quantity for row in rows if lot is None or row.move.lot_id == lot), Decimal(0))
            words = {
                "item": line.item,
                "moved": plain(moved),
                "gone": plain(moved - there),
                "left": plain(there),
                "unit": line.item.unit,
            }
            raise DomainError(self.excess % words, field="quantity", line=line.position)
        take(rows, wanted, lot)  # a second line of the same goods sees what this one took


STOCK_RETURN = Following(
    "issue",
    "issue_line",
    gettext_lazy("%(item)s: issued %(moved)s, already returned %(gone)s, so at most %(left)s %(unit)s can come back."),
)
SUPPLIER_RETURN = Following(
    "receipt",
    "receipt_line",
    gettext_lazy("%(item)s: received %(moved)s, already returned %(gone)s, so at most %(left)s %(unit)s can go back."),
)
TRANSFER_ARRIVAL = Following(
    "transfer",
    "transfer_line",
    gettext_lazy(
        "%(item)s: sent %(moved)s, already confirmed %(gone)s, so at most %(left)s %(unit)s are on their way."
    ),
    warehouse="to_warehouse_id",
    wanted=lambda line: line.stock_quantity + line.stock_short_quantity,
)


def movement(line: Any, part: Part, source: Any, target: Any, *, department_id: int, priced: bool) -> Movement:
    """The movement of a part of an earlier move; priced: at the cost of that move instead of what the ledger says."""
    return Movement(
        line_id=line.pk,
        position=line.position,
        item=line.item,
        source=source,
        target=target,
        quantity=part.quantity,
        amount=part.amount if priced else None,
        lot=part.origin.lot,
        department_id=department_id,
        origin=part.origin,
    )


def amounts_by_line(moves: Sequence[StockMove]) -> dict[int, Decimal]:
    """Yuan of moves by line key."""
    amounts: dict[int, Decimal] = {}
    for move in moves:
        amounts[move.line_id] = amounts.get(move.line_id, Decimal(0)) + move.amount
    return amounts
