"""Which suppliers of an enquiry are independent of each other (R-PRC-06)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.utils.translation import gettext as _

from directory.models import Supplier


@dataclass(frozen=True)
class Tie:
    """Two suppliers that count as one, and what they share."""

    first: Supplier
    second: Supplier
    shared: str

    def sentence(self) -> str:
        words = {"first": self.first, "second": self.second, "shared": self.shared}
        return _("%(first)s and %(second)s have the same %(shared)s and count as one.") % words


def _marks(supplier: Supplier) -> dict[str, str]:
    """What is compared: phones by their digits, names without blanks; empty ones prove nothing."""
    phone = re.sub(r"\D", "", supplier.phone or "")
    return {
        _("credit code"): (supplier.credit_code or "").upper(),
        _("legal person"): re.sub(r"\s", "", supplier.legal_person or "").casefold(),
        _("phone"): phone[-11:],
        _("controlling owner"): re.sub(r"\s", "", supplier.controlling_owner or "").casefold(),
    }


def ties_among(suppliers: Iterable[Supplier]) -> list[Tie]:
    """Every two of these suppliers that are not independent; one firm's name may also be another's owner."""
    marks = [(supplier, _marks(supplier)) for supplier in suppliers]
    found = []
    for (first, one), (second, two) in combinations(marks, 2):
        shared = next((label for label, value in one.items() if value and value == two[label]), "")
        owner = _("controlling owner")
        if not shared and (one[owner] == _plain(second) or two[owner] == _plain(first)):
            shared = owner
        if shared:
            found.append(Tie(first, second, shared))
    return found


def _plain(supplier: Supplier) -> str:
    return re.sub(r"\s", "", supplier.name).casefold()


def independent_count(suppliers: Iterable[Supplier]) -> tuple[int, list[Tie]]:
    """(how many independent ones there are, the ties): whoever is tied to one another counts as one."""
    rows = {supplier.pk: supplier for supplier in suppliers}
    ties = ties_among(rows.values())
    parent: dict[Any, Any] = {key: key for key in rows}

    def root(key: Any) -> Any:
        while parent[key] != key:
            key = parent[key]
        return key

    for tie in ties:
        parent[root(tie.first.pk)] = root(tie.second.pk)
    return len({root(key) for key in rows}), ties
