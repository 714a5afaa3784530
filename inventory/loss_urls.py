"""Addresses of old pieces, losses, loans and price differences."""

from django.urls import path

from core.reports import address
from core.views.documents import document_urls

from .reports.old_pieces import OldPieceDebts, OldPieceStock, TradeInRegister
from .views import loans, old_pieces, prices, write_offs

urlpatterns = [
    address("old-pieces/owed/", OldPieceDebts),
    address("old-pieces/register/", TradeInRegister),
    address("old-pieces/stock/", OldPieceStock),
    *document_urls(
        "trade-ins",
        listing=old_pieces.TradeInList,
        detail=old_pieces.TradeInDetail,
        form=old_pieces.TradeInFormView,
        paper=old_pieces.TradeInPaper,
    ),
    *document_urls(
        "old-piece-disposals",
        listing=old_pieces.DisposalList,
        detail=old_pieces.DisposalDetail,
        form=old_pieces.DisposalFormView,
        paper=old_pieces.DisposalPaper,
    ),
    *document_urls(
        "write-offs",
        listing=write_offs.WriteOffList,
        detail=write_offs.WriteOffDetail,
        form=write_offs.WriteOffFormView,
        paper=write_offs.WriteOffPaper,
    ),
    *document_urls(
        "tool-loans",
        listing=loans.ToolLoanList,
        detail=loans.ToolLoanDetail,
        form=loans.ToolLoanFormView,
        paper=loans.ToolLoanPaper,
    ),
    *document_urls(
        "tool-returns",
        listing=loans.LoanReturnList,
        detail=loans.LoanReturnDetail,
        form=loans.LoanReturnFormView,
        paper=loans.LoanReturnPaper,
        extra=[path("tool-returns/choose/", loans.ChooseLoan.as_view(), name="loanreturn_choose")],
    ),
    *document_urls(
        "price-differences",
        listing=prices.PriceDifferenceList,
        detail=prices.PriceDifferenceDetail,
        form=prices.PriceDifferenceFormView,
        paper=prices.PriceDifferencePaper,
        extra=[
            path("price-differences/choose/", prices.ChooseReceipt.as_view(), name="pricedifference_choose"),
            path("price-differences/estimates/", prices.OpenEstimates.as_view(), name="open_estimates"),
        ],
    ),
]
