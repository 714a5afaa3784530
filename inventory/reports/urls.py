"""Addresses of the reports of the storehouse."""

from core.reports import address

from .consumption import Consumption, DepartmentIssues
from .expiry import Expiry
from .item_ledger import ItemLedger
from .lot_trace import LotTrace
from .stock_on_hand import StockOnHand
from .stock_summary import StockSummary

urlpatterns = [
    address("stock/", StockOnHand),
    address("reports/item-ledger/", ItemLedger),
    address("reports/stock-summary/", StockSummary),
    address("reports/consumption/", Consumption),
    address("reports/department-issues/", DepartmentIssues),
    address("reports/expiry/", Expiry),
    address("reports/lot-trace/", LotTrace),
]
