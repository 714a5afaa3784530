from typing import Any

from django.core.management.base import BaseCommand

from core.reminders import remind


class Command(BaseCommand):
    help = "Remind those for whose signature a document waits too long; run it every morning."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{remind()} reminders were left.")
