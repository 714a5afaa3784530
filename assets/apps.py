from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssetsConfig(AppConfig):
    name = "assets"
    verbose_name = _("Fixed assets")

    def ready(self) -> None:
        from core import policies

        from . import figures, roles  # noqa: F401

        policies.register(*figures.FIGURES)
