"""What should be bought: one open suggestion an item and warehouse, kept up to date, decided by people (R-STK-20)."""

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from core.errors import DomainError, NotAllowed
from core.numbers import ZERO
from inventory.models import Item, ReplenishmentSuggestion
from inventory.replenishment_selectors import Key, Proposal, proposals, rounded_up, usable_stock, watched

State = ReplenishmentSuggestion.State
CHANGE = "inventory.change_replenishmentsuggestion"
CHANGED = ("state", "in_stock", "minimum", "quantity", "changed_at", "reason")

Requester = Callable[..., str]
"""A function (suggestions, *, actor) that writes a purchase request and returns its number; may raise DomainError."""
_requesters: list[Requester] = []
_pages: list[str] = []


def register_requester(requester: Requester, page: str = "") -> None:
    """The app that buys says how suggestions become a purchase request. page: name of the address that shows the
    request of a reference."""
    _requesters[:] = [requester]
    _pages[:] = [page] if page else []


def address_of(reference: str) -> str | None:
    """Where the purchase request of a reference is shown; None where nobody shows one."""
    return reverse(_pages[0], args=(reference,)) if _pages and reference else None


def rename(organization_id: int, old: str, new: str) -> None:
    """The purchase request of some suggestions is called otherwise from now on."""
    rows = ReplenishmentSuggestion.objects.filter(organization=organization_id, state=State.ORDERED, reference=old)
    rows.update(reference=new[:40])


def reopen(organization_id: int, reference: str) -> None:
    """The purchase request came to nothing: its suggestions are open again."""
    rows = ReplenishmentSuggestion.objects.filter(
        organization=organization_id, state=State.ORDERED, reference=reference
    )
    rows.update(state=State.OPEN, reference="", changed_at=clock.now())


def can_request() -> bool:
    """Whether anybody takes purchase requests in this installation."""
    return bool(_requesters)


@transaction.atomic
def refresh(organization: Any) -> Counter[str]:
    """Compare the usable stock with the minimum of every item; returns how many suggestions were opened, kept, filled.

    A dismissed suggestion stays dismissed until the stock was above the minimum once: it does not come back every day.
    """
    items = watched(organization.pk)
    stock = usable_stock(organization.pk, {item for _warehouse, item in items})
    low = {key: item for key, item in items.items() if stock.get(key, ZERO) < (item.min_stock or ZERO)}
    wanted = _quantities(low, stock)
    rows = ReplenishmentSuggestion.objects.select_for_update().filter(organization=organization)
    told: Counter[str] = Counter()
    known: set[Key] = set()
    changed = []
    for row in rows.exclude(state=State.FILLED).order_by("warehouse_id", "item_id", "pk"):
        key = (row.warehouse_id, row.item_id)
        known.add(key)
        if _bring_up_to_date(row, low.get(key), items.get(key), stock.get(key, ZERO), wanted.get(key, ZERO)):
            changed.append(row)
        told["filled" if row.state == State.FILLED else "kept"] += 1
    ReplenishmentSuggestion.objects.bulk_update(changed, CHANGED)
    new = [
        ReplenishmentSuggestion(
            organization=organization,
            warehouse_id=key[0],
            item=item,
            in_stock=stock.get(key, ZERO),
            minimum=item.min_stock or ZERO,
            quantity=wanted[key],
        )
        for key, item in sorted(low.items())
        if key not in known
    ]
    ReplenishmentSuggestion.objects.bulk_create(new, ignore_conflicts=True)
    told["opened"] = len(new)
    return told


def _quantities(low: dict[Key, Item], stock: dict[Key, Decimal]) -> dict[Key, Decimal]:
    """What brings the stock to the maximum; without one, to the minimum and the use of a month."""
    open_ended = [(key[0], item) for key, item in low.items() if item.max_stock is None]
    usual = proposals(open_ended) if open_ended else {}
    found = {}
    for key, item in low.items():
        target = item.max_stock
        if target is None:
            target = (item.min_stock or ZERO) + usual[key].average
        found[key] = rounded_up(max(target, item.min_stock or ZERO) - stock.get(key, ZERO), item.unit)
    return found


