from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Kernel")

    def ready(self) -> None:
        from . import checks, reminders, sealing  # noqa: F401
        from .models import DocumentEvent

        sealing.register(DocumentEvent, moment="at")
        autodiscover_modules("resources")
