"""The list of work orders, its workbook, and finding orders from the search over everything."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import clock
from core.search import matching
from core.views.documents import DocumentExportView
from core.views.links import address_or_none
from core.views.search import LIMIT, register_finder
from core.views.signed_in import SignedInRequest
from core.views.tables import Column, TableView, without_screen
from maintenance.models import State, WorkOrder
from maintenance.order_selectors import age_of, deadline_of, orders_seen, sees_board, standing_still
from maintenance.services import special

from .order_filter import OrderFilter

SEARCHED = ("number", "title", "description", "phone", "contact", "place__name", "place_note", "asset__number")
EXPORT = "maintenance.export_workorder"
USUAL = (
    *("number", "state", "urgency", "title", "category", "place", "department", "worker"),
    *("deadline", "reported_at"),
)


def urgency_chip(order: WorkOrder) -> tuple[str, str]:
    return f"urgency-{order.urgency}", order.get_urgency_display()


def deadline_chip(order: WorkOrder) -> tuple[str, str] | str:
    """The next deadline as a chip: "acceptance: overdue by 20 min"."""
    due = order.deadline  # type: ignore[attr-defined]
    return (f"due-{due.tone}", _("%(what)s: %(words)s") % {"what": due.what, "words": due.words}) if due else ""


def state_chip(order: WorkOrder) -> tuple[str, str]:
    """Its state; in red that its thing must not be used, which nobody may overlook (R-REP-11)."""
    if not order.forbidden:  # type: ignore[attr-defined]
        return order.state, order.get_state_display()
    return "overdue", _("%(state)s · forbidden to use") % {"state": order.get_state_display()}


def with_deadlines(orders: list[WorkOrder]) -> list[WorkOrder]:
    """The same orders, each with `deadline`, `age` and `forbidden` (its thing, R-REP-11); one query for all."""
    now = clock.now()
    paused = [order.pk for order in orders if order.state == State.SUSPENDED]
    still = set(standing_still().filter(order__in=paused).values_list("order", flat=True)) if paused else set()
    for order in orders:
        order.deadline = deadline_of(order, now, stands=order.pk in still)  # type: ignore[attr-defined]
        order.age = age_of(order, now)  # type: ignore[attr-defined]
        order.forbidden = special.is_forbidden(order.asset)  # type: ignore[attr-defined]
    return orders


class OrderList(TableView):
    """The orders a person may see."""

    model = WorkOrder
    title = gettext_lazy("Work orders")
    permission = "maintenance.view_workorder"
    columns = (
        Column("number", gettext_lazy("Number"), "code", sort=("number",)),
        Column("state", gettext_lazy("State"), "status", state_chip),
        Column("urgency", gettext_lazy("Urgency"), "status", urgency_chip, sort=("urgency",)),
        Column("title", gettext_lazy("What it is about"), css="goods", sort=("title",)),
        Column("category", gettext_lazy("Category"), css="spec", sort=("category__code",)),
        Column("place", pgettext_lazy("work order", "Place"), value="where", css="goods", sort=("place__code",)),
        Column("department", gettext_lazy("Department"), css="nowrap", sort=("department__code",)),
        Column("team", gettext_lazy("Team"), css="nowrap", sort=("team__name",)),
        Column("worker", gettext_lazy("Worker"), css="nowrap", sort=("worker__name",)),
        Column("deadline", gettext_lazy("Next deadline"), "status", deadline_chip),
        Column("reported_at", gettext_lazy("Reported at"), "moment", sort=("reported_at",)),
        Column("kind", gettext_lazy("Kind"), value=lambda row: row.get_kind_display(), sort=("kind",)),
        Column("channel", gettext_lazy("Came by"), value=lambda row: row.get_channel_display(), sort=("channel",)),
        Column("asset", gettext_lazy("Asset card"), sort=("asset__number",)),
        Column("contractor", gettext_lazy("Contractor"), sort=("contractor__name",)),
        Column("contact", gettext_lazy("Contact")),
        Column("phone", gettext_lazy("Phone"), css="nowrap"),
        Column("finish_due", gettext_lazy("To be done by"), "moment", sort=("finish_due",)),
        Column("accepted_at", gettext_lazy("Accepted at"), "moment", sort=("accepted_at",)),
        Column("arrived_at", gettext_lazy("On site at"), "moment", sort=("arrived_at",)),
        Column("finished_at", gettext_lazy("Done at"), "moment", sort=("finished_at",)),
        Column("labour_minutes", gettext_lazy("Working time (minutes)"), "integer", total=True),
        Column("cost_material", gettext_lazy("Material (yuan)"), "money", total=True, sort=("cost_material",)),
        Column("cost_labour", gettext_lazy("Labour (yuan)"), "money", total=True, sort=("cost_labour",)),
        Column("cost_external", gettext_lazy("Contractors (yuan)"), "money", total=True, sort=("cost_external",)),
        Column("score", gettext_lazy("Rating"), "integer", sort=("score",)),
        without_screen(Column("description", gettext_lazy("Description"))),
    )
    usual_columns = USUAL
    search_fields = SEARCHED
    search_placeholder = gettext_lazy("Number, words, place, person or phone")
    filterset_class = OrderFilter
    ordering = ("-reported_at", "-pk")
    empty_text = gettext_lazy("Nothing was reported yet.")

    def queryset(self) -> QuerySet:
        return orders_seen(self.request.user)

    def prepare(self, rows: list[Any]) -> None:
        with_deadlines(rows)

    def url_of(self, row: Any) -> str | None:
        return reverse("workorder_detail", args=(row.pk,))

    def card(self, row: Any) -> dict[str, Any]:
        late = row.deadline.words if row.deadline and row.deadline.tone != "neutral" else ""
        urgent = row.get_urgency_display() if row.urgency == "urgent" else ""
        parts = (urgent, row.number, row.where, row.worker or row.team, late)
        return {
            "title": row.title,
            "status": state_chip(row),
            "meta": " · ".join(str(part) for part in parts if part),
            "amount": row.age,
        }

    def extra_context(self) -> dict[str, Any]:
        user, query = self.request.user, self.request.GET.urlencode()
        actions = []
        if sees_board(user):
            actions.append({"label": _("Board"), "url": reverse("order_board"), "icon": "layout-dashboard"})
        may_report = user.has_perm("maintenance.add_repairticket")
        return {
            "export_url": f"{reverse('workorder_export')}?{query}" if user.has_perm(EXPORT) else None,
            "create_url": address_or_none("report_new") if may_report else None,
            "create_label": _("Report a fault"),
            "actions": actions,
        }


class OrderExport(DocumentExportView):
    list_view = OrderList

    def get(self, request: SignedInRequest) -> HttpResponseBase:
        if not request.user.has_perm(EXPORT):
            raise PermissionDenied
        return super().get(request)


def found_orders(user: Any, text: str) -> list[dict[str, Any]]:
    """Orders for the search over everything."""
    rows = matching(orders_seen(user), text, fields=SEARCHED, initials="")
    return [
        {
            "title": f"{row.number} {row.title}",
            "url": reverse("workorder_detail", args=(row.pk,)),
            "detail": " · ".join(str(part) for part in (row.where, row.department, row.worker) if part),
            "status": (row.state, row.get_state_display()),
        }
        for row in rows.order_by("-reported_at", "-pk")[:LIMIT]
    ]


register_finder(gettext_lazy("Work orders"), found_orders)
