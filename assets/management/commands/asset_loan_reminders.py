from typing import Any

from django.core.management.base import BaseCommand

from assets.services.custody_notices import remind_of_loans


class Command(BaseCommand):
    help = "Remind borrowers and asset managers of lent things that are due soon or overdue; run it every morning."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{remind_of_loans()} notices about lent things.")
