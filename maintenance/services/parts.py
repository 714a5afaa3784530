"""Parts of an order: asked for by a requisition, issued by the storekeeper, built in or brought back (docs/adr/0026).

Everything about stock (approval, old pieces, lots, cost, returns) is the storehouse's; here is only which issue belongs
to which order and what became of its goods (R-REP-08).
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from core.documents.lifecycle import Status
from core.documents.services import apply_transition, permission_for
from core.errors import DomainError, NotAllowed
from core.numbers import ZERO, plain
from core.policies import value_of
from core.templatetags.display import money as shown
from inventory.models import (
    GoodsIssue,
    GoodsIssueLine,
    Item,
    Requisition,
    RequisitionLine,
    StockReturnLine,
    Warehouse,
)
from inventory.selectors import stock_of
from maintenance import figures
from maintenance.models import AT_WORK, OrderIssue, OrderRequisition, PartUse, State, WorkOrder

from . import costs
from .progress import take_step

WAITING = (Status.DRAFT, Status.SUBMITTED, Status.APPROVED)
NOT_CLOSED = (*AT_WORK, State.DONE, State.CONFIRMED)
FULFILMENT = Requisition.Fulfilment


@dataclass(frozen=True)
class Wanted:
    """One part: quantity in stock units. note: for the storekeeper, such as old pieces that are handed in."""

    item: Item
    quantity: Decimal
    note: str = ""


@dataclass(frozen=True)
class OpenPart:
    """Parts that stand in the way of closing. quantity: stock units issued, neither used nor returned.

    line: None for a paper on its way, whose goods the store has not given out yet.
    """

    item: Item
    quantity: Decimal
    paper: str
    line: GoodsIssueLine | None = None

    def __str__(self) -> str:
        words = {"item": self.item, "quantity": plain(self.quantity), "unit": self.item.unit, "paper": self.paper}
        if self.line is None:
            return _("%(item)s: %(quantity)s %(unit)s asked for with %(paper)s, not issued yet") % words
        return _("%(item)s: %(quantity)s %(unit)s of %(paper)s, neither used nor returned") % words


# ---- asking the store ----


def take_parts(
    order: WorkOrder,
    lines: Sequence[Wanted],
    *,
    actor: Any,
    warehouse: Warehouse,
    request_key: uuid.UUID | None = None,
) -> Requisition:
    """Ask the store for parts: a submitted requisition of the order's department.

    Below the figure APPROVE_FROM, all requisitions of the order together, it is approved at once; otherwise the rules
    of approval ask. The storekeeper issues it, and the issue belongs to the order. Sent twice it is one requisition.
    Raises DomainError naming the item of which the store has less than asked for.
    """
    key = request_key or uuid.uuid4()

    def write(locked: WorkOrder) -> Mapping[str, Any]:
        _check_wanted(locked, lines, actor, warehouse)
        return {}

    def after(locked: WorkOrder, _event: Any) -> None:
        _ask(locked, lines, actor, warehouse, key)

    said = _(", ").join(f"{line.item} {plain(line.quantity)} {line.item.unit}" for line in lines)
    words = _("Parts asked for: %(parts)s") % {"parts": said}
    take_step(order, "note", actor=actor, write=write, after=after, reason=words, request_key=key)
    return Requisition.objects.get(request_key=key)


def _check_wanted(order: WorkOrder, lines: Sequence[Wanted], actor: Any, warehouse: Warehouse) -> None:
    if order.state not in AT_WORK:
        raise DomainError(
            _("%(order)s is “%(state)s” now; parts are taken while the work is in hand.")
            % {"order": order, "state": order.get_state_display()}
        )
    if not actor.has_perm(permission_for(Requisition, "add")):
        raise NotAllowed(_("You may not ask a store for goods."))
    if order.department_id is None and actor.department_id is None:
        raise DomainError(_("Have the dispatcher say which department %(order)s is for.") % {"order": order})
    if not lines:
        raise DomainError(_("Choose at least one part."), field="lines")
    if len({line.item.pk for line in lines}) < len(lines):
        raise DomainError(_("The same part stands on two lines; put them together."), field="lines")
    there = stock_of(warehouse.pk, [line.item.pk for line in lines])
    for place, line in enumerate(lines, start=1):
        on_hand = there.get(line.item.pk, (ZERO, ZERO))[0]
        if line.quantity > on_hand:
            raise DomainError(
                _("%(warehouse)s has only %(there)s %(unit)s of %(item)s; %(wanted)s were asked for.")
                % {
                    "warehouse": warehouse,
                    "there": plain(on_hand),
                    "unit": line.item.unit,
                    "item": line.item,
                    "wanted": plain(line.quantity),
                },
                field="quantity",
                line=place,
            )


def _ask(order: WorkOrder, lines: Sequence[Wanted], actor: Any, warehouse: Warehouse, key: uuid.UUID) -> None:
    document = Requisition.objects.create(
        organization=order.organization,
        department=order.department or actor.department,
        warehouse=warehouse,
        purpose=_("Repair %(order)s: %(title)s") % {"order": order, "title": order.title},
        created_by=actor,
        request_key=key,
    )
    OrderRequisition.objects.create(order=order, requisition=document)
    rows = [
        RequisitionLine(
            document=document,
            position=place,
            item=line.item,
            unit=line.item.unit,
            quantity=line.quantity,
            note=line.note.strip()[:200],
        )
        for place, line in enumerate(lines, start=1)
    ]
    for row in rows:
        row.compute()
    RequisitionLine.objects.bulk_create(rows)
    apply_transition(document, "submit", actor=actor)


def excuse(document: Requisition) -> str:
    """Why parts need no signature: all that was asked for this order stays below the limit of the house."""
    link = OrderRequisition.objects.filter(requisition=document).select_related("order").first()
    if link is None:
        return ""
    limit = value_of(figures.APPROVE_FROM, document.organization_id, document.business_date)
    asked = RequisitionLine.objects.filter(
        document__in=OrderRequisition.objects.filter(order=link.order).values("requisition"),
        document__status__in=(Status.DRAFT, Status.SUBMITTED, Status.APPROVED),
    )
    if sum(asked.values_list("amount", flat=True), ZERO) >= limit:
        return ""
    return _("Parts for %(order)s below %(limit)s yuan") % {"order": link.order, "limit": shown(limit)}


def issue_moved(issue: GoodsIssue) -> None:
    """An issue was made from a requisition, posted, reversed, or goods of it came back: the order follows."""
    link = OrderRequisition.objects.filter(requisition=issue.requisition_id).select_related("order").first()
    if link is None:
        return
    OrderIssue.objects.get_or_create(issue=issue, defaults={"order": link.order})
    _lower_used(link.order)
    refresh_material_cost(link.order)


def _lower_used(order: WorkOrder) -> None:
    """What lies in the store again was not built in: what the worker noted goes down to what stayed with the order, and
    its story says so."""
    used = used_quantities(order)
    lowered = []
    for line in issued_lines(order):
        kept = line.stock_quantity - line.returned_quantity
        if used.get(line.pk, ZERO) > kept:
            PartUse.objects.filter(issue_line=line).update(used=kept)
            lowered.append(f"{line.item} {plain(kept)} {line.item.unit}")
    if lowered and order.state in NOT_CLOSED:
        words = _("Came back to the store; used is now: %(parts)s") % {"parts": _(", ").join(lowered)}
        take_step(order, "note", actor=None, who=_("the program"), reason=words)


# ---- what became of them ----


def issued_lines(order: WorkOrder) -> list[GoodsIssueLine]:
    """The lines of the posted issues of an order, oldest first; one statement."""
    rows = GoodsIssueLine.objects.filter(
        document__in=OrderIssue.objects.filter(order=order).values("issue"), document__status=Status.POSTED
    )
    return list(rows.select_related("item__unit", "document__warehouse").order_by("document_id", "position"))


def has_material(order: WorkOrder) -> bool:
    """Whether goods of a posted issue stayed with the order."""
    return any(line.stock_quantity > line.returned_quantity for line in issued_lines(order))


def waiting_returns(order: WorkOrder) -> dict[int, Decimal]:
    """Stock units on returns that are not posted yet, by key of the issue line."""
    rows = StockReturnLine.objects.filter(
        issue_line__document__in=OrderIssue.objects.filter(order=order).values("issue"), document__status__in=WAITING
    )
    found: dict[int, Decimal] = {}
    for key, quantity in rows.values_list("issue_line", "stock_quantity"):
        found[key] = found.get(key, ZERO) + quantity
    return found


def used_quantities(order: WorkOrder) -> dict[int, Decimal]:
    """Stock units built in, by key of the issue line."""
    return dict(PartUse.objects.filter(order=order).values_list("issue_line", "used"))


def use_parts(
    order: WorkOrder, used: Mapping[int, Decimal], *, actor: Any, request_key: uuid.UUID | None = None
) -> None:
    """Note how much of the issued parts was built in. used: stock units in all, by key of the issue line.

    Raises DomainError for a line that is not of this order and for more than was issued and not brought back, with what
    waits at the store to be taken back among it.
    """

    def write(locked: WorkOrder) -> Mapping[str, Any]:
        require_not_closed(locked)
        _check_used(locked, used)
        return {}

    def after(locked: WorkOrder, _event: Any) -> None:
        for key, quantity in used.items():
            PartUse.objects.update_or_create(
                issue_line_id=key, defaults={"order": locked, "used": quantity, "by": actor}
            )

    named = [(line, used[line.pk]) for line in issued_lines(order) if line.pk in used]
    said = _(", ").join(f"{line.item} {plain(quantity)} {line.item.unit}" for line, quantity in named)
    words = _("Parts used: %(parts)s") % {"parts": said}
    take_step(order, "note", actor=actor, write=write, after=after, reason=words, request_key=request_key)


def _check_used(order: WorkOrder, used: Mapping[int, Decimal]) -> None:
    issued, coming = {line.pk: line for line in issued_lines(order)}, waiting_returns(order)
    for key, quantity in used.items():
        line = issued.get(key)
        if line is None:
            raise DomainError(_("This part was not issued for %(order)s.") % {"order": order}, field="used")
        kept = line.stock_quantity - line.returned_quantity - coming.get(key, ZERO)
        if not 0 <= quantity <= kept:
            raise DomainError(
                _("%(item)s: between 0 and %(kept)s %(unit)s can have been used.")
                % {"item": line.item, "kept": plain(kept), "unit": line.item.unit},
                field="used",
            )


def require_not_closed(order: WorkOrder) -> None:
    """Raise DomainError once the parts of an order are settled."""
    if order.state not in NOT_CLOSED:
        raise DomainError(
            _("%(order)s is “%(state)s” now; its parts can no longer be changed.")
            % {"order": order, "state": order.get_state_display()}
        )


def open_parts(order: WorkOrder) -> list[OpenPart]:
    """What stands in the way of closing (R-REP-08): issued, neither used nor returned; or asked for and on its way."""
    used = used_quantities(order)
    found = []
    for line in issued_lines(order):
        rest = line.stock_quantity - line.returned_quantity - used.get(line.pk, ZERO)
        if rest > 0:
            found.append(OpenPart(line.item, rest, str(line.document), line))
    return found + _on_their_way(order)


def _on_their_way(order: WorkOrder) -> list[OpenPart]:
    """Lines of requisitions that the store may still issue, and of issues that wait for approval or posting."""
    asked = RequisitionLine.objects.filter(
        document__in=OrderRequisition.objects.filter(order=order).values("requisition"),
        document__status__in=WAITING,
        document__fulfilment__in=(FULFILMENT.NONE, FULFILMENT.PARTIAL),
    ).filter(Q(approved_quantity=None) | Q(approved_quantity__gt=F("issued_quantity")))
    rows = asked.select_related("item__unit", "document").order_by("document_id", "position")
    found = [
        OpenPart(
            line.item,
            (line.stock_quantity if line.approved_quantity is None else line.approved_quantity) - line.issued_quantity,
            str(line.document),
        )
        for line in rows
    ]
    # Issues made without a requisition of ours and linked by hand, not posted yet.
    loose = GoodsIssueLine.objects.filter(
        document__in=OrderIssue.objects.filter(order=order).values("issue"),
        document__requisition=None,
        document__status__in=WAITING,
    )
    loose = loose.select_related("item__unit", "document").order_by("document_id", "position")
    return found + [OpenPart(line.item, line.stock_quantity, str(line.document)) for line in loose]


def refresh_material_cost(order: WorkOrder) -> Decimal:
    """Write what posted issues less returns cost onto the order; returns the yuan."""
    return costs.refresh(order).material
