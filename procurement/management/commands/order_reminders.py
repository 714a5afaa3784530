from typing import Any

from django.core.management.base import BaseCommand

from procurement.services.order_reminders import remind


class Command(BaseCommand):
    help = "Tell buyers about contracts that end, performance bonds and deliveries that are due; run it every night."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{remind()} notices were left.")
