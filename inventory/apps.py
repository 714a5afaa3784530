from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    name = "inventory"
    verbose_name = _("Storehouse")

    def ready(self) -> None:
        from core import periods, sealing, verification
        from directory.services import leaving
        from directory.services.roles import register_duties

        from . import documents, reports, roles  # noqa: F401
        from .models import OldPieceMove, StockMove
        from .services.appointments import duties_of
        from .services.closing import close_stock, reopen_stock
        from .services.closing_verification import verify_closings
        from .services.counts.verification import verify_counts
        from .services.loans import lent_to
        from .services.loss_verification import verify_costs, verify_loans, verify_old_pieces, verify_prices
        from .services.verification import verify_stock

        register_duties(duties_of)
        leaving.register(lent_to)
        sealing.register(StockMove, moment="posted_at")
        sealing.register(OldPieceMove, moment="posted_at")
        verification.register(verify_stock)
        verification.register(verify_old_pieces)
        verification.register(verify_costs)
        verification.register(verify_loans)
        verification.register(verify_prices)
        verification.register(verify_closings)
        verification.register(verify_counts)
        periods.register(on_close=close_stock, on_reopen=reopen_stock)
