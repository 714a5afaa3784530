from typing import Any

from django.core.management.base import BaseCommand

from core import clock
from maintenance.services.closing import close_silent


class Command(BaseCommand):
    help = "Confirm repairs nobody answered in time and close what is confirmed and settled; run it every night."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{close_silent(clock.now())} orders were closed.")
