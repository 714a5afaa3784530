from typing import Any

from django.core.management.base import BaseCommand

from directory.services.opening import load_tables


class Command(BaseCommand):
    help = "Add the shipped code tables that are missing, for example after an update; changes nothing that is there."

    def handle(self, *args: Any, **options: Any) -> None:
        load_tables()
        self.stdout.write("Done.")
