from typing import Any

from django.core.management.base import BaseCommand

from maintenance.services.plans import make_due


class Command(BaseCommand):
    help = "Open the orders of upkeep plans that fall due and tell of missed ones; run it every night."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{make_due()} orders of upkeep opened.")
