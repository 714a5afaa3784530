"""The page of a work order, for the desk and the phone, and the small forms of its steps."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.generic import View

from core.attachments import attachments_of, may_attach
from core.errors import DomainError
from core.templatetags.display import moment, money
from core.views.document_form import mark_refusal
from core.views.documents import attach_url, posted_key
from core.views.links import link_to, opened_facts
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.views.tables import safe_next
from maintenance.models import GIVEN_UP, OPEN, WorkOrder
from maintenance.order_selectors import orders_seen

from .order_blocks import blocks_of
from .order_steps import Done, StepScreen, carry_out, form_of, may_open, offered_steps, screen_of
from .order_story import story_of
from .orders import OrderList, urgency_chip, with_deadlines

Facts = list[tuple[Any, Any]]
BUTTONS = 3
"""So many steps are buttons; the others stand in a menu."""
RELATED = ("merged_into", "follows", "rework_of", "confirmed_by", "cause", "remedy", "team__leader")


class OrderMixin(SignedInMixin):
    """Finds the order of the address among those the person sees; 404 for absent and foreign ones alike."""

    def find(self, pk: int) -> WorkOrder:
        order = orders_seen(self.request.user).select_related(*RELATED).filter(pk=pk).first()
        if order is None:
            raise Http404
        return order


class OrderDetail(OrderMixin, View):
    """GET: everything about one order."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        order, user = self.find(pk), request.user
        with_deadlines([order])
        steps = [shown_step(screen, order) for screen in offered_steps(order, user)]
        helpers = [row.worker for row in order.helpers.select_related("worker").order_by("pk")]
        context = {
            "title": f"{order.number} {order.title}",
            "order": order,
            "list_url": reverse("workorder_list"),
            "list_title": OrderList.title,
            "urgency": urgency_chip(order),
            "facts": opened_facts([fact for fact in what(order) if fact[1]], user),
            "times": [fact for fact in times(order) if fact[1]],
            "result": opened_facts([fact for fact in result(order) if fact[1]], user),
            "helpers": helpers,
            "steps": steps[:BUTTONS],
            "more_steps": steps[BUTTONS:],
            "blocks": self._blocks(order),
            "story": story_of(order),
            "attachments": attachments_of(order, user),
            "attach_url": attach_url(order) if may_attach(order, user) else None,  # type: ignore[arg-type]
            "request_key": uuid.uuid4(),
            "joined": list(orders_seen(user).filter(merged_into=order).order_by("pk")),
        }
        return render(request, "maintenance/order.html", context)

    def _blocks(self, order: WorkOrder) -> list[str]:
        """The blocks of the other parts of repairs, drawn; each template reads its own context, `order` and
        `request_key`."""
        given = {"order": order, "request_key": uuid.uuid4()}
        return [
            render_to_string(block["template"], {**given, **block["context"]}, self.request)
            for block in blocks_of(order, self.request.user)
        ]


def shown_step(screen: StepScreen, order: WorkOrder) -> dict[str, Any]:
    """A step as buttons and menus want it."""
    return {
        "slug": screen.slug,
        "label": screen.words,
        "url": screen.address(order),
        "asks": screen.asks,
        "leads_away": bool(screen.url),
        "danger": screen.danger,
    }


def what(order: WorkOrder) -> Facts:
    """What it is about, where, and who has it."""
    asset = order.asset
    return [
        (_("Description"), order.description),
        (_("Category"), order.category),
        (_("Kind"), order.get_kind_display()),
        (pgettext("work order", "Place"), order.where),
        (_("Department"), order.department),
        (_("Asset card"), link_to(asset, reverse("asset_detail", args=(asset.pk,))) if asset else ""),
        (_("Contact"), order.contact),
        (_("Phone"), {"value": order.phone, "url": f"tel:{order.phone}"} if order.phone else ""),
        (_("Came by"), order.get_channel_display()),
        (_("Team"), order.team),
        (_("Worker"), order.worker),
        (_("Worker's phone"), _dial(order.worker)),
        (_("Contractor"), order.contractor),
        (_("Joined with"), _order_link(order.merged_into)),
        (_("Follow-up of"), _order_link(order.follows)),
        (_("Rework of"), _order_link(order.rework_of)),
        (_("Why it is no rework"), order.rework_waiver),
    ]


def _dial(person: Any) -> Any:
    return {"value": person.phone, "url": f"tel:{person.phone}"} if person and person.phone else ""


def _order_link(order: WorkOrder | None) -> Any:
    if order is None:
        return ""
    return link_to(order, reverse("workorder_detail", args=(order.pk,)), f"{order.number} {order.title}")


