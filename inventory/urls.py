"""Addresses of the storehouse."""

from django.urls import path

from core.views.documents import document_urls

from .views import issues, lots, papers, pickers, receipts, requisitions

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
    path("lots/<int:pk>/", lots.LotPage.as_view(), name="lot_detail"),
    path("items/search/", pickers.ItemSearch.as_view(), name="item_search"),
]
