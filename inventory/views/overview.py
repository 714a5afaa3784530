"""What the storehouse adds to pages about everything: approval screens, numbers of a role, search results."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.numbers import ZERO, money
from core.search import matching
from core.views.charts import Bar, BarChart
from core.views.documents import url_name
from core.views.links import address_or_none
from core.views.screens import Screens, register_screens
from core.views.search import LIMIT, register_finder
from core.views.tables import Column
from core.views.workbench import (
    Number,
    Shortcut,
    register_charts,
    register_numbers,
    register_shortcuts,
    register_under_way,
)
from inventory import selectors
from inventory.ledger_selectors import consumption_moves
from inventory.models import GoodsIssue, GoodsReceipt, Item, OpeningStock, Requisition, StockMove, StockValue, Warehouse
from inventory.services import fulfilment, quotas

from . import columns as c
from .issues import preview

ON_HAND = Column("on_hand", gettext_lazy("On hand"), "quantity")
LAST_PRICE = Column("last_price", gettext_lazy("Last price"), "price")
ASKED = Column("stock_quantity", gettext_lazy("Asked for"), "quantity")
RELATED = ("department", "created_by", "warehouse")
LINES = ("lines__item__unit",)


def add_stock(document: Any, lines: list[Any]) -> None:
    """Put stock on hand and the price last paid, else the average, beside the lines; two queries."""
    items = [line.item_id for line in lines]
    stock = selectors.stock_of(document.warehouse_id, items)
    paid = selectors.last_prices(document.organization_id, items)
    for line in lines:
        line.on_hand, line.last_price = stock.get(line.item_id, (ZERO, ZERO))
        line.last_price = paid.get(line.item_id) or line.last_price or line.item.reference_price


def _preview(document: Any) -> str:
    return preview(list(document.lines.all()))


def estimated_cost(documents: Sequence[Any]) -> dict[int, Decimal]:
    """Yuan that papers which send goods out would cost today, by key; one query a warehouse."""
    by_store: dict[int, list[Any]] = {}
    for document in documents:
        by_store.setdefault(document.warehouse_id, []).append(document)
    found = {}
    for store, papers in by_store.items():
        items = {line.item_id: line.item for paper in papers for line in paper.lines.all()}
        prices = fulfilment.estimated_prices(store, list(items.values()))
        for paper in papers:
            amounts = (money(line.stock_quantity * prices[line.item_id]) for line in paper.lines.all())
            found[paper.pk] = sum(amounts, ZERO)
    return found


def _preview_request(document: Any) -> str:
    words = _preview(document)
    return _("Over quota · %(goods)s") % {"goods": words} if document.over_quota else words


def _request_facts(document: Any) -> list[tuple[Any, Any]]:
    needed = f"{document.needed_by:%Y-%m-%d}" if document.needed_by else ""
    return [(_("Needed by"), needed), (_("Over quota"), quotas.why_over_quota(document))]


def _asked(line: Any) -> Decimal:
    return line.stock_quantity if line.approved_quantity is None else line.approved_quantity


def _receipt_facts(document: Any) -> list[tuple[Any, Any]]:
    people = _(", ").join(str(person) for person in document.accepted_by.all())
    return [
        (_("Supplier"), document.supplier),
        (_("Invoice number"), document.invoice_number),
        (_("Accepted by"), people),
    ]


register_screens(
    Screens(
        Requisition,
        related=RELATED,
        prefetch=LINES,
        purpose=lambda document: document.purpose,
        preview=_preview_request,
        facts=_request_facts,
        approval_columns=(
            c.CODE,
            c.ITEM,
            c.SPECIFICATION,
            ASKED,
            ON_HAND,
            LAST_PRICE,
            Column("amount", gettext_lazy("Amount"), "money"),
            c.OVER_QUOTA,
        ),
        line_related=("item__unit", "unit"),
        prepare=add_stock,
        lower=fulfilment.lower_quantities,
        quantity_of=_asked,
    )
)
_PRICED = (
    c.CODE,
    c.ITEM,
    c.SPECIFICATION,
    c.QUANTITY,
    c.UNIT,
    c.PRICE,
    Column("amount", gettext_lazy("Amount"), "money"),
)
register_screens(
    Screens(
        GoodsReceipt,
        related=(*RELATED, "supplier"),
        prefetch=LINES,
        purpose=lambda document: str(document.supplier or document.get_kind_display()),
        preview=_preview,
        facts=_receipt_facts,
        approval_columns=_PRICED,
        line_related=("item__unit", "unit"),
    )
)
register_screens(
    Screens(
        OpeningStock,
        related=RELATED,
        prefetch=LINES,
        purpose=lambda document: str(document.warehouse),
        preview=_preview,
        approval_columns=_PRICED,
        line_related=("item__unit", "unit"),
    )
)
register_screens(
    Screens(
        GoodsIssue,
        related=RELATED,
        prefetch=LINES,
        purpose=lambda document: document.purpose,
        preview=_preview,
        approval_columns=(c.CODE, c.ITEM, c.SPECIFICATION, c.QUANTITY, c.UNIT, ON_HAND, LAST_PRICE),
        line_related=("item__unit", "unit"),
        prepare=add_stock,
        estimates=estimated_cost,
    )
)
register_under_way(
    Requisition,
    lambda rows: rows.exclude(fulfilment__in=(Requisition.Fulfilment.COMPLETE, Requisition.Fulfilment.CLOSED)),
)


def _warehouses(user: Any) -> Any:
    """The stores whose numbers are this person's: those he keeps, or all he may see values of."""
    kept = selectors.kept_warehouses(user)
    if kept.exists():
        return kept
    values = StockValue.objects.visible_to(user).values("warehouse")
    return Warehouse.objects.filter(pk__in=values)


