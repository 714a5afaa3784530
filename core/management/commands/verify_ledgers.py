from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.verification import findings


class Command(BaseCommand):
    help = "Recompute every balance, amount, number and seal from the ledgers; exit 1 and name the rows that differ."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--most", type=int, default=50, help="how many differences to print (default 50)")

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for finding in findings():
            count += 1
            if count <= options["most"]:
                self.stderr.write(self.style.ERROR(str(finding)))
        if count:
            self.stderr.write(self.style.ERROR(f"{count} differences found; nothing was changed."))
            raise SystemExit(1)
        self.stdout.write(self.style.SUCCESS("Ledgers, caches, numbers and seals agree."))
