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
        from directory.services import leaving
        from directory.services.opening import register_shipped
        from inventory.services.askers import Asker, register_asker

        from . import documents, figures, reports, roles  # noqa: F401 - they register themselves
        from .services import (  # noqa: F401 - their notices register themselves
            catalogue,
            contracts,
            escalations,
            parts,
            pauses,
            plans,
            progress,
            shipped_checklists,
            shipped_targets,
            special,
            special_reminders,
            telling,
        )
        from .services.holdings import holdings
        from .services.verification import verify_orders

        policies.register(*figures.FIGURES)
        verification.register(verify_orders)
        repairs.register(_report_address)
        repairs.register_ban(special.is_forbidden)
        for load in (catalogue.load_shipped, shipped_targets.load_shipped, shipped_checklists.load_shipped):
            register_shipped(load)
        for listener in (plans.after_step, telling.after_step, pauses.after_step, contracts.after_step):
            progress.on_step(listener)
        leaving.register(holdings)
        register_asker(Asker(excuse=parts.excuse, moved=parts.issue_moved))