def _bring_up_to_date(
    row: ReplenishmentSuggestion, low: Item | None, item: Item | None, stock: Decimal, quantity: Decimal
) -> bool:
    """Write today's figures on a suggestion that is not filled; returns whether anything changed."""
    before = (row.state, row.in_stock, row.minimum, row.quantity)
    row.in_stock = stock
    if low is not None:
        row.minimum, row.quantity = low.min_stock or ZERO, quantity
    else:
        row.state = State.FILLED
        if item is None:
            row.reason = row.reason or _("The item has no minimum any more or is no longer used.")
    if before == (row.state, row.in_stock, row.minimum, row.quantity):
        return False
    row.changed_at = clock.now()
    return True


def _locked(suggestion: ReplenishmentSuggestion, actor: Any, *states: str) -> ReplenishmentSuggestion:
    """The row, locked and in one of these states, if the actor may decide about it."""
    rows = ReplenishmentSuggestion.objects.within(actor, CHANGE).filter(pk=suggestion.pk)
    if not rows.exists():
        raise NotAllowed(_("You may not decide about replenishment."))
    row = ReplenishmentSuggestion.objects.select_for_update(of=("self",)).select_related("item").get(pk=suggestion.pk)
    if row.state not in states:
        raise DomainError(
            _("This suggestion is “%(state)s” now; reload the page.") % {"state": row.get_state_display()}
        )
    return row


def _decide(row: ReplenishmentSuggestion, state: str, actor: Any, *, reason: str = "", reference: str = "") -> None:
    row.state, row.decided_by, row.changed_at = state, actor, clock.now()
    row.reason, row.reference = reason[:200], reference[:40]
    row.save()


@transaction.atomic
def dismiss(suggestion: ReplenishmentSuggestion, *, actor: Any, reason: str) -> ReplenishmentSuggestion:
    """Nothing is bought now, with a reason. Raises NotAllowed or DomainError."""
    row = _locked(suggestion, actor, State.OPEN)
    if not reason.strip():
        raise DomainError(_("Please give a reason."), field="reason")
    _decide(row, State.DISMISSED, actor, reason=reason.strip())
    return row


@transaction.atomic
def take_up(suggestion: ReplenishmentSuggestion, *, actor: Any) -> ReplenishmentSuggestion:
    """A dismissed or requested one is open again (the request came to nothing). Raises NotAllowed or DomainError."""
    row = _locked(suggestion, actor, State.DISMISSED, State.ORDERED)
    rivals = ReplenishmentSuggestion.objects.filter(warehouse=row.warehouse_id, item=row.item_id)
    if rivals.filter(state__in=(State.OPEN, State.ORDERED)).exclude(pk=row.pk).exists():
        raise DomainError(_("There is another open suggestion for this item and warehouse."))
    _decide(row, State.OPEN, actor)
    return row


@transaction.atomic
def request(suggestions: Sequence[ReplenishmentSuggestion], *, actor: Any) -> str:
    """Turn open suggestions into one purchase request; returns its number.

    Raises DomainError when nobody takes requests, when none is chosen, or when one is not open any more.
    """
    if not can_request():
        raise DomainError(_("There is nobody here who takes purchase requests."))
    if not suggestions:
        raise DomainError(_("No open suggestion is shown; there is nothing to request."))
    ordered = sorted(suggestions, key=lambda suggestion: suggestion.pk)
    rows = [_locked(suggestion, actor, State.OPEN) for suggestion in ordered]
    reference = _requesters[0](rows, actor=actor)
    for row in rows:
        _decide(row, State.ORDERED, actor, reference=reference)
    return reference


@transaction.atomic
def accept(suggestion: ReplenishmentSuggestion, *, actor: Any) -> Item:
    """Make the proposed minimum, maximum and delivery time those of the item.

    Raises NotAllowed without the right to change items, DomainError where nothing is proposed.
    """
    if not actor.has_perm("inventory.change_item"):
        raise NotAllowed(_("You may not change items."))
    row = _locked(suggestion, actor, *State.values)
    item: Any = Item.objects.select_for_update(of=("self",)).select_related("unit").get(pk=row.item_id)
    proposal: Proposal = proposals([(row.warehouse_id, item)])[row.warehouse_id, item.pk]
    if proposal.minimum is None:
        raise DomainError(_("Nothing is proposed: it was not used over a full month yet."))
    item.min_stock, item.max_stock = proposal.minimum, proposal.maximum
    if item.lead_time_days is None and proposal.lead_source == "deliveries":
        item.lead_time_days = proposal.lead_days
    item._history_user, item._change_reason = actor, _("Proposed from the use of the last months")[:100]
    item.save()
    refresh(row.organization)
    return item
