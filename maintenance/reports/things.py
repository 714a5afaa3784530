"""Repairs seen from the things: good state, repair or replace; upkeep by plan."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import AssetCategory
from core import clock
from core.forms import offer
from core.numbers import percent
from core.policies import value_of
from core.reports import Column, PeriodForm, Report, Row, register
from core.widgets import PickerInput
from directory.models import Department
from maintenance import figures
from maintenance.models import MaintenancePlan, PlannedUpkeep
from maintenance.thing_selectors import Availability, availability, thing_costs

from .parts import READ, said


class ThingsForm(PeriodForm):
    """Which things, in which days; all empty: all that the person may see."""

    department = forms.ModelChoiceField(
        label=gettext_lazy("Department"),
        queryset=Department.objects.none(),
        required=False,
        widget=PickerInput("department_search"),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)  # type: ignore[misc]
        offer(self, "department", Department.objects.visible_to(user))


@register
class EquipmentAvailability(Report):
    """设备完好率: days in good state of all days, by class of things."""

    code = "equipment_availability"
    title = gettext_lazy("Equipment in good state")
    permission = READ
    icon = "circle-check"
    form_class = ThingsForm
    note = gettext_lazy(
        "Equipment and vehicles from their first day of use to their disposal. A day is bad when a repair was open on "
        "the thing or the ledger says “under repair”; days after today do not count."
    )
    empty_text = gettext_lazy("No equipment was in use in these days.")

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Class code"), "code", "code", width=12),
            Column(gettext_lazy("Asset category"), "name", width=24),
            Column(gettext_lazy("Number of things"), "things", "integer", total=True),
            Column(gettext_lazy("Days"), "days", "integer", total=True),
            Column(gettext_lazy("Days under repair"), "down", "integer", total=True),
            Column(gettext_lazy("In good state %"), "percent", "quantity"),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return said(self.params, _("Period"))

    def rows(self) -> Iterator[Row]:
        self.whole = Availability()
        found = availability(
            self.user, self.params["start"], self.params["end"], department=self.params.get("department")
        )
        categories = AssetCategory.objects.in_bulk(found)
        for key, row in sorted(found.items(), key=lambda pair: (-pair[1].down, categories[pair[0]].code)):
            self.whole += row
            category = categories[key]
            yield Row({"code": category.code, "name": category.name, **_good_state(row)}, subject=category)

    def totals(self) -> Mapping[str, Any] | None:
        found = super().totals()
        return {**found, "percent": self.whole.percent} if found else None


def _good_state(row: Availability) -> dict[str, Any]:
    return {"things": row.things, "days": row.days, "down": row.down, "percent": row.percent}


class ThingCostsForm(ThingsForm):
    only = forms.BooleanField(label=gettext_lazy("Only those above the limit"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # One month says little about a thing: a year is what is looked at unless something else is asked.
        today = clock.today()
        self.fields["month"].initial = ""
        self.fields["start"].initial, self.fields["end"].initial = today - dt.timedelta(days=365), today


@register
class RepairOrReplace(Report):
    """修旧评估: things whose repairs cost more than a part of what they are still worth."""

    code = "repair_or_replace"
    title = gettext_lazy("Repair or replace")
    permission = READ
    icon = "scale"
    form_class = ThingCostsForm
    frozen_columns = 2
    note = gettext_lazy("Nobody has to replace a thing because it stands here: the list asks for a look at it.")
    empty_text = gettext_lazy("No thing costs that much.")

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Asset number"), "number", "code", width=16),
            Column(gettext_lazy("Asset name"), "name", width=22),
            Column(gettext_lazy("Specification and model"), "specification", width=18),
            Column(gettext_lazy("Using department"), "department", width=14),
            Column(gettext_lazy("In use since"), "used", "date"),
            Column(gettext_lazy("Original value"), "value", "money", total=True),
            Column(gettext_lazy("Net value"), "net", "money", total=True),
            Column(gettext_lazy("Number of repairs"), "repairs", "integer", total=True),
            Column(gettext_lazy("Cost of repairs"), "cost", "money", total=True),
            Column(gettext_lazy("Percentage of the net value"), "percent", "quantity"),
            Column(gettext_lazy("Above the limit"), "above", "boolean", width=8),
        )

    def _limit(self) -> Decimal:
        return value_of(figures.REPLACE_FROM, self.user.organization_id, clock.today())

    def summary(self) -> list[tuple[Any, Any]]:
        return [*said(self.params), (_("Limit"), _("%(percent)s %% of the net value") % {"percent": self._limit()})]

    def rows(self) -> Iterator[Row]:
        limit = self._limit()
        department = self.params.get("department")
        for row in thing_costs(self.user, self.params["start"], self.params["end"], department=department):
            above = row.is_above(limit)
            if self.params.get("only") and not above:
                continue
            card = row.asset
            yield Row(
                {
                    "number": card.number,
                    "name": card.name,
                    "specification": card.specification,
                    "department": str(card.department),
                    "used": card.in_use_on,
                    "value": card.original_value,
                    "net": card.net_value,
                    "repairs": row.repairs,
                    "cost": row.cost,
                    "percent": row.share,
                    "above": above,
                },
                subject=card,
            )

    def links(self, row: Row) -> dict[str, str]:
        return {"number": reverse("asset_detail", args=(row.subject.pk,))}


@register
class UpkeepFulfilment(Report):
    """保养计划执行: what fell due in a period, by plan, and how much of it was done within its tolerance."""

    code = "upkeep_fulfilment"
    title = gettext_lazy("Upkeep by plan")
    permission = READ
    icon = "calendar-check"
    form_class = PeriodForm
    empty_text = gettext_lazy("Nothing fell due in these days.")

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Upkeep plan"), "name", width=24),
            Column(gettext_lazy("Team"), "team", width=12),
            Column(gettext_lazy("Fell due"), "due", "integer", total=True),
            Column(gettext_lazy("Done in time"), "done", "integer", total=True),
            Column(gettext_lazy("Done late"), "late", "integer", total=True),
            Column(gettext_lazy("Missed"), "missed", "integer", total=True),
            Column(gettext_lazy("Not done yet"), "open", "integer", total=True),
            Column(gettext_lazy("In time %"), "percent", "quantity"),
        )

    def rows(self) -> Iterator[Row]:
        found = upkeep_counts(self.user, self.params["start"], self.params["end"])
        plans = MaintenancePlan.objects.select_related("team").in_bulk(found)
        self.whole = [0, 0]
        for key, row in sorted(found.items(), key=lambda pair: plans[pair[0]].name):
            plan, judged = plans[key], row["due"] - row["open"]
            self.whole = [self.whole[0] + row["done"], self.whole[1] + judged]
            share = percent(Decimal(row["done"]), Decimal(judged))
            yield Row({"name": plan.name, "team": str(plan.team or ""), **row, "percent": share}, subject=plan)

    def totals(self) -> Mapping[str, Any] | None:
        found = super().totals()
        done, judged = self.whole
        return {**found, "percent": percent(Decimal(done), Decimal(judged))} if found else None


def upkeep_counts(user: Any, start: Any, end: Any) -> dict[int, dict[str, int]]:
    """By key of the plan: what fell due, done in time, done late, missed, open; one statement."""
    plans = MaintenancePlan.objects.visible_to(user).order_by()
    rows = PlannedUpkeep.objects.filter(plan__in=plans.values("pk"), due_on__gte=start, due_on__lte=end).order_by()
    counts = {name: Count("pk", filter=Q(result=name)) for name in PlannedUpkeep.Result.values}
    return {row.pop("plan"): row for row in rows.values("plan").annotate(due=Count("pk"), **counts)}
