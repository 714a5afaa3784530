"""Addresses of asset counts."""

from django.urls import path

from assets.reports.counts import CountDifferences, CountTable, UncountedCards
from assets.views import count_entry, count_proposals, count_sheets, counts
from core.reports import address
from core.views.documents import document_urls

BASE = "asset-counts/<int:pk>"

urlpatterns = document_urls(
    "asset-counts",
    listing=counts.CountList,
    detail=counts.CountDetail,
    form=counts.CountFormView,
    paper=count_sheets.CountPaper,
    extra=[
        path(f"{BASE}/open/", counts.CountOpen.as_view(), name="assetcount_open"),
        path(f"{BASE}/finish/", counts.CountFinish.as_view(), name="assetcount_finish"),
        path(f"{BASE}/missing/", counts.CountMissing.as_view(), name="assetcount_missing"),
        path(f"{BASE}/recount/", counts.CountAgain.as_view(), name="assetcount_recount"),
        path(f"{BASE}/publish/", counts.CountPublish.as_view(), name="assetcount_publish"),
        path(f"{BASE}/case/", counts.CountCase.as_view(), name="assetcount_case"),
        path(f"{BASE}/proposals/", count_proposals.CountProposals.as_view(), name="assetcount_proposals"),
        path(f"{BASE}/count/", count_entry.CountingPage.as_view(), name="assetcount_count"),
        path(f"{BASE}/entries/", count_entry.CountEntries.as_view(), name="assetcount_entries"),
        path(f"{BASE}/find/", count_entry.CountFind.as_view(), name="assetcount_find"),
        path(f"{BASE}/photo/", count_entry.CountPhoto.as_view(), name="assetcount_photo"),
        path(f"{BASE}/lines/", count_sheets.CountLineList.as_view(), name="assetcount_lines"),
        path(f"{BASE}/lines/export/", count_sheets.CountLineExport.as_view(), name="assetcount_lines_export"),
        path(f"{BASE}/paper/", count_sheets.CountSheetPaper.as_view(), name="assetcount_paper"),
        path(f"{BASE}/sheet/", count_sheets.CountSheetDownload.as_view(), name="assetcount_sheet"),
        path(f"{BASE}/upload/", count_sheets.CountSheetUpload.as_view(), name="assetcount_upload"),
        address("reports/asset-count-table/", CountTable),
        address("reports/asset-count-differences/", CountDifferences),
        address("reports/uncounted-assets/", UncountedCards),
    ],
)
