"""What somebody types who reports a fault: with an account, or after scanning a code without one."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Asset, AssetState
from core.errors import DomainError, ValueRefused
from core.forms import say_what_is_asked
from core.parsing import parse_key, parse_text
from core.widgets import PickerInput
from directory.models import Department, Place
from maintenance.models import Channel, RepairCategory, Urgency
from maintenance.report_selectors import category_tiles
from maintenance.services.report_photos import MOST_PHOTOS, read_photos

DISPATCH = "maintenance.dispatch_workorder"
LONGEST = 2000


class PhotosInput(forms.ClearableFileInput):
    """Several pictures from the camera or the album of a phone."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"

    def __init__(self) -> None:
        super().__init__(attrs={"accept": "image/jpeg,image/png,image/webp", "multiple": True, "data-photos": True})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:
        return files.getlist(name) if hasattr(files, "getlist") else list(files.get(name) or [])


class PhotosField(forms.Field):
    """Cleans to a list of report_photos.Photo; a bad one is refused before anything is written."""

    widget = PhotosInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, label=gettext_lazy("Photos"), **kwargs)

    def clean(self, value: Any) -> Any:
        try:
            return read_photos(value or ())
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class Words(forms.CharField):
    """A text without control characters; line breaks stay where there are several lines."""

    def to_python(self, value: Any) -> str:
        try:
            return parse_text(value or "", multiline=isinstance(self.widget, forms.Textarea))
        except ValueRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class FaultForm(forms.Form):
    """What every report says. The kind is chosen on tiles: `group` above, `category` below it.

    similar: open orders that may be the same fault; the report may join one of them (field join).
    """

    group = forms.CharField(required=False)
    category = forms.CharField(required=False)
    join = forms.CharField(required=False)
    description = Words(
        label=gettext_lazy("What is broken?"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "data-count": LONGEST}),
    )
    photos = PhotosField()

    def __init__(self, *args: Any, similar: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.similar = list(similar)
        self.tiles = category_tiles()
        self.fields["description"].widget.attrs["maxlength"] = LONGEST
        self.fields["photos"].help_text = _("Up to %(count)d photos.") % {"count": MOST_PHOTOS}
        self.joined: Any = None
        self.chosen: RepairCategory | None = None
        say_what_is_asked(self)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        self.joined = self._order_to_join(data.get("join", ""))
        self.chosen = self._category(data.get("group", ""), data.get("category", ""))
        if self.joined is not None:
            self.chosen = self.chosen or self.joined.category
            data["description"] = data.get("description") or _("The same fault.")
        if self.chosen is None:
            self.add_error("group", _("Choose what kind of fault it is."))
        if not data.get("description") and "description" not in self.errors:
            self.add_error("description", _("Say in a few words what is broken."))
        return data

    def _order_to_join(self, text: str) -> Any:
        """The order chosen among those that were offered; anything else that is sent is a new report."""
        key = parse_key(text)
        return next((order for order in self.similar if order.pk == key), None) if key else None

    def _category(self, group: str, below: str) -> RepairCategory | None:
        """The kind below, when it belongs to the tile chosen above; else the tile itself."""
        key, lower = parse_key(group), parse_key(below)
        for tile in self.tiles:
            if tile["category"].pk == key:
                return next((row for row in tile["children"] if row.pk == lower), tile["category"])
        return None


class PublicReportForm(FaultForm):
    """After a scanned code: who reports is his own choice. `website` is left empty by people and filled by machines."""

    name = Words(label=gettext_lazy("Your name"), max_length=40, required=False)
    phone = Words(label=gettext_lazy("Your phone"), max_length=30, required=False)
    place_note = Words(label=gettext_lazy("Where exactly"), max_length=100, required=False)
    website = forms.CharField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["phone"].widget.attrs |= {"autocomplete": "tel", "inputmode": "tel"}


class StaffReportForm(FaultForm):
    """For people with an account. Who dispatches may write down what a caller says (channel, caller, department)."""

    channel = forms.ChoiceField(label=gettext_lazy("How it was reported"), required=False)
    name = Words(label=gettext_lazy("Name of the caller"), max_length=40, required=False)
    phone = Words(label=gettext_lazy("Phone"), max_length=30, required=False)
    department = forms.ModelChoiceField(
        label=gettext_lazy("Department of the caller"),
        queryset=Department.objects.none(),
        required=False,
        widget=PickerInput("department_search"),
    )
    place = forms.ModelChoiceField(
        label=gettext_lazy("Building and room"),
        queryset=Place.objects.none(),
        required=False,
        widget=PickerInput("place_search"),
    )
    place_note = Words(label=gettext_lazy("Where exactly"), max_length=100, required=False)
    asset = forms.ModelChoiceField(
        label=gettext_lazy("Thing, if it has an asset number"),
        queryset=Asset.objects.none(),
        required=False,
        widget=PickerInput("asset_search"),
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("How urgent is it?"), choices=Urgency.choices, initial=Urgency.NORMAL, required=False
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        house = {"organization_id": actor.organization_id}
        fields: Any = self.fields
        fields["place"].queryset = Place.objects.filter(active=True, **house)
        fields["asset"].queryset = Asset.objects.visible_to(actor).filter(**house).exclude(state=AssetState.DISPOSED)
        fields["phone"].widget.attrs |= {"autocomplete": "tel", "inputmode": "tel"}
        fields["channel"].choices = [
            (channel.value, channel.label) for channel in (Channel.WEB, Channel.PHONE, Channel.COUNTER)
        ]
        if actor.has_perm(DISPATCH):
            fields["department"].queryset = Department.objects.filter(active=True, **house)
        else:
            for name in ("channel", "name", "department"):
                del fields[name]

    def clean_channel(self) -> str:
        return self.cleaned_data.get("channel") or Channel.WEB
