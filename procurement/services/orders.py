"""Orders and contracts: nothing is ordered that was not approved, awarded or agreed (R-PRC-01, R-PRC-09, R-PRC-10)."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assets.figures import ASSET_FROM
from core import clock
from core.documents.lifecycle import Status
from core.documents.services import status_before
from core.errors import DomainError
from core.numbers import ZERO, money, plain
from core.policies import value_of
from core.templatetags.display import money as shown
from procurement import figures
from procurement.models import PurchaseOrder, PurchaseOrderLine, Treatment

from . import awards, methods, prices, requests, splitting, supplier_checks, wanted
from .reservations import Reservations


def lines_of(document: PurchaseOrder) -> list[PurchaseOrderLine]:
    return wanted.lines_of(
        document,
        "request_line__document",
        "request_line__item",
        "sourcing_line__document",
        "sourcing_line__awarded__quotation__supplier",
        "framework_line__document__supplier",
        "warehouse",
    )


def lock_order(key: int) -> PurchaseOrder:
    """The order, locked: everything that changes what it delivers takes this lock first, so that two never overlap."""
    return PurchaseOrder.objects.select_for_update(of=("self",)).select_related("supplier", "sourcing").get(pk=key)


def check(document: PurchaseOrder, *, actor: Any) -> None:
    """Complete lines inside approved requests, as awarded or agreed, from a supplier who may deliver, with a bond and a
    treatment that the figures allow. Raises DomainError naming line and field."""
    lines = lines_of(document)
    wanted.check_lines(document, lines)
    check_supplier(document, actor=actor)
    require_covered(lines)
    awards.require_awarded(document, lines)
    check_direct(document)
    check_bond(document)
    prices.require_reasons(document, lines, leaving_out=document)
    limit = value_of(ASSET_FROM, document.organization_id, document.business_date)
    for line in lines:
        _check_treatment(line, limit)


def check_again(document: PurchaseOrder, *, actor: Any) -> None:
    """At the last signature: the supplier once more, and what counts against the year's limits while nobody else of the
    house approves against them (R-PRC-04)."""
    if splitting.is_direct(document):
        splitting.lock_year(document.organization_id)
        check_direct(document)
    check_supplier(document, actor=actor)


def check_direct(document: PurchaseOrder) -> None:
    """What is ordered without a sourcing goes round neither the central catalogue (R-PRC-05) nor the limits of a year
    (R-PRC-04). Raises DomainError."""
    rows = splitting.ordered_lines(document)
    found = methods.central_refusals(document.organization_id, rows, document.business_date)
    if found:
        raise DomainError(" ".join(dict.fromkeys(found)), code="R-PRC-05")
    splitting.require_no_splitting(document, rows)


def check_supplier(document: PurchaseOrder, *, actor: Any) -> None:
    """The supplier may deliver these categories today: not stopped, not black-listed, licences valid (R-PRC-09)."""
    lines = document.lines.select_related("category")
    supplier_checks.require_eligible(document.supplier, [line.category for line in lines], clock.today())


def check_bond(document: PurchaseOrder) -> None:
    """A bond has a form, and at most the allowed part of the contract (R-PRC-10). Raises DomainError."""
    has_form = document.bond_form != PurchaseOrder.Bond.NONE
    if has_form != (document.bond_amount > 0):
        raise DomainError(_("Enter the form of the performance bond and its yuan, or neither."), field="bond_amount")
    percent = value_of(figures.BOND_UP_TO, document.organization_id, document.business_date)
    most = money(document.total_amount * percent / 100)
    if document.bond_amount > most:
        raise DomainError(
            _("The performance bond is at most %(percent)s %% of the contract, that is %(most)s yuan.")
            % {"percent": plain(percent), "most": shown(most)},
            field="bond_amount",
        )


def _check_treatment(line: PurchaseOrderLine, limit: Decimal) -> None:
    """Goods for the store have a warehouse; a thing that lasts and costs `limit` yuan or more gets a card or a reason
    why not (R-AST-03)."""
    if line.treatment != Treatment.STOCK:
        return
    if line.warehouse is None:
        raise DomainError(
            _("Choose the warehouse that %(name)s goes to.") % {"name": line.title},
            field="warehouse",
            line=line.position,
        )
    if line.stock_reason.strip():
        return
    if line.unit_price / line.factor >= limit:
        raise DomainError(
            _(
                "%(name)s costs %(limit)s yuan or more a piece: choose “asset card”, or say why it is no fixed asset "
                "but goes into the store."
            )
            % {"name": line.title, "limit": plain(limit)},
            field="stock_reason",
            line=line.position,
        )


def require_covered(lines: list[PurchaseOrderLine]) -> None:
    """Every line lies inside an approved request, in quantity and in amount. Raises DomainError (R-PRC-01)."""
    taken: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        request = line.request_line
        where: dict[str, Any] = {"line": line.position}
        if request.document.status != Status.APPROVED:
            raise DomainError(
                _("%(request)s is not approved; nothing of it can be ordered.") % {"request": request.document},
                field="request_line",
                **where,
            )
        if (line.item_id, line.unit_id) != (request.item_id, request.unit_id):
            raise DomainError(
                _("The request asks for %(name)s in another unit or for something else.") % {"name": request.title},
                field="request_line",
                **where,
            )
        taken[request.pk] += line.quantity
        if taken[request.pk] > request.open_quantity:
            raise DomainError(
                _("%(name)s: %(wanted)s ordered, but only %(left)s of the request are left.")
                % {"name": line.title, "wanted": plain(taken[request.pk]), "left": plain(request.open_quantity)},
                field="quantity",
                **where,
            )
        require_price_approved(line, line.unit_price)


def require_price_approved(line: PurchaseOrderLine, price: Decimal) -> None:
    """The price is not above what the request was approved with. Raises DomainError (R-PRC-01)."""
    approved = line.request_line.unit_price
    if price > approved:
        raise DomainError(
            _(
                "%(name)s: the price of %(price)s yuan is above the approved %(approved)s yuan; a new request "
                "has to be approved first."
            )
            % {"name": line.title, "price": plain(price), "approved": plain(approved)},
            field="unit_price",
            line=line.position,
        )


def place(document: PurchaseOrder, *, actor: Any) -> None:
    """Approved: take the quantities from requests and awards, and give back what the order saves on the estimate.

    Everything it rests on is locked and looked at again: of two orders for the same rest one wins (R-PRC-01).
    """
    lines = lines_of(document)
    reservations = Reservations(lines)
    awards.lock(lines)
    require_covered(lines)
    awards.require_awarded(document, lines)
    with reservations.follow(document=document, actor=actor, before=False):
        for line in lines:
            line.request_line.ordered_quantity += line.quantity
    _draw_on_awards(lines, 1)
    requests.refresh_progress({row.document_id for row in reservations.requests.values()})


def take_back(document: PurchaseOrder, *, actor: Any) -> None:
    """An approved order is returned or cancelled: its requests are open again, and what it saved is reserved anew."""
    if status_before(document) != Status.APPROVED:
        return
    lines = lines_of(document)
    reservations = Reservations(lines)
    awards.lock(lines)
    with reservations.follow(document=document, actor=actor, after=False):
        for line in lines:
            line.request_line.ordered_quantity -= line.quantity
    _draw_on_awards(lines, -1)
    requests.refresh_progress({row.document_id for row in reservations.requests.values()})


def _draw_on_awards(lines: list[PurchaseOrderLine], sign: int) -> None:
    for line in lines:
        awards.draw(line, sign * line.quantity)
    awards.write(lines)


def require_untouched(document: PurchaseOrder, *, actor: Any) -> None:
    """An order that was delivered, changed, billed or paid in part is not taken back; its rest is cancelled."""
    if document.status != Status.APPROVED:
        return
    if document.lines.filter(accepted_quantity__gt=0).exists():
        raise DomainError(
            _("Something of %(document)s was accepted already; cancel the rest instead.") % {"document": document}
        )
    if document.signed_on:
        raise DomainError(
            _("%(document)s was signed on %(day)s; cancel the rest instead.")
            % {"document": document, "day": document.signed_on}
        )
    if document.lines.filter(closed_quantity__gt=0).exists():
        raise DomainError(_("The rest of %(document)s was cancelled already.") % {"document": document})
    for papers in (document.acceptances, document.changes, document.invoices, document.payments):
        alive = (Status.SUBMITTED, Status.APPROVED, Status.POSTED)
        if paper := papers.filter(status__in=alive).first():
            raise DomainError(
                _("%(paper)s belongs to %(document)s; cancel it first, or cancel the rest of the order.")
                % {"paper": paper, "document": document}
            )


def refresh_progress(document: PurchaseOrder) -> None:
    """Write how far an order is delivered, from its lines."""
    lines = list(PurchaseOrderLine.objects.filter(document=document))
    Progress = PurchaseOrder.Progress
    progress = Progress.OPEN
    if all(line.open_quantity <= 0 for line in lines):
        progress = Progress.CLOSED if any(line.closed_quantity for line in lines) else Progress.COMPLETE
    elif any(line.accepted_quantity for line in lines):
        progress = Progress.PARTIAL
    PurchaseOrder.objects.filter(pk=document.pk).update(progress=progress)
    document.progress = progress
