"""采购价格分析表: what was paid for a thing, under a category or to a supplier, and how much dearer it became."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.forms import DayField, offer
from core.numbers import ZERO, money, price
from core.reports import Column, Report, ReportForm, Row, register, report_url
from core.widgets import PickerInput
from directory.models import Supplier
from inventory.models import Item
from procurement import buying_selectors, price_selectors
from procurement.models import PurchaseCategory
from procurement.price_selectors import Purchase, Subject

GROUPS = {
    "thing": gettext_lazy("Thing"),
    "category": gettext_lazy("Purchase category"),
    "supplier": gettext_lazy("Supplier"),
}
MOST_BARS = 12


class PricesForm(ReportForm):
    group = forms.ChoiceField(label=gettext_lazy("One row for each"), choices=list(GROUPS.items()), initial="thing")
    item = forms.ModelChoiceField(Item.objects.none(), label=gettext_lazy("Item"), required=False)
    category = forms.ModelChoiceField(
        PurchaseCategory.objects.none(), label=gettext_lazy("Purchase category"), required=False
    )
    supplier = forms.ModelChoiceField(Supplier.objects.none(), label=gettext_lazy("Supplier"), required=False)
    start = DayField(label=gettext_lazy("From"))
    end = DayField(label=gettext_lazy("To"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boxes: tuple[tuple[str, Any, str], ...] = (
            ("item", Item, "item_search"),
            ("category", PurchaseCategory, "purchase_category_search"),
            ("supplier", Supplier, "supplier_search"),
        )
        for name, model, search in boxes:
            rows = model.objects.visible_to(self.user)
            offer(self, name, rows)
            self.fields[name].widget = PickerInput(search, label_of=_label_in(rows))
        today = clock.today()
        self.fields["start"].initial, self.fields["end"].initial = today.replace(month=1, day=1), today

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("start") and data.get("end") and data["start"] > data["end"]:
            self.add_error("end", _("The last day is before the first."))
        return data


def _label_in(rows: Any) -> Any:
    def label_of(key: Any) -> str:
        row = rows.filter(pk=key).first() if str(key).isdecimal() else None
        return str(row or "")

    return label_of


@dataclass
class _Sum:
    """What is added up over the purchases of one row. effect: yuan more or less than at the prices before."""

    purchases: list[Purchase]
    amount: Decimal = ZERO
    effect: Decimal = ZERO

    def add(self, purchase: Purchase, before: Decimal | None) -> None:
        self.purchases.append(purchase)
        self.amount += purchase.amount
        if before is not None:
            self.effect += money((purchase.unit_price - before) * purchase.quantity)


@register
class PurchasePrices(Report):
    """Approved orders and posted purchases; a price is compared with the purchase of the same thing before it, which
    may lie up to a year before the first day."""

    code = "purchase_prices"
    title = gettext_lazy("Purchase prices")
    permission = "procurement.view_purchaseorder"
    icon = "chart-bar"
    form_class = PricesForm
    note = gettext_lazy(
        "Prices in yuan per stock unit, taxes included. “Costs more or less” compares every purchase with the one of "
        "the same thing before it."
    )
    empty_text = gettext_lazy("Nothing was bought in this time.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        head = (Column(gettext_lazy("Code"), "code", "code"), Column(GROUPS[self.params["group"]], "name", width=28))
        sums = (
            Column(gettext_lazy("Purchases"), "times", "integer", total=True),
            Column(gettext_lazy("Amount"), "amount", "money", total=True),
            Column(gettext_lazy("Costs more or less"), "effect", "money", total=True),
        )
        if self.params["group"] != "thing":
            return (*head, Column(gettext_lazy("Things"), "things", "integer"), *sums)
        return (
            *head,
            Column(gettext_lazy("Unit"), "unit", width=7),
            Column(gettext_lazy("Quantity"), "quantity", "quantity"),
            Column(gettext_lazy("Lowest"), "lowest", "price"),
            Column(gettext_lazy("Average"), "average", "price"),
            Column(gettext_lazy("Highest"), "highest", "price"),
            Column(gettext_lazy("Last price"), "last", "price"),
            Column(gettext_lazy("Last bought on"), "last_on", "date"),
            Column(gettext_lazy("Change (%)"), "change", "quantity"),
            *sums,
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return [
            (_("Period"), f"{self.params['start']:%Y-%m-%d} – {self.params['end']:%Y-%m-%d}"),
            (_("Item"), self.params["item"] or _("All items")),
            (_("Purchase category"), self.params["category"] or _("All categories")),
            (_("Supplier"), self.params["supplier"] or _("All suppliers")),
        ]

    # ---- what was bought ----

    def _bought(self) -> list[tuple[Purchase, Decimal | None]]:
        """The purchases of the period that were asked for, each with the price of the same thing before it."""
        start: dt.date = self.params["start"]
        subjects: set[Subject] | None = {self.params["item"].pk} if self.params["item"] else None
        rows = price_selectors.purchases(
            self.user.organization_id,
            subjects,
            since=price_selectors.year_before(start),
            until=self.params["end"],
            reader=self.user,
        )
        before: dict[Subject, Decimal] = {}
        found = []
        for purchase in rows:
            last = before.get(purchase.subject)
            before[purchase.subject] = purchase.unit_price
            if purchase.day >= start:
                found.append((purchase, last))
        self._categories = self._categories_of([purchase for purchase, _last in found])
        return [(purchase, last) for purchase, last in found if self._asked_for(purchase)]

    def _categories_of(self, rows: list[Purchase]) -> dict[Subject, PurchaseCategory]:
        """The purchase category of each thing: that of its order, else what is usual for the item."""
        items = {row.subject for row in rows if isinstance(row.subject, int)}
        usual = buying_selectors.usual_of(self.user.organization_id, items)  # type: ignore[arg-type]
        named = PurchaseCategory.objects.in_bulk({row.category_id for row in rows if row.category_id})
        found: dict[Subject, PurchaseCategory] = {}
        for key, known in usual.items():
            if known.category:
                found[key] = known.category
        found |= {row.subject: named[row.category_id] for row in rows if row.category_id}
        return found

    def _asked_for(self, purchase: Purchase) -> bool:
        category, supplier = self.params["category"], self.params["supplier"]
        if supplier and purchase.supplier_id != supplier.pk:
            return False
        own = self._categories.get(purchase.subject)
        return not category or bool(own and own.code.startswith(category.code))

    def _sums(self) -> dict[Any, _Sum]:
        key_of = {
            "thing": lambda purchase: purchase.subject,
            "category": lambda purchase: self._categories.get(purchase.subject),
            "supplier": lambda purchase: purchase.supplier_id,
        }[self.params["group"]]
        sums: dict[Any, _Sum] = defaultdict(lambda: _Sum([]))
        for purchase, before in self._bought():
            sums[key_of(purchase)].add(purchase, before)
        return sums

    # ---- rows ----

    def rows(self) -> Iterator[Row]:
        sums = self._sums()
        names = self._names(sums)
        for key in sorted(sums, key=lambda each: (-sums[each].amount, str(names[each]))):
            code, name, unit = names[key]
            told = sums[key]
            values = {"code": code, "name": name, "times": len(told.purchases), "amount": told.amount}
            values |= {"effect": told.effect, "things": len({each.subject for each in told.purchases})}
            yield Row(
                values | ({"unit": unit, **_prices(told)} if self.params["group"] == "thing" else {}), subject=key
            )

    def _names(self, sums: dict[Any, _Sum]) -> dict[Any, tuple[str, str, str]]:
        """Code, name and unit of each row by its key."""
        group = self.params["group"]
        if group == "category":
            return {key: (key.code, key.name, "") if key else ("", _("no category"), "") for key in sums}
        if group == "supplier":
            rows = Supplier.objects.in_bulk([key for key in sums if key])
            return {key: (rows[key].code, rows[key].name, "") if key else ("", _("no supplier"), "") for key in sums}
        items = Item.objects.select_related("unit").in_bulk([key for key in sums if isinstance(key, int)])
        found = {}
        for key, told in sums.items():
            item = items.get(key) if isinstance(key, int) else None
            words = f"{item.name} {item.specification}".strip() if item else told.purchases[-1].words
            found[key] = (item.code if item else "", words, str(item.unit) if item else "")
        return found

    def chart(self) -> dict[str, Any] | None:
        """The prices of one item over its purchases; else the rows that cost most."""
        if self.params["item"]:
            rows = [purchase for purchase, _before in self._bought()]
            labels = [f"{purchase.day:%Y-%m-%d}" for purchase in rows]
            series = [{"name": str(_("Price")), "values": [float(purchase.unit_price) for purchase in rows]}]
            label, kind = str(self.params["item"]), "line"
        else:
            top = list(self.rows())[:MOST_BARS]
            labels = [str(row.values["name"]) for row in top]
            series = [{"name": str(_("Amount")), "values": [float(row.values["amount"]) for row in top]}]
            label, kind = _("What cost most"), "ranking"
        if not labels:
            return None
        return {"kind": kind, "labels": labels, "series": series, "unit": str(_("yuan")), "label": label}

    def links(self, row: Row) -> dict[str, str]:
        period = {"start": self.params["start"], "end": self.params["end"], "group": "thing"}
        if self.params["group"] == "thing":
            known = {"item": row.subject} if isinstance(row.subject, int) else {}
            return {"name": report_url(self.code, **period, **known)} if known else {}
        if row.subject is None:
            return {}
        return dict.fromkeys(("name", "amount"), report_url(self.code, **period, **{self.params["group"]: row.subject}))


def _prices(told: _Sum) -> dict[str, Any]:
    """Lowest, average, highest and last price of one thing, and the change from its first to its last purchase."""
    rows = told.purchases
    count = sum((row.quantity for row in rows), ZERO)
    first, last = rows[0], rows[-1]
    change = money((last.unit_price - first.unit_price) * 100 / first.unit_price) if first.unit_price else None
    return {
        "quantity": count,
        "lowest": min(row.unit_price for row in rows),
        "highest": max(row.unit_price for row in rows),
        "average": price(sum((row.unit_price * row.quantity for row in rows), ZERO) / count) if count else None,
        "last": last.unit_price,
        "last_on": last.day,
        "change": change if len(rows) > 1 else None,
    }
