"""Closing, rework, warranty and what an order cost: steps and blocks on its page."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from assets.models import CompensationCase
from core.errors import DomainError
from core.views.documents import posted_key
from core.views.signed_in import SignedInRequest
from maintenance import knowledge_selectors
from maintenance.models import FINISHED, ContractorJob, State, WorkOrder
from maintenance.services import closing, rework, warranty
from maintenance.services.progress import dispatches

from .order_blocks import register_block
from .order_page import OrderMixin
from .order_steps import StepScreen, register_step

Block = tuple[str, dict[str, Any]] | None


# ---- steps ----


def close(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    done = closing.close(order, actor=actor, request_key=request_key)
    if done.compensation_case:
        return _("%(order)s is closed; a case of compensation was opened.") % {"order": done}
    return _("%(order)s is closed.") % {"order": done}


def no_rework(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    done = rework.waive(order, reason=data["reason"], actor=actor, request_key=request_key)
    return _("%(order)s counts as a repair of its own.") % {"order": done}


def is_rework(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    done = rework.confirm(order, actor=actor, request_key=request_key)
    return _("%(order)s counts as rework of %(first)s.") % {"order": done, "first": done.rework_of}


def not_by_supplier(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    done = warranty.say_why_not(order, reason=data["reason"], actor=actor, request_key=request_key)
    return _("It is noted why the house repairs %(order)s itself.") % {"order": done}


def _gives_out(order: WorkOrder, actor: Any) -> bool:
    return bool(actor.has_perm("maintenance.add_contractorjob")) and dispatches(order, actor)


def _wants_reason(order: WorkOrder, actor: Any) -> bool:
    return not order.warranty_reason and dispatches(order, actor) and warranty.of_order(order) is not None


for screen in (
    StepScreen("close", close, position=8, offered=lambda order, _actor: not closing.obstacles(order)),
    StepScreen("contract", url="contractorjob_for", offered=_gives_out, position=66),
    StepScreen(
        "note",
        no_rework,
        key="no-rework",
        reason="needed",
        label=gettext_lazy("No rework"),
        offered=lambda order, actor: bool(order.rework_of_id) and not order.rework_waiver and dispatches(order, actor),
        position=70,
    ),
    StepScreen(
        "note",
        is_rework,
        key="rework",
        label=gettext_lazy("Count it as rework"),
        offered=lambda order, actor: bool(order.rework_waiver) and dispatches(order, actor),
        position=70,
    ),
    StepScreen(
        "note",
        not_by_supplier,
        key="own-cost",
        reason="needed",
        label=gettext_lazy("Repair it at our own cost"),
        offered=_wants_reason,
        position=71,
    ),
):
    register_step(screen)


class ForOrder(OrderMixin, View):
    """GET: from an order to the form by which it is given to a contractor."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return redirect(f"{reverse('contractorjob_new')}?order={self.find(pk).pk}")


class AgainView(OrderMixin, View):
    """A closed order is not in order: opens its rework, by POST only."""

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        order = self.find(pk)
        try:
            made = closing.reopen(
                order, reason=request.POST.get("reason", ""), actor=request.user, request_key=posted_key(request)
            )
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect("workorder_detail", order.pk)
        messages.success(request, _("%(made)s was opened as rework of %(order)s.") % {"made": made, "order": order})
        return redirect("workorder_detail", made.pk)


# ---- blocks ----


def warranty_block(order: WorkOrder, user: Any) -> Block:
    """Who owes the repair for nothing (R-REP-10), as long as somebody works on it."""
    if not order.is_open:
        return None
    found = warranty.of_order(order)
    if found is None:
        return None
    url = f"{reverse('contractorjob_new')}?order={order.pk}" if _gives_out(order, user) else None
    return "maintenance/block_warranty.html", {"warranty": found, "give_url": url}


def rework_block(order: WorkOrder, user: Any) -> Block:
    """The repair that this one follows too soon (R-REP-07), for whoever dispatches."""
    if order.rework_of is None or not dispatches(order, user):
        return None
    return "maintenance/block_rework.html", {"first": order.rework_of, "counts": not order.rework_waiver}


def knowledge_block(order: WorkOrder, user: Any) -> Block:
    """What fixed it last time, for the people of the workshop."""
    workshop = user.has_perm("maintenance.work_workorder") or user.has_perm("maintenance.dispatch_workorder")
    if not workshop or not order.is_open:
        return None
    memory = knowledge_selectors.fixed_last_time(order)
    remedies = knowledge_selectors.proposed_remedies(order)
    if memory is None and not remedies:
        return None
    return "maintenance/block_knowledge.html", {"memory": memory, "remedies": remedies}


def closing_block(order: WorkOrder, user: Any) -> Block:
    """What keeps a finished order from being closed, for whoever dispatches."""
    if order.state not in (State.DONE, State.CONFIRMED) or not dispatches(order, user):
        return None
    obstacles = closing.obstacles(order)
    return ("maintenance/block_closing.html", {"obstacles": obstacles}) if obstacles else None


def money_block(order: WorkOrder, user: Any) -> Block:
    """What was given to contractors and who pays for damage; only papers that the reader may open."""
    jobs = list(
        ContractorJob.objects.visible_to(user).filter(order=order).select_related("supplier").order_by("-pk")
        if user.has_perm("maintenance.view_contractorjob")
        else ()
    )
    case = order.compensation_case
    seen = case is not None and CompensationCase.objects.visible_to(user).filter(pk=case.pk).exists()
    if not jobs and not seen:
        return None
    return "maintenance/block_money.html", {"jobs": jobs, "case": case if seen else None}


def again_block(order: WorkOrder, user: Any) -> Block:
    """The form by which a closed order is asked for once more."""
    if order.state not in FINISHED or not closing.may_reopen(order, user):
        return None
    return "maintenance/block_again.html", {"again_url": reverse("workorder_again", args=(order.pk,))}


for position, block in (
    (5, warranty_block),
    (6, closing_block),
    (10, rework_block),
    (20, knowledge_block),
    (60, money_block),
    (90, again_block),
):
    register_block(position, block)
