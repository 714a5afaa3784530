"""What a list of work orders can be narrowed by."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core import clock
from core.views.filters import DayFilter, visible_departments
from core.views.signed_in import SignedInRequest
from core.widgets import PickerInput
from directory.models import Place, User
from maintenance.models import OPEN, RepairCategory, State, Team, Urgency, WorkOrder
from maintenance.order_selectors import narrowed, overdue


def places(request: SignedInRequest) -> QuerySet[Place]:
    return Place.objects.visible_to(request.user)


def categories(request: SignedInRequest) -> QuerySet[RepairCategory]:
    return RepairCategory.objects.visible_to(request.user)


def teams(request: SignedInRequest) -> QuerySet[Team]:
    return Team.objects.visible_to(request.user)


def people(request: SignedInRequest) -> QuerySet[User]:
    """Colleagues, those who left included: their orders have to be found too."""
    return User.objects.filter(organization_id=request.user.organization_id)


class CategoryChoiceField(django_filters.fields.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{'　' * obj.depth}{obj.name}"


class CategoryFilter(django_filters.ModelChoiceFilter):
    field_class = CategoryChoiceField


class OrderFilter(django_filters.FilterSet):
    """Categories and places mean those under them too."""

    state = django_filters.MultipleChoiceFilter(
        label=_("State"), choices=State.choices, widget=forms.CheckboxSelectMultiple
    )
    open = django_filters.BooleanFilter(label=_("Only open ones"), method="only_open", widget=forms.CheckboxInput)
    overdue = django_filters.BooleanFilter(
        label=_("Only overdue ones"), method="only_overdue", widget=forms.CheckboxInput
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=WorkOrder.Kind.choices, empty_label=_("All kinds"))
    urgency = django_filters.ChoiceFilter(label=_("Urgency"), choices=Urgency.choices, empty_label=_("All"))
    category = CategoryFilter(label=_("Category"), queryset=categories, empty_label=_("All categories"), method="under")
    team = django_filters.ModelChoiceFilter(label=_("Team"), queryset=teams, empty_label=_("All teams"))
    worker = django_filters.ModelChoiceFilter(
        label=_("Worker"), queryset=people, method="of_worker", widget=PickerInput("anyone_search")
    )
    place = django_filters.ModelChoiceFilter(
        label=_("Building or place"), queryset=places, method="under", widget=PickerInput("place_search")
    )
    department = django_filters.ModelChoiceFilter(
        label=_("Department"), queryset=visible_departments, empty_label=_("All departments"), method="under"
    )
    from_day = DayFilter(label=_("Reported from"), method="reported_from")
    to_day = DayFilter(label=_("Reported until"), method="reported_until")

    def only_open(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows.filter(state__in=OPEN) if value else rows

    def only_overdue(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return overdue(rows) if value else rows

    def reported_from(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        return rows.filter(reported_at__gte=clock.bounds(value, value)[0]) if value else rows

    def reported_until(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        return rows.filter(reported_at__lt=clock.bounds(value, value)[1]) if value else rows

    def under(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        return narrowed(rows, **{name: value})

    def of_worker(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        helped = Q(pk__in=WorkOrder.objects.filter(helpers__worker=value).values("pk"))
        return rows.filter(Q(worker=value) | helped) if value else rows
