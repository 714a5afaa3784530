from typing import Any

from django.core.management.base import BaseCommand

from procurement.services.urgent_papers import remind


class Command(BaseCommand):
    help = "Remind makers and buyers of papers of urgent purchases that are overdue; run it every morning."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{remind()} reminders were left.")
