"""Addresses of the storehouse."""

from django.urls import path

from core.reports import address
from core.views.documents import document_urls

from . import count_urls, period_urls
from .reports.old_pieces import OldPieceDebts, OldPieceStock, TradeInRegister
from .views import (
    issues,
    labels,
    loans,
    lots,
    movement_papers,
    old_pieces,
    papers,
    pickers,
    prices,
    receipts,
    requisitions,
    returns,
    transfers,
    write_offs,
)

urlpatterns = [
    path("requisitions/to-issue/", issues.ToIssueList.as_view(), name="requisitions_to_issue"),
    path("requisitions/repeat/", requisitions.RepeatLast.as_view(), name="requisition_repeat"),
    *document_urls(
        "requisitions",
        listing=requisitions.RequisitionList,
        detail=requisitions.RequisitionDetail,
        form=requisitions.RequisitionFormView,
        paper=papers.RequisitionPaper,
        extra=[
            path("requisitions/<int:pk>/copy/", requisitions.RequisitionCopy.as_view(), name="requisition_copy"),
            path("requisitions/<int:pk>/issue/", issues.RequisitionIssue.as_view(), name="requisition_issue"),
            path("requisitions/<int:pk>/close/", requisitions.CloseRest.as_view(), name="requisition_close_rest"),
        ],
    ),
    *document_urls(
        "issues",
        listing=issues.IssueList,
        detail=issues.IssueDetail,
        form=issues.IssueFormView,
        paper=papers.IssuePaper,
    ),
    *document_urls(
        "receipts",
        listing=receipts.ReceiptList,
        detail=receipts.ReceiptDetail,
        form=receipts.ReceiptFormView,
        paper=papers.ReceiptPaper,
    ),
    *document_urls(
        "opening-stock",
        listing=receipts.OpeningList,
        detail=receipts.OpeningDetail,
        form=receipts.OpeningFormView,
        paper=papers.OpeningPaper,
    ),
    *document_urls(
        "stock-returns",
        listing=returns.StockReturnList,
        detail=returns.StockReturnDetail,
        form=returns.StockReturnFormView,
        paper=movement_papers.StockReturnPaper,
        extra=[path("stock-returns/choose/", returns.ChooseIssue.as_view(), name="stockreturn_choose")],
    ),
    *document_urls(
        "supplier-returns",
        listing=returns.SupplierReturnList,
        detail=returns.SupplierReturnDetail,
        form=returns.SupplierReturnFormView,
        paper=movement_papers.SupplierReturnPaper,
        extra=[path("supplier-returns/choose/", returns.ChooseReceipt.as_view(), name="supplierreturn_choose")],
    ),
    *document_urls(
        "transfers",
        listing=transfers.TransferList,
        detail=transfers.TransferDetail,
        form=transfers.TransferFormView,
        paper=movement_papers.TransferPaper,
    ),
    *document_urls(
        "arrivals",
        listing=transfers.ArrivalList,
        detail=transfers.ArrivalDetail,
        form=transfers.ArrivalFormView,
        paper=movement_papers.ArrivalPaper,
        extra=[path("arrivals/to-confirm/", transfers.ArrivalsToConfirm.as_view(), name="transferarrival_choose")],
    ),
    path("labels/", labels.Labels.as_view(), name="labels"),
    path("lots/<int:pk>/", lots.LotPage.as_view(), name="lot_detail"),
    path("items/search/", pickers.ItemSearch.as_view(), name="item_search"),
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
    *count_urls.urlpatterns,
    *period_urls.urlpatterns,
]
