"""What a reporter does on the page of his report, with an account or by his private link: one place for both."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.templatetags.display import moment
from maintenance.models import OrderEvent, OrderPause, Rating, RatingReason, RepairTicket, State, WorkOrder
from maintenance.report_selectors import steps_taken
from maintenance.services import confirming
from maintenance.services.report_photos import MOST_PHOTOS, read_photos
from maintenance.services.tickets import current_order
from maintenance.views.request_keys import key_of_form

STARS = (
    (5, gettext_lazy("very content")),
    (4, gettext_lazy("content")),
    (3, gettext_lazy("so-so")),
    (2, gettext_lazy("not content")),
    (1, gettext_lazy("very discontent")),
)
WORDS = {
    # What its reporters read of an order; what is between the people of the workshop is not among it.
    "report": gettext_lazy("Report received"),
    "triage": gettext_lazy("Report taken up"),
    "dispatch": gettext_lazy("Given to the workshop"),
    "transfer": gettext_lazy("Given to somebody else"),
    "take": gettext_lazy("Accepted by a worker"),
    "accept": gettext_lazy("Accepted by a worker"),
    "set_out": gettext_lazy("The worker is on the way"),
    "arrive": gettext_lazy("The worker is there"),
    "suspend": gettext_lazy("Work paused"),
    "resume": gettext_lazy("Work goes on"),
    "finish": gettext_lazy("Work done"),
    "reopen": gettext_lazy("Not repaired: back to the worker"),
    "confirm": gettext_lazy("Work confirmed"),
    "send_back": gettext_lazy("Report sent back"),
    "cancel": gettext_lazy("Report cancelled"),
    "merge": gettext_lazy("Joined with another report of the same fault"),
}


class ReporterPage:
    """One report as its reporter sees it: no name, phone or word of anybody else.

    actor: whoever is signed in; None on the private link. own: whether he may speak as the reporter of this ticket.
    """

    def __init__(self, ticket: RepairTicket, *, actor: Any, own: bool) -> None:
        self.ticket = ticket
        self.actor = actor
        self.order: WorkOrder = current_order(ticket)
        self.voice = ticket if own else None

    def context(self) -> dict[str, Any]:
        """What templates/maintenance/report_progress.html reads."""
        order, offered = self.order, self.offered()
        return {
            "ticket": self.ticket,
            "order": order,
            "what": order.asset.name if order.asset else "",
            "where": order.place.described if order.place else "",
            "story": self._story(),
            "remarks": self._remarks(),
            "offered": offered,
            "stars": STARS,
            "rating": Rating.objects.filter(order=order).first(),
            "praise": RatingReason.objects.filter(active=True, good=True) if "rate" in offered else (),
            "blame": RatingReason.objects.filter(active=True, good=False) if "rate" in offered else (),
            "most_photos": MOST_PHOTOS,
            "promised": order.finish_due if order.is_open else None,
            "done": order.state == State.DONE,
        }

    def offered(self) -> set[str]:
        """What he can do now."""
        return confirming.offered(self.order, self.actor, self.voice)

    def opens_order(self) -> bool:
        """Whether this person sees the page of the order as the workshop does."""
        return WorkOrder.objects.visible_to(self.actor).filter(pk=self.order.pk).exists()

    def _story(self) -> list[dict[str, Any]]:
        events = steps_taken(self.order, WORDS)
        if self.order.pk != self.ticket.order_id:
            before = steps_taken(self.ticket.order, WORDS)
            joined = max((event.pk for event in before), default=0)
            events = [*before, *(event for event in events if event.pk > joined)]
        return [self._entry(event) for event in events]

    def _remarks(self) -> list[OrderEvent]:
        """What he added; the first note of a report that joined an order is the report itself."""
        rows = list(confirming.remarks_of(self.ticket, self.order).order_by("id"))
        return rows[1:] if self.ticket.joined and self.order.pk == self.ticket.order_id else rows

    def _entry(self, event: OrderEvent) -> dict[str, Any]:
        said = str(WORDS.get(event.step, event.step))
        detail = event.reason if event.step == "send_back" else ""
        if event.step == "suspend":
            reason = event.order.pauses.filter(since__lte=event.at).order_by("-id").values_list("reason", flat=True)
            detail = str(dict(OrderPause.Reason.choices).get(reason.first() or "", ""))
        if event.step == "finish":
            detail = str(dict(WorkOrder.Outcome.choices).get(event.data.get("outcome", ""), ""))
        if event.step == "confirm" and event.data.get("confirmation") == WorkOrder.Confirmation.AUTO:
            detail = _("by itself, because nobody objected")
        return {"at": event.at, "when": moment(event.at), "words": said, "detail": detail, "step": event.step}

    # ---- acts ----

    def act(self, request: HttpRequest) -> bool:
        """Do what was asked and say so; False when it was refused, which is said too."""
        acts = {
            "confirm": self._confirm,
            "refuse": self._refuse,
            "rate": self._rate,
            "cancel": self._cancel,
            "remark": self._remark,
        }
        act = acts.get(request.POST.get("act", ""))
        try:
            if act is None:
                raise DomainError(_("Choose what you want to do."))
            messages.success(request, act(request))
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return False
        return True

    def _whose(self, request: HttpRequest, name: str) -> dict[str, Any]:
        return {"actor": self.actor, "ticket": self.voice, "request_key": key_of_form(request, name)}

    def _confirm(self, request: HttpRequest) -> str:
        order = confirming.confirm(self.order, **self._whose(request, "confirm"))
        self.order = order
        if request.POST.get("score"):
            return self._rate(request)
        return _("Thank you: %(order)s is confirmed.") % {"order": order}

    def _refuse(self, request: HttpRequest) -> str:
        confirming.refuse_work(self.order, reason=request.POST.get("reason", ""), **self._whose(request, "refuse"))
        return _("The worker was told that it is not repaired yet.")

    def _rate(self, request: HttpRequest) -> str:
        text = request.POST.get("score", "")
        confirming.rate(
            self.order,
            score=int(text) if text in ("1", "2", "3", "4", "5") else 0,
            reasons=request.POST.getlist("reasons")[:20],
            comment=request.POST.get("comment", ""),
            **self._whose(request, "rate"),
        )
        return _("Thank you for your rating.")

    def _cancel(self, request: HttpRequest) -> str:
        confirming.cancel(self.order, reason=request.POST.get("reason", ""), **self._whose(request, "cancel"))
        return _("Your report was cancelled.")

    def _remark(self, request: HttpRequest) -> str:
        if self.voice is None:
            raise DomainError(_("Only who reported it adds to the report."))
        confirming.add_remark(
            self.voice,
            request.POST.get("remark", ""),
            actor=self.actor,
            photos=read_photos(request.FILES.getlist("photos")),
            request_key=key_of_form(request, "remark"),
        )
        return _("Your remark was added.")
