"""汇总: equal lines of the departments' plans become one line of a merged plan; what leaders lower is spread back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.documents.services import edit_draft
from core.errors import DomainError, NotAllowed
from core.numbers import ZERO, price
from procurement import plan_selectors
from procurement.models import PlanLine, ProcurementPlan, Treatment
from procurement.plan_selectors import period_words


@transaction.atomic
def merge(keys: Iterable[int], *, year: int, month: int | None, actor: Any, request_key: Any = None) -> ProcurementPlan:
    """Make a draft that merges approved lines of departments for one period; returns it.

    keys: the lines chosen. Equal ones (the same item, or the same name, specification and unit) become one line in the
    item's stock unit at the average of their prices; each remembers what it became part of. Raises DomainError when a
    line can no longer be merged, NotAllowed when this person does not merge plans.
    """
    if not plan_selectors.may_merge(actor):
        raise NotAllowed(_("Plans are merged by logistics and the buyers."))
    if actor.department is None:
        raise NotAllowed(_("You belong to no department yet. Ask the administrator."))
    rows = _locked(set(keys), year, month, actor)
    document = ProcurementPlan(
        organization=actor.organization,
        department=actor.department,
        kind=ProcurementPlan.Kind.MERGED,
        year=year,
        month=month,
        created_by=actor,
        **({"request_key": request_key} if request_key else {}),
    )
    document.title = _("Merged plan %(period)s") % {"period": period_words(document)}
    document.save()
    groups = plan_selectors.grouped(rows)
    lines = [_line(document, position, part) for position, part in enumerate(groups, start=1)]
    PlanLine.objects.bulk_create(lines)
    for line, part in zip(lines, groups, strict=True):
        for row in part:
            row.merged_into = line
    PlanLine.objects.bulk_update(rows, ("merged_into",))
    return document


def _locked(wanted: set[int], year: int, month: int | None, actor: Any) -> list[PlanLine]:
    """The lines chosen, all of them still to be merged. Raises DomainError."""
    # Locked by key first: the same lines cannot go into two plans.
    list(PlanLine.objects.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk", flat=True))
    rows = list(plan_selectors.mergeable_lines(actor, year, month).filter(pk__in=wanted))
    if not rows:
        raise DomainError(_("Choose at least one line that can be merged."))
    if len(rows) != len(wanted):
        raise DomainError(
            _("%(count)d of the lines chosen were merged, requested or dropped meanwhile; look at the page again.")
            % {"count": len(wanted) - len(rows)}
        )
    return rows


def _line(document: ProcurementPlan, position: int, part: Sequence[PlanLine]) -> PlanLine:
    """One line for equal ones: quantities added in the stock unit, the price their average."""
    first = part[0]
    quantity = sum((row.approved_quantity * row.factor for row in part), ZERO)  # type: ignore[operator]
    worth = sum((row.approved_quantity * row.unit_price for row in part), ZERO)  # type: ignore[operator]
    same_unit = len({(row.unit_id, row.factor) for row in part}) == 1
    factor = first.factor if same_unit else Decimal(1)
    quantity = quantity / factor
    treatments = {row.treatment for row in part}
    line = PlanLine(
        document=document,
        position=position,
        item=first.item,
        name=first.name,
        specification=first.specification,
        unit=first.unit if same_unit or first.item is None else first.item.unit,
        factor=factor,
        quantity=quantity,
        unit_price=price(worth / quantity),
        category=first.category,
        treatment=first.treatment if len(treatments) == 1 or first.item is None else Treatment.STOCK,
        needed_by=min((row.needed_by for row in part if row.needed_by), default=None),
    )
    line.compute()
    return line


def spread(document: ProcurementPlan) -> None:
    """Bring what leaders lowered on merged lines down to the lines of the departments, in proportion.

    Every department gets its share in whole steps of its unit; what remains goes to those whose share was cut most.
    """
    sources: dict[int, list[PlanLine]] = defaultdict(list)
    rows = PlanLine.objects.select_for_update(of=("self",)).select_related("unit")
    for row in rows.filter(merged_into__document=document, dropped=False).order_by("pk"):
        sources[row.merged_into_id or 0].append(row)
    changed = []
    for line in document.lines.all():
        part = sources.get(line.pk, [])
        shares = shares_of((line.approved_quantity or ZERO) * line.factor, part)
        for row, share in zip(part, shares, strict=True):
            row.approved_quantity = share
            changed.append(row)
    PlanLine.objects.bulk_update(changed, ("approved_quantity",))


def shares_of(granted: Decimal, rows: Sequence[PlanLine]) -> list[Decimal]:
    """What of `granted` stock units each line gets, in its own unit and in whole steps of that unit."""
    asked = [(row.agreed_quantity or ZERO) * row.factor for row in rows]
    whole = sum(asked, ZERO)
    if granted >= whole:
        return [row.agreed_quantity or ZERO for row in rows]
    exact = [granted * part / whole / row.factor for part, row in zip(asked, rows, strict=True)]
    steps = [Decimal(1).scaleb(-row.unit.places) for row in rows]
    found = [value.quantize(step, rounding=ROUND_FLOOR) for value, step in zip(exact, steps, strict=True)]
    left = granted - sum((share * row.factor for share, row in zip(found, rows, strict=True)), ZERO)
    for place in sorted(range(len(rows)), key=lambda n: (found[n] - exact[n], n)):
        one = steps[place] * rows[place].factor
        if one <= left and found[place] + steps[place] <= (rows[place].agreed_quantity or ZERO):
            found[place] += steps[place]
            left -= one
    return found


def take_out(document: ProcurementPlan, keys: Iterable[int], *, actor: Any) -> None:
    """Take lines out of a merged draft; the departments' lines behind them stand alone again.

    Raises DomainError when the plan is no merged draft or would be empty.
    """
    if document.kind != ProcurementPlan.Kind.MERGED:
        raise DomainError(_("%(document)s is no merged plan; change its lines instead.") % {"document": document})
    with edit_draft(document, actor=actor) as fresh:
        rows = fresh.lines.filter(pk__in=set(keys))
        if rows.count() == fresh.lines.count():
            raise DomainError(_("Nothing would be left; delete the draft instead."))
        PlanLine.objects.filter(merged_into__in=rows.values("pk")).update(merged_into=None)
        rows.delete()
        left = list(fresh.lines.order_by("position", "pk"))
        for position, line in enumerate(left, start=1):
            line.position = position
        PlanLine.objects.bulk_update(left, ("position",))
