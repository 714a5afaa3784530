"""The reports of the storehouse; importing this package registers them."""

from . import consumption, expiry, item_ledger, lot_trace, stock_on_hand, stock_summary

__all__ = ["consumption", "expiry", "item_ledger", "lot_trace", "stock_on_hand", "stock_summary"]
