"""Addresses of stock counts."""

from django.urls import path

from core.views.documents import document_urls

from .views import count_entry, count_sheets, counts

BASE = "stock-counts/<int:pk>"

urlpatterns = document_urls(
    "stock-counts",
    listing=counts.CountList,
    detail=counts.CountDetail,
    form=counts.CountFormView,
    paper=count_sheets.CountPaper,
    extra=[
        path(f"{BASE}/open/", counts.CountOpen.as_view(), name="stockcount_open"),
        path(f"{BASE}/finish/", counts.CountFinish.as_view(), name="stockcount_finish"),
        path(f"{BASE}/zero/", counts.CountZero.as_view(), name="stockcount_zero"),
        path(f"{BASE}/recount/", counts.CountAgain.as_view(), name="stockcount_recount"),
        path(f"{BASE}/causes/", counts.CountCauses.as_view(), name="stockcount_causes"),
        path(f"{BASE}/count/", count_entry.CountingPage.as_view(), name="stockcount_count"),
        path(f"{BASE}/entries/", count_entry.CountEntries.as_view(), name="stockcount_entries"),
        path(f"{BASE}/paper/", count_sheets.CountSheetPaper.as_view(), name="stockcount_paper"),
        path(f"{BASE}/sheet/", count_sheets.CountSheetDownload.as_view(), name="stockcount_sheet"),
        path(f"{BASE}/upload/", count_sheets.CountSheetUpload.as_view(), name="stockcount_upload"),
    ],
)
