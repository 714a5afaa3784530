from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssetsConfig(AppConfig):
    name = "assets"
    verbose_name = _("Fixed assets")

    def ready(self) -> None:
        from core import policies, verification
        from directory.services import leaving
        from directory.services.opening import register_shipped

        from . import documents, figures, reports, roles  # noqa: F401
        from .services.catalogue import load_names, load_shipped
        from .services.counts.verification import verify_asset_counts
        from .services.holdings import holdings
        from .services.verification import verify_custody

        policies.register(*figures.FIGURES)
        leaving.register(holdings)
        verification.register(verify_custody)
        verification.register(verify_asset_counts)
        register_shipped(load_shipped)
        register_shipped(load_names)
