"""Addresses of budgets and plans."""

from django.urls import path

from core.views.document_lines import lines_url
from core.views.documents import document_urls
from procurement.models import BudgetDecision
from procurement.views import budget_decisions, budgets

urlpatterns = [
    path("budgets/", budgets.Budgets.as_view(), name="budgets"),
    path("budgets/<int:pk>/", budgets.AllotmentMoves.as_view(), name="budgetallotment_detail"),
    path("budgets/<int:pk>/export/", budgets.AllotmentMovesExport.as_view(), name="budgetallotment_export"),
    *document_urls(
        "budget-decisions",
        listing=budget_decisions.DecisionList,
        detail=budget_decisions.DecisionDetail,
        form=budget_decisions.DecisionFormView,
        paper=budget_decisions.DecisionPaper,
        extra=[lines_url("budget-decisions", BudgetDecision)],
    ),
]
