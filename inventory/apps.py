from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    name = "inventory"
    verbose_name = _("Storehouse")

    def ready(self) -> None:
        from . import documents, roles  # noqa: F401
