"""`manage.py setup`: open a real house on the console (docs/opening-a-house.md)."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from core.errors import DomainError
from directory.models import Organization
from directory.services.accounts import one_time_path
from directory.services.opening import Person, open_house


class Command(BaseCommand):
    """Asks for what its flags do not say. Prints one-time links; there is no default password."""

    help = "Open a hospital or school: organization, first administrators, roles and example approval rules."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--code", help="short code of the organization, for example H1")
        parser.add_argument("--name", help="name of the hospital or school")
        parser.add_argument("--kind", choices=Organization.Kind.values, help="kind of organization")
        parser.add_argument("--system-admin", metavar="NUMBER:NAME", help="employee number and name")
        parser.add_argument("--rights-admin", metavar="NUMBER:NAME", help="employee number and name of another person")
        parser.add_argument("--one-person", action="store_true", help="one person administers everything (very small)")
        parser.add_argument("--address", default="http://127.0.0.1:8000", help="where people reach the application")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            self._open(options)

    def _open(self, options: dict[str, Any]) -> None:
        code = options["code"] or self._ask(_("Code of the organization"))
        if Organization.objects.filter(code=code).exists():
            raise CommandError(
                _("There is an organization with the code %(code)s already; nothing was changed.") % {"code": code}
            )
        name = options["name"] or self._ask(_("Name of the organization"))
        kind = options["kind"] or self._ask(_("Kind (hospital, school, bureau, other)"))
        if kind not in Organization.Kind.values:
            raise CommandError(_("Kind is one of: hospital, school, bureau, other."))
        system = self._person(options["system_admin"], _("System administrator"))
        rights = None
        if not options["one_person"]:
            rights = self._person(options["rights_admin"], _("Rights administrator (another person)"))
        try:
            house, people = open_house(code=code, name=name, kind=kind, system=system, rights=rights)
        except DomainError as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(self.style.SUCCESS(_("%(house)s is open.") % {"house": house}))
        if rights is None:
            warning = _("One person administers system and rights. This is recorded in the table of duty conflicts.")
            self.stdout.write(self.style.WARNING(warning))
        self.stdout.write(_("Set the passwords with these links, each usable once and for three days:"))
        for person in people:
            link = f"{options['address'].rstrip('/')}{one_time_path(person)}"
            self.stdout.write(f"  {person.employee_number} {person.name}: {link}")

    def _ask(self, question: str) -> str:
        try:
            answer = input(f"{question}: ").strip()
        except EOFError:
            answer = ""
        if not answer:
            raise CommandError(_("“%(question)s” is needed; nothing was changed.") % {"question": question})
        return answer

    def _person(self, given: str | None, who: str) -> Person:
        if given:
            number, _colon, name = given.partition(":")
        else:
            number = self._ask(_("%(who)s: employee number") % {"who": who})
            name = self._ask(_("%(who)s: name") % {"who": who})
        if not number.strip() or not name.strip():
            raise CommandError(_("%(who)s: write NUMBER:NAME.") % {"who": who})
        return Person(number.strip(), name.strip())
