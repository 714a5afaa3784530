"""What the search boxes of procurement ask: things to buy, purchase categories, allotments."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.views.generic import View

from assets.models import Asset
from assets.selectors import Want, idle_matches
from core import clock
from core.numbers import plain
from core.templatetags.display import money, price
from core.views.pickers import PickerView, named_codes, named_keys, searched
from core.views.signed_in import SignedInMixin, SignedInRequest
from inventory import selectors
from inventory.models import Item
from procurement import buying_selectors, price_selectors, request_selectors
from procurement.models import BudgetAllotment, PurchaseCategory, Treatment


class BuyingItemSearch(SignedInMixin, View):
    """Items with the stock of the whole house, the last price paid, and how they are usually bought."""

    def get(self, request: SignedInRequest) -> JsonResponse:
        keys, codes, text = named_keys(request), named_codes(request), searched(request)
        if keys or codes:
            items = selectors.named_items(request.user, keys=keys, codes=codes)
        else:
            items = selectors.found_items(request.user, text) if text else []
        return JsonResponse({"results": records_of(request.user, items)})


def records_of(user: Any, items: Sequence[Item]) -> list[dict[str, Any]]:
    """Items as static/js/line-items.js reads them; a fixed number of queries."""
    keys = {item.pk for item in items}
    stock = selectors.house_stock(user.organization_id, keys)
    usual = buying_selectors.usual_of(user.organization_id, keys)
    known = price_selectors.histories(user.organization_id, set(keys))
    idle = _idle_of(user, items, usual)
    records = []
    for item in items:
        record = selectors.item_record(item, stock)
        told = known.get(item.pk)
        if told is not None and told.last is not None:
            record |= {"price": plain(told.last), "paid": True, "detail": last_words(told)}
        if item.pk in idle:
            things = _(", ").join(request_selectors.idle_words(thing) for thing in idle[item.pk][:2])
            said = _("idle in the house: %(things)s") % {"things": things}
            record["detail"] = " · ".join(part for part in (said, record.get("detail", "")) if part)
        records.append({**record, "usual": _usual_record(usual.get(item.pk))})
    return records


def _idle_of(user: Any, items: Sequence[Item], usual: Mapping[int, buying_selectors.Usual]) -> dict[int, list[Asset]]:
    """By item key: idle things of the house that might do instead (R-AST-21)."""
    if user.organization_id is None:
        return {}
    codes = {key: known.category.code for key, known in usual.items() if known.category}
    wants = [Want(item.pk, item.name, codes.get(item.pk, "")) for item in items]
    return idle_matches(user.organization_id, wants, clock.today())


def last_words(told: price_selectors.PriceHistory) -> str:
    """The last price in words, per stock unit: “last 12.50 (2026-10-02 …)”."""
    when = " ".join(part for part in (f"{told.last_on:%Y-%m-%d}", told.last_supplier) if part)
    return _("last bought at %(price)s (%(when)s)") % {"price": price(told.last), "when": when}


def _usual_record(usual: buying_selectors.Usual | None) -> dict[str, Any]:
    found: dict[str, Any] = {"treatment": Treatment.STOCK}
    if usual and usual.category:
        found["category"] = category_record(usual.category)
    if usual and usual.warehouse_id:
        found["warehouse"] = str(usual.warehouse_id)
    return found


def category_record(category: PurchaseCategory) -> dict[str, Any]:
    return {"id": category.pk, "code": category.code, "name": category.name}


class CategorySearch(PickerView):
    """Classes of the procurement catalogue that are in use."""

    initials = "initials"

    def rows(self) -> QuerySet:
        return PurchaseCategory.objects.visible_to(self.request.user).filter(active=True)

    def record(self, row: Any) -> dict[str, Any]:
        return {**category_record(row), "detail": row.get_kind_display()}


class AllotmentSearch(PickerView):
    """Allotments this person may charge, with what is left of them; `year` narrows, else it is this one."""

    fields = ("economic_class__code", "economic_class__name", "department__name", "project__name", "project__code")
    code = "economic_class__code"

    def rows(self) -> QuerySet:
        text = self.request.GET.get("year", "")
        year = int(text) if text.isdecimal() and len(text) == 4 else clock.today().year
        if self.request.GET.getlist("ids"):  # a paper of another year still shows what it charges
            rows = BudgetAllotment.objects.visible_to(self.request.user)
            return rows.select_related("department", "economic_class", "project")
        return buying_selectors.chargeable_allotments(self.request.user, year)

    def record(self, row: Any) -> dict[str, Any]:
        return {
            "id": row.pk,
            "code": str(row.year),
            "name": allotment_words(row),
            "detail": _("%(left)s yuan left") % {"left": money(row.available)},
        }


def allotment_words(row: BudgetAllotment) -> str:
    """An allotment without its year: who, for what, which project."""
    return " ".join(str(part) for part in (row.department, row.economic_class, row.project) if part)
