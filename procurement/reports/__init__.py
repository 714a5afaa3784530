"""The reports of procurement; importing this package registers them."""

from . import (
    acceptance_rate,
    approval_times,
    budget_execution,
    contract_ledger,
    duty_conflicts,
    order_deliveries,
    payables,
    plan_fulfilment,
    purchase_ledger,
    purchase_prices,
    sourcing_figures,
    suppliers,
)

__all__ = [
    "acceptance_rate",
    "approval_times",
    "budget_execution",
    "contract_ledger",
    "duty_conflicts",
    "order_deliveries",
    "payables",
    "plan_fulfilment",
    "purchase_ledger",
    "purchase_prices",
    "sourcing_figures",
    "suppliers",
]
