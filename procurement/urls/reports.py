"""Addresses of the reports of procurement."""

from core.reports import address
from procurement.reports.acceptance_rate import AcceptanceRate
from procurement.reports.approval_times import ApprovalTimes
from procurement.reports.budget_execution import BudgetExecution
from procurement.reports.contract_ledger import ContractLedger
from procurement.reports.duty_conflicts import DutyConflicts
from procurement.reports.order_deliveries import LateDeliveries, OpenOrders
from procurement.reports.payables import Payables
from procurement.reports.plan_fulfilment import PlanFulfilment
from procurement.reports.purchase_ledger import DepartmentPurchases, PurchaseLedger
from procurement.reports.purchase_prices import PurchasePrices
from procurement.reports.sourcing_figures import MethodUse, Savings
from procurement.reports.suppliers import LicencesEnding, SupplierScores

urlpatterns = [
    address("reports/purchase-prices/", PurchasePrices),
    address("reports/approval-times/", ApprovalTimes),
    address("reports/budget-execution/", BudgetExecution),
    address("reports/plan-fulfilment/", PlanFulfilment),
    address("reports/open-orders/", OpenOrders),
    address("reports/late-deliveries/", LateDeliveries),
    address("reports/acceptance-rate/", AcceptanceRate),
    address("reports/contract-ledger/", ContractLedger),
    address("reports/purchase-ledger/", PurchaseLedger),
    address("reports/department-purchases/", DepartmentPurchases),
    address("reports/payables/", Payables),
    address("reports/purchase-duties/", DutyConflicts),
    address("reports/purchase-methods/", MethodUse),
    address("reports/savings/", Savings),
    address("reports/supplier-scores/", SupplierScores),
    address("reports/licences-ending/", LicencesEnding),
]
