"""特种设备: register, file with inspections and accessories, stopping, the paper of the technical file."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, QuerySet, When
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from assets.selectors import cards_seen
from core import clock
from core.attachments import attachments_of
from core.errors import DomainError
from core.templatetags.display import day as day_words
from core.views.signed_in import SignedInRequest
from core.views.tables import Column, TableView
from maintenance.forms.special import AccessoryLines, EquipmentForm, InspectionForm, StopForm
from maintenance.models import EquipmentInspection, SpecialEquipment, WorkOrder
from maintenance.services import special
from maintenance.services.special_reminders import DAYS

from .plans import bare_lifts_for
from .record_form import RecordFormView, RecordMixin, refused

TITLE = gettext_lazy("Special equipment")
RELATED = ("asset", "asset__place__parent__parent", "asset__department", "maintainer", "safety_manager", "organization")
LAST_ORDERS = 20


def use_chip(equipment: SpecialEquipment) -> tuple[str, str]:
    """Whether it may be used: a word and a colour."""
    if equipment.is_forbidden:
        return ("overdue", _("forbidden to use"))
    soon = equipment.next_inspection and (equipment.next_inspection - clock.today()).days <= DAYS[0]
    return ("waiting", _("to be inspected soon")) if soon else ("complete", _("may be used"))


def where_of(asset: Any) -> str:
    """The place of a thing with the building; readers of many join place__parent__parent."""
    return asset.place.described if asset.place else ""


class EquipmentList(TableView):
    model = SpecialEquipment
    title = TITLE
    permission = "maintenance.view_specialequipment"
    template_name = "maintenance/special_list.html"
    columns = (
        Column("asset", gettext_lazy("Equipment or thing"), sort=("asset__number",)),
        Column("use", gettext_lazy("Whether it may be used"), "status", value=use_chip),
        Column("kind", gettext_lazy("Kind"), value=lambda row: row.get_kind_display(), sort=("kind",)),
        Column("next_inspection", gettext_lazy("Next inspection by"), "day", sort=("next_inspection",)),
        Column("last_inspection", gettext_lazy("Last inspected on"), "day", sort=("last_inspection",)),
        Column("conclusion", gettext_lazy("Conclusion")),
        Column("place", gettext_lazy("Place"), value=lambda row: where_of(row.asset)),
        Column("safety_manager", gettext_lazy("Safety manager")),
        Column("registration_number", gettext_lazy("Registration number"), "code"),
        Column("equipment_code", gettext_lazy("Equipment code"), "code"),
        Column("use_certificate", gettext_lazy("Use certificate"), "code"),
        Column("maintainer", gettext_lazy("Maintained by")),
        Column("contract_until", gettext_lazy("Contract until"), "day", sort=("contract_until",)),
        Column("stopped_reason", gettext_lazy("Out of use because")),
    )
    usual_columns = ("asset", "use", "kind", "next_inspection", "place", "safety_manager", "maintainer")
    search_fields = ("asset__name", "asset__number", "registration_number", "equipment_code", "use_certificate")
    search_placeholder = gettext_lazy("Thing, registration number or equipment code")
    ordering = ("-barred", "next_inspection", "pk")
    empty_text = gettext_lazy("There is no special equipment yet.")

    def queryset(self) -> QuerySet:
        """What is forbidden to use (SpecialEquipment.is_forbidden) stands on top."""
        barred = Case(When(SpecialEquipment.forbidden_today(), then=1), default=0)
        return super().queryset().annotate(barred=barred).select_related(*RELATED)

    def url_of(self, row: Any) -> str:
        return reverse("specialequipment_detail", args=(row.pk,))

    def card(self, row: Any) -> dict[str, Any]:
        meta = " · ".join(str(part) for part in (row.get_kind_display(), where_of(row.asset)) if part)
        due = day_words(row.next_inspection) if row.next_inspection else ""
        return {"title": str(row.asset), "status": use_chip(row), "meta": meta, "amount": due}

    def extra_context(self) -> dict[str, Any]:
        user = self.request.user
        may_export = user.has_perm("maintenance.export_specialequipment")
        certificates = {"label": _("Certificates"), "url": reverse("certificate_list"), "icon": "users"}
        return {
            "bare_lifts": bare_lifts_for(user),
            "create_url": reverse("specialequipment_new")
            if user.has_perm("maintenance.add_specialequipment")
            else None,
            "create_label": _("New special equipment"),
            "export_url": f"{reverse('specialequipment_export')}?{self.request.GET.urlencode()}"
            if may_export
            else None,
            "actions": [certificates] if user.has_perm("maintenance.view_operatorcertificate") else [],
        }


class EquipmentExport(EquipmentList):
    """The list as a workbook, for who may take it away."""

    permission = "maintenance.export_specialequipment"

    @property
    def list_name(self) -> str:
        return f"{self.model._meta.label_lower}.EquipmentList"

    def get(self, request: SignedInRequest) -> HttpResponseBase:  # type: ignore[override]
        return self.workbook()


class EquipmentForms(RecordFormView):
    model = SpecialEquipment
    related = ("asset",)
    form_class = EquipmentForm
    lines_class = AccessoryLines
    list_name = "specialequipment_list"
    list_title = TITLE
    new_title = gettext_lazy("New special equipment")
    lead = gettext_lazy(
        "The lines are its safety accessories: valves, gauges, limiters, each with its own calibration."
    )

    @transaction.atomic
    def save(self, form: Any, lines: Any) -> SpecialEquipment:
        row = special.save_equipment(form.instance, actor=self.request.user)
        lines.write(row)
        return row

    def target(self, row: Any) -> str:
        return reverse("specialequipment_detail", args=(row.pk,))


def facts_of(equipment: SpecialEquipment) -> list[tuple[Any, Any]]:
    days = {
        name: day_words(value) if (value := getattr(equipment, name)) else ""
        for name in ("registered_on", "contract_until", "last_inspection", "next_inspection")
    }
    return [
        (_("Kind"), equipment.get_kind_display()),
        (_("Place"), where_of(equipment.asset)),
        (_("Using department"), equipment.asset.department),
        (_("Equipment code"), equipment.equipment_code),
        (_("Registration number"), equipment.registration_number),
        (_("Registered on"), days["registered_on"]),
        (_("Use certificate"), equipment.use_certificate),
        (_("Maintained by"), equipment.maintainer),
        (_("Contract until"), days["contract_until"]),
        (_("Safety manager"), equipment.safety_manager),
        (_("Last inspected on"), days["last_inspection"]),
        (_("Conclusion"), equipment.conclusion),
        (_("Next inspection by"), days["next_inspection"]),
    ]


def accessory_chip(day: dt.date | None) -> tuple[str, str] | None:
    """Red for a calibration that is past."""
    if day is None:
        return None
    return ("overdue", _("overdue")) if day < clock.today() else ("complete", _("in date"))


class EquipmentDetail(RecordMixin, View):
    """GET: the file of one thing."""

    model = SpecialEquipment
    related = RELATED

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        self.require("view")
        equipment, user = self.find(pk), request.user
        may_change = user.has_perm("maintenance.change_specialequipment")
        orders = WorkOrder.objects.visible_to(user).filter(asset=equipment.asset_id).select_related("worker")
        card = cards_seen(user).filter(pk=equipment.asset_id).exists()
        context = {
            "title": str(equipment.asset),
            "equipment": equipment,
            "chip": use_chip(equipment),
            "reasons": special.why_forbidden(equipment),
            "facts": [fact for fact in facts_of(equipment) if fact[1]],
            "accessories": [(row, accessory_chip(row.next_calibration)) for row in equipment.accessories.all()],
            "inspections": equipment.inspections.select_related("entered_by"),
            "orders": orders.order_by("-reported_at", "-pk")[:LAST_ORDERS],
            "card_url": reverse("asset_detail", args=(equipment.asset_id,)) if card else None,
            "list_url": reverse("specialequipment_list"),
            "list_title": TITLE,
            "edit_url": reverse("specialequipment_edit", args=(pk,)) if may_change else None,
            "may_stop": may_change,
            "may_inspect": user.has_perm("maintenance.add_equipmentinspection"),
        }
        return render(request, "maintenance/special.html", context)


class InspectionNew(RecordMixin, View):
    """A new inspection of one thing, with the date of its certificate."""

    model = SpecialEquipment
    related = ("asset",)

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        row = self._row(pk)
        return self._page(row, InspectionForm(actor=request.user, initial={"inspected_on": clock.today()}))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        row = self._row(pk)
        form = InspectionForm(request.POST, actor=request.user, instance=EquipmentInspection(equipment=row))
        if not form.is_valid():
            return self._page(row, form)
        try:
            special.record_inspection(form.instance, actor=request.user)
        except DomainError as refusal:
            refused(form, refusal)
            return self._page(row, form)
        messages.success(request, _("The inspection is kept."))
        return redirect("specialequipment_detail", pk)

    def _row(self, pk: int) -> SpecialEquipment:
        if not self.request.user.has_perm("maintenance.add_equipmentinspection"):
            raise PermissionDenied
        row: SpecialEquipment = self.find(pk)
        return row

    def _page(self, row: SpecialEquipment, form: Any) -> HttpResponse:
        context = {
            "title": _("Inspection of %(what)s") % {"what": row},
            "form": form,
            "lead": _("An inspection is never changed afterwards; look at the report once more."),
            "cancel_url": reverse("specialequipment_detail", args=(row.pk,)),
            "list_url": reverse("specialequipment_list"),
            "list_title": TITLE,
        }
        return render(self.request, "generic/form.html", context)


class EquipmentStop(RecordMixin, View):
    """Takes a thing out of use with a reason (GET: the form), or lets it be used again (POST back=1)."""

    model = SpecialEquipment
    related = ("asset",)

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        self.require("change")
        return self._page(self.find(pk), StopForm())

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        self.require("change")
        row, form = self.find(pk), StopForm(request.POST)
        if request.POST.get("back"):
            special.put_back(row, actor=request.user)
            messages.success(request, _("It is no longer taken out of use."))
            return redirect("specialequipment_detail", pk)
        if not form.is_valid():
            return self._page(row, form)
        special.stop(row, actor=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("It is taken out of use; every page says so."))
        return redirect("specialequipment_detail", pk)

    def _page(self, row: SpecialEquipment, form: Any) -> HttpResponse:
        context = {
            "title": _("Take %(what)s out of use") % {"what": row},
            "form": form,
            "save_label": _("Take out of use"),
            "cancel_url": reverse("specialequipment_detail", args=(row.pk,)),
            "list_url": reverse("specialequipment_list"),
            "list_title": TITLE,
        }
        return render(self.request, "generic/form.html", context)


class EquipmentPaper(RecordMixin, View):
    """The technical file on paper: what the law wants to be kept, as far as it is kept here."""

    model = SpecialEquipment
    related = RELATED

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        self.require("view")
        equipment = self.find(pk)
        orders = WorkOrder.objects.visible_to(request.user).filter(asset=equipment.asset_id)
        context = {
            "title": _("Technical file of special equipment"),
            "equipment": equipment,
            "facts": facts_of(equipment),
            "chip": use_chip(equipment),
            "accessories": equipment.accessories.all(),
            "inspections": equipment.inspections.all(),
            "orders": orders.select_related("worker", "contractor").order_by("reported_at", "pk"),
            "files": attachments_of(equipment.asset, request.user),
            "printed_on": clock.today(),
            "back_url": reverse("specialequipment_detail", args=(pk,)),
        }
        return render(request, "maintenance/special_paper.html", context)
