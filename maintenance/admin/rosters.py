"""Teams, shifts, the duty roster and the rules by which orders are dispatched, in the back office."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.admin_base import ExcelLists, HistoryAdmin, MasterDataAdmin, ScopedAdmin, VisibleChoices, sees_everything
from directory.models import User
from maintenance.models import DispatchRule, RosterEntry, Shift, Team
from maintenance.order_selectors import workshop_of
from maintenance.services.proposals import why_unable
from maintenance.services.rosters import is_here


def require_same_house(data: dict[str, Any], *names: str) -> None:
    """Raises ValidationError when a chosen row belongs to another organization than the record."""
    house = data.get("organization")
    for name in names:
        row = data.get(name)
        if house is not None and row is not None and row.organization_id != house.pk:
            raise ValidationError({name: _("%(row)s belongs to another organization.") % {"row": row}})


class WorkshopChoices(VisibleChoices):
    """People are chosen among those of the workshop: whoever keeps its tables need not see the files of everybody."""

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.related_model is User:
            kwargs["queryset"] = self._people(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.related_model is User:
            kwargs.update(queryset=self._people(request.user), widget=forms.CheckboxSelectMultiple)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _people(self, user: Any) -> Any:
        return User.objects.all() if sees_everything(self.model, user) else workshop_of(user.organization_id)


class TeamForm(forms.ModelForm):
    """Members are people who may be given orders: whoever is none would be offered what he cannot grab."""

    class Meta:
        model = Team
        fields = ("organization", "name", "leader", "members", "phone", "active")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        require_same_house(data, "leader")
        house = data.get("organization")
        before = set(self.instance.members.values_list("pk", flat=True)) if self.instance.pk else set()
        for person in data.get("members") or ():
            if house and person.pk not in before and (sentence := why_unable(person, house.pk)):
                self.add_error("members", sentence)
        return data


@admin.register(Team)
class TeamAdmin(WorkshopChoices, MasterDataAdmin):
    form = TeamForm
    list_display = ("name", "leader", "phone", "active", "organization")
    list_filter = ("active",)
    list_select_related = ("leader", "organization")
    search_fields = ("name", "leader__name", "phone")


@admin.register(Shift)
class ShiftAdmin(ScopedAdmin):
    list_display = ("name", "starts", "ends", "organization")
    list_select_related = ("organization",)
    search_fields = ("name",)


class RosterEntryForm(forms.ModelForm):
    """Somebody who is here then, of the same house; the certificate for what he operates is asked by the model
    (R-REP-14)."""

    class Meta:
        model = RosterEntry
        fields = ("organization", "team", "worker", "day", "shift", "equipment")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        require_same_house(data, "team", "worker", "shift", "equipment")
        person, day = data.get("worker"), data.get("day")
        if person and day and not is_here(person, day):
            words = {"person": person, "day": day.isoformat()}
            self.add_error("worker", _("%(person)s is no longer here on %(day)s.") % words)
        return data


@admin.register(RosterEntry)
class RosterEntryAdmin(WorkshopChoices, ExcelLists):
    form = RosterEntryForm
    list_display = ("day", "shift", "worker", "team", "equipment", "organization")
    list_filter = ("team", "shift")
    list_select_related = ("shift", "worker", "team", "equipment__asset", "organization")
    search_fields = ("worker__name", "worker__employee_number", "team__name")
    date_hierarchy = "day"


class DispatchRuleForm(forms.ModelForm):
    class Meta:
        model = DispatchRule
        fields = (
            *("organization", "position", "category", "place", "urgency", "shift"),
            *("team", "worker", "by_itself", "active"),
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        require_same_house(data, "place", "shift", "team")
        house, worker = data.get("organization"), data.get("worker")
        if house and worker and (sentence := why_unable(worker, house.pk)):
            self.add_error("worker", sentence)
        return data


@admin.register(DispatchRule)
class DispatchRuleAdmin(WorkshopChoices, HistoryAdmin):
    form = DispatchRuleForm
    list_display = (
        *("position", "category", "place", "urgency", "shift", "team", "worker", "by_itself", "active"),
        "organization",
    )
    list_filter = ("team", "by_itself", "active")
    list_select_related = ("category", "place", "shift", "team", "worker", "organization")
    search_fields = ("team__name", "worker__name", "category__name", "place__name")
    autocomplete_fields = ("place",)
    ordering = ("organization_id", "position", "pk")
