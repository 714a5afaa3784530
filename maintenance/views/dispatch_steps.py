"""The steps of who dispatches, as the screens offer them (views/order_steps.py)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maintenance.forms.dispatching import (
    DispatchForm,
    HelperForm,
    MergeForm,
    TransferForm,
    TriageForm,
    UrgencyForm,
)
from maintenance.models import OPEN, State, WorkOrder
from maintenance.services import dispatching, doing, joining

from .order_steps import StepScreen, register_step

AFTER_NEW = tuple(state for state in OPEN if state != State.NEW)
CORRECTED = ("title", "category", "place", "place_note", "department")


def triage(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    """With what was typed; a drag on the board types nothing and takes the order up as it is."""
    corrected = {name: data[name] for name in CORRECTED if name in data}
    done = dispatching.triage(
        order,
        actor=actor,
        urgency=data.get("urgency", ""),
        reason=data.get("reason", ""),
        request_key=request_key,
        **corrected,
    )
    return _("%(order)s was taken up.") % {"order": done}


def describe(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    triage(order, actor=actor, data=data, request_key=request_key)
    return _("%(order)s was corrected.") % {"order": order}


def urgency(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    done = dispatching.change_urgency(
        order, data["urgency"], actor=actor, reason=data["reason"], request_key=request_key
    )
    return _("%(order)s is “%(urgency)s” now.") % {"order": done, "urgency": done.get_urgency_display()}


def dispatch(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    done = dispatching.dispatch(
        order,
        actor=actor,
        team=data["team"],
        worker=data["worker"],
        warranty_reason=data.get("warranty_reason", ""),
        request_key=request_key,
    )
    return _("%(order)s was given to %(who)s.") % {"order": done, "who": done.worker or done.team}


def transfer(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    done = dispatching.transfer(
        order,
        actor=actor,
        team=data["team"],
        worker=data["worker"],
        reason=data["reason"],
        request_key=request_key,
    )
    return _("%(order)s was given to %(who)s.") % {"order": done, "who": done.worker or done.team}


def grab(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    return _("%(order)s is yours.") % {"order": dispatching.grab(order, actor=actor, request_key=request_key)}


def take_back(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    done = dispatching.take_back(order, actor=actor, reason=data["reason"], request_key=request_key)
    return _("%(order)s waits to be dispatched again.") % {"order": done}


def send_back(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    done = dispatching.send_back(order, actor=actor, reason=data["reason"], request_key=request_key)
    return _("%(order)s was sent back; whoever reported it is told why.") % {"order": done}


def merge(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    into = joining.merge(order, data["into"], actor=actor, request_key=request_key)
    return _("%(order)s was joined with %(into)s.") % {"order": order, "into": into}


def join_work(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    doing.add_helper(order, data["helper"], actor=actor, request_key=request_key)
    return _("%(person)s works on %(order)s too.") % {"person": data["helper"], "order": order}


for screen in (
    StepScreen("take", grab, position=5),
    StepScreen(
        "triage",
        triage,
        form=TriageForm,
        position=10,
        sources=(State.NEW,),
        quick=lambda order: order.category_id is not None or order.kind != WorkOrder.Kind.REPAIR,
    ),
    StepScreen("dispatch", dispatch, form=DispatchForm, position=11),
    StepScreen("transfer", transfer, form=TransferForm, position=60),
    StepScreen("take_back", take_back, reason="needed", position=61),
    StepScreen("join_work", join_work, form=HelperForm, position=62),
    StepScreen("urgency", urgency, form=UrgencyForm, position=63),
    StepScreen(
        "describe",
        describe,
        form=TriageForm,
        position=64,
        sources=AFTER_NEW,
        label=gettext_lazy("Correct what it is about"),
    ),
    StepScreen("merge", merge, form=MergeForm, position=65),
    StepScreen("send_back", send_back, reason="needed", danger=True, position=90),
):
    register_step(screen)
