"""Which labels are printed, how large and how many."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import offer
from core.labels import MOST_LABELS, LabelSizeForm
from core.parsing import parse_code
from inventory.ledger_selectors import items_under
from inventory.models import Item, ItemCategory, Shelf, Warehouse


class LabelForm(LabelSizeForm):
    """Items by code, category or warehouse, or the shelves of a warehouse; `chosen` are the objects meant."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Labels for"),
        choices=(("items", gettext_lazy("items")), ("shelves", gettext_lazy("shelves"))),
        initial="items",
    )
    warehouse = forms.ModelChoiceField(
        Warehouse.objects.none(),
        required=False,
        label=gettext_lazy("Warehouse"),
        empty_label=gettext_lazy("All warehouses"),
        help_text=gettext_lazy("Items that lie there; the shelf stands on the label."),
    )
    category = forms.ModelChoiceField(
        ItemCategory.objects.none(),
        required=False,
        label=gettext_lazy("Category"),
        empty_label=gettext_lazy("All categories"),
    )
    codes = forms.CharField(
        label=gettext_lazy("Codes"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line; empty: all of the warehouse and category."),
    )
    field_order = ("kind", "warehouse", "category", "codes", "size", "copies", "skip")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)
        offer(self, "warehouse", Warehouse.objects.visible_to(user).filter(active=True))
        offer(self, "category", ItemCategory.objects.visible_to(user).order_by("path"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        codes = [code for line in data["codes"].splitlines() if (code := parse_code(line, max_length=40))]
        chosen = self._shelves(data, codes) if data["kind"] == "shelves" else self._items(data, codes)
        if not self.errors and not chosen:
            self.add_error(None, _("Nothing fits; choose another warehouse or category, or other codes."))
        if len(chosen) * data["copies"] > MOST_LABELS:
            self.add_error(None, _("At most %(count)d labels at once; choose fewer.") % {"count": MOST_LABELS})
        data["chosen"] = chosen
        return data

    def _items(self, data: dict[str, Any], codes: list[str]) -> list[Item]:
        usable = Item.objects.visible_to(self.user).filter(
            active=True, pk__in=items_under(data["category"]).values("pk")
        )
        rows = usable.select_related("unit")
        if codes:
            found = {item.code: item for item in rows.filter(code__in=codes)}
            self._name_unknown([code for code in codes if code not in found])
            return [found[code] for code in codes if code in found]
        if data["warehouse"]:
            rows = rows.filter(values__warehouse=data["warehouse"], values__quantity__gt=0)
        return list(rows.order_by("code")[: MOST_LABELS + 1])

    def _shelves(self, data: dict[str, Any], codes: list[str]) -> list[Shelf]:
        if data["warehouse"] is None:
            self.add_error("warehouse", _("Choose the warehouse of the shelves."))
            return []
        rows = (
            Shelf.objects.visible_to(self.user)
            .filter(warehouse=data["warehouse"], active=True)
            .select_related("warehouse")
        )
        if codes:
            found = {shelf.code: shelf for shelf in rows.filter(code__in=codes)}
            self._name_unknown([code for code in codes if code not in found])
            return [found[code] for code in codes if code in found]
        return list(rows[: MOST_LABELS + 1])

    def _name_unknown(self, codes: list[str]) -> None:
        if codes:
            self.add_error("codes", _("Not found: %(codes)s") % {"codes": _(", ").join(codes[:10])})
