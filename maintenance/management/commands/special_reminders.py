from typing import Any

from django.core.management.base import BaseCommand

from maintenance.services.special_reminders import remind


class Command(BaseCommand):
    help = (
        "Remind of inspections, calibrations, certificates and contracts of special equipment that end, "
        "and open the applications for inspection; run it every night."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        told, tasks = remind()
        self.stdout.write(f"{told} notices about special equipment, {tasks} applications opened.")
