"""Opening a count: the plan becomes a list of lots to count."""

import random
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.documents.lifecycle import Status
from core.documents.services import edit_draft, record_event
from core.errors import DomainError, IllegalTransition
from inventory.models import ItemShelf, StockBalance, StockCount, StockCountLine, StockMove

from ..locations import of_warehouse

Scope, Phase = StockCount.Scope, StockCount.Phase
_chance = random.SystemRandom()


def open_count(document: StockCount, *, actor: Any) -> StockCount:
    """Write the lines of a plan and let the counting begin; returns the count as it is then.

    Raises DomainError when the plan is incomplete, names nothing, or names lots that another open count has.
    """
    with edit_draft(document, actor=actor, step="") as fresh:
        if fresh.phase != Phase.PLANNED:
            raise IllegalTransition(_("%(document)s was opened before; reload the page.") % {"document": fresh})
        check_people(fresh)
        check_scope(fresh)
        balances = list(_chosen(fresh))
        if not balances and fresh.scope != Scope.WHOLE:
            raise DomainError(_("The plan names no goods that are in this warehouse; choose something else to count."))
        refuse_counted_elsewhere(fresh, [balance.lot_id for balance in balances])
        _write_lines(fresh, balances)
        set_phase(fresh, Phase.COUNTING, opened_at=clock.now(), finished_at=None)
        record_event(fresh, "open_count", actor=actor, from_status=fresh.status)
    return fresh


def set_phase(document: StockCount, phase: str, **moments: Any) -> None:
    """Write how far the counting is. It is written past save(), which leaves it alone so that no stale form
    brings an old one back."""
    values = {"phase": phase, **moments}
    StockCount._base_manager.filter(pk=document.pk).update(**values)
    for name, value in values.items():
        setattr(document, name, value)


def check_people(document: StockCount) -> None:
    """Counters there are, and the supervisor is neither one of them nor a keeper of the warehouse (R-STK-16)."""
    keepers = document.warehouse.keepers.filter(pk=document.supervisor_id)
    if keepers.exists():
        raise DomainError(
            _("%(person)s keeps %(warehouse)s; somebody else has to supervise its count.")
            % {"person": document.supervisor, "warehouse": document.warehouse},
            field="supervisor",
        )
    people = [document.supervisor, *document.counters.all()]
    if len(people) < 2:
        raise DomainError(_("Name at least one person who counts."), field="counter_1")
    if document.supervisor in people[1:]:
        raise DomainError(_("Who supervises does not count; name two people."), field="supervisor")
    strangers = [p for p in people if not p.is_active or p.organization_id != document.organization_id]
    if strangers:
        raise DomainError(
            _("%(person)s no longer works here; name somebody else.") % {"person": strangers[0]}, field="supervisor"
        )


def check_scope(document: StockCount) -> None:
    """What a scope needs is filled in and belongs to the warehouse."""
    if document.warehouse.organization_id != document.organization_id:
        raise DomainError(_("The warehouse belongs to another organization."), field="warehouse")
    if document.scope == Scope.CATEGORY and document.category is None:
        raise DomainError(_("Choose the category that is counted."), field="category")
    if document.scope == Scope.SHELF and (
        document.shelf is None or document.shelf.warehouse_id != document.warehouse_id
    ):
        raise DomainError(_("Choose a shelf of this warehouse."), field="shelf")
    if document.scope == Scope.SAMPLE and not document.sample_size:
        raise DomainError(_("Enter how many items are drawn."), field="sample_size")
    if document.scope == Scope.MOVED and document.moved_since is None:
        raise DomainError(_("Enter the day since which items have moved."), field="moved_since")


def _chosen(document: StockCount) -> QuerySet[StockBalance]:
    """The balances of the warehouse that the plan means."""
    rows = StockBalance.objects.filter(location=of_warehouse(document.warehouse))
    if document.scope == Scope.CATEGORY and document.category:
        rows = rows.filter(item__category__path__startswith=document.category.path)
    elif document.scope == Scope.SHELF:
        rows = rows.filter(item__in=ItemShelf.objects.filter(shelf=document.shelf_id).values("item"))
    elif document.scope == Scope.MOVED:
        place = of_warehouse(document.warehouse)
        moved = StockMove.objects.filter(Q(source=place) | Q(target=place), business_date__gte=document.moved_since)
        rows = rows.filter(item__in=moved.order_by().values("item"))
    if not document.with_zero:
        rows = rows.filter(quantity__gt=0)
    if document.scope == Scope.SAMPLE:
        items = sorted(set(rows.values_list("item_id", flat=True)))
        rows = rows.filter(item__in=_chance.sample(items, min(document.sample_size or 0, len(items))))
    return rows.select_related("item", "lot")


def refuse_counted_elsewhere(document: StockCount, lots: list[int]) -> None:
    """A lot is on one unposted count at a time: two would book the same difference twice."""
    others = StockCountLine.objects.filter(
        lot__in=lots,
        document__warehouse=document.warehouse_id,
        document__status__in=(Status.DRAFT, Status.SUBMITTED, Status.APPROVED),
    ).exclude(document=document.pk)
    if other := others.select_related("document", "item").first():
        raise DomainError(
            _("%(item)s is already on %(other)s, which is not posted yet. Finish or cancel that count first.")
            % {"item": other.item, "other": other.document}
        )


def _write_lines(document: StockCount, balances: list[StockBalance]) -> None:
    """Lines in the order of a walk through the store: by shelf, then by code."""
    places = ItemShelf.objects.filter(warehouse=document.warehouse_id).select_related("shelf")
    shelves = {row.item_id: row.shelf for row in places}

    def walk(balance: StockBalance) -> tuple[Any, ...]:
        shelf = shelves.get(balance.item_id)
        return (shelf is None, shelf.code if shelf else "", balance.item.code, balance.lot.number, balance.lot_id)

    StockCountLine.objects.bulk_create(
        [
            StockCountLine(
                document=document, position=position, item=row.item, lot=row.lot, shelf=shelves.get(row.item_id)
            )
            for position, row in enumerate(sorted(balances, key=walk), start=1)
        ]
    )