def times(order: WorkOrder) -> Facts:
    """Each step with its moment, and until when it was promised."""
    rows = (
        (_("Reported"), order.reported_at, None),
        (_("Taken up"), order.triaged_at, None),
        (_("Dispatched"), order.dispatched_at, None),
        (pgettext("work order", "Accepted"), order.accepted_at, order.accept_due),
        (_("On site"), order.arrived_at, order.arrive_due),
        (pgettext("work order", "Done"), order.finished_at, order.finish_due),
        (_("Confirmed"), order.confirmed_at, None),
        (pgettext("work order", "Closed"), order.closed_at, None),
    )
    return [(label, _time(at, due, order)) for label, at, due in rows if at or (due and order.state not in GIVEN_UP)]


def _time(at: Any, due: Any, order: WorkOrder) -> dict[str, Any]:
    """A moment with its promise: {at, due, late, open}."""
    if at is None and order.state not in OPEN:
        return {}
    return {"at": moment(at), "due": moment(due), "late": bool(at and due and at > due), "open": at is None}


def result(order: WorkOrder) -> Facts:
    """What was found and done, what it cost and what was thought of it."""
    return [
        (_("Outcome"), order.get_outcome_display() if order.outcome else ""),
        (_("What was done"), order.action),
        (pgettext("work order", "Cause"), order.cause),
        (pgettext("work order", "Remedy"), order.remedy),
        (_("Liable person or class"), order.liable),
        (_("Working time (minutes)"), order.labour_minutes or ""),
        (_("Material (yuan)"), money(order.cost_material) if order.cost_material else ""),
        (_("Labour (yuan)"), money(order.cost_labour) if order.cost_labour else ""),
        (_("Contractors (yuan)"), money(order.cost_external) if order.cost_external else ""),
        (_("Cost (yuan)"), money(order.cost) if order.cost else ""),
        (_("Confirmed"), order.get_confirmation_display() if order.confirmation else ""),
        (_("Confirmed by"), order.confirmed_by),
        (_("Times not accepted by the reporter"), order.refusals or ""),
    ]


class OrderStep(OrderMixin, View):
    """GET: the form of a step, within a dialog when a script asks for it; POST takes the step."""

    def get(self, request: SignedInRequest, pk: int, slug: str) -> HttpResponse:
        order, screen = self._find(pk, slug)
        if not may_open(screen, order, request.user):
            return self._gone(order)
        return self._page(order, screen, form_of(screen, order, request.user), uuid.uuid4())

    def post(self, request: SignedInRequest, pk: int, slug: str) -> HttpResponse:
        order, screen = self._find(pk, slug)
        key = posted_key(request)
        if key and order.events.filter(request_key=key).exists():
            return self._back(order)  # the same form, sent twice
        if not may_open(screen, order, request.user):
            return self._gone(order)
        form = form_of(screen, order, request.user, request.POST)
        if not form.is_valid():
            return self._page(order, screen, form, key or uuid.uuid4())
        try:
            said = carry_out(screen, order, actor=request.user, data=form.cleaned_data, key=key)
        except DomainError as refusal:
            if not form.fields:
                messages.error(request, str(refusal))
                return self._back(order)
            mark_refusal(form, None, refusal)
            return self._page(order, screen, form, key or uuid.uuid4())
        if isinstance(said, Done):
            messages.success(request, said.words)
            return self._lead(said.url)
        words = {"order": order, "step": screen.words}
        messages.success(request, said if isinstance(said, str) else _("%(order)s: %(step)s.") % words)
        return self._back(order)

    def _find(self, pk: int, slug: str) -> tuple[WorkOrder, StepScreen]:
        order, screen = self.find(pk), screen_of(slug)
        if screen is None or screen.carry_out is None:
            raise Http404
        return order, screen

    def _back(self, order: WorkOrder) -> HttpResponse:
        """To where the form was opened; a script is told the address, since it would follow a redirection unseen."""
        target = safe_next(self.request)
        if target is None:
            # Whoever gave an order away may not see it any more.
            seen = orders_seen(self.request.user).filter(pk=order.pk).exists()
            target = reverse("workorder_detail", args=(order.pk,)) if seen else reverse("workorder_list")
        return self._lead(target)

    def _lead(self, target: str) -> HttpResponse:
        if self.request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": target})
        return HttpResponseRedirect(target)

    def _gone(self, order: WorkOrder) -> HttpResponse:
        words = {"order": order, "state": order.get_state_display()}
        messages.error(self.request, _("%(order)s is “%(state)s” now; you may not take this step.") % words)
        return self._back(order)

    def _page(self, order: WorkOrder, screen: StepScreen, form: Any, key: uuid.UUID) -> HttpResponse:
        within = bool(self.request.headers.get("HX-Request"))
        context = {
            "title": f"{screen.words} · {order.number}",
            "order": order,
            "step": shown_step(screen, order),
            "form": form,
            "request_key": key,
            "next": self.request.POST.get("next") or self.request.GET.get("next", ""),
            "list_url": reverse("workorder_list"),
            "list_title": OrderList.title,
        }
        return render(self.request, f"maintenance/order_step{'_form' if within else ''}.html", context)
