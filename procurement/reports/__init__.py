"""The reports of procurement; importing this package registers them."""

from . import (
    acceptance_rate,
    budget_execution,
    contract_ledger,
    order_deliveries,
)

__all__ = [
    "acceptance_rate",
    "budget_execution",
    "contract_ledger",
    "order_deliveries",
]
