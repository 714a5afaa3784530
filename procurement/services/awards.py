"""What an order rests on besides the request: the award of a sourcing, or the prices of a framework agreement."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.documents.lifecycle import Status
from core.errors import DomainError
from core.numbers import ZERO, plain
from core.policies import value_of
from core.templatetags.display import money as shown
from procurement import figures
from procurement.models import FrameworkLine, PurchaseOrder, PurchaseOrderLine, SourcingLine


def lock(lines: Iterable[PurchaseOrderLine]) -> None:
    """Lock the award and agreement lines behind order lines and put the fresh rows on them. Their papers are read after
    that: an award that was taken back while the lock was waited for is seen as taken back."""
    rows = list(lines)
    awarded = SourcingLine.objects.select_for_update(of=("self",)).prefetch_related(
        "document", "awarded__quotation__supplier"
    )
    agreed = FrameworkLine.objects.select_for_update(of=("self",)).prefetch_related("document")
    by_award = {row.pk: row for row in awarded.filter(pk__in=[x.sourcing_line_id for x in rows]).order_by("pk")}
    by_price = {row.pk: row for row in agreed.filter(pk__in=[x.framework_line_id for x in rows]).order_by("pk")}
    for line in rows:
        line.sourcing_line = by_award.get(line.sourcing_line_id or 0)
        line.framework_line = by_price.get(line.framework_line_id or 0)


def draw(line: PurchaseOrderLine, quantity: Decimal) -> None:
    """Count an order's quantity on its award or agreement; additions beyond an award leave it fully ordered."""
    if award := line.sourcing_line:
        award.ordered_quantity = min(max(award.ordered_quantity + quantity, ZERO), award.quantity)
    if agreed := line.framework_line:
        agreed.called_quantity = min(max(agreed.called_quantity + quantity, ZERO), agreed.quantity)


def write(lines: Iterable[PurchaseOrderLine]) -> None:
    """Write what draw() counted on the rows that lock() put on these lines; two statements."""
    rows = list(lines)
    SourcingLine.objects.bulk_update({x.sourcing_line for x in rows if x.sourcing_line}, ("ordered_quantity",))
    FrameworkLine.objects.bulk_update({x.framework_line for x in rows if x.framework_line}, ("called_quantity",))


def agreed_price(line: PurchaseOrderLine) -> Decimal | None:
    """Yuan per unit that was awarded or agreed for an order line; None for a direct purchase."""
    if line.sourcing_line:
        return line.sourcing_line.awarded.unit_price if line.sourcing_line.awarded else None
    return line.framework_line.unit_price if line.framework_line else None


def require_awarded(document: PurchaseOrder, lines: list[PurchaseOrderLine]) -> None:
    """Supplier, price and quantity are those of the award or the agreement; without one the order is small.

    Raises DomainError naming the line.
    """
    if document.sourcing is None and document.framework is None:
        _require_small(document)
        return
    taken: dict[Any, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        source = line.sourcing_line or line.framework_line
        if source is None:
            raise DomainError(
                _("%(name)s comes from no award and no agreement.") % {"name": line.title}, line=line.position
            )
        taken[source] += line.quantity
        if line.sourcing_line:
            _require_award(document, line, line.sourcing_line)
            left = line.sourcing_line.quantity - line.sourcing_line.ordered_quantity
        else:
            _require_agreement(document, line, line.framework_line)
            left = line.framework_line.quantity - line.framework_line.called_quantity  # type: ignore[union-attr]
        if taken[source] > left:
            raise DomainError(
                _("%(name)s: %(wanted)s ordered, but only %(left)s were awarded or agreed and are not ordered yet.")
                % {"name": line.title, "wanted": plain(taken[source]), "left": plain(left)},
                field="quantity",
                line=line.position,
            )
        _require_price(line)


def _require_small(document: PurchaseOrder) -> None:
    most = value_of(figures.DIRECT_UP_TO, document.organization_id, document.business_date)
    if document.total_amount > most:
        raise DomainError(
            _(
                "Only small things up to %(most)s yuan are ordered without quotations; this order comes to %(total)s "
                "yuan. Let the request be sourced first."
            )
            % {"most": shown(most), "total": shown(document.total_amount)}
        )


def _require_award(document: PurchaseOrder, line: PurchaseOrderLine, award: SourcingLine) -> None:
    if award.document_id != document.sourcing_id or award.document.status != Status.APPROVED:
        raise DomainError(
            _("%(sourcing)s is not approved, or it is not the sourcing of this order.") % {"sourcing": award.document},
            line=line.position,
        )
    if award.request_line_id != line.request_line_id:
        raise DomainError(_("The award belongs to another line of the request."), line=line.position)
    if award.awarded is None or award.awarded.quotation.supplier_id != document.supplier_id:
        raise DomainError(
            _("%(name)s was not awarded to %(supplier)s.") % {"name": line.title, "supplier": document.supplier},
            field="supplier",
            line=line.position,
        )


def _require_agreement(document: PurchaseOrder, line: PurchaseOrderLine, agreed: FrameworkLine | None) -> None:
    if agreed is None or agreed.document_id != document.framework_id:
        raise DomainError(_("This price belongs to another agreement."), line=line.position)
    agreement = agreed.document
    if agreement.status != Status.APPROVED:
        raise DomainError(_("%(agreement)s is not approved.") % {"agreement": agreement}, line=line.position)
    if agreement.supplier_id != document.supplier_id:
        raise DomainError(_("The agreement is with another supplier."), field="supplier")
    if not agreement.valid_from <= document.business_date <= agreement.valid_until:
        raise DomainError(
            _("%(agreement)s holds from %(start)s to %(end)s only.")
            % {"agreement": agreement, "start": agreement.valid_from, "end": agreement.valid_until}
        )
    same = (agreed.item_id, agreed.unit_id) == (line.item_id, line.unit_id)
    if not same or (line.item_id is None and agreed.name != line.name):
        raise DomainError(
            _("The agreement names no price for %(name)s in this unit.") % {"name": line.title}, line=line.position
        )


def _require_price(line: PurchaseOrderLine) -> None:
    """The very price that was awarded or agreed: a supplier cannot change it afterwards (R-PRC-07)."""
    agreed = agreed_price(line)
    if line.unit_price != agreed:
        raise DomainError(
            _("%(name)s: %(agreed)s yuan were awarded or agreed, not %(price)s yuan.")
            % {"name": line.title, "agreed": plain(agreed or ZERO), "price": plain(line.unit_price)},
            field="unit_price",
            line=line.position,
        )
