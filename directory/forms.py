"""Forms of the directory: substitutes."""

from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.documents import registry
from core.documents.models import Delegation
from core.forms import DayField
from core.widgets import PickerInput
from directory.models import User


class DelegationForm(forms.ModelForm):
    """From one day to another somebody else signs for me; kinds left empty mean all kinds."""

    substitute = forms.ModelChoiceField(
        label=gettext_lazy("Substitute"), queryset=User.objects.none(), widget=PickerInput("person_search")
    )
    from_date = DayField(label=gettext_lazy("From"))
    to_date = DayField(label=gettext_lazy("To"))

    class Meta:
        model = Delegation
        fields = ("substitute", "from_date", "to_date", "kinds", "reason")
        widgets = {"kinds": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.principal = person
        people = User.objects.filter(organization_id=person.organization_id, is_active=True)
        substitute: Any = self.fields["substitute"]
        substitute.queryset = people.exclude(pk=person.pk)
        kinds = ContentType.objects.get_for_models(*[kind.model for kind in registry.all_types()])
        field: Any = self.fields["kinds"]
        field.queryset = ContentType.objects.filter(pk__in=[kind.pk for kind in kinds.values()])
        field.label_from_instance = lambda kind: kind.model_class()._meta.verbose_name
        field.required = False
        field.help_text = _("None chosen: all kinds.")

    def clean_substitute(self) -> User:
        person = self.cleaned_data["substitute"]
        if person.has_left:
            raise forms.ValidationError(_("%(person)s has left; choose somebody else.") % {"person": person})
        return person

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("from_date"), data.get("to_date")
        if first and last and last < first:
            self.add_error("to_date", _("The last day is before the first."))
        elif last and last < clock.today():
            self.add_error("to_date", _("This day is over; choose today or a later one."))
        return data
