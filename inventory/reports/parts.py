"""What the reports of the storehouse share: parameter fields, column groups, links."""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import offer
from core.numbers import ZERO, price
from core.reports import Column, ReportForm
from core.reports import report_url as report_url
from inventory.ledger_selectors import Pair, stock_warehouses
from inventory.models import ItemCategory, Warehouse

R = TypeVar("R", bound=Model)


def average(quantity: Decimal, amount: Decimal) -> Decimal | None:
    """Yuan per stock unit, 6 places; None where there are no pieces."""
    return price(amount / quantity) if quantity else None


def pair_columns(prefix: str, label: Any, *, totals: bool = True) -> Column:
    """A heading over quantity, price and amount, with keys <prefix>_quantity, _price and _amount."""
    return Column(
        label,
        children=(
            Column(gettext_lazy("Quantity"), f"{prefix}_quantity", "quantity"),
            Column(gettext_lazy("Price"), f"{prefix}_price", "price"),
            Column(gettext_lazy("Amount"), f"{prefix}_amount", "money", total=totals),
        ),
    )


def pair_values(prefix: str, pair: Pair, *, blank_zero: bool = True) -> dict[str, Any]:
    """The values of `pair_columns`; nothing at all is left blank, as on paper."""
    if blank_zero and not pair.quantity and not pair.amount:
        return {}
    return {
        f"{prefix}_quantity": pair.quantity,
        f"{prefix}_price": average(pair.quantity, pair.amount),
        f"{prefix}_amount": pair.amount,
    }


def period_text(start: dt.date, end: dt.date) -> str:
    """2026-11-01 to 2026-11-30, for the head of a report."""
    return _("%(start)s to %(end)s") % {"start": start, "end": end}


@cache
def _model_name(content_type_id: int) -> str:
    return ContentType.objects.get_for_id(content_type_id).model


def document_url(content_type_id: int, object_id: int) -> str:
    """The page of the document behind a move; "" for a kind that has no page."""
    try:
        return reverse(f"{_model_name(content_type_id)}_detail", args=(object_id,))
    except NoReverseMatch:
        return ""


class CategoryChoice(forms.ModelChoiceField):
    """Categories as a tree: sub-categories are set in."""

    def label_from_instance(self, category: Any) -> str:
        return "\u3000" * category.depth + str(category)


def tree_order(categories: list[ItemCategory]) -> list[ItemCategory]:
    """Categories by code, sub-categories right after their parent."""
    codes = {category.pk: category.code for category in categories}
    return sorted(categories, key=lambda c: [codes.get(int(part), "") for part in c.path.split(".") if part])


class StockForm(ReportForm):
    """Warehouse and category, as far as this person sees stock; cleaned_data["warehouses"] is the list meant."""

    warehouse = forms.ModelChoiceField(
        Warehouse.objects.none(),
        required=False,
        label=gettext_lazy("Warehouse"),
        empty_label=gettext_lazy("All warehouses"),
    )
    category = CategoryChoice(
        ItemCategory.objects.none(),
        required=False,
        label=gettext_lazy("Category"),
        empty_label=gettext_lazy("All categories"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "warehouse", self.warehouses_offered())
        if "category" in self.fields:
            offer(self, "category", ItemCategory.objects.visible_to(self.user).order_by("path"))

    def warehouses_offered(self) -> QuerySet[Warehouse]:
        return stock_warehouses(self.user)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        chosen = data.get("warehouse")
        data["warehouses"] = [chosen] if chosen else list(self.warehouses_offered())
        return data


def rows_by_key(rows: QuerySet[R], keys: Collection[int]) -> dict[int, R]:
    """Records by key; where many are wanted all are read at once, since databases limit lists of keys."""
    if len(keys) <= 500:
        return rows.in_bulk(keys)
    wanted = set(keys)
    return {row.pk: row for row in rows.iterator(chunk_size=2000) if row.pk in wanted}


def warehouse_text(params: Any) -> str:
    """The warehouse chosen, or the names of all that are summed up."""
    return str(params["warehouse"] or _("All warehouses"))


def without_zero(value: Decimal | None) -> Decimal | None:
    """Blank instead of zero."""
    return value if value not in (None, ZERO) else None
