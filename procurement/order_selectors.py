"""What screens about orders, deliveries and rejected goods read."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from core.documents.lifecycle import Status
from core.documents.services import permission_for
from core.numbers import ZERO
from procurement.models import (
    Acceptance,
    FrameworkAgreement,
    FrameworkLine,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseRequestLine,
    Sourcing,
    SourcingLine,
)

UNDER_WAY = (PurchaseOrder.Progress.OPEN, PurchaseOrder.Progress.PARTIAL)


def open_lines() -> QuerySet[PurchaseOrderLine]:
    """Lines of approved orders of which something is still to be delivered."""
    return PurchaseOrderLine.objects.filter(
        document__status=Status.APPROVED, quantity__gt=F("accepted_quantity") + F("closed_quantity")
    )


def orders_to_accept(user: Any) -> QuerySet[PurchaseOrder]:
    """Open orders whose deliveries this person may accept: those he sees, if he may write acceptances at all."""
    if not user.has_perm(permission_for(Acceptance, "add")):
        return PurchaseOrder.objects.none()
    rows = PurchaseOrder.objects.visible_to(user).filter(organization_id=user.organization_id)
    return rows.filter(status=Status.APPROVED, progress__in=UNDER_WAY)


def orders_to_change(user: Any) -> QuerySet[PurchaseOrder]:
    """Approved orders that are not delivered in full and that this person may change."""
    rows = PurchaseOrder.objects.visible_to(user).filter(organization_id=user.organization_id)
    return rows.filter(status=Status.APPROVED, progress__in=UNDER_WAY)


def on_drafts(column: str, keys: Any) -> dict[int, Decimal]:
    """Quantities on orders that are not approved yet, by the key in `column` (sourcing_line, request_line)."""
    rows = PurchaseOrderLine.objects.filter(
        document__status__in=(Status.DRAFT, Status.SUBMITTED), **{f"{column}__in": list(keys)}
    )
    return dict(rows.order_by().values_list(column).annotate(Sum("quantity")))


def awarded_lines(sourcing: Sourcing) -> dict[Any, list[tuple[SourcingLine, Decimal]]]:
    """By supplier: every awarded line of a sourcing with what is neither ordered nor on a draft yet."""
    rows = list(
        sourcing.lines.exclude(awarded=None)
        .select_related(
            "awarded__quotation__supplier",
            "request_line__item__unit",
            "request_line__unit",
            "request_line__document",
            "request_line__category",
            "request_line__warehouse",
        )
        .order_by("position", "id")
    )
    written = on_drafts("sourcing_line", [row.pk for row in rows])
    found: dict[Any, list[tuple[SourcingLine, Decimal]]] = defaultdict(list)
    for row in rows:
        left = row.quantity - row.ordered_quantity - written.get(row.pk, ZERO)
        if row.awarded is not None:
            found[row.awarded.quotation.supplier].append((row, max(left, ZERO)))
    return dict(found)


def awards_to_order(user: Any) -> QuerySet[Sourcing]:
    """Approved sourcings of which something was awarded and is not ordered."""
    left = SourcingLine.objects.filter(document=OuterRef("pk"), quantity__gt=F("ordered_quantity")).exclude(
        awarded=None
    )
    rows = Sourcing.objects.visible_to(user).filter(organization_id=user.organization_id, status=Status.APPROVED)
    return rows.filter(Exists(left))


def request_lines_to_order(user: Any) -> QuerySet[PurchaseRequestLine]:
    """Lines of approved requests of which something is not ordered, oldest first."""
    rows = PurchaseRequestLine.objects.filter(
        document__organization_id=user.organization_id,
        document__status=Status.APPROVED,
        quantity__gt=F("ordered_quantity") + F("closed_quantity"),
    )
    return rows.select_related("item__unit", "unit", "document__department", "department", "category").order_by(
        "document__business_date", "document", "position", "id"
    )


def not_on_drafts(lines: list[PurchaseRequestLine]) -> list[PurchaseRequestLine]:
    """Those of request lines of which something is on no order that is still being written; one query."""
    written = on_drafts("request_line", [line.pk for line in lines])
    return [line for line in lines if line.open_quantity > written.get(line.pk, ZERO)]


def frameworks_in_force(user: Any, day: Any) -> QuerySet[FrameworkAgreement]:
    """Approved agreements that hold on a day."""
    rows = FrameworkAgreement.objects.visible_to(user).filter(organization_id=user.organization_id)
    return rows.filter(status=Status.APPROVED, valid_from__lte=day, valid_until__gte=day).select_related("supplier")


def agreed_line_for(agreement: FrameworkAgreement, line: PurchaseRequestLine) -> FrameworkLine | None:
    """The price of an agreement for what a request line asks for, in the same unit; None where it names none."""
    return next(
        (
            agreed
            for agreed in agreement.lines.all()
            if (agreed.item_id, agreed.unit_id) == (line.item_id, line.unit_id)
            and (line.item_id or agreed.name == line.name)
        ),
        None,
    )


def searched_lines(rows: QuerySet[PurchaseRequestLine], text: str) -> QuerySet[PurchaseRequestLine]:
    """Request lines whose goods, number or department contain a text."""
    if not text:
        return rows
    names = ("item__name", "item__code", "item__initials", "name", "document__number", "document__department__name")
    condition = Q(pk__in=())
    for name in names:
        condition |= Q(**{f"{name}__icontains": text})
    return rows.filter(condition)
