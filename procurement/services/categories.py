"""The purchase categories that come with the program (procurement/shipped/purchase_categories.csv)."""

import csv
from pathlib import Path

from core.search import initials_of
from procurement.models import PurchaseCategory

SHIPPED = Path(__file__).resolve().parent.parent / "shipped" / "purchase_categories.csv"
KINDS = {"A": PurchaseCategory.Kind.GOODS, "B": PurchaseCategory.Kind.WORKS, "C": PurchaseCategory.Kind.SERVICES}


def load_shipped() -> int:
    """Add the shipped categories that are missing; returns how many were added.

    What is there already stays as the house has it. The file is a part of GB/T 14885-2022; `evidence` says where each
    row was seen, and rows that are only recalled say so. Three statements, whatever the number of rows.
    """
    known = set(PurchaseCategory.objects.values_list("code", flat=True))
    with SHIPPED.open(encoding="utf-8", newline="") as source:
        rows = [row for row in csv.DictReader(source) if row["code"] not in known]
    made = PurchaseCategory.objects.bulk_create(
        PurchaseCategory(
            code=row["code"],
            name=row["name"],
            initials=initials_of(row["name"]),
            kind=KINDS[row["code"][0]],
            evidence=row["evidence"],
        )
        for row in rows
    )
    PurchaseCategory.history.bulk_history_create(made, default_change_reason="shipped")
    return len(made)
