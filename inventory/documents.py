"""The kinds of stock document: this app's table of contents."""

from core.documents.registry import DocumentType, register

from .models import (
    GoodsIssue,
    GoodsReceipt,
    LoanReturn,
    MonthPricing,
    OldPieceDisposal,
    OpeningStock,
    PriceDifference,
    Requisition,
    StockCount,
    StockReturn,
    StockTransfer,
    SupplierReturn,
    ToolLoan,
    TradeIn,
    TransferArrival,
    WriteOff,
)
from .services import (
    askers,
    deliveries,
    fulfilment,
    loans,
    month_pricing,
    posting,
    prices,
    quotas,
    returns,
    reversing,
    supplier_returns,
    trade_in,
    transfers,
    write_offs,
)
from .services.counts import posting as counting

REQUISITION = register(
    DocumentType(
        Requisition,
        prefix="SL",
        steps=("submit", "withdraw", "approve", "reject", "cancel"),
        checks={
            "submit": (posting.check_lines, posting.check_units, posting.check_purpose),
            "reject": (fulfilment.require_nothing_issued,),
            "cancel": (fulfilment.require_nothing_issued,),
        },
        effects={
            "submit": (fulfilment.write_estimates, quotas.mark_over_quota),
            "approve": (fulfilment.approve_quantities,),
            "reject": (fulfilment.forget_approval,),
            "withdraw": (fulfilment.forget_approval,),
        },
        amount=fulfilment.requisition_amount,
        preapproved=askers.excused,
        escalated=quotas.why_over_quota,
        stays_in_department=True,
        posts_to_ledger=False,
    )
)
GOODS_RECEIPT = register(
    DocumentType(
        GoodsReceipt,
        prefix="RK",
        checks={
            "submit": (posting.check_lines, posting.check_units, posting.check_receipt, deliveries.check_source),
            "post": (posting.check_lines, posting.check_receipt, deliveries.check_source),
            "cancel": (deliveries.require_source_gone,),
            "delete": (deliveries.require_source_gone,),
            "reverse": (prices.require_no_difference,),
        },
        effects={"post": (posting.post_receipt,), "reverse": (reversing.reverse,)},
        amount=lambda document: document.total_amount,
    )
)
OPENING_STOCK = register(
    DocumentType(
        OpeningStock,
        prefix="QC",
        checks={
            "submit": (posting.check_lines, posting.check_units, posting.check_opening),
            "post": (posting.check_lines, posting.check_opening),
        },
        effects={"post": (posting.post_opening,), "reverse": (reversing.reverse,)},
        amount=lambda document: document.total_amount,
    )
)
GOODS_ISSUE = register(
    DocumentType(
        GoodsIssue,
        prefix="CK",
        checks={
            "submit": (posting.check_lines, posting.check_units, posting.check_issue),
            "post": (posting.check_lines, posting.check_issue),
        },
        effects={
            "submit": (askers.issue_moved,),
            "post": (posting.post_issue, askers.issue_moved),
            "reverse": (posting.reverse_issue, askers.issue_moved),
            "cancel": (askers.issue_moved,),
        },
        amount=posting.issue_amount,
        preapproved=posting.approved_with_requisition,
    )
)
STOCK_RETURN = register(
    DocumentType(
        StockReturn,
        prefix="TK",
        checks={"submit": (posting.check_units, returns.check), "post": (returns.check,)},
        effects={"post": (returns.post, askers.return_moved), "reverse": (returns.undo, askers.return_moved)},
        amount=returns.amount,
    )
)
SUPPLIER_RETURN = register(
    DocumentType(
        SupplierReturn,
        prefix="TH",
        checks={"submit": (posting.check_units, supplier_returns.check), "post": (supplier_returns.check,)},
        effects={
            "submit": (supplier_returns.write_credits,),
            "post": (supplier_returns.post,),
            "reverse": (supplier_returns.undo,),
        },
        amount=supplier_returns.credit_total,
    )
)
STOCK_TRANSFER = register(
    DocumentType(
        StockTransfer,
        prefix="DB",
        checks={
            "submit": (posting.check_lines, posting.check_units, transfers.check, transfers.check_on_hand),
            "post": (posting.check_lines, transfers.check),
        },
        effects={"post": (transfers.post,), "reverse": (transfers.undo,)},
        amount=transfers.amount,
    )
)
TRANSFER_ARRIVAL = register(
    DocumentType(
        TransferArrival,
        prefix="DH",
        checks={"submit": (posting.check_units, transfers.check_arrival), "post": (transfers.check_arrival,)},
        effects={"post": (transfers.post_arrival,), "reverse": (transfers.undo_arrival,)},
        amount=transfers.worth_missing,
        preapproved=transfers.approved_when_complete,
    )
)
STOCK_COUNT = register(
    DocumentType(
        StockCount,
        prefix="PD",
        checks={
            "delete": (counting.refuse_counted,),
            "submit": (counting.check_result,),
            "may_approve": (counting.refuse_keepers,),
            "post": (counting.check_result, counting.check_still_true),
        },
        effects={"post": (counting.post_count,), "reverse": (reversing.reverse,)},
        amount=counting.total_difference,
        tiers=((1000, "leader"),),
    )
)
MONTH_PRICING = register(
    DocumentType(
        MonthPricing,
        prefix="YJ",
        steps=("submit", "approve", "post"),
        checks={"submit": (month_pricing.check_pricing,), "post": (month_pricing.check_pricing,)},
        effects={"post": (month_pricing.post_pricing,)},
        amount=lambda document: document.total_amount,
        preapproved=month_pricing.computed_by_close,
        automatic=True,
    )
)
TRADE_IN = register(
    DocumentType(
        TradeIn,
        prefix="HJ",
        checks={
            "submit": (posting.check_lines, posting.check_units, trade_in.check_trade_in),
            "post": (posting.check_lines, trade_in.check_trade_in),
        },
        effects={"post": (trade_in.post_trade_in,), "reverse": (trade_in.undo,)},
    )
)
OLD_PIECE_DISPOSAL = register(
    DocumentType(
        OldPieceDisposal,
        prefix="JF",
        checks={
            "submit": (posting.check_lines, posting.check_units, trade_in.check_disposal),
            "post": (posting.check_lines, trade_in.check_disposal),
        },
        effects={"post": (trade_in.post_disposal,), "reverse": (trade_in.undo,)},
        amount=trade_in.disposal_amount,
    )
)
WRITE_OFF = register(
    DocumentType(
        WriteOff,
        prefix="BS",
        checks={
            "submit": (posting.check_lines, posting.check_units, write_offs.check),
            "post": (posting.check_lines, write_offs.check),
        },
        effects={"post": (write_offs.post,), "reverse": (reversing.reverse,)},
        amount=write_offs.amount,
        tiers=((500, "leader"),),
    )
)
TOOL_LOAN = register(
    DocumentType(
        ToolLoan,
        prefix="JY",
        checks={
            "submit": (posting.check_lines, posting.check_units, loans.check),
            "may_approve": (loans.refuse_borrower,),
            "post": (posting.check_lines, loans.check),
        },
        effects={"post": (loans.post,), "reverse": (reversing.reverse,)},
        amount=loans.amount,
    )
)
LOAN_RETURN = register(
    DocumentType(
        LoanReturn,
        prefix="GH",
        checks={"submit": (posting.check_units, loans.check_return), "post": (loans.check_return,)},
        effects={"post": (loans.post_return,), "reverse": (loans.undo_return,)},
        amount=loans.worth_lost,
        preapproved=loans.approved_when_intact,
    )
)
PRICE_DIFFERENCE = register(
    DocumentType(
        PriceDifference,
        prefix="JC",
        checks={"submit": (prices.check,), "post": (prices.check,)},
        effects={"submit": (prices.write_amounts,), "post": (prices.post,), "reverse": (prices.undo,)},
        amount=prices.total,
    )
)
