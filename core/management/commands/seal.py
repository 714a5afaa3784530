from typing import Any

from django.core.management.base import BaseCommand

from core.sealing import seal_all


class Command(BaseCommand):
    help = "Seal the ledgers up to now; run it every night and keep the printed digests outside this machine."

    def handle(self, *args: Any, **options: Any) -> None:
        seals = seal_all()
        for seal in seals:
            self.stdout.write(f"{seal.subject} {seal.sequence} rows {seal.first_id}-{seal.last_id} {seal.digest}")
        if not seals:
            self.stdout.write("Nothing new to seal.")
