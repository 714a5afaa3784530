"""Addresses of depreciation, changes of value, splits and merges, and of what finance takes over."""

from django.urls import path

from assets.views import balances, depreciation, journal, values
from core.views.documents import document_urls

urlpatterns = [
    *document_urls(
        "depreciation-runs",
        listing=depreciation.RunList,
        detail=depreciation.RunDetail,
        form=depreciation.RunFormView,
        paper=depreciation.RunPaper,
        extra=[
            path("depreciation-runs/<int:pk>/cards/", depreciation.RunCards.as_view(), name="depreciationrun_cards"),
            path(
                "depreciation-runs/<int:pk>/cards/export/",
                depreciation.RunCardsExport.as_view(),
                name="depreciationrun_cards_export",
            ),
        ],
    ),
    *document_urls(
        "value-changes",
        listing=values.ValueChangeList,
        detail=values.ValueChangeDetail,
        form=values.ValueChangeFormView,
        paper=values.ValueChangePaper,
    ),
    *document_urls(
        "card-splits",
        listing=values.CardSplitList,
        detail=values.CardSplitDetail,
        form=values.CardSplitFormView,
        paper=values.CardSplitPaper,
    ),
    path("journal-proposals/", journal.ProposalList.as_view(), name="journalproposal_list"),
    path("journal-proposals/export/", journal.ProposalExport.as_view(), name="journalproposal_export"),
    path("journal-proposals/<int:pk>/", journal.ProposalsOfPaper.as_view(), name="journalproposal_detail"),
    path("account-balances/", balances.AccountBalances.as_view(), name="account_balances"),
    path("account-balances/export/", balances.AccountBalancesExport.as_view(), name="account_balances_export"),
]
