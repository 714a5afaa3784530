from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcurementConfig(AppConfig):
    name = "procurement"
    verbose_name = _("Procurement")

    def ready(self) -> None:
        from core import policies, sealing, verification

        from . import documents, figures, roles  # noqa: F401
        from .models import BudgetMove
        from .services.budget_verification import verify_budgets

        policies.register(*figures.FIGURES)
        sealing.register(BudgetMove, moment="posted_at")
        verification.register(verify_budgets)
