from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcurementConfig(AppConfig):
    name = "procurement"
    verbose_name = _("Procurement")

    def ready(self) -> None:
        from core import policies, sealing, verification
        from directory.services.opening import register_shipped
        from inventory.services import deliveries, replenishment

        from . import documents, figures, reports, roles  # noqa: F401
        from .models import BudgetMove
        from .services import licence_warnings, order_reminders, receipt_sources, request_drafts  # noqa: F401
        from .services.budget_verification import verify_budgets
        from .services.categories import load_shipped
        from .services.order_verification import verify_orders

        watch = deliveries.Source(receipt_sources.require_same, receipt_sources.stands, receipt_sources.demanded)
        deliveries.register_source(watch)
        replenishment.register_requester(request_drafts.replenish, "purchaserequest_named")
        policies.register(*figures.FIGURES)
        sealing.register(BudgetMove, moment="posted_at")
        verification.register(verify_budgets)
        verification.register(verify_orders)
        register_shipped(load_shipped)
