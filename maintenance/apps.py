from typing import Any

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def _report_address(asset: Any) -> str:
    """Where whoever stands before a thing reports a fault of it, with an account or without."""
    return reverse("report_thing", args=(asset.token,))


class MaintenanceConfig(AppConfig):
    name = "maintenance"
    verbose_name = _("Repairs and upkeep")

    def ready(self) -> None:
        from assets import repairs
        from core import policies, verification
        from directory.services.opening import register_shipped
        from inventory.services.askers import Asker, register_asker

        from . import documents, figures, reports, roles  # noqa: F401
        from .services import (  # noqa: F401  # noqa: F401
            catalogue,
            contracts,
            escalations,
            parts,
            pauses,
            plans,
            progress,
            shipped_checklists,
            shipped_targets,
            special_reminders,
            telling,
        )
        from .services.verification import verify_orders

        policies.register(*figures.FIGURES)
        verification.register(verify_orders)
        register_shipped(catalogue.load_shipped)
        register_shipped(shipped_targets.load_shipped)
        register_shipped(shipped_checklists.load_shipped)
        progress.on_step(plans.after_step)
        progress.on_step(telling.after_step)
        repairs.register(_report_address)
        progress.on_step(pauses.after_step)
        progress.on_step(contracts.after_step)
        register_asker(Asker(excuse=parts.excuse, moved=parts.issue_moved))
