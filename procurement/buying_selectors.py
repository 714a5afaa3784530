"""What is usual when an item is bought (its category, its store, what becomes of it), and who buys for a house."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from assets.figures import ASSET_FROM
from core import clock
from core.policies import value_of
from directory.models import User
from inventory.models import Item, StockValue
from procurement.models import BudgetAllotment, ItemCategoryLink, PurchaseCategory, Treatment


def buyers_of(organization_id: int) -> set[int]:
    """Keys of active people who may begin a sourcing in a house: who is told what a buyer has to know."""
    people = User.objects.filter(organization=organization_id, is_active=True)
    rows = people.filter(groups__permissions__codename="add_sourcing").distinct()
    return {person.pk for person in rows if not person.has_left}


@dataclass(frozen=True)
class Usual:
    """category: None where no stock category above the item is linked; warehouse_id: None where nobody keeps it yet."""

    category: PurchaseCategory | None = None
    warehouse_id: int | None = None


def usual_of(organization_id: int | None, items: Iterable[int]) -> dict[int, Usual]:
    """What is usual for items, by key; three queries whatever their number."""
    keys = set(items)
    paths = dict(Item.objects.filter(pk__in=keys).values_list("pk", "category__path"))
    links = ItemCategoryLink.objects.select_related("category", "item_category")
    by_category = {link.item_category_id: link.category for link in links}
    kept: dict[int, int] = {}
    rows = StockValue.objects.filter(warehouse__organization=organization_id, item__in=keys, warehouse__active=True)
    for item, warehouse in rows.order_by("quantity", "-warehouse").values_list("item", "warehouse"):
        kept[item] = warehouse  # the one with the most comes last
    return {key: Usual(_nearest(path, by_category), kept.get(key)) for key, path in paths.items()}


def _nearest(path: str, by_category: dict[int, PurchaseCategory]) -> PurchaseCategory | None:
    """The purchase category of a stock category, or of the nearest one above it."""
    keys = [int(part) for part in path.split(".") if part]
    return next((by_category[key] for key in reversed(keys) if key in by_category), None)


def asset_from(organization_id: int) -> Decimal:
    """Yuan per unit from which a thing that lasts is a fixed asset (R-AST-03)."""
    return value_of(ASSET_FROM, organization_id, clock.today())


def usual_treatment(
    item: Any, category: PurchaseCategory | None, unit_price: Decimal | None, threshold: Decimal
) -> str | None:
    """An item goes into the store; a service is not kept; a dear thing gets a card (R-AST-03). None: unknown."""
    if item is not None:
        return Treatment.STOCK
    if category is not None and category.kind != PurchaseCategory.Kind.GOODS:
        return Treatment.SERVICE
    return Treatment.ASSET if unit_price is not None and unit_price >= threshold else None


def chargeable_allotments(user: Any, year: int) -> QuerySet[BudgetAllotment]:
    """Allotments of a year that this person sees: of his departments, or of the house where his role reaches it."""
    rows = BudgetAllotment.objects.visible_to(user).filter(organization=user.organization_id, year=year)
    return rows.select_related("department", "economic_class", "project")
