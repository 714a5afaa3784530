"""The reports of the storehouse; importing this package registers them."""

from . import consumption, item_ledger, stock_on_hand, stock_summary

__all__ = ["consumption", "item_ledger", "stock_on_hand", "stock_summary"]
