"""Lines of a paper about cards: a search box for the thing, and what the kind adds.

class DisposalLineForm(AssetLineForm):
    proceeds = ExactDecimalField(...)

DisposalLines = asset_lines(DisposalLineForm, columns=("proceeds", "finding"))
"""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Asset, AssetState
from core import line_forms
from core.line_forms import KeyField
from core.widgets import PickerInput


class AssetLineForm(line_forms.LineForm):
    """A line about one card."""

    asset = KeyField(
        label=gettext_lazy("Asset card"),
        widget=PickerInput(
            "asset_search", attrs={"placeholder": gettext_lazy("Number, name, serial number or initials; or scan")}
        ),
        error_messages={"required": gettext_lazy("Choose a card from the list.")},
    )


class AssetLineSet(line_forms.LineFormSet):
    """Cards are looked up for all lines at once; the same card twice and cards out of sight are refused."""

    related = ("asset",)

    def row_of(self, line: Any) -> dict[str, Any]:
        return {"asset": line.asset_id, **{name: getattr(line, self.column_of(name)) for name in self.columns}}

    def cards(self) -> QuerySet[Asset]:
        """The cards that lines of this paper may name."""
        return Asset.objects.visible_to(self.actor).exclude(state=AssetState.DISPOSED)

    def check_rows(self, rows: list[Any]) -> None:
        keys = {key for form in rows if (key := form.cleaned_data.get("asset"))}
        found = self.cards().in_bulk(keys) if keys else {}
        seen: set[int] = set()
        for form in rows:
            key = form.cleaned_data.get("asset")
            form.values = {}
            if not key:
                continue
            if key not in found:
                form.add_error("asset", _("This card does not exist or its thing has left; choose one from the list."))
            elif key in seen:
                form.add_error("asset", _("%(asset)s is on this paper already.") % {"asset": found[key]})
            else:
                form.values["asset"] = found[key]
                self.check_card(form, found[key])
            seen.add(key)

    def check_card(self, form: Any, asset: Asset) -> None:
        """Look at what was entered for a card; errors go to the fields of the form."""

    def values_of(self, form: Any) -> dict[str, Any]:
        return {**form.values, **super().values_of(form)}

    def complete(self, line: Any) -> None:
        """A line of a card stands for itself: nothing is worked out."""


def asset_lines(
    form: type[AssetLineForm], *, base: type[AssetLineSet] = AssetLineSet, **attributes: Any
) -> type[forms.BaseFormSet]:
    """A formset class for one kind of paper."""
    made: type[forms.BaseFormSet] = line_forms.lines_of(form, base=base, **attributes)
    return made
