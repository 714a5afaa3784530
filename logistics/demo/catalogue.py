"""The goods of the demo hospital as data: categories and items read from the hand-written families in goods.py."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from .goods import GOODS

_PACK = re.compile(r"(\D+)([\d.]+)")


@dataclass(frozen=True)
class Product:
    """One item before it is in the database.

    price: yuan per stock unit. packs: (unit, stock units in one). usual: what one request asks for, in stock units.
    weight: how often it is asked for within its category, in proportion (Zipf-like). lot_days: shelf life; 0 means that
    it is not kept by lot.
    """

    code: str
    name: str
    specification: str
    category: str
    warehouse: str
    unit: str
    price: Decimal
    packs: tuple[tuple[str, Decimal], ...]
    usual: int
    weight: float
    lot_days: int
    fifo: bool
    trade_in: bool


@dataclass(frozen=True)
class Category:
    """A leaf of the category tree; `parent` is the code of its parent or empty."""

    code: str
    name: str
    parent: str
    warehouse: str


@cache
def read() -> tuple[tuple[Category, ...], tuple[Product, ...]]:
    """All categories and all products, in the order they are written."""
    categories: list[Category] = []
    products: list[Product] = []
    family = number = 0
    for row in GOODS.strip().splitlines():
        if row.startswith("#"):
            code, name, warehouse = row[1:].split()
            parent = "" if code.endswith("00") else code[:2]
            categories.append(Category(code, name, parent, warehouse))
            family = number = 0
            continue
        found = _family(row, categories[-1], family, number)
        products += found
        family, number = family + 1, number + len(found)
    return tuple(categories), tuple(products)


def _family(row: str, category: Category, rank: int, number: int) -> list[Product]:
    name, specifications, unit, price, packs, usual, *flags = (part.strip() for part in row.split("|"))
    words = " ".join(flags).split()
    lot_days = next((int(word[3:]) for word in words if word.startswith("LOT")), 0)
    products = []
    for place, text in enumerate(part.strip() for part in specifications.split(";")):
        specification, _at, own_price = text.partition("@")
        cost = Decimal(own_price or price)
        products.append(
            Product(
                code=f"{category.code}{number + place + 1:03d}",
                name=name,
                specification=specification,
                category=category.code,
                warehouse=category.warehouse,
                unit=unit,
                price=cost,
                packs=tuple((label.strip(), Decimal(size)) for label, size in _PACK.findall(packs)),
                usual=_scaled(int(usual), cost / Decimal(price)),
                weight=1 / ((rank + 1) ** 0.7 * (place + 1) ** 0.8),
                lot_days=lot_days,
                fifo="FIFO" in words,
                trade_in="OLD" in words,
            )
        )
    return products


def _scaled(usual: int, dearer: Decimal) -> int:
    """A pack five times as dear is asked for about a fifth as often."""
    return max(1, round(usual / max(dearer, Decimal(1))))
