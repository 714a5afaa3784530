"""Who hears of upkeep: whoever has to do it, and who answers for what was missed."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import notices
from directory.models import User
from maintenance.models import PlannedUpkeep, WorkOrder

GIVEN, MISSED = "upkeep_given", "upkeep_missed"
ANSWERABLE = ("repair_dispatcher", "logistics_head")

notices.register_sentence(GIVEN, _("Upkeep %(number)s “%(plan)s” of %(what)s is to be done by %(day)s."))
notices.register_sentence(MISSED, _("Missed: “%(plan)s” of %(what)s was due on %(day)s and is not done."))


def people_of(organization_id: int, roles: Iterable[str]) -> set[int]:
    """Keys of the active people of an organization who have one of these roles."""
    rows = User.objects.filter(organization=organization_id, is_active=True, groups__role__code__in=list(roles))
    return set(rows.values_list("pk", flat=True))


def tell_given(order: WorkOrder) -> None:
    """Tell the worker of a planned upkeep, or the members of the team it is offered to."""
    people = {order.worker_id} if order.worker_id else set()
    if not people and order.team is not None:
        people = set(order.team.members.filter(is_active=True).values_list("pk", flat=True))
    what = order.asset or order.place or ""
    words = {"number": order.number, "plan": order.title, "what": str(what), "day": _day(order.finish_due)}
    notices.tell(people, GIVEN, key=f"upkeep:{order.pk}:given", url=address(order), words=words)


def tell_missed(upkeep: PlannedUpkeep) -> None:
    """Tell dispatchers, the leader of the team and the logistics head that an upkeep was missed."""
    plan = upkeep.plan
    people = people_of(plan.organization_id, ANSWERABLE)
    if plan.team is not None and plan.team.leader_id:
        people.add(plan.team.leader_id)
    url = address(upkeep.order) if upkeep.order else reverse("maintenanceplan_detail", args=(plan.pk,))
    what = upkeep.asset or upkeep.subject
    words = {"plan": plan.name, "what": str(what), "day": upkeep.due_on.isoformat()}
    notices.tell(people, MISSED, key=f"upkeep:{upkeep.pk}:missed", url=url, words=words)


def address(order: Any) -> str:
    """The page of an order."""
    return reverse("workorder_detail", args=(order.pk,))


def _day(moment: Any) -> str:
    return timezone.localdate(moment).isoformat() if moment else ""
