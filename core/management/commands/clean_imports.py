from typing import Any

from django.core.management.base import BaseCommand

from core.imports.storage import clean_up


class Command(BaseCommand):
    help = "Clear away the files of old Excel imports (IMPORT_KEEP_DAYS); the records stay. Run it every night."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{clean_up()} files cleared away.")
