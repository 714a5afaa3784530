from typing import Any

from django.core.management.base import BaseCommand

from core import clock
from directory.models import Organization
from procurement.services.evaluations import compute_all


class Command(BaseCommand):
    help = "Compute the marks of suppliers from the papers of a year (this one); run it every month."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--year", type=int, default=None)

    def handle(self, *args: Any, **options: Any) -> None:
        year = options["year"] or clock.today().year
        count = compute_all(year, Organization.objects.filter(active=True).values_list("pk", flat=True))
        self.stdout.write(f"{count} suppliers have marks for {year}.")
