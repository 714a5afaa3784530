"""What is stored, where, and every movement of it."""

from .closing import (
    MonthClosing,
    StockSnapshot,
)
from .counts import (
    StockCount,
    StockCountEntry,
    StockCountLine,
)
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
from .items import (
    Item,
    ItemCategory,
    ItemUnit,
    Unit,
)
from .ledger import (
    CostLayer,
    Lot,
    StockBalance,
    StockLocation,
    StockMove,
    StockValue,
)
from .loans import (
    LoanReturn,
    LoanReturnLine,
    ToolLoan,
    ToolLoanLine,
)
from .old_pieces import (
    Condition,
    Destination,
    OldPieceBalance,
    OldPieceDisposal,
    OldPieceDisposalLine,
    OldPieceMove,
    TradeIn,
    TradeInLine,
)
from .prices import (
    MonthPricing,
    MonthPricingLine,
    PriceDifference,
    PriceDifferenceLine,
)
from .quality import (
    LotHold,
)
from .quotas import (
    Quota,
)
from .replenishment import (
    ReplenishmentSuggestion,
)
from .returns import (
    StockReturn,
    StockReturnLine,
    SupplierReturn,
    SupplierReturnLine,
)
from .transfers import (
    StockTransfer,
    StockTransferLine,
    TransferArrival,
    TransferArrivalLine,
)
from .warehouses import (
    ItemShelf,
    Shelf,
    Warehouse,
)
from .write_offs import (
    WriteOff,
    WriteOffLimit,
    WriteOffLine,
)

__all__ = [
    "Condition",
    "CostLayer",
    "Destination",
    "GoodsIssue",
    "GoodsIssueLine",
    "GoodsReceipt",
    "GoodsReceiptLine",
    "Item",
    "ItemCategory",
    "ItemShelf",
    "ItemUnit",
    "LoanReturn",
    "LoanReturnLine",
    "Lot",
    "LotHold",
    "MonthClosing",
    "MonthPricing",
    "MonthPricingLine",
    "OldPieceBalance",
    "OldPieceDisposal",
    "OldPieceDisposalLine",
    "OldPieceMove",
    "OpeningStock",
    "OpeningStockLine",
    "PriceDifference",
    "PriceDifferenceLine",
    "Quota",
    "ReplenishmentSuggestion",
    "Requisition",
    "RequisitionLine",
    "Shelf",
    "StockBalance",
    "StockCount",
    "StockCountEntry",
    "StockCountLine",
    "StockLocation",
    "StockMove",
    "StockReturn",
    "StockReturnLine",
    "StockSnapshot",
    "StockTransfer",
    "StockTransferLine",
    "StockValue",
    "SupplierReturn",
    "SupplierReturnLine",
    "ToolLoan",
    "ToolLoanLine",
    "TradeIn",
    "TradeInLine",
    "TransferArrival",
    "TransferArrivalLine",
    "Unit",
    "Warehouse",
    "WriteOff",
    "WriteOffLimit",
    "WriteOffLine",
]
