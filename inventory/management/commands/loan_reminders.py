from typing import Any

from django.core.management.base import BaseCommand

from inventory.services.loans import remind_overdue


class Command(BaseCommand):
    help = "Tell borrowers and keepers about tools that should have come back; run it every night."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{len(remind_overdue())} loans became overdue.")
