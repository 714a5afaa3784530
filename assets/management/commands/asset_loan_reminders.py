from typing import Any

from django.core.management.base import BaseCommand

from assets.services.custody_notices import remind_of_leavers, remind_of_loans


class Command(BaseCommand):
    help = (
        "Remind of lent things that are due soon or overdue, and of things of people who leave; run it every morning."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(
            f"{remind_of_loans()} notices about lent things, {remind_of_leavers()} about people who leave."
        )
