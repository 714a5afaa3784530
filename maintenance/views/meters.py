"""Meters: list, form, page with the history as a chart, export of readings, correcting one."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import View

from core.errors import DomainError, NotAllowed
from core.numbers import plain
from core.parsing import parse_key
from core.templatetags.display import quantity
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.views.tables import Column, TableView
from maintenance.forms.meters import CorrectionForm, MeterForm
from maintenance.models import Meter, MeterReading, WorkOrder
from maintenance.services import meters

from .record_form import RecordFormView, RecordMixin, refused

TITLE = gettext_lazy("Meters")
SHOWN = 50
IN_CHART = 60


def last_of(row: Any) -> Any:
    """The last reading with its unit, red where it is out of the limits."""
    if row.last_value is None:
        return None
    return ("overdue" if row.last_abnormal else "complete", f"{quantity(row.last_value)} {row.unit}")


def with_last(rows: QuerySet) -> QuerySet:
    """Meters with the last reading that holds: last_value, last_at, last_abnormal."""
    held = MeterReading.objects.filter(meter=OuterRef("pk"), corrected_by=None).order_by("-at", "-id")
    return rows.annotate(
        last_value=Subquery(held.values("value")[:1]),
        last_at=Subquery(held.values("at")[:1]),
        last_abnormal=Subquery(held.values("abnormal")[:1]),
    )


class MeterList(TableView):
    model = Meter
    title = TITLE
    permission = "maintenance.view_meter"
    columns = (
        Column("name", pgettext_lazy("thing", "Name"), sort=("name",)),
        Column("kind", gettext_lazy("Kind"), value=lambda row: row.get_kind_display()),
        Column("last", gettext_lazy("Last reading"), "status", value=last_of),
        Column("last_at", gettext_lazy("Read at"), "moment", sort=("last_at",)),
        Column("asset", gettext_lazy("Equipment or thing"), sort=("asset__number",)),
        Column("place", pgettext_lazy("work order", "Place"), value="where", sort=("place__code",)),
        Column("low", gettext_lazy("Lower limit"), "quantity"),
        Column("high", gettext_lazy("Upper limit"), "quantity"),
        Column("active", gettext_lazy("Active"), "flag"),
    )
    search_fields = ("name", "asset__name", "asset__number", "place__name")
    ordering = ("-active", "name", "pk")
    empty_text = gettext_lazy("There are no meters yet.")

    def queryset(self) -> QuerySet:
        return with_last(super().queryset().select_related("asset", "place__parent__parent"))

    def url_of(self, row: Any) -> str:
        return reverse("meter_detail", args=(row.pk,))

    def card(self, row: Any) -> dict[str, Any]:
        where = " · ".join(str(part) for part in (row.asset, row.where) if part)
        return {"title": row.name, "status": last_of(row), "meta": where}

    def extra_context(self) -> dict[str, Any]:
        user = self.request.user
        read = {"label": _("Read meters"), "url": reverse("meter_reading"), "icon": "pencil"}
        may_export = user.has_perm("maintenance.export_meterreading")
        return {
            "actions": [read] if user.has_perm("maintenance.add_meterreading") else [],
            "create_url": reverse("meter_new") if user.has_perm("maintenance.add_meter") else None,
            "create_label": _("New meter"),
            "export_url": reverse("meterreading_export") if may_export else None,
        }


class MeterForms(RecordFormView):
    model = Meter
    form_class = MeterForm
    list_name = "meter_list"
    list_title = TITLE
    new_title = gettext_lazy("New meter")

    def save(self, form: Any, lines: Any) -> Meter:
        row: Meter = form.save()
        return row

    def target(self, row: Any) -> str:
        return reverse("meter_detail", args=(row.pk,))


class MeterDetail(RecordMixin, View):
    """GET: the meter, its history as a line and as a table."""

    model = Meter
    related = ("asset", "place__parent__parent", "category")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        self.require("view")
        meter, user = self.find(pk), request.user
        readings = meter.readings.select_related("by", "order", "corrected_by", "corrects")
        page = Paginator(readings, SHOWN).get_page(request.GET.get("page"))
        keys = [row.order_id for row in page.object_list if row.order_id]
        context = {
            "title": meter.name,
            "meter": meter,
            "facts": [fact for fact in facts_of(meter) if fact[1] not in ("", None)],
            "readings": page.object_list,
            "seen": set(WorkOrder.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True)),
            "page_obj": page,
            "chart": chart_of(meter),
            "list_url": reverse("meter_list"),
            "list_title": TITLE,
            "may_read": meter.active and user.has_perm("maintenance.add_meterreading"),
            "edit_url": reverse("meter_edit", args=(pk,)) if user.has_perm("maintenance.change_meter") else None,
        }
        return render(request, "maintenance/meter.html", context)


def facts_of(meter: Meter) -> list[tuple[Any, Any]]:
    return [
        (_("Kind"), meter.get_kind_display()),
        (_("Unit"), meter.unit),
        (_("Equipment or thing"), meter.asset),
        (pgettext("work order", "Place"), meter.where),
        (_("Lower limit"), plain(meter.low) if meter.low is not None else ""),
        (_("Upper limit"), plain(meter.high) if meter.high is not None else ""),
        (_("Category of its faults"), meter.category),
        (_("Active"), _("yes") if meter.active else _("no")),
    ]


def chart_of(meter: Meter) -> dict[str, Any] | None:
    """The last readings that hold as a line; None while there is nothing to compare."""
    rows = list(meters.valid_readings(meter)[:IN_CHART])[::-1]
    if len(rows) < 2:
        return None
    words = {"count": len(rows), "first": plain(rows[0].value), "last": plain(rows[-1].value), "unit": meter.unit}
    return {
        "kind": "line",
        "labels": [f"{timezone.localtime(row.at):%m-%d %H:%M}" for row in rows],
        "series": [{"name": meter.name, "values": [float(row.value) for row in rows]}],
        "unit": meter.unit,
        "label": _("%(count)d readings, from %(first)s to %(last)s %(unit)s") % words,
    }


class Correction(SignedInMixin, View):
    """The right value for a wrong reading; the wrong one stays where it is, crossed out."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return self._page(self._find(pk), CorrectionForm())

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        wrong, form = self._find(pk), CorrectionForm(request.POST)
        if not form.is_valid():
            return self._page(wrong, form)
        data = form.cleaned_data
        try:
            meters.read(
                wrong.meter,
                data["value"],
                actor=request.user,
                note=data["note"],
                corrects=wrong,
                confirmed=data["confirmed"],
            )
        except NotAllowed:
            raise Http404 from None
        except DomainError as refusal:
            refused(form, refusal)
            return self._page(wrong, form)
        messages.success(request, _("The reading is corrected."))
        return redirect("meter_detail", wrong.meter_id)

    def _find(self, pk: int) -> MeterReading:
        user = self.request.user
        mine = Meter.objects.within(user, "maintenance.add_meterreading")
        row = MeterReading.objects.filter(meter__in=mine, corrected_by=None, pk=pk).select_related("meter").first()
        if row is None:
            raise Http404
        return row

    def _page(self, wrong: MeterReading, form: Any) -> HttpResponse:
        shown = {"value": plain(wrong.value), "unit": wrong.meter.unit, "meter": wrong.meter}
        context = {
            "title": _("Correct a reading of %(meter)s") % shown,
            "lead": _("%(value)s %(unit)s stays on record, crossed out, with the right value beside it.") % shown,
            "form": form,
            "save_label": _("Correct"),
            "cancel_url": reverse("meter_detail", args=(wrong.meter_id,)),
            "list_url": reverse("meter_list"),
            "list_title": TITLE,
        }
        return render(self.request, "generic/form.html", context)


