"""What happened to an order, in words, as templates/partials/story.html wants it."""

from typing import Any

from django.utils.translation import gettext as _

from core.templatetags.display import moment
from directory.models import User
from maintenance.models import Channel, OrderEvent, SpecialEquipment, Team, Urgency, WorkOrder
from maintenance.services.progress import STEPS

URGENCIES = dict(Urgency.choices)
PROGRAMS = {"plan": Channel.PLAN.label, "special": SpecialEquipment._meta.verbose_name}
"""Who of the program took a step, as events keep it, in words."""


def step_words(step: str) -> str:
    """The words of a step in a story."""
    if step == "report":
        return _("Reported")
    return str(STEPS[step].label) if step in STEPS else step


def story_of(order: WorkOrder) -> list[dict[str, Any]]:
    """The steps of an order, oldest first, with who was given it; a fixed number of queries."""
    events = list(order.events.select_related("actor").order_by("id"))
    people = _names(User, events, "worker")
    teams = _names(Team, events, "team")
    return [
        {
            "at": event.at,
            "who": event.actor or PROGRAMS.get(event.who, event.who) or _("Automatic"),
            "behalf": None,
            "step": event.step,
            "label": _("%(step)s: %(words)s") % {"step": step_words(event.step), "words": said}
            if (said := _said(event, people, teams))
            else step_words(event.step),
            "reason": event.reason,
        }
        for event in events
    ]


def _names(model: Any, events: list[OrderEvent], column: str) -> dict[int, str]:
    keys = {event.data.get(column) for event in events} - {None}
    return {row.pk: str(row) for row in model._base_manager.filter(pk__in=keys)} if keys else {}


def _said(event: OrderEvent, people: dict[int, str], teams: dict[int, str]) -> str:
    """What a step wrote that people want to read."""
    data, parts = event.data, []
    if event.step in ("dispatch", "transfer", "take"):
        parts += [teams.get(data.get("team"), ""), people.get(data.get("worker"), "")]
    if "urgency" in data:
        parts.append(str(URGENCIES.get(data["urgency"], data["urgency"])))
    if event.device_at and abs((event.at - event.device_at).total_seconds()) > 60:
        parts.append(_("by the clock of the device %(moment)s") % {"moment": moment(event.device_at)})
    if data.get("helper"):
        parts.append(str(data["helper"]))
    return _(", ").join(part for part in parts if part)
