"""Addresses of the reports of procurement."""

from core.reports import address
from procurement.reports.budget_execution import BudgetExecution

urlpatterns = [
    address("reports/budget-execution/", BudgetExecution),
]