class ReadingList(TableView):
    """All readings, as the export takes them; ?meter= those of one."""

    model = MeterReading
    title = gettext_lazy("Meter readings")
    permission = "maintenance.export_meterreading"
    columns = (
        Column("meter", gettext_lazy("Meter")),
        Column("at", gettext_lazy("Read at"), "moment"),
        Column("value", gettext_lazy("Reading"), "quantity"),
        Column("unit", gettext_lazy("Unit"), value="meter.unit"),
        Column("abnormal", gettext_lazy("Out of its limits"), "flag"),
        Column("wrong", gettext_lazy("Corrected later"), "flag"),
        Column("by", gettext_lazy("Read by")),
        Column("note", gettext_lazy("Note")),
        Column("order", gettext_lazy("Work order"), "code"),
    )
    ordering = ("meter_id", "-at", "-id")

    def queryset(self) -> QuerySet:
        later = MeterReading.objects.filter(corrects=OuterRef("pk"))
        rows = MeterReading.objects.within(self.request.user, self.permission).annotate(wrong=Exists(later))
        if key := parse_key(self.request.GET.get("meter", "")):
            rows = rows.filter(meter=key)
        return rows.select_related("meter", "by", "order")


class ReadingExport(ReadingList):
    """The readings as a workbook."""

    def get(self, request: SignedInRequest) -> HttpResponseBase:  # type: ignore[override]
        return self.workbook()
