"""Drafts of purchase requests that others ask for: plan lines, replenishment, repairs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.documents.services import record_event
from core.errors import DomainError, NotAllowed
from core.numbers import ZERO, price
from inventory.services import replenishment
from procurement import buying_selectors, price_selectors
from procurement.models import PlanLine, PurchaseRequest, PurchaseRequestLine, Treatment

Source = PurchaseRequest.Source
ADD = "procurement.add_purchaserequest"


@dataclass(frozen=True)
class Part:
    """One line of a draft. quantity in `unit`, unit_price in yuan per `unit` (None: what was paid last).

    What is left out is filled in as it is usual: purchase category, warehouse, what becomes of it. department: for
    whom, when it is not the one of the request.
    """

    quantity: Decimal
    unit: Any
    item: Any = None
    name: str = ""
    specification: str = ""
    factor: Decimal = Decimal(1)
    unit_price: Decimal | None = None
    category: Any = None
    treatment: str = ""
    department: Any = None
    warehouse: Any = None
    warehouse_id: int | None = None
    allotment: Any = None
    plan_line: Any = None
    supplier: Any = None
    note: str = ""

    @property
    def subject(self) -> price_selectors.Subject:
        return self.item.pk if self.item else (self.name, self.specification)


@transaction.atomic
def draft_from(
    *, source: str, reference: str, lines: Sequence[Part], actor: Any, purpose: str = "", reason: str = ""
) -> PurchaseRequest:
    """Write a draft in the name of the actor; he completes and submits it.

    Args:
        source: a value of PurchaseRequest.Source. reference: number of the paper it comes from, shown with it.
        purpose, reason: what it is for, and why it stands outside the plan; he may change both.

    Raises NotAllowed without the right or a department, DomainError when there is nothing to ask for.
    """
    if not actor.has_perm(ADD) or actor.organization_id is None or actor.department_id is None:
        raise NotAllowed(_("You may not write purchase requests; ask somebody who may."))
    if not lines:
        raise DomainError(_("Choose at least one line."))
    document = PurchaseRequest.objects.create(
        organization_id=actor.organization_id,
        department_id=actor.department_id,
        created_by=actor,
        purpose=purpose[:200],
        outside_reason=reason[:200],
        source=source,
        source_reference=reference[:60],
    )
    parts = _completed(actor.organization_id, lines)
    PurchaseRequestLine.objects.bulk_create(
        _line(document, part, position) for position, part in enumerate(parts, start=1)
    )
    record_event(document, "edit", actor=actor, from_status=document.status, reason=reference)
    return document


def _completed(organization_id: int, lines: Sequence[Part]) -> list[Part]:
    """The parts with what is usual for them; a fixed number of queries."""
    items = {part.item.pk for part in lines if part.item}
    usual = buying_selectors.usual_of(organization_id, items)
    paid = price_selectors.histories(organization_id, {part.subject for part in lines})
    threshold = buying_selectors.asset_from(organization_id)
    found = []
    for part in lines:
        known = usual.get(part.item.pk) if part.item else None
        category = part.category or (known.category if known else None)
        unit_price = _price(part, paid.get(part.subject)) if part.unit_price is None else part.unit_price
        treatment = part.treatment or buying_selectors.usual_treatment(part.item, category, unit_price, threshold)
        store = known.warehouse_id if known and treatment == Treatment.STOCK else None
        found.append(
            replace(
                part,
                category=category,
                unit_price=unit_price,
                treatment=treatment or Treatment.SERVICE,
                warehouse_id=part.warehouse.pk if part.warehouse else store,
            )
        )
    return found


def _price(part: Part, paid: price_selectors.PriceHistory | None) -> Decimal:
    """What was paid last, else what the item is said to cost, else nothing: then the person has to enter it."""
    each = paid.last if paid and paid.last else getattr(part.item, "reference_price", None)
    return price(each * part.factor) if each else ZERO


def _line(document: PurchaseRequest, part: Part, position: int) -> PurchaseRequestLine:
    line = PurchaseRequestLine(
        document=document,
        position=position,
        item=part.item,
        name="" if part.item else part.name[:100],
        specification="" if part.item else part.specification[:200],
        unit=part.unit,
        factor=part.factor,
        quantity=part.quantity,
        unit_price=part.unit_price or ZERO,
        category=part.category,
        treatment=part.treatment,
        department=part.department if part.department != document.department else None,
        warehouse_id=part.warehouse_id,
        allotment=part.allotment,
        plan_line=part.plan_line,
        supplier=part.supplier,
        note=part.note[:200],
    )
    line.compute()
    return line


# ---- from plan lines ----


def draft_from_plan(lines: Iterable[PlanLine], *, actor: Any) -> PurchaseRequest:
    """One request for the rest of several plan lines, of one department or of many: a line for each, equal things side
    by side. Raises what draft_from raises."""
    rows = sorted(lines, key=lambda row: (row.title, row.described, row.document.department.code, row.pk))
    parts = [
        Part(
            quantity=row.open_quantity,
            unit=row.unit,
            item=row.item,
            name=row.name,
            specification=row.specification,
            factor=row.factor,
            unit_price=row.unit_price,
            category=row.category,
            treatment=row.treatment,
            department=row.document.department,
            allotment=row.allotment,
            plan_line=row,
            note=row.note,
        )
        for row in rows
        if row.open_quantity > 0
    ]
    numbers = sorted({str(row.document.number) for row in rows})
    years = sorted({row.document.year for row in rows})
    purpose = _("Plan of %(years)s") % {"years": _(", ").join(str(year) for year in years)} if years else ""
    return draft_from(source=Source.PLAN, reference=_(", ").join(numbers), lines=parts, actor=actor, purpose=purpose)


# ---- from replenishment ----


def reference_of(document: PurchaseRequest) -> str:
    """How a suggestion names the request that was written for it: by number, or as long as it has none by its key."""
    return document.number or f"#{document.pk}"


def replenish(suggestions: Sequence[Any], *, actor: Any) -> str:
    """Write a draft for suggestions of the store; returns the reference by which they name it (R-STK-20)."""
    parts = [
        Part(
            quantity=row.quantity,
            unit=row.item.unit,
            item=row.item,
            warehouse=row.warehouse,
            treatment=Treatment.STOCK,
        )
        for row in suggestions
    ]
    stores = _(", ").join(sorted({str(row.warehouse) for row in suggestions}))
    document = draft_from(
        source=Source.REPLENISHMENT,
        reference=stores,
        lines=parts,
        actor=actor,
        purpose=_("Replenishment of %(stores)s") % {"stores": stores},
        reason=_("The stock is below its minimum."),
    )
    return reference_of(document)


def tell_number(document: PurchaseRequest, *, actor: Any) -> None:
    """The suggestions behind an approved request name it by its number from now on."""
    replenishment.rename(document.organization_id, f"#{document.pk}", document.number or "")


def free_suggestions(document: PurchaseRequest, *, actor: Any) -> None:
    """A request that is cancelled or deleted came to nothing: its suggestions are open again."""
    for reference in {reference_of(document), f"#{document.pk}"}:
        replenishment.reopen(document.organization_id, reference)
