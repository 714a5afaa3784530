from typing import Any

from django.core.management.base import BaseCommand

from directory.models import Organization
from inventory.services.replenishment import refresh


class Command(BaseCommand):
    help = "Compare the stock of every organization with the minimum of its items; run it every night."

    def handle(self, *args: Any, **options: Any) -> None:
        for organization in Organization.objects.filter(active=True):
            told = refresh(organization)
            self.stdout.write(
                f"{organization}: {told['opened']} opened, {told['kept']} kept, {told['filled']} in stock again."
            )
