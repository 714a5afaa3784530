"""The filter drawer of document lists."""

from typing import Any

import django_filters
from django import forms
from django.apps import apps
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.documents.lifecycle import Status
from core.forms import DayField
from core.views.signed_in import SignedInRequest


class DayFilter(django_filters.Filter):
    """One day, read as people write it."""

    field_class = DayField


def visible_departments(request: SignedInRequest) -> QuerySet:
    """The departments this person may choose from."""
    model: Any = apps.get_model(settings.DEPARTMENT_MODEL)
    return model.objects.visible_to(request.user)


class DocumentFilter(django_filters.FilterSet):
    """What every list of documents can be narrowed by. A kind adds its own fields in a subclass."""

    status = django_filters.MultipleChoiceFilter(
        label=_("Status"), choices=Status.choices, widget=forms.CheckboxSelectMultiple
    )
    department = django_filters.ModelChoiceFilter(
        label=_("Department"), queryset=visible_departments, empty_label=_("All departments")
    )
    from_day = DayFilter(label=_("From"), field_name="business_date", lookup_expr="gte")
    to_day = DayFilter(label=_("To"), field_name="business_date", lookup_expr="lte")
    mine = django_filters.BooleanFilter(label=_("Only what I made"), method="only_mine", widget=forms.CheckboxInput)

    def only_mine(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows.filter(created_by=self.request.user) if value else rows
