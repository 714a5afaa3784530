"""What is written on a card beside the ledgers: its describing fields, its accessories, when its label was printed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assets.models import Asset, AssetComponent
from core import clock
from core.errors import DomainError, NotAllowed
from core.numbers import ZERO, plain
from core.search import initials_of

CHANGE = "assets.change_asset"
LABEL = "assets.label_asset"
DESCRIBING = (
    *("name", "old_category", "unit", "brand", "specification", "manufacturer", "serial_number", "old_number"),
    *("procurement_form", "budget_item", "supplier", "contract_number", "invoice_number", "warranty_until"),
    *("use_purpose", "managing_department", "situated_at", "note", "details"),
)
"""The fields that a clerk may correct on the card itself; everything else takes a paper."""
REASON_LENGTH = 100


@dataclass(frozen=True)
class Accessory:
    """An accessory as it should be: `pk` of the one that is there already, None for a new one. value: yuan."""

    pk: int | None
    name: str
    specification: str = ""
    serial_number: str = ""
    quantity: Decimal = Decimal(1)
    unit: str = "个"
    value: Decimal | None = None
    note: str = ""


ACCESSORY_FIELDS = ("name", "specification", "serial_number", "quantity", "unit", "value", "note")


def may_describe(asset: Asset, user: Any) -> bool:
    """Whether this person corrects the describing fields of a card."""
    return bool(Asset.objects.within(user, CHANGE).filter(pk=asset.pk).exists())


@transaction.atomic
def describe(
    asset: Asset, values: dict[str, Any], *, actor: Any, revision: int, accessories: Sequence[Accessory] | None = None
) -> Asset:
    """Correct describing fields, and put these accessories in place of those there are (None: leave them).

    revision: that of the card the person looked at. Raises NotAllowed without the right, DomainError when somebody
    changed the card meanwhile, for a field that only a paper changes, or for accessories worth more than the thing.
    """
    if not may_describe(asset, actor):
        raise NotAllowed(_("You may not change %(asset)s.") % {"asset": asset})
    if others := set(values) - set(DESCRIBING):
        raise DomainError(_("Only a paper changes this: %(fields)s.") % {"fields": _(", ").join(sorted(others))})
    card = Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
    if card.revision != revision:
        raise DomainError(
            _("%(asset)s was changed meanwhile. Look at it again; what you typed is not saved yet.") % {"asset": card}
        )
    _remember_first(card)
    told = "" if accessories is None else _replace(card, accessories)
    changed = [name for name, value in values.items() if getattr(card, name) != value]
    if not changed and not told:
        return card
    for name in changed:
        setattr(card, name, values[name])
    card.initials = initials_of(card.name)
    card.revision += 1
    card._history_user = actor
    card._change_reason = told[:REASON_LENGTH]
    card.save(update_fields=[*changed, "initials", "revision"])
    return card


def _remember_first(card: Asset) -> None:
    """Cards are made in bulk, which keeps no history: write down how the card was before it is first corrected."""
    if not card.history.exists():
        Asset.history.bulk_history_create([card], default_date=card.created_at)


def _replace(card: Asset, wanted: Sequence[Accessory]) -> str:
    """Bring the accessories to what is wanted; what changed in a sentence, "" for nothing."""
    worth = sum((row.value or ZERO for row in wanted), ZERO)
    if worth > card.original_value:
        raise DomainError(
            _("The accessories are worth %(worth)s yuan together, the whole thing %(value)s; correct their values.")
            % {"worth": plain(worth), "value": plain(card.original_value)}
        )
    known = {row.pk: row for row in card.components.all()}
    added, altered = [], []
    for row in wanted:
        values = {name: getattr(row, name) for name in ACCESSORY_FIELDS}
        own = known.pop(row.pk, None) if row.pk else None
        if own is None:
            added.append(AssetComponent.objects.create(asset=card, **values))
        elif any(getattr(own, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(own, name, value)
            own.save()
            altered.append(own)
    gone = list(known.values())
    AssetComponent.objects.filter(pk__in=[row.pk for row in gone]).delete()
    parts = ((_("added"), added), (_("changed"), altered), (_("taken out"), gone))
    told = [f"{word} {_(', ').join(row.name for row in rows)}" for word, rows in parts if rows]
    return _("Accessories: %(changes)s") % {"changes": "; ".join(told)} if told else ""


def mark_printed(keys: Iterable[int], *, actor: Any) -> int:
    """Note that the labels of these cards are being printed; returns how many. Raises NotAllowed without the right."""
    wanted = set(keys)
    rows = Asset.objects.within(actor, LABEL).filter(pk__in=wanted)
    if rows.count() != len(wanted):
        raise NotAllowed(_("You may not print the labels of some of these things."))
    return rows.update(label_printed_at=clock.now())
