"""The reports of the storehouse; importing this package registers them."""

from . import (
    closing_report,
    consumption,
    count_report,
    deliveries,
    expiry,
    item_ledger,
    lot_trace,
    old_pieces,
    price_changes,
    quota_use,
    slow_moving,
    stock_on_hand,
    stock_summary,
)

__all__ = [
    "closing_report",
    "consumption",
    "count_report",
    "deliveries",
    "expiry",
    "item_ledger",
    "lot_trace",
    "old_pieces",
    "price_changes",
    "quota_use",
    "slow_moving",
    "stock_on_hand",
    "stock_summary",
]
