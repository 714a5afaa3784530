"""Forms of special equipment: its file, inspections, accessories, and certificates of operators."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Asset, AssetState
from core import line_forms
from core.forms import DayField, offer
from core.widgets import PickerInput
from directory.models import Supplier, User
from maintenance.models import EquipmentInspection, OperatorCertificate, SafetyAccessory, SpecialEquipment

from .plans import RecordForm


def colleagues(user: Any) -> Any:
    return User.objects.filter(organization=user.organization_id, is_active=True)


class EquipmentForm(RecordForm):
    """The dates of inspections can be typed for a new file; afterwards they come from inspections alone."""

    registered_on = DayField(label=gettext_lazy("Registered on"), required=False)
    contract_until = DayField(label=gettext_lazy("Contract until"), required=False)
    last_inspection = DayField(label=gettext_lazy("Last inspected on"), required=False)
    next_inspection = DayField(label=gettext_lazy("Next inspection by"), required=False)

    class Meta:
        model = SpecialEquipment
        fields = (
            *("asset", "kind", "equipment_code", "registration_number", "registered_on", "use_certificate"),
            *("maintainer", "contract_until", "safety_manager", "last_inspection", "next_inspection"),
        )
        widgets = {
            "asset": PickerInput("asset_search"),
            "maintainer": PickerInput("supplier_search"),
            "safety_manager": PickerInput("anyone_search"),
        }

    def narrow(self) -> None:
        house = self.actor.organization_id
        offer(self, "asset", Asset.objects.filter(organization=house).exclude(state=AssetState.DISPOSED))
        offer(self, "maintainer", Supplier.objects.visible_to(self.actor).filter(active=True))
        offer(self, "safety_manager", colleagues(self.actor))
        self.fields["next_inspection"].help_text = _("Copied from the certificate; it is never computed.")
        if self.instance.pk:
            for name in ("asset", "last_inspection", "next_inspection"):
                del self.fields[name]


class AccessoryForm(line_forms.LineForm):
    standing = ("kind",)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=SafetyAccessory.Kind)
    number = forms.CharField(label=gettext_lazy("Number of the accessory"), max_length=40)
    calibrated_on = DayField(label=gettext_lazy("Calibrated on"), required=False)
    next_calibration = DayField(label=gettext_lazy("Next calibration by"), required=False)


class AccessorySet(line_forms.LineFormSet):
    """The accessories of one thing."""

    can_scan = False
    min_lines = 0
    columns = ("kind", "number", "calibrated_on", "next_calibration")

    def _initial(self, source: Any) -> list[dict[str, Any]]:
        rows = self.document.accessories.order_by("id") if self.document.pk else []
        return [{"id": row.pk, **{name: getattr(row, name) for name in self.columns}} for row in rows]

    def check_rows(self, rows: list[Any]) -> None:
        seen: set[tuple[str, str]] = set()
        for form in rows:
            data = form.cleaned_data
            last, following = data.get("calibrated_on"), data.get("next_calibration")
            if last and following and following <= last:
                form.add_error("next_calibration", _("The next calibration lies after the last one."))
            key = (data.get("kind", ""), data.get("number", ""))
            if key in seen:
                form.add_error("number", _("This accessory stands in another line already."))
            seen.add(key)

    def write(self, equipment: SpecialEquipment) -> None:  # type: ignore[override]
        """Make the accessories what the form says."""
        known = {row.pk: row for row in equipment.accessories.all()}
        kept = [known.get(form.cleaned_data.get("id")) or SafetyAccessory(equipment=equipment) for form in self.filled]
        equipment.accessories.exclude(pk__in=[row.pk for row in kept if row.pk]).delete()
        for row, form in zip(kept, self.filled, strict=True):
            for name, value in self.values_of(form).items():
                setattr(row, name, value)
            row.save()


AccessoryLines = line_forms.lines_of(AccessoryForm, base=AccessorySet)


class InspectionForm(RecordForm):
    inspected_on = DayField(label=gettext_lazy("Inspected on"))
    next_inspection = DayField(
        label=gettext_lazy("Next inspection by"),
        required=False,
        help_text=gettext_lazy("Copied from the certificate; it is never computed."),
    )
    passed = forms.TypedChoiceField(
        label=gettext_lazy("Result"),
        choices=(("", gettext_lazy("Please choose")), ("yes", gettext_lazy("passed")), ("no", gettext_lazy("failed"))),
        coerce=lambda value: value == "yes",
        empty_value=None,
    )

    class Meta:
        model = EquipmentInspection
        fields = ("inspected_on", "agency", "report_number", "passed", "conclusion", "next_inspection")


class StopForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Out of use because"), max_length=200)


class CertificateForm(RecordForm):
    valid_from = DayField(label=gettext_lazy("Valid from"), required=False)
    valid_until = DayField(label=gettext_lazy("Valid until"))

    class Meta:
        model = OperatorCertificate
        fields = ("person", "kind", "project_code", "number", "valid_from", "valid_until")
        widgets = {"person": PickerInput("anyone_search")}

    def narrow(self) -> None:
        offer(self, "person", colleagues(self.actor))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        start, end = data.get("valid_from"), data.get("valid_until")
        if start and end and end < start:
            self.add_error("valid_until", _("It would end before it begins."))
        return data
