"""Columns and filters that several of the storehouse's screens share."""

from typing import Any

import django_filters
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.views.documents import AMOUNT, DAY, DEPARTMENT, MAKER, NUMBER, STATUS, WAITS_FOR
from core.views.filters import DocumentFilter
from core.views.signed_in import SignedInRequest
from core.views.tables import Column
from inventory.models import GoodsReceipt, Requisition, Warehouse


def visible_warehouses(request: SignedInRequest) -> Any:
    return Warehouse.objects.visible_to(request.user)


class StockFilter(DocumentFilter):
    warehouse = django_filters.ModelChoiceFilter(
        label=_("Warehouse"), queryset=visible_warehouses, empty_label=_("All warehouses")
    )


class RequisitionFilter(StockFilter):
    fulfilment = django_filters.ChoiceFilter(
        label=_("Fulfilment"), choices=Requisition.Fulfilment.choices, empty_label=_("All")
    )


class ReceiptFilter(StockFilter):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=GoodsReceipt.Kind.choices, empty_label=_("All kinds"))
    supplier = django_filters.CharFilter(label=_("Supplier"), field_name="supplier__name", lookup_expr="icontains")


WAREHOUSE = Column("warehouse", _("Warehouse"), sort=("warehouse__code",))
PURPOSE = Column("purpose", _("Purpose"))
FULFILMENT = Column(
    "fulfilment",
    _("Fulfilment"),
    "status",
    lambda d: (d.fulfilment, d.get_fulfilment_display()) if d.status == "approved" else "",
    sort=("fulfilment",),
)

OVER_QUOTA = Column("over_quota", _("Over quota"), "flag")
ITEM = Column("item", _("Item"), css="goods", value=lambda line: line.item.name)
CODE = Column("code", _("Code"), "code", "item.code")
SPECIFICATION = Column("specification", _("Specification"), value="item.specification")
QUANTITY = Column("quantity", _("Quantity"), "quantity")
UNIT = Column("unit", _("Unit"))
PRICE = Column("unit_price", _("Unit price"), "price")
LINE_AMOUNT = Column("amount", _("Amount"), "money", total=True)
LOT = Column("lot_number", _("Lot number"), "code")
EXPIRES = Column("expires_on", _("Expires on"), "day")


def preview(lines: list[Any], most: int = 2) -> str:
    """The first lines in words: 医用手套 ×4 个, 复印纸 ×2 包 …"""
    names = [line.item.name for line in lines[:most]]
    twins = len(set(names)) < len(names)  # bed sheets and bed sheets: only the specification tells them apart
    words = [
        f"{line.item.name}{f' {line.item.specification}' if twins else ''} ×{line.quantity.normalize():f}"
        for line in lines[:most]
    ]
    rest = len(lines) - most
    text = gettext(", ").join(words)
    return gettext("%(items)s and %(count)d more") % {"items": text, "count": rest} if rest > 0 else text


__all__ = [
    "AMOUNT",
    "CODE",
    "DAY",
    "DEPARTMENT",
    "EXPIRES",
    "FULFILMENT",
    "ITEM",
    "LINE_AMOUNT",
    "LOT",
    "MAKER",
    "NUMBER",
    "OVER_QUOTA",
    "PRICE",
    "PURPOSE",
    "QUANTITY",
    "SPECIFICATION",
    "STATUS",
    "UNIT",
    "WAITS_FOR",
    "WAREHOUSE",
    "ReceiptFilter",
    "RequisitionFilter",
    "StockFilter",
    "preview",
]
