"""A digest over every field of a move, so that a changed row is found and named."""

import hashlib

from core.sealing import spelled
from inventory.models import StockMove

_FIELDS = (
    "organization_id",
    "item_id",
    "lot_id",
    "source_id",
    "target_id",
    "quantity",
    "unit_cost",
    "amount",
    "department_id",
    "business_date",
    "posted_at",
    "posted_by_id",
    "content_type_id",
    "object_id",
    "line_id",
    "sequence",
    "number",
    "reverses_id",
    "layer_id",
    "origin_id",
)


def digest_of(move: StockMove) -> str:
    """SHA-256 over the move's fields in a fixed spelling, as 64 hexadecimal digits."""
    values = (getattr(move, name) for name in _FIELDS)
    return hashlib.sha256("|".join(spelled(value) for value in values).encode()).hexdigest()
