from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssetsConfig(AppConfig):
    name = "assets"
    verbose_name = _("Fixed assets")

    def ready(self) -> None:
        from core import periods, policies, verification
        from directory.services import leaving
        from directory.services.opening import register_shipped
        from inventory import closing_selectors

        from . import closing_checks, documents, figures, reports, roles  # noqa: F401
        from .services.balances import leave_as_is, require_settled
        from .services.catalogue import load_names, load_shipped
        from .services.counts.verification import verify_asset_counts
        from .services.disposal_verification import verify_disposals
        from .services.holdings import holdings
        from .services.value_verification import verify_values
        from .services.verification import verify_custody

        policies.register(*figures.FIGURES)
        leaving.register(holdings)
        verification.register(verify_custody)
        verification.register(verify_values)
        verification.register(verify_asset_counts)
        verification.register(verify_disposals)
        register_shipped(load_shipped)
        register_shipped(load_names)
        periods.register(on_close=require_settled, on_reopen=leave_as_is)
        closing_selectors.register_question(closing_checks.depreciation_run)
        closing_selectors.register_question(closing_checks.accounts)
