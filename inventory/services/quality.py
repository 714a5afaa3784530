"""Lots kept back: quarantined on receipt until somebody releases them, or frozen by hand (R-STK-04)."""

from typing import Any

from inventory.models import LotHold


def open_holds(organization_id: int) -> Any:
    """The holds of an organization that were not released yet."""
    return LotHold.objects.filter(organization=organization_id, released_at=None)
