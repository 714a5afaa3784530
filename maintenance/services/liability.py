"""Damage by a person: somebody is named, and a case of compensation is opened for what the repair cost (R-REP-09)."""

import uuid
from typing import Any

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import CompensationCase
from assets.services import compensation
from core import notices
from core.errors import DomainError
from maintenance.models import CauseCode, WorkOrder

OPENED = "repair_compensation"
notices.register_sentence(
    OPENED, gettext_lazy("%(number)s (%(title)s): broken by %(liable)s; complete the case of compensation.")
)
NAMESPACE = uuid.UUID("5b0f3f0e-6a0e-4f4b-9a55-2d9f3c3f6e01")


def by_person(order: WorkOrder) -> bool:
    """Whether the cause says that somebody broke it."""
    return order.cause is not None and order.cause.kind == CauseCode.Kind.DAMAGE


def require_liable(cause: CauseCode | None, liable: str) -> None:
    """Damage by a person names the person or the class (R-REP-09). Raises DomainError."""
    if cause is not None and cause.kind == CauseCode.Kind.DAMAGE and not liable.strip():
        raise DomainError(
            _("The cause says that a person broke it; name the liable person or class."),
            field="liable",
            code="R-REP-09",
        )


def open_case(order: WorkOrder, *, actor: Any) -> CompensationCase | None:
    """A draft about what the repair cost, with who is liable; None where nobody broke it. Asked twice it is one case.

    order: with its final costs, or with what it cost so far. actor: who is said to have made the case.
    """
    if not by_person(order):
        return None
    if order.compensation_case is not None:
        return order.compensation_case
    case = compensation.open_case(
        organization=order.organization,
        department=order.department or actor.department,
        asset=order.asset,
        damage=f"{order.title} {order.description}".strip(),
        actor=actor,
        source=_("Repair order %(number)s") % {"number": order.number},
        request_key=uuid.uuid5(NAMESPACE, str(order.request_key)),
    )
    if case.is_editable and case.revision == 0:
        case.thing = "" if order.asset else order.title
        case.responsible_name = order.liable[:60]
        case.basis, case.base_value = CompensationCase.Basis.REPAIR, order.cost
        case.save()
        _tell(order, case)
    return case


def _tell(order: WorkOrder, case: CompensationCase) -> None:
    """The asset managers find out who pays how much; the workshop only says that somebody broke it."""
    people = get_user_model()._default_manager.filter(organization=order.organization, is_active=True)
    managers = list(people.filter(groups__role__code="asset_manager").values_list("pk", flat=True))
    words = {"number": order.number, "title": order.title, "liable": order.liable}
    url = reverse("compensationcase_detail", args=(case.pk,))
    notices.tell(managers, OPENED, key=f"{OPENED}:{case.pk}", url=url, words=words)
