"""Addresses of the storehouse."""

from django.urls import path

from core.views.documents import document_urls

from . import count_urls, loss_urls, period_urls
from .views import issues, labels, lots, movement_papers, papers, pickers, receipts, requisitions, returns, transfers

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
    *loss_urls.urlpatterns,
    *count_urls.urlpatterns,
    *period_urls.urlpatterns,
]
