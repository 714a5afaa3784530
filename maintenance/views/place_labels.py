"""Codes for the walls of rooms: whoever scans one reports a fault there without an account."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core.labels import MOST_LABELS, LabelSizeForm, sheets_of
from core.parsing import parse_key, parse_keys
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.widgets import PickerInput
from directory.models import Place
from maintenance.services.place_codes import codes_for

ADD = "maintenance.add_placecode"
SHOWN = 300
"""Up to so many places are listed, each with a box to leave it out."""


class PlaceChoice(forms.Form):
    """Whose places are listed: those within a building or floor, and of which kind."""

    under = forms.ModelChoiceField(
        label=gettext_lazy("Building or floor"),
        queryset=Place.objects.none(),
        required=False,
        widget=PickerInput("place_search"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind of place"), required=False)

    def __init__(self, *args: Any, places: QuerySet[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["under"].queryset = places
        fields["kind"].choices = [("", _("every kind")), *Place.Kind.choices]


class PlaceLabelForm(LabelSizeForm):
    """How the labels are printed. places: how many were chosen."""

    field_order = ("size", "copies", "skip")

    def __init__(self, *args: Any, places: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.places:
            self.add_error(None, _("Choose at least one place."))
        if not self.errors and self.places * data["copies"] > MOST_LABELS:
            self.add_error(None, _("At most %(count)d labels at once; choose fewer.") % {"count": MOST_LABELS})
        return data


class PlaceLabels(SignedInMixin, View):
    """GET: which places; `?under=3&kind=room` narrows the list. POST prints; places without a code get one."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        rows = self._rows()
        return self._page(rows, PlaceLabelForm(places=rows.count()))

    def post(self, request: SignedInRequest) -> HttpResponse:
        rows = offered = self._rows()
        if "ticked" in request.POST:
            rows = rows.filter(pk__in=parse_keys(request.POST.getlist("place")[:SHOWN]))
        form = PlaceLabelForm(request.POST, places=rows.count())
        if not form.is_valid():
            return self._page(offered, form)
        codes = codes_for(list(rows.select_related("parent")), actor=request.user)
        context = {
            "title": _("Labels to report faults by"),
            "size": form.cleaned_data["size"],
            "sheets": sheets_of([self._label(place, token) for place, token in codes], form.cleaned_data),
            "back_url": f"{reverse('place_labels')}?{request.GET.urlencode()}",
        }
        return render(request, "print/labels.html", context)

    def _rows(self) -> QuerySet[Place]:
        user = self.request.user
        if not user.has_perm(ADD) or user.organization_id is None:
            raise PermissionDenied
        rows = Place.objects.filter(organization_id=user.organization_id, active=True)
        key = parse_key(self.request.GET.get("under", ""))
        if key and (top := rows.filter(pk=key).first()):
            rows = rows.filter(path__startswith=top.path)
        kind = self.request.GET.get("kind", "")
        if kind in Place.Kind.values:
            rows = rows.filter(kind=kind)
        return rows.order_by("code")

    def _page(self, rows: QuerySet[Place], form: PlaceLabelForm) -> HttpResponse:
        count = rows.count()
        places = Place.objects.filter(organization_id=self.request.user.organization_id, active=True)
        context = {
            "title": _("Labels to report faults by"),
            "form": form,
            "choice": PlaceChoice(self.request.GET or None, places=places),
            "count": count,
            "places": list(rows.select_related("parent", "repair_code")) if count <= SHOWN else [],
        }
        return render(self.request, "maintenance/place_labels.html", context)

    def _label(self, place: Place, token: str) -> dict[str, Any]:
        return {
            "name": place.name,
            "details": str(place.parent or ""),
            "lines": [_("Something broken? Scan and report it.")],
            "code": place.code,
            "qr": self.request.build_absolute_uri(reverse("report_place", args=(token,))),
        }
