"""Opening a real house: the organization, its first administrators, and rules to begin with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from core.documents import registry
from core.documents.models import ApprovalRule, Approver, DutyConflict
from core.errors import DomainError
from directory.models import Organization, Role, User
from directory.models.people import number_used_elsewhere

from .roles import grant_role, sync_roles

USUAL_TIERS = ((0, "head"), (1000, "logistics_head"))
"""Who signs from how many yuan on, in the example rules; every house decides itself."""


_shipped: list[Callable[[], object]] = []


def register_shipped(load: Callable[[], object]) -> None:
    """Say what a new house begins with (code tables); `load` adds what is missing. Called from AppConfig.ready."""
    _shipped.append(load)


def load_tables() -> None:
    """Add what the program ships and a house has not got yet: after an update that brought tables of its own."""
    for load in _shipped:
        load()


@dataclass(frozen=True)
class Person:
    """A first administrator: employee number and name."""

    number: str
    name: str


@transaction.atomic
def open_house(
    *, code: str, name: str, kind: str, system: Person, rights: Person | None
) -> tuple[Organization, list[User]]:
    """Make an organization with its roles, example approval rules and first administrators, without passwords.

    rights None: one person administers both system and roles (very small schools); the duty conflict then only warns
    in this organization, by a row of its own that says why. Raises DomainError when the house exists or the two people
    are one.
    """
    if Organization.objects.filter(code=code).exists():
        raise DomainError(
            _("There is an organization with the code %(code)s already; nothing was changed.") % {"code": code}
        )
    if rights is not None and rights.number == system.number:
        raise DomainError(_("System and rights administration are two people; give two employee numbers."))
    numbers = [person.number for person in (system, rights) if person]
    if taken := User.objects.filter(employee_number__in=numbers).first():
        raise DomainError(number_used_elsewhere(taken.employee_number, code))
    sync_roles()
    house = Organization(code=code, name=name, kind=kind)
    house.full_clean()
    house.save()
    people = [_make(house, system, "system_administrator")]
    if rights is not None:
        people.append(_make(house, rights, "rights_administrator"))
    else:
        _allow_one_person(house)
        grant_role(people[0], "rights_administrator")
    _example_rules(house)
    load_tables()
    return house, people


def _make(house: Organization, person: Person, role: str) -> User:
    user = User(organization=house, employee_number=person.number, name=person.name)
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    grant_role(user, role)
    return user


def _allow_one_person(house: Organization) -> None:
    """Make the conflict of the two administrations a warning in this house alone, and leave the reason in the table."""
    groups = dict(Role.objects.values_list("code", "group"))
    DutyConflict.objects.create(
        organization=house,
        role_a_id=groups["system_administrator"],
        role_b_id=groups["rights_administrator"],
        severity=DutyConflict.Severity.WARN,
        basis=_("Opened with one administrator (--one-person); separate the two as soon as possible."),
    )


def _example_rules(house: Organization) -> None:
    """The head of the department signs requests, from a tier on the logistics head too, who also signs stock papers."""
    basis = _("Example: adjust it to the approval tiers of your organization.")
    for kind in registry.all_types():
        if kind.automatic or kind.signers:
            continue
        content_type = ContentType.objects.get_for_model(kind.model)
        shared: dict[str, Any] = {"organization": house, "content_type": content_type, "basis": basis}
        tiers = kind.tiers
        if kind.posts_to_ledger:
            tiers = ((0, "logistics_head"), *tiers)
        for order, (amount, code) in enumerate(tiers or USUAL_TIERS, start=1):
            signer: dict[str, Any] = {"approver": Approver.HEAD}
            if code != "head":
                signer = {"approver": Approver.ROLE, "role": Role.objects.get(code=code).group}
            ApprovalRule.objects.create(**shared, order=order, from_amount=amount, **signer)
