from typing import Any

from django.core.management.base import BaseCommand

from maintenance.services.escalations import run


class Command(BaseCommand):
    help = (
        "Tell of promised moments of work orders that come or have passed, and take back what nobody accepted; "
        "run it every 5 minutes."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{run()} escalations told.")
