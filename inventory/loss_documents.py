"""The kinds of paper about old pieces, losses, loans and prices; the rest of the table of contents is documents.py."""

from core.documents.registry import DocumentType, register

from .models import LoanReturn, OldPieceDisposal, PriceDifference, ToolLoan, TradeIn, WriteOff
from .services import loans, posting, prices, reversing, trade_in, write_offs

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
