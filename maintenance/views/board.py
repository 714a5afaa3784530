"""The board of orders for who dispatches, and the screen on the wall of the workshop."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core import clock
from core.errors import DomainError
from core.parsing import parse_key
from core.views.links import address_or_none
from core.views.signed_in import SignedInMixin, SignedInRequest
from maintenance.models import OPEN, State, Team, Urgency, WorkOrder
from maintenance.order_selectors import DISPATCH, orders_seen, sees_board

from .order_page import OrderMixin, shown_step
from .order_steps import carry_out, offered_steps
from .orders import urgency_chip, with_deadlines

COLUMNS = (*OPEN, State.DONE)
MOST_CARDS = 40
"""So many cards stand in a column; the rest is counted and linked."""
MOST_READ = 1000
DONE_DAYS = 3
"""Finished orders stay on the board so many days while they wait to be confirmed."""
WALL_ROWS = 11
"""So many orders fit on the wall in letters that are read from five metres; further ones take turns."""
WALL_TURN = 30
"""Seconds that one page of the wall is shown; the screen asks anew as often."""
RANKS = {Urgency.URGENT: 0, Urgency.NORMAL: 1, Urgency.LOW: 2}
FAR = dt.datetime.max.replace(tzinfo=dt.UTC)


class BoardMixin(SignedInMixin):
    """For whoever has a use for the board; 403 for others."""

    def require(self) -> None:
        if not sees_board(self.request.user):
            raise PermissionDenied

    def teams(self) -> QuerySet[Team]:
        return Team.objects.filter(organization_id=self.request.user.organization_id, active=True)

    def chosen(self) -> dict[str, Any]:
        """What the board is narrowed to: {team, kind}."""
        asked = self.request.GET
        key = parse_key(asked.get("team", ""))
        kind = asked.get("kind", "")
        return {
            "team": key if key and self.teams().filter(pk=key).exists() else None,
            "kind": kind if kind in WorkOrder.Kind.values else "",
        }

    def orders(self) -> list[WorkOrder]:
        """Open orders and those that wait to be confirmed, the most pressing first, with their deadlines."""
        chosen, since = self.chosen(), clock.now() - dt.timedelta(days=DONE_DAYS)
        house = self.request.user.organization_id
        rows = orders_seen(self.request.user).filter(organization=house, state__in=COLUMNS)
        rows = rows.exclude(state=State.DONE, finished_at__lt=since)
        if chosen["team"]:
            rows = rows.filter(team=chosen["team"])
        if chosen["kind"]:
            rows = rows.filter(kind=chosen["kind"])
        found = with_deadlines(list(rows.order_by("reported_at", "pk")[:MOST_READ]))
        return sorted(found, key=pressing)


def pressing(order: Any) -> tuple[int, dt.datetime, dt.datetime]:
    """What is looked at first: urgent, then what is due soonest, then what waits longest."""
    due = order.deadline.at if order.deadline else FAR
    return RANKS[order.urgency], due, order.reported_at


class Board(BoardMixin, View):
    """GET; a script that refreshes it gets the columns alone."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        self.require()
        context = {"columns": self._columns(), "now": clock.now(), "next": request.get_full_path()}
        if request.headers.get("HX-Request"):
            return render(request, "maintenance/board_columns.html", context)
        may_add = request.user.has_perm("maintenance.add_workorder")
        return render(
            request,
            "maintenance/board.html",
            {
                **context,
                "title": _("Board of repairs"),
                "teams": self.teams().order_by("name"),
                "kinds": WorkOrder.Kind.choices,
                "chosen": self.chosen(),
                "wall_url": reverse("order_wall"),
                "task_url": reverse("task_new") if may_add else None,
                "report_url": address_or_none("report_new"),
            },
        )

    def _columns(self) -> list[dict[str, Any]]:
        orders, query = self.orders(), self.request.GET.copy()
        moves = self.request.user.has_perm(DISPATCH)
        for name in ("page", "state"):
            query.pop(name, None)
        found = []
        for state in COLUMNS:
            rows = [order for order in orders if order.state == state]
            found.append(
                {
                    "state": state.value,
                    "label": state.label,
                    "count": len(rows),
                    "late": sum(1 for row in rows if row.deadline and row.deadline.late),  # type: ignore[attr-defined]
                    "cards": [(row, urgency_chip(row)) for row in rows[:MOST_CARDS]],
                    "more": max(len(rows) - MOST_CARDS, 0),
                    "url": f"{reverse('workorder_list')}?state={state.value}&{query.urlencode()}",
                    "moves": moves,
                }
            )
        return found


class CardMenu(OrderMixin, View):
    """GET: the steps a person is offered on one card; the way of the keyboard and of thumbs."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        order = self.find(pk)
        steps = [shown_step(screen, order) for screen in offered_steps(order, request.user)]
        context = {"order": order, "steps": steps, "next": request.GET.get("next", "")}
        return render(request, "maintenance/card_menu.html", context)


class CardMove(OrderMixin, View):
    """POST `to`: a card was dropped on a column. Answers {done}, {ask: address of the form}, {go: address of
    a page}, or 409 {refused}."""

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> JsonResponse:
        order, target = self.find(pk), request.POST.get("to", "")
        screens = [screen for screen in offered_steps(order, request.user) if screen.step.target == target]
        if not screens:
            column = dict(State.choices).get(target, target)
            words = {"order": order, "state": order.get_state_display(), "column": column}
            return JsonResponse(
                {"refused": _("%(order)s is “%(state)s”; you cannot move it to “%(column)s”.") % words}, status=409
            )
        screen = screens[0]
        if screen.url:
            return JsonResponse({"go": screen.address(order)})
        if screen.asks and not (screen.quick and screen.quick(order)):
            return JsonResponse({"ask": screen.address(order)})
        try:
            said = carry_out(screen, order, actor=request.user, data={}, key=None)
        except DomainError as refusal:
            return JsonResponse({"refused": str(refusal)}, status=409)
        words = {"order": order, "step": screen.words}
        return JsonResponse({"done": said if isinstance(said, str) else _("%(order)s: %(step)s.") % words})


class Wall(BoardMixin, View):
    """The open orders for a screen on the wall: large, dark, refreshing itself, without reporters' names or phones."""

    title = gettext_lazy("Repairs in the workshop")

    def get(self, request: SignedInRequest) -> HttpResponse:
        self.require()
        orders = [order for order in self.orders() if order.state in OPEN]
        late = [order for order in orders if order.deadline and order.deadline.late]  # type: ignore[attr-defined]
        rest = [order for order in orders if order not in late]
        rows = [*late, *rest]
        pages = [rows[start : start + WALL_ROWS] for start in range(0, len(rows), WALL_ROWS)] or [[]]
        turn = int(clock.now().timestamp() // WALL_TURN) % len(pages)
        context = {
            "title": self.title,
            "now": clock.now(),
            "house": request.user.organization,
            "team": self.teams().filter(pk=self.chosen()["team"]).first() if self.chosen()["team"] else None,
            "counts": [(state.label, sum(1 for order in orders if order.state == state)) for state in OPEN],
            "late": len(late),
            "urgent": sum(1 for order in orders if order.urgency == Urgency.URGENT),
            "rows": pages[turn],
            "page": turn + 1,
            "pages": len(pages),
            "refresh": request.get_full_path(),
        }
        part = "_rows" if request.headers.get("HX-Request") else ""
        return render(request, f"maintenance/wall{part}.html", context)
