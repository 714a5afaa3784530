"""Pauses: asked for on the page of the order, decided in a list of their own (R-REP-03)."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from core import clock
from core.errors import DomainError
from core.views.documents import posted_key
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.views.tables import safe_next
from core.views.workbench import Number, register_numbers
from maintenance.forms.pauses import PauseForm
from maintenance.models import Escalation, OrderPause, WorkOrder
from maintenance.order_selectors import orders_seen, span
from maintenance.services import pauses, timeliness

from .order_blocks import register_block
from .order_steps import StepScreen, register_step

PAGE_SIZE = 30


def _suspend(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: uuid.UUID | None) -> str:
    pauses.suspend(order, actor=actor, request_key=request_key, **data)
    return _("%(order)s is paused. The clock goes on until the pause is approved.") % {"order": order}


def _resume(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: uuid.UUID | None) -> None:
    pauses.resume(order, actor=actor, request_key=request_key)


register_step(StepScreen("suspend", _suspend, form=PauseForm, position=55))
register_step(StepScreen("resume", _resume, position=40))


def shown_pause(pause: OrderPause, decidable: bool) -> dict[str, Any]:
    """A pause as both templates want it: the row, how long it lasted (by the clock on the wall), a key for its form."""
    until = pause.ended_at or clock.now()
    return {
        "pause": pause,
        "length": span(until - pause.since),
        "decidable": decidable,
        "decision": (f"pause-{pause.decision}", pause.get_decision_display()),
        "request_key": uuid.uuid4(),
    }


class PauseList(SignedInMixin, View):
    """The pauses that wait for this person's decision, the oldest first."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        if not request.user.has_perm(pauses.RIGHT):
            raise PermissionDenied
        rows = pauses.pending_for(request.user).select_related(
            "order__category", "order__place__parent__parent", "order__worker", "order__team", "asked_by"
        )
        page = Paginator(rows.order_by("since", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
        context = {
            "title": _("Pauses to decide on"),
            "count": page.paginator.count,
            "rows": [shown_pause(row, True) for row in page.object_list],
            "page_obj": page,
            "back_url": reverse("pause_list"),
        }
        return render(request, "maintenance/pauses.html", context)


class PauseDecision(SignedInMixin, View):
    """POST: approve or refuse one pause."""

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        seen = orders_seen(request.user).order_by()
        pause = OrderPause.objects.select_related("order").filter(pk=pk, order__in=seen.values("pk")).first()
        decision = request.POST.get("decision", "")
        if pause is None or decision not in ("approve", "refuse"):
            raise Http404
        try:
            pauses.decide(
                pause,
                actor=request.user,
                approved=decision == "approve",
                note=request.POST.get("note", ""),
                request_key=posted_key(request),
            )
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            words = {"order": pause.order, "decision": pause.get_decision_display()}
            messages.success(request, _("The pause of %(order)s was %(decision)s.") % words)
        return redirect(safe_next(request) or reverse("pause_list"))


def pauses_block(order: WorkOrder, user: Any) -> tuple[str, dict[str, Any]] | None:
    """The pauses of an order with their decisions, and its gross and net time."""
    rows = list(order.pauses.select_related("asked_by", "decided_by").order_by("pk"))
    measured = measures(order)
    if not rows and not measured:
        return None
    waiting = any(row.decision == OrderPause.Decision.PENDING for row in rows)
    mine = set(pauses.pending_for(user).filter(order=order).values_list("pk", flat=True)) if waiting else set()
    return "maintenance/order_pauses.html", {
        "pauses": [shown_pause(row, row.pk in mine) for row in rows],
        "measures": measured,
        "back_url": reverse("workorder_detail", args=(order.pk,)),
    }


def measures(order: WorkOrder) -> list[dict[str, Any]]:
    """Gross and net working time of what was promised."""
    labels = dict(Escalation.Moment.choices)
    if not (order.accept_due or order.arrive_promised or order.finish_promised):
        return []
    return [
        {"label": labels[name], "gross": minutes_in_words(row.gross), "net": minutes_in_words(row.net), "row": row}
        for name, row in timeliness.lateness(order).items()
        if row.promised is not None and (row.happened or order.is_open)
    ]


def minutes_in_words(minutes: int) -> str:
    """95 -> "1 h 35 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


def pause_numbers(user: Any) -> Iterable[Number]:
    """How many pauses wait for this person, on the first page."""
    if user.has_perm(pauses.RIGHT) and (count := pauses.pending_for(user).count()):
        yield Number(_("Pauses to decide on"), count, reverse("pause_list"), warns=True)


register_block(30, pauses_block)
register_numbers(pause_numbers)
