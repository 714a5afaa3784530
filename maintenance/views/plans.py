"""Upkeep plans: list, form, page with history, the year, skipping and moving a due day."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Min, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from core import clock
from core.errors import DomainError, ValueRefused
from core.numbers import ZERO, plain
from core.parsing import parse_date
from core.templatetags.display import day as day_words
from core.views.signed_in import SignedInRequest
from core.views.tables import Column, TableView
from maintenance.forms.plans import MoveForm, PlanForm, ReasonForm, SubjectLines
from maintenance.models import MaintenancePlan, PlannedUpkeep, PlanSubject, WorkOrder
from maintenance.services import plan_rules, plans

from .record_form import RecordFormView, RecordMixin, refused

TITLE = gettext_lazy("Upkeep plans")
Result = PlannedUpkeep.Result
CHIPS = {
    Result.OPEN: "open",
    Result.DONE: "complete",
    Result.LATE: "waiting",
    Result.MISSED: "overdue",
    Result.SKIPPED: "cancelled",
    Result.MOVED: "dismissed",
}
SHOWN = 50


def result_chip(upkeep: PlannedUpkeep) -> tuple[str, str]:
    """(value for the colour, word) of how an upkeep came out."""
    return CHIPS[Result(upkeep.result)], str(upkeep.get_result_display())


def rhythm(plan: MaintenancePlan) -> str:
    """How often a plan is due, in words."""
    if plan.kind == MaintenancePlan.Kind.SEASON:
        return _("each year on %(day)s") % {"day": plan.season_day}
    if plan.kind == MaintenancePlan.Kind.METER:
        return _("every %(number)s of the meter") % {"number": plain(plan.meter_every or ZERO)}
    return _("every %(number)d %(unit)s") % {"number": plan.every or 0, "unit": plan.get_unit_display()}


def hands(plan: MaintenancePlan) -> str:
    """Who does it."""
    return " · ".join(str(each) for each in (plan.team, plan.worker, plan.contractor) if each)


class PlanList(TableView):
    model = MaintenancePlan
    title = TITLE
    permission = "maintenance.view_maintenanceplan"
    columns = (
        Column("name", pgettext_lazy("thing", "Name"), sort=("name",)),
        Column("rhythm", gettext_lazy("How often"), value=rhythm),
        Column("first_due", gettext_lazy("Next due on"), "day", sort=("first_due",)),
        Column("category", gettext_lazy("Category"), sort=("category__code",)),
        Column("hands", gettext_lazy("Done by"), value=hands),
        Column("checklist", gettext_lazy("Checklist")),
        Column("basis", gettext_lazy("Basis")),
        Column("active", gettext_lazy("Active"), "flag", sort=("active",)),
    )
    usual_columns = ("name", "rhythm", "first_due", "category", "hands", "active")
    search_fields = ("name", "basis", "team__name", "worker__name", "contractor__name")
    search_placeholder = gettext_lazy("Name, team, worker or contractor")
    ordering = ("-active", "name", "pk")
    empty_text = gettext_lazy("There are no upkeep plans yet.")

    def queryset(self) -> QuerySet:
        rows = super().queryset().annotate(first_due=Min("subjects__next_due"))
        return rows.select_related("category", "team", "worker", "contractor", "checklist")

    def url_of(self, row: Any) -> str:
        return reverse("maintenanceplan_detail", args=(row.pk,))

    def card(self, row: Any) -> dict[str, Any]:
        due = day_words(row.first_due) if row.first_due else ""
        return {
            "title": row.name,
            "meta": " · ".join(part for part in (rhythm(row), hands(row)) if part),
            "amount": due,
        }

    def extra_context(self) -> dict[str, Any]:
        may_add = self.request.user.has_perm("maintenance.add_maintenanceplan")
        lists = {"label": _("Checklists"), "url": reverse("checklist_list"), "icon": "clipboard-list"}
        return {
            "actions": [{"label": _("The year"), "url": reverse("upkeep_year"), "icon": "calendar"}, lists],
            "create_url": reverse("maintenanceplan_new") if may_add else None,
            "create_label": _("New upkeep plan"),
        }


class PlanForms(RecordFormView):
    """A new plan, or a changed one."""

    model = MaintenancePlan
    form_class = PlanForm
    lines_class = SubjectLines
    list_name = "maintenanceplan_list"
    list_title = TITLE
    new_title = gettext_lazy("New upkeep plan")
    lead = gettext_lazy("Orders appear by themselves before they are due. A class means each thing of it in use.")

    def first(self, row: Any) -> dict[str, Any]:
        return {} if row.pk else {"starts_on": clock.today(), "unit": "month", "every": 1}

    def save(self, form: Any, lines: Any) -> MaintenancePlan:
        return plans.save_plan(form.instance, lines.subjects, actor=self.request.user)

    def target(self, row: Any) -> str:
        return reverse("maintenanceplan_detail", args=(row.pk,))


class PlanDetail(RecordMixin, View):
    """GET: the plan, when its subjects are due, and what came of it."""

    model = MaintenancePlan
    related = ("category", "checklist", "team", "worker", "contractor", "organization")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        self.require("view")
        plan, user = self.find(pk), request.user
        may_change = user.has_perm("maintenance.change_maintenanceplan")
        upkeeps = plan.upkeeps.select_related("asset", "subject__category", "subject__place", "order", "decided_by")
        page = Paginator(upkeeps, SHOWN).get_page(request.GET.get("page"))
        keys = [row.order_id for row in page.object_list if row.order_id]
        seen = set(WorkOrder.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
        subjects = plan.subjects.select_related("asset", "category", "place", "meter")
        over = plan.upkeeps.filter(result__in=(Result.DONE, Result.LATE, Result.MISSED)).order_by()
        counted = over.aggregate(due=Count("pk"), done=Count("pk", filter=Q(result=Result.DONE)))
        context = {
            "title": plan.name,
            "plan": plan,
            "list_url": reverse("maintenanceplan_list"),
            "list_title": TITLE,
            "facts": [fact for fact in plan_facts(plan) if fact[1]],
            "subjects": [{"row": row, "moves": bool(may_change and plan.active and row.next_due)} for row in subjects],
            "upkeeps": [
                {"row": row, "chip": result_chip(row), "seen": row.order_id in seen} for row in page.object_list
            ],
            "page_obj": page,
            "edit_url": reverse("maintenanceplan_edit", args=(plan.pk,)) if may_change else None,
            "rate": (counted["done"], counted["due"]) if counted["due"] else None,
        }
        return render(request, "maintenance/plan.html", context)


def plan_facts(plan: MaintenancePlan) -> list[tuple[Any, Any]]:
    return [
        (_("How often"), rhythm(plan)),
        (_("Category"), plan.category),
        (_("Checklist"), plan.checklist),
        (_("Done by"), hands(plan)),
        (_("First due on"), day_words(plan.starts_on)),
        (_("Until"), day_words(plan.ends_on) if plan.ends_on else ""),
        (_("The order appears"), _("%(days)d days before") % {"days": plan.lead_days}),
        (_("Missed"), _("%(days)d days after the due day") % {"days": plan.tolerance_days}),
        (_("At most every (days)"), plan.maximum_days or ""),
        (_("Basis"), plan.basis),
        (_("Active"), _("yes") if plan.active else _("no")),
    ]


class SubjectAct(RecordMixin, View):
    """Skips or moves the next due day of a subject; ?due= is the day the person looked at."""

    model = MaintenancePlan

    def get(self, request: SignedInRequest, pk: int, subject: int, act: str) -> HttpResponse:
        row, due = self._row(pk, subject)
        form = MoveForm(initial={"day": due}) if act == "move" else ReasonForm()
        return self._page(row, due, act, form)

    def post(self, request: SignedInRequest, pk: int, subject: int, act: str) -> HttpResponse:
        row, due = self._row(pk, subject)
        form = MoveForm(request.POST) if act == "move" else ReasonForm(request.POST)
        if not form.is_valid():
            return self._page(row, due, act, form)
        data = form.cleaned_data
        try:
            if act == "move":
                plans.move(row, due, data["day"], actor=request.user, reason=data["reason"])
            else:
                plans.skip(row, due, actor=request.user, reason=data["reason"])
        except DomainError as refusal:
            refused(form, refusal)
            return self._page(row, due, act, form)
        messages.success(request, _("It is noted with its reason."))
        return redirect("maintenanceplan_detail", pk)

    def _row(self, pk: int, subject: int) -> tuple[PlanSubject, dt.date]:
        self.require("change")
        row = self.find(pk).subjects.filter(pk=subject).first()
        try:
            due = parse_date(self.request.GET.get("due", ""))
        except ValueRefused:
            due = None
        if row is None or due is None:
            raise Http404
        return row, due

    def _page(self, row: PlanSubject, due: dt.date, act: str, form: Any) -> HttpResponse:
        words = {"what": row, "day": due}
        title = _("Move the upkeep of %(what)s") if act == "move" else _("Leave out the upkeep of %(what)s")
        context = {
            "title": title % words,
            "lead": _("Due on %(day)s. The reason stays on record.") % words,
            "form": form,
            "save_label": _("Move") if act == "move" else _("Leave out"),
            "cancel_url": reverse("maintenanceplan_detail", args=(row.plan_id,)),
            "list_url": reverse("maintenanceplan_list"),
            "list_title": TITLE,
        }
        return render(self.request, "generic/form.html", context)


def plans_seen(user: Any) -> QuerySet[MaintenancePlan]:
    """The plans that run now, as a person sees them."""
    running = Q(ends_on=None) | Q(ends_on__gte=clock.today())
    return MaintenancePlan.objects.visible_to(user).filter(running, active=True)


def bare_lifts_for(user: Any) -> list[Any]:
    """Lifts without upkeep often enough, for who plans it."""
    if not user.has_perm("maintenance.view_maintenanceplan") or user.organization_id is None:
        return []
    return plan_rules.bare_lifts(user.organization_id)
