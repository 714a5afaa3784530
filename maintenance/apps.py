from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MaintenanceConfig(AppConfig):
    name = "maintenance"
    verbose_name = _("Repairs and upkeep")

    def ready(self) -> None:
        from core import policies

        from . import documents, figures, reports, roles  # noqa: F401

        policies.register(*figures.FIGURES)
