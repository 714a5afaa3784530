"""What the page of an order shows of its reports and its rating, and the steps of reporters on it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maintenance.models import Rating, RatingReason, State, WorkOrder
from maintenance.services import confirming
from maintenance.services.telling import tickets_of

from .order_blocks import register_block
from .order_steps import StepScreen, register_step
from .reporter_acts import STARS


class RateForm(forms.Form):
    """One to five stars, ticked reasons, a comment."""

    score = forms.TypedChoiceField(
        label=gettext_lazy("How content are you?"),
        coerce=int,
        widget=forms.RadioSelect,
    )
    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("Reasons"), required=False, widget=forms.CheckboxSelectMultiple
    )
    comment = forms.CharField(label=gettext_lazy("Comment"), required=False, max_length=500)

    def __init__(self, *args: Any, order: WorkOrder, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["score"].choices = [(score, f"{score} · {words}") for score, words in STARS]
        rows = RatingReason.objects.filter(active=True)
        fields["reasons"].choices = [(row.code, row.name) for row in rows]


def _confirm(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    done = confirming.confirm(order, actor=actor, request_key=request_key)
    return _("%(order)s is confirmed.") % {"order": done}


def _refuse(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    confirming.refuse_work(order, actor=actor, reason=data["reason"], request_key=request_key)
    return _("The worker was told that it is not repaired yet.")


def _rate(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    confirming.rate(
        order,
        actor=actor,
        score=data["score"],
        reasons=data["reasons"],
        comment=data["comment"],
        request_key=request_key,
    )
    return _("Thank you for your rating.")


def _cancel(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    done = confirming.cancel(order, actor=actor, reason=data["reason"], request_key=request_key)
    return _("%(order)s is cancelled.") % {"order": done}


def _may(act: str) -> Any:
    return lambda order, user: act in confirming.offered(order, user)


def reports_block(order: WorkOrder, user: Any) -> tuple[str, dict[str, Any]] | None:
    """Who reported it when and in which words, and what they thought of the work."""
    tickets = list(tickets_of(order).select_related("reporter").order_by("at", "pk"))
    rating = Rating.objects.filter(order=order).select_related("by").first()
    if not tickets and rating is None:
        return None
    reasons = rating.reason_names() if rating else []
    return "maintenance/order_reports.html", {"tickets": tickets, "rating": rating, "reasons": reasons, "stars": STARS}


for screen in (
    StepScreen("confirm", _confirm, offered=_may("confirm"), position=70),
    StepScreen("reopen", _refuse, reason="needed", offered=_may("refuse"), position=71, danger=True),
    StepScreen(
        "rate", _rate, form=RateForm, offered=_may("rate"), position=72, sources=(State.CONFIRMED, State.CLOSED)
    ),
    StepScreen(
        "cancel",
        _cancel,
        label=gettext_lazy("Cancel the order"),
        reason="needed",
        offered=_may("cancel"),
        position=95,
        danger=True,
    ),
):
    register_step(screen)
register_block(20, reports_block)
