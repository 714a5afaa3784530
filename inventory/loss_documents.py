"""The kinds of paper about old pieces, losses, loans and prices; the rest of the table of contents is documents.py."""

from core.documents.registry import DocumentType, register

from .models import OldPieceDisposal, TradeIn
from .services import posting, trade_in

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
