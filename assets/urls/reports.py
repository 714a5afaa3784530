"""Addresses of the reports over the asset ledgers."""

from assets.reports.attention import IdleAssets, PastLife
from assets.reports.card_ledger import AssetChanges, CardLedger
from assets.reports.class_summary import ClassSummary
from assets.reports.depreciation import DepreciationDetail, DepreciationSummary
from assets.reports.disposals import DisposalsOfPeriod
from core.reports import address

urlpatterns = [
    address("reports/asset-ledger/", CardLedger),
    address("reports/asset-changes/", AssetChanges),
    address("reports/asset-classes/", ClassSummary),
    address("reports/depreciation-by-card/", DepreciationDetail),
    address("reports/depreciation-by-department/", DepreciationSummary),
    address("reports/idle-assets/", IdleAssets),
    address("reports/assets-past-life/", PastLife),
    address("reports/disposed-assets/", DisposalsOfPeriod),
]
