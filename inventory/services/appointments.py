"""Who keeps a store and who keeps its accounts: never the same person (R-STK-09, domain 3.3)."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from core.errors import DomainError
from directory.services.roles import refuse_duty
from inventory.models import Warehouse

KEEPER, ACCOUNTANT = "storekeeper", "accountant"


def duties_of(person: Any) -> list[str]:
    """Codes of the roles in which a person acts by appointment to a store in use, whatever roles he holds."""
    stores = Warehouse.objects.filter(active=True)
    duties = []
    if stores.filter(keepers=person.pk).exists():
        duties.append(KEEPER)
    if stores.filter(accountant=person.pk).exists():
        duties.append(ACCOUNTANT)
    return duties


def check_appointments(warehouse: Warehouse, keepers: Iterable[Any], accountant: Any) -> list[str]:
    """Refuse keepers and an accountant that must not meet; returns warnings where the house only warns.

    warehouse: as it is stored, or new; people who are appointed already are not asked about their roles again.
    Raises DomainError naming the field keepers or accountant.
    """
    keepers = list(keepers)
    if accountant is not None and accountant.pk in {person.pk for person in keepers}:
        raise DomainError(
            _(
                "%(person)s keeps this warehouse and cannot keep its accounts as well. "
                "Name another accountant, or take this person off the keepers."
            )
            % {"person": accountant},
            field="accountant",
        )
    stored = Warehouse.objects.filter(pk=warehouse.pk).first() if warehouse.pk else None
    known = set(stored.keepers.values_list("pk", flat=True)) if stored else set()
    warnings = []
    for person in keepers:
        if person.pk not in known:
            warnings += refuse_duty(person, KEEPER, field="keepers")
    if accountant is not None and (stored is None or stored.accountant_id != accountant.pk):
        warnings += refuse_duty(accountant, ACCOUNTANT, field="accountant")
    return warnings
