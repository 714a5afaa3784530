"""Addresses of the reports of procurement."""

from core.reports import address
from procurement.reports.acceptance_rate import AcceptanceRate
from procurement.reports.approval_times import ApprovalTimes
from procurement.reports.budget_execution import BudgetExecution
from procurement.reports.contract_ledger import ContractLedger
from procurement.reports.order_deliveries import LateDeliveries, OpenOrders
from procurement.reports.purchase_prices import PurchasePrices

urlpatterns = [
    address("reports/purchase-prices/", PurchasePrices),
    address("reports/approval-times/", ApprovalTimes),
    address("reports/budget-execution/", BudgetExecution),
    address("reports/open-orders/", OpenOrders),
    address("reports/late-deliveries/", LateDeliveries),
    address("reports/acceptance-rate/", AcceptanceRate),
    address("reports/contract-ledger/", ContractLedger),
]
