from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcurementConfig(AppConfig):
    name = "procurement"
    verbose_name = _("Procurement")

    def ready(self) -> None:
        from core import policies, sealing

        from . import documents, figures, roles  # noqa: F401
        from .models import BudgetMove

        policies.register(*figures.FIGURES)
        sealing.register(BudgetMove, moment="posted_at")
