"""What is stored, where, and every movement of it."""

from .documents import (
    GoodsIssue,
    GoodsIssueLine,
    GoodsReceipt,
    GoodsReceiptLine,
    OpeningStock,
    OpeningStockLine,
    Requisition,
    RequisitionLine,
)
from .items import Item, ItemCategory, ItemUnit, Unit
from .ledger import CostLayer, Lot, StockBalance, StockLocation, StockMove, StockValue
from .warehouses import Warehouse

__all__ = [
    "CostLayer",
    "GoodsIssue",
    "GoodsIssueLine",
    "GoodsReceipt",
    "GoodsReceiptLine",
    "Item",
    "ItemCategory",
    "ItemUnit",
    "Lot",
    "OpeningStock",
    "OpeningStockLine",
    "Requisition",
    "RequisitionLine",
    "StockBalance",
    "StockLocation",
    "StockMove",
    "StockValue",
    "Unit",
    "Warehouse",
]
