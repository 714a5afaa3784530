"""Addresses of the reports of the storehouse."""

from core.reports import address

from .closing_report import ClosingReport
from .consumption import Consumption, DepartmentIssues
from .count_report import CountReport
from .deliveries import Deliveries
from .expiry import Expiry
from .item_ledger import ItemLedger
from .lot_trace import LotTrace
from .price_changes import PriceChanges
from .quota_use import QuotaUse
from .slow_moving import SlowMoving
from .stock_on_hand import StockOnHand
from .stock_summary import StockSummary

urlpatterns = [
    address("stock/", StockOnHand),
    address("reports/item-ledger/", ItemLedger),
    address("reports/stock-summary/", StockSummary),
    address("reports/month-close/", ClosingReport),
    address("reports/quotas/", QuotaUse),
    address("reports/consumption/", Consumption),
    address("reports/department-issues/", DepartmentIssues),
    address("reports/slow-moving/", SlowMoving),
    address("reports/price-changes/", PriceChanges),
    address("reports/supplier-deliveries/", Deliveries),
    address("reports/stock-counts/", CountReport),
    address("reports/expiry/", Expiry),
    address("reports/lot-trace/", LotTrace),
]
