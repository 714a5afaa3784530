"""Who is told what about a report: its reporters at each step, the workshop when something is urgent."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from core import notices
from maintenance.models import OrderEvent, RepairTicket, WorkOrder

URGENT, MORE_URGENT, REFUSED, LOW_RATING = "repair_urgent", "repair_now_urgent", "repair_refused", "repair_low_rating"

STEP_SENTENCES = {
    "triage": _("%(number)s (%(title)s): your report was taken up."),
    "dispatch": _("%(number)s (%(title)s): it was given to the workshop."),
    "transfer": _("%(number)s (%(title)s): somebody else takes it over."),
    "take": _("%(number)s (%(title)s): a worker has accepted it."),
    "accept": _("%(number)s (%(title)s): a worker has accepted it."),
    "set_out": _("%(number)s (%(title)s): the worker is on the way."),
    "arrive": _("%(number)s (%(title)s): the worker is there."),
    "suspend": _("%(number)s (%(title)s): the work is paused."),
    "resume": _("%(number)s (%(title)s): the work goes on."),
    "finish": _("%(number)s (%(title)s): done. Please confirm and rate it."),
    "reopen": _("%(number)s (%(title)s): not repaired, it goes back to the worker."),
    "confirm": _("%(number)s (%(title)s): the repair is confirmed. Please rate it."),
    "send_back": _("%(number)s (%(title)s): your report was sent back. Look why."),
    "cancel": _("%(number)s (%(title)s): the report was cancelled."),
    "merge": _("%(number)s (%(title)s): your report was joined with another one of the same fault."),
}
"""Steps that reporters hear of. What is between the people of the workshop alone is not among them."""

for _step, _words in STEP_SENTENCES.items():
    notices.register_sentence(f"repair_{_step}", _words)
notices.register_sentence(URGENT, _("Urgent repair %(number)s: %(title)s, %(where)s."))
notices.register_sentence(MORE_URGENT, _("%(number)s is urgent now, another report says more: %(title)s, %(where)s."))
notices.register_sentence(REFUSED, _("%(number)s (%(title)s): the reporter says it is not repaired."))
notices.register_sentence(LOW_RATING, _("%(number)s: follow up a low rating by %(day)s."))


def tickets_of(order: WorkOrder) -> Any:
    """The reports that led to an order, those of orders that were joined with it among them."""
    return RepairTicket.objects.filter(Q(order=order) | Q(order__merged_into=order))


def tell_reporters(order: WorkOrder, code: str) -> int:
    """Tell everybody with an account who reported it that a step (`code`: its name) was taken; returns how many.

    Called twice for one step it tells once; whoever took the step himself is told nothing. People without an account
    read it on their private link.
    """
    if code not in STEP_SENTENCES:
        return 0
    event = order.events.order_by("-id").first()
    actor = event.actor_id if event else None
    key = f"repair:{order.pk}:{code}:{order.revision}"
    told = 0
    for ticket, reporter in tickets_of(order).exclude(reporter=None).order_by("pk").values_list("pk", "reporter"):
        if reporter != actor:
            url = reverse("repair_ticket", args=(ticket,))
            told += notices.tell([reporter], f"repair_{code}", key=key, url=url, words=_words_of(order))
    return told


def after_step(order: WorkOrder, event: OrderEvent) -> None:
    """Called by progress after each step."""
    tell_reporters(order, event.step)


def dispatchers_of(organization_id: int) -> list[int]:
    """Keys of those who dispatch in an organization; without a dispatcher, of everybody who may."""
    people = get_user_model()._default_manager.filter(organization=organization_id, is_active=True)
    rows = people.filter(
        groups__permissions__codename="dispatch_workorder",
        groups__permissions__content_type__app_label="maintenance",
    ).distinct()
    own = rows.filter(groups__role__code="repair_dispatcher")
    return list((own if own.exists() else rows).values_list("pk", flat=True))


def tell_workshop(order: WorkOrder, code: str, *, people: Iterable[int] = (), **words: Any) -> int:
    """Tell the dispatchers, the team of an order and further people (keys) something at once; returns how many."""
    told = {*dispatchers_of(order.organization_id), *people}
    if order.team is not None:
        told |= set(order.team.members.filter(is_active=True).values_list("pk", flat=True))
    said = {**_words_of(order), "where": order.where, **words}
    key = f"{code}:{order.pk}:{order.revision}"
    return notices.tell(told - {None}, code, key=key, url=order_url(order), words=said)


def order_url(order: WorkOrder) -> str:
    """The page of an order for the workshop."""
    try:
        return reverse("workorder_detail", args=(order.pk,))
    except NoReverseMatch:
        return ""


def _words_of(order: WorkOrder) -> dict[str, str]:
    return {"number": order.number, "title": order.title}
