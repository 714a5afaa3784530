"""Addresses of budgets and plans."""

from django.urls import path

from core.views.document_lines import lines_url
from core.views.documents import document_urls
from procurement.models import BudgetDecision, ProcurementPlan
from procurement.views import budget_decisions, budgets, plan_lines, plan_pickers, plans

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
    path("plans/items/", plan_pickers.PlanItemSearch.as_view(), name="plan_item_search"),
    path("plans/merge/", plan_lines.MergePlans.as_view(), name="plan_merge"),
    *document_urls(
        "plans",
        listing=plans.PlanList,
        detail=plans.PlanDetail,
        form=plans.PlanFormView,
        paper=plans.PlanPaper,
        extra=[
            lines_url("plans", ProcurementPlan),
            path("plans/<int:pk>/copy/", plans.PlanCopy.as_view(), name="procurementplan_copy"),
            path("plans/<int:pk>/drop/", plan_lines.DropLines.as_view(), name="procurementplan_drop"),
        ],
    ),
]
