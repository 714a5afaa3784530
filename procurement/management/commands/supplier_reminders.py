from typing import Any

from django.core.management.base import BaseCommand

from procurement.services.frameworks import remind_ending
from procurement.services.licence_warnings import warn


class Command(BaseCommand):
    help = "Tell buyers about licences and framework agreements that end soon; run it every night."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{warn()} notices about licences, {len(remind_ending())} agreements that end soon.")
