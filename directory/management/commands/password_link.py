"""`manage.py password_link NUMBER`: a one-time link when nobody can sign in to make one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from directory.models import User
from directory.services.accounts import one_time_path


class Command(BaseCommand):
    help = "Print a one-time link by which a person sets a password."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("number", help="employee number")
        parser.add_argument("--address", default="http://127.0.0.1:8000", help="where people reach the application")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(employee_number=options["number"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active person with the number {options['number']}.")
        self.stdout.write(f"{options['address'].rstrip('/')}{one_time_path(user)}")
