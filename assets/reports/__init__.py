"""The reports of the fixed assets; importing this package registers them."""

from . import attention, card_ledger, class_summary, counts, depreciation, disposals, holdings  # noqa: F401
