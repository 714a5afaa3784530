"""manage.py demo: fill an empty database with a demo hospital."""

import datetime as dt
import os
import secrets
import time
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import clock
from directory.models import Organization
from directory.roles import preset
from logistics.demo import hospital
from logistics.demo.year import Year

LOGINS_FILE = "demo-logins.txt"


class Command(BaseCommand):
    help = "Build a demo hospital and run days of it through the real services. Only on an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=60, help="how many days to run (default 60)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same ledger (default 1)")
        parser.add_argument("--until", help="the last day, YYYY-MM-DD (default: yesterday)")
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is an organization already")
        parser.add_argument("--password", help="password of the demo people (default: a random one)")

    def handle(self, *args: Any, **options: Any) -> None:
        if Organization.objects.exists():
            if options["if_empty"]:
                self._remind()
                return
            raise CommandError(
                _(
                    "This database already holds an organization, so no demo is loaded. "
                    "Use an empty one: set DATA_DIR or DATABASE_URL to another place and run migrate there."
                )
            )
        last_day = self._last_day(options["until"])
        if not 1 <= options["days"] <= 1100:
            raise CommandError(_("The number of days lies between 1 and 1100."))
        password = options["password"] or _new_password()
        self._began = time.monotonic()
        self._said = 0
        # One transaction: a demo that is interrupted leaves an empty database, not half a hospital.
        with override(settings.LANGUAGE_CODE), transaction.atomic():
            house = hospital.build(password=password, last_day=last_day)
            year = Year(house, last_day=last_day, days=options["days"], seed=options["seed"])
            tally = year.run(self._progress)
        self._finish(house, tally, password)

    def _last_day(self, text: str | None) -> dt.date:
        if not text:
            return clock.today() - dt.timedelta(days=1)
        try:
            day = dt.date.fromisoformat(text)
        except ValueError as error:
            raise CommandError(_("“%(text)s” is not a date of the form YYYY-MM-DD.") % {"text": text}) from error
        if day >= clock.today():
            raise CommandError(_("The last day of the demo lies before today."))
        return day

    def _progress(self, number: int, days: int, documents: int) -> None:
        spent = time.monotonic() - self._began
        words = {
            "day": number,
            "days": days,
            "documents": documents,
            "left": round(spent / number * (days - number)),
        }
        line = _("Day %(day)d of %(days)d, %(documents)d documents, about %(left)d seconds left") % words
        if self.stdout.isatty():
            bar = "█" * (number * 30 // days)
            self.stdout.write(f"\r  [{bar:<30}] {line}   ", ending="\n" if number == days else "")
            self.stdout.flush()
        elif number * 10 // days > self._said or number == days:
            self._said = number * 10 // days
            self.stdout.write(f"  {line}")

    def _finish(self, house: hospital.Hospital, tally: Counter[str], password: str) -> None:
        table = _table(house, password)
        path = Path(settings.DATA_DIR) / LOGINS_FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(table + "\n")
        self.stdout.write(
            _("%(name)s is ready: %(documents)d documents in %(seconds)d seconds.")
            % {
                "name": hospital.NAME,
                "documents": tally["documents"],
                "seconds": round(time.monotonic() - self._began),
            }
        )
        self.stdout.write(table)
        self.stdout.write(_("The logins are kept in %(path)s.") % {"path": path})

    def _remind(self) -> None:
        path = Path(settings.DATA_DIR) / LOGINS_FILE
        if path.exists():
            self.stdout.write(_("The data is kept. The demo logins are in %(path)s.") % {"path": path})
        else:
            self.stdout.write(_("The data is kept."))


def _new_password() -> str:
    """A random password that can be typed on a phone and passes the validators."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _place in range(4)) for _part in range(3))


def _table(house: hospital.Hospital, password: str) -> str:
    """The logins: role, employee number, name, department, password."""
    rows = [(_("Role"), _("Employee number"), _("Name"), _("Department"), _("Password"))]
    rows += [(_(preset(role).name), number, name, place, password) for role, number, name, place in house.logins]
    widths = [max(_width(row[column]) for row in rows) for column in range(5)]
    return "\n".join(
        "  " + "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
