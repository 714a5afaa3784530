"""Who may accept a delivery (R-PRC-11): two at least, no buyer, one of the using department, no keeper of the store."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext as _

from core.errors import DomainError, NotAllowed
from directory.models import Department
from procurement.models import Acceptance, AcceptanceLine, Treatment

from . import duties

LEAST = 2


def check(document: Acceptance, lines: list[AcceptanceLine]) -> None:
    """Raise DomainError where the acceptors of a delivery are not those the separation of duties asks for."""
    people = {document.created_by_id, *document.acceptors.values_list("pk", flat=True)}
    if len(people) < LEAST:
        raise DomainError(_("A delivery is accepted by at least two people; name another one."), field="acceptors")
    _refuse_buyers(document, people)
    _require_user(document, lines, people)
    _refuse_keepers(document, lines, people)


def _refuse_buyers(document: Acceptance, people: set[int]) -> None:
    twice = people & duties.buyers_of(document.order)
    if twice and duties.refuses(document.organization_id, duties.BOUGHT, duties.ACCEPTED):
        raise DomainError(
            _("%(names)s bought these goods and does not accept them; name somebody else as acceptor.")
            % {"names": duties.names_of(twice)},
            field="acceptors",
        )


def refuse_buyer(document: Acceptance, *, actor: Any) -> None:
    """Nobody who bought signs an acceptance, not as a substitute either. Raises NotAllowed."""
    bought = actor is not None and actor.pk in duties.buyers_of(document.order)
    if bought and duties.refuses(document.organization_id, duties.BOUGHT, duties.ACCEPTED):
        raise NotAllowed(
            _("%(name)s bought these goods; somebody else has to accept them.") % {"name": actor},
        )


def using_departments(lines: Iterable[AcceptanceLine]) -> set[int]:
    """Keys of the departments that the goods are for."""
    found = set()
    for line in lines:
        request = line.order_line.request_line
        found.add(request.department_id or request.document.department_id)
    return found


def _require_user(document: Acceptance, lines: list[AcceptanceLine], people: set[int]) -> None:
    """One acceptor works in a department that uses the goods, or under it.

    A department of which nobody could accept (none is there, or all of them bought) is stood for by the nearest
    department above it that has somebody (docs/adr/0018).
    """
    departments = list(Department.objects.filter(pk__in=using_departments(lines)).order_by("pk"))
    buyers = duties.buyers_of(document.order)
    standing = {near.pk: near for department in departments if (near := _nearest_with_people(department, buyers))}
    if not standing:
        return
    inside = Q(pk__in=())
    for department in standing.values():
        inside |= Q(department__path__startswith=department.path)
    if not get_user_model()._default_manager.filter(inside, pk__in=people).exists():
        raise DomainError(
            _("One of the acceptors has to be of the department that uses the goods: %(departments)s.")
            % {"departments": _(", ").join(str(department) for department in standing.values())},
            field="acceptors",
        )


def _nearest_with_people(department: Department, buyers: set[int]) -> Department | None:
    people = get_user_model()._default_manager.filter(is_active=True).exclude(pk__in=buyers)
    for near in (department, *department.ancestors()):
        if people.filter(department__path__startswith=near.path).exists():
            return near
    return None


def _refuse_keepers(document: Acceptance, lines: list[AcceptanceLine], people: set[int]) -> None:
    twice = keepers_among(lines, people)
    if twice and duties.refuses(document.organization_id, duties.ACCEPTED, duties.KEPT):
        raise DomainError(
            _("%(names)s keeps the store that the goods go to and does not accept them; name somebody else.")
            % {"names": duties.names_of(twice)},
            field="acceptors",
        )


def keepers_among(lines: list[AcceptanceLine], people: set[int]) -> set[int]:
    """Keys of those of these people who keep a store that the goods go to."""
    stores = {line.order_line.warehouse for line in lines if line.order_line.treatment == Treatment.STOCK}
    found: set[int] = set()
    for warehouse in stores - {None}:
        found |= people & set(warehouse.keepers.values_list("pk", flat=True))
    return found
