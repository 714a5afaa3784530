"""Lines of things to buy as a formset: an item or a name, how many, for how much, and what becomes of it.

Plans, requests and agreements take WantedLines and add what they need by WantedLineForm's subclasses:

    class PlanLineForm(WantedLineForm):
        needed_by = DayField(..., widget=DayInput(attrs=MORE))
        allotment = reference(_("Budget allotment"), "allotment_search")

    PlanLines = wanted_lines(
        PlanLineForm, columns=("needed_by",), references={"allotment": lambda formset: allotments_of(formset.actor)}
    )
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import line_forms
from core.forms import ExactDecimalField
from core.line_forms import SMALLEST, KeyField
from core.numbers import plain
from core.widgets import PickerInput
from inventory import selectors
from inventory.models import Unit
from procurement import buying_selectors
from procurement.models import PurchaseCategory, Treatment

MORE = {"data-more": True, "data-skip": True}
"""Attributes of a field that stands behind “More” below the item."""
SMALLEST_PRICE = Decimal("0.000001")

References = Mapping[str, Callable[[Any], QuerySet]]


def reference(label: Any, search: str, **kwargs: Any) -> KeyField:
    """A search box behind “More” whose key is looked up for all lines at once (WantedLineSet.references)."""
    return KeyField(label=label, required=False, widget=PickerInput(search, attrs=MORE), **kwargs)


def words_field(label: Any, most: int = 200) -> forms.CharField:
    """Words behind “More”."""
    return forms.CharField(label=label, max_length=most, required=False, widget=forms.TextInput(attrs=MORE))


class WantedLineForm(line_forms.LineForm):
    """name: what was written where no item was chosen. A blank treatment is filled in by the formset."""

    aliases = {"name": "item"}
    standing = ("unit", "treatment")
    name = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)
    item = KeyField(
        label=gettext_lazy("Item or name"),
        required=False,
        widget=PickerInput(
            "buying_item_search", free=True, attrs={"placeholder": gettext_lazy("Code, name or initials; or write it")}
        ),
    )
    quantity = ExactDecimalField(label=gettext_lazy("Quantity"), decimal_places=4, min_value=SMALLEST)
    unit = KeyField(label=gettext_lazy("Unit"), required=False, widget=forms.Select)
    unit_price = ExactDecimalField(label=gettext_lazy("Estimated price"), decimal_places=6, min_value=SMALLEST_PRICE)
    treatment = forms.ChoiceField(
        label=gettext_lazy("What becomes of it"),
        choices=[("", gettext_lazy("as usual")), *Treatment.choices],
        required=False,
        widget=forms.Select(attrs={"data-skip": True}),
    )
    specification = words_field(gettext_lazy("Specification"))
    category = reference(gettext_lazy("Purchase category"), "purchase_category_search")
    note = words_field(gettext_lazy("Note"))


class WantedLineSet(line_forms.LineFormSet):
    """Lines of any WantedLine. references: by field name, the rows that its key may name; columns: further fields that
    are model columns as they stand. Every query is asked once for all lines."""

    show_amount = True
    related = ("item",)
    references: References = {}

    def row_of(self, line: Any) -> dict[str, Any]:
        names = ("name", "quantity", "unit_price", "treatment", "specification", "note", *self.columns)
        keys = ("item", "unit", "category", *self.references)
        return {
            **{name: getattr(line, name) for name in names},
            **{name: getattr(line, f"{name}_id") for name in keys},
        }

    def may_copy(self, line: Any) -> bool:
        return line.item is None or bool(line.item.active)

    @cached_property
    def unit_names(self) -> dict[int, str]:
        return dict(Unit.objects.order_by("name").values_list("pk", "name"))

    def prepare(self, form: Any) -> None:
        if form.prefix == self.add_prefix("__prefix__"):  # type: ignore[attr-defined]
            # The empty line knows every unit: words in place of an item may be counted in any.
            form.fields["unit"].widget.choices = [("", "—"), *self.unit_names.items()]
        else:
            self.offer_chosen(form, "unit", self.unit_names)

    # ---- checking ----

    def check_rows(self, rows: list[Any]) -> None:
        def named(name: str) -> list[int]:
            return [key for form in rows if (key := form.cleaned_data.get(name))]

        items = selectors.usable_items(self.actor, named("item"))
        chosen = {name: self._found(name, named(name)) for name in ("category", *self.references)}
        usual = buying_selectors.usual_of(self.actor.organization_id, items)
        for form in rows:
            form.values = {}
            if self._take_thing(form, items):
                self._take_references(form, chosen)
                self._fill_in(form, usual)

    def _found(self, name: str, keys: list[int]) -> dict[int, Any]:
        if not keys:
            return {}
        rows = self.references[name](self) if name in self.references else self._categories()
        return {row.pk: row for row in rows.filter(pk__in=set(keys))}

    def _categories(self) -> QuerySet:
        return PurchaseCategory.objects.visible_to(self.actor).filter(active=True)

    def _take_thing(self, form: Any, items: dict[int, Any]) -> bool:
        """The item with its unit, or the name with any unit; False where neither can be used."""
        data = form.cleaned_data
        if not data.get("item"):
            return self._take_name(form)
        item = items.get(data["item"])
        if item is None:
            form.add_error("item", _("This item does not exist; choose one from the list."))
            return False
        if not item.active:
            form.add_error("item", _("%(item)s is no longer in use; choose another item.") % {"item": item})
            return False
        factors = selectors.factors_of(item)
        unit = data.get("unit") or item.unit_id
        if unit not in factors:
            form.add_error("unit", _("%(item)s is not counted in this unit.") % {"item": item})
            return False
        form.values |= {"item": item, "name": "", "unit_id": unit, "factor": factors[unit]}
        return True

    def _take_name(self, form: Any) -> bool:
        data = form.cleaned_data
        if not data.get("name", "").strip():
            if "name" not in form.errors:
                form.add_error("item", _("Choose an item, or write what is to be bought."))
            return False
        if data.get("unit") not in self.unit_names:
            form.add_error("unit", _("Choose the unit."))
            return False
        form.values |= {"item": None, "name": data["name"].strip(), "unit_id": data["unit"], "factor": Decimal(1)}
        return True

    def _take_references(self, form: Any, chosen: dict[str, dict[int, Any]]) -> None:
        for name, rows in chosen.items():
            key = form.cleaned_data.get(name)
            if key and key not in rows:
                form.add_error(name, _("This can no longer be chosen; choose another one from the list."))
            form.values[name] = rows.get(key) if key else None

    def _fill_in(self, form: Any, usual: dict[int, Any]) -> None:
        """What the person left open: the category of the item, what becomes of the thing, the store that keeps it."""
        data, values = form.cleaned_data, form.values
        item = values["item"]
        known = usual.get(item.pk) if item else None
        values["category"] = values.get("category") or (known.category if known else None)
        treatment = data.get("treatment") or buying_selectors.usual_treatment(
            item, values["category"], data.get("unit_price"), self.threshold
        )
        if treatment is None:
            form.add_error("treatment", _("This is no item of the store: say what becomes of it."))
        elif treatment == Treatment.STOCK and item is None:
            form.add_error("item", _("What goes into the store has to be an item; choose one."))
        values["treatment"] = treatment
        values["specification"] = "" if item else data.get("specification", "")
        if "warehouse" in self.references and not values.get("warehouse") and known:
            values["warehouse_id"] = known.warehouse_id if treatment == Treatment.STOCK else None
            del values["warehouse"]

    @cached_property
    def threshold(self) -> Decimal:
        return buying_selectors.asset_from(self.actor.organization_id)

    # ---- writing ----

    def values_of(self, form: Any) -> dict[str, Any]:
        names = ("quantity", "unit_price", "note")
        return {**form.values, **{name: form.cleaned_data[name] for name in names}, **super().values_of(form)}

    def described(self, document: Any) -> list[str]:
        rows = document.lines.select_related("item", "unit", "category")
        return [" · ".join(self.words_of(line)) for line in rows]

    def words_of(self, line: Any) -> list[str]:
        thing = line.item or " ".join(part for part in (line.name, line.specification) if part)
        words = [f"{thing} × {plain(line.quantity)} {line.unit}", plain(line.unit_price), line.get_treatment_display()]
        return [*words, *([line.note] if line.note else [])]


def wanted_lines(
    form: type[WantedLineForm],
    *,
    base: type[WantedLineSet] = WantedLineSet,
    columns: tuple[str, ...] = (),
    references: References | None = None,
    **attributes: Any,
) -> Any:
    """A formset class for one kind of document."""
    return line_forms.lines_of(form, base=base, columns=columns, references=references or {}, **attributes)
