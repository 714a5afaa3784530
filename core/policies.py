"""Dated figures (limits, percentages, days): what is in force on a day, and on what it is based.

An app registers its keys when it is ready; the shipped value holds until the house writes its own row. The basis says
whether a figure is law, practice or an example.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.models.policies import Policy


@dataclass(frozen=True)
class Figure:
    """A key with its words. unit: what the value counts (yuan, percent, days); shipped: the value without a row."""

    key: str
    label: Any
    unit: Any
    shipped: Decimal
    basis: Any


@dataclass(frozen=True)
class InForce:
    """What holds on a day. own: the house wrote it itself."""

    figure: Figure
    value: Decimal
    basis: str
    valid_from: dt.date | None
    own: bool


_figures: dict[str, Figure] = {}


def register(*figures: Figure) -> None:
    """Add keys; called from AppConfig.ready."""
    _figures.update({figure.key: figure for figure in figures})


def all_figures() -> list[Figure]:
    return list(_figures.values())


def figure_of(key: str) -> Figure | None:
    """The figure with this key; None for a key that no part of the program registered (any more)."""
    return _figures.get(key)


def label_of(key: str) -> str:
    return str(_figures[key].label) if key in _figures else key


def value_of(key: str, organization_id: int, day: dt.date) -> Decimal:
    """The figure in force in an organization on a day. Raises KeyError for a key nobody registered."""
    return in_force(key, organization_id, day).value


def in_force(key: str, organization_id: int, day: dt.date) -> InForce:
    """The row with the latest day that is not after `day`, else the shipped value; one query."""
    figure = _figures[key]
    rows = Policy.objects.filter(organization_id=organization_id, key=key, valid_from__lte=day)
    return _in_force(figure, rows.order_by("-valid_from").first())


def _in_force(figure: Figure, row: Policy | None) -> InForce:
    if row is None:
        return InForce(figure, figure.shipped, str(figure.basis), None, own=False)
    return InForce(figure, row.value, row.basis, row.valid_from, own=True)


def all_in_force(organization_id: int, day: dt.date) -> list[InForce]:
    """Every registered figure on a day; one query."""
    rows: dict[str, Policy] = {}
    for row in Policy.objects.filter(organization_id=organization_id, valid_from__lte=day).order_by("valid_from"):
        rows[row.key] = row
    return [_in_force(figure, rows.get(figure.key)) for figure in _figures.values()]