def store_numbers(user: Any) -> Iterator[Number]:
    """Stock value, issues of this month, items below their minimum, requests to issue; for those who may see them."""
    if user.has_perm("inventory.add_goodsissue"):
        count = selectors.open_requisitions(user).count()
        yield Number(_("Requests to issue"), count, reverse("requisitions_to_issue"), warns=count > 0)
    if user.has_perm("inventory.view_stockvalue"):
        stores = _warehouses(user)
        values = StockValue.objects.filter(warehouse__in=stores)
        total = values.aggregate(sum=Sum("amount"))["sum"] or ZERO
        yield Number(_("Stock value (yuan)"), total, address_or_none("stock_on_hand"), "money")
        short = values.filter(item__active=True, item__min_stock__isnull=False, quantity__lt=F("item__min_stock"))
        below = short.values("item").distinct().count()
        url = address_or_none("stock_on_hand")
        yield Number(_("Items below their minimum"), below, url and f"{url}?warnings=on", warns=below > 0)
    if user.has_perm("inventory.view_goodsissue"):
        first = clock.today().replace(day=1)
        issued = GoodsIssue.objects.visible_to(user).filter(status="posted", business_date__gte=first)
        kinds = StockMove.objects.filter(
            content_type__app_label="inventory",
            content_type__model="goodsissue",
            object_id__in=issued.order_by().values("pk"),
            reverses=None,
        )
        spent = kinds.order_by().aggregate(sum=Sum("amount"))["sum"] or ZERO
        url = f"{reverse(url_name(GoodsIssue, 'list'))}?status=posted&from_day={first:%Y-%m-%d}"
        yield Number(_("Issued this month (yuan)"), spent, url, "money")


def use_by_month(user: Any) -> Iterator[BarChart]:
    """What was used in each of the last six months, for those who may see values of stock; one query."""
    if not user.has_perm("inventory.view_stockvalue") or not user.has_perm("inventory.view_stockmove"):
        return
    months = _last_months(clock.today())
    rows = (
        consumption_moves(user)
        .filter(business_date__gte=months[0])
        .order_by()
        .annotate(month=TruncMonth("business_date"))
        .values_list("month", "taken_back")
        .annotate(yuan=Sum("amount"))
    )
    used = dict.fromkeys(months, ZERO)
    for month, taken_back, yuan in rows:
        if month in used:  # a paper dated ahead belongs to no month shown
            used[month] += -yuan if taken_back else yuan
    if any(used.values()):
        yield BarChart(_("Used by month (yuan)"), [_month_bar(month, yuan) for month, yuan in used.items()])


def _last_months(today: dt.date) -> list[dt.date]:
    """The first days of this month and of the five before, oldest first."""
    count = today.year * 12 + today.month - 1
    return [dt.date(month // 12, month % 12 + 1, 1) for month in range(count - 5, count + 1)]


def _month_bar(month: dt.date, yuan: Decimal) -> Bar:
    address = address_or_none("consumption")
    words = _("%(month)s: %(amount)s yuan") % {"month": f"{month:%Y-%m}", "amount": f"{yuan:,.2f}"}
    return Bar(f"{month:%Y-%m}", yuan, words, address and f"{address}?month={month:%Y-%m}")


def store_shortcuts(user: Any) -> Iterator[Shortcut]:
    if user.has_perm("inventory.add_goodsissue"):
        yield Shortcut(_("Issue requests"), reverse("requisitions_to_issue"), "package-export", primary=True)
    if user.has_perm("inventory.add_goodsreceipt"):
        yield Shortcut(_("New receipt"), reverse("goodsreceipt_new"), "package-import")
    if user.has_perm("inventory.add_requisition") and user.department_id:
        keeper = user.has_perm("inventory.add_goodsissue")
        yield Shortcut(_("New request"), reverse("requisition_new"), "shopping-cart", primary=not keeper)
        if selectors.last_requisition(user):
            yield Shortcut(_("Repeat my last request"), reverse("requisition_repeat"), "refresh")


def found_items(user: Any, text: str) -> list[dict[str, Any]]:
    """Items in use or stopped, with a link to where this person can look at them."""
    rows: Any = Item.objects.visible_to(user).select_related("unit")
    rows = matching(rows, text, fields=("code", "name", "specification", "barcode"))
    ledger = address_or_none("item_ledger") if user.has_perm("inventory.view_stockvalue") else None
    return [
        {
            "title": item.name,
            "url": f"{ledger}?item={item.pk}" if ledger else None,
            "detail": " · ".join(part for part in (item.code, item.specification, str(item.unit)) if part),
            "status": None if item.active else ("stopped", _("stopped")),
        }
        for item in rows.order_by("code")[:LIMIT]
    ]


register_numbers(store_numbers)
register_charts(use_by_month)
register_shortcuts(store_shortcuts)
register_finder(gettext_lazy("Items"), found_items)
