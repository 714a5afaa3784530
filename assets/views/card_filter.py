"""What a list of cards can be narrowed by."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from assets.models import AssetCategory, AssetState, CardType
from assets.selectors import in_service, past_life
from core import clock
from core.views.filters import DayFilter, visible_departments
from core.views.signed_in import SignedInRequest
from core.widgets import PickerInput
from directory.models import Place, User


def categories(request: SignedInRequest) -> QuerySet[AssetCategory]:
    return AssetCategory.objects.visible_to(request.user)


def places(request: SignedInRequest) -> QuerySet[Place]:
    return Place.objects.visible_to(request.user)


def people(request: SignedInRequest) -> QuerySet[User]:
    """Colleagues, those who left included: somebody has to find what is still in their names."""
    return User.objects.filter(organization_id=request.user.organization_id)


class CardFilter(django_filters.FilterSet):
    """Departments, classes and places mean those under them too."""

    department = django_filters.ModelChoiceFilter(
        label=_("Using department"), queryset=visible_departments, empty_label=_("All departments"), method="under"
    )
    managing_department = django_filters.ModelChoiceFilter(
        label=_("Managing department"), queryset=visible_departments, empty_label=_("All departments"), method="under"
    )
    state = django_filters.MultipleChoiceFilter(
        label=_("State"), choices=AssetState.choices, widget=forms.CheckboxSelectMultiple
    )
    category = django_filters.ModelChoiceFilter(
        label=_("Asset category"), queryset=categories, method="under", widget=PickerInput("asset_category_search")
    )
    card_type = django_filters.ChoiceFilter(
        label=_("Kind of card"), choices=CardType.choices, empty_label=_("All kinds")
    )
    place = django_filters.ModelChoiceFilter(
        label=_("Place"), queryset=places, method="under", widget=PickerInput("place_search")
    )
    person = django_filters.ModelChoiceFilter(
        label=_("User or custodian"), queryset=people, method="of_person", widget=PickerInput("anyone_search")
    )
    booked = django_filters.ChoiceFilter(
        label=_("In the books of finance"),
        choices=(("yes", _("booked")), ("no", _("not booked"))),
        empty_label=_("All"),
        method="in_books",
    )
    acquired_from = DayFilter(label=_("Acquired from"), field_name="acquired_on", lookup_expr="gte")
    acquired_to = DayFilter(label=_("Acquired until"), field_name="acquired_on", lookup_expr="lte")
    past_life = django_filters.BooleanFilter(
        label=_("Only past their useful life"), method="over", widget=forms.CheckboxInput
    )
    unlabelled = django_filters.BooleanFilter(
        label=_("Only without a printed label"), method="without_label", widget=forms.CheckboxInput
    )

    def under(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        return rows.filter(**{f"{name}__path__startswith": value.path}) if value else rows

    def of_person(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        return rows.filter(Q(user=value) | Q(custodian=value)) if value else rows

    def in_books(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(booked_on__isnull=value == "no") if value else rows

    def over(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return past_life(rows, clock.today()) if value else rows

    def without_label(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return in_service(rows).filter(label_printed_at=None) if value else rows
