"""Addresses of old pieces, losses, loans and price differences."""

from core.reports import address
from core.views.documents import document_urls

from .reports.old_pieces import OldPieceDebts, OldPieceStock, TradeInRegister
from .views import old_pieces

urlpatterns = [
    address("old-pieces/owed/", OldPieceDebts),
    address("old-pieces/register/", TradeInRegister),
    address("old-pieces/stock/", OldPieceStock),
    *document_urls(
        "trade-ins",
        listing=old_pieces.TradeInList,
        detail=old_pieces.TradeInDetail,
        form=old_pieces.TradeInFormView,
        paper=old_pieces.TradeInPaper,
    ),
    *document_urls(
        "old-piece-disposals",
        listing=old_pieces.DisposalList,
        detail=old_pieces.DisposalDetail,
        form=old_pieces.DisposalFormView,
        paper=old_pieces.DisposalPaper,
    ),
]
