"""Columns, filters and words that the pages of orders, changes and deliveries share."""

from typing import Any

import django_filters
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.views.documents import AMOUNT, DAY, DEPARTMENT, MAKER, NUMBER, STATUS, WAITS_FOR
from core.views.filters import DocumentFilter
from core.views.tables import Column
from procurement.models import PurchaseOrder

NUMBER, STATUS, DAY, DEPARTMENT, AMOUNT, MAKER, WAITS_FOR = NUMBER, STATUS, DAY, DEPARTMENT, AMOUNT, MAKER, WAITS_FOR
SUPPLIER = Column("supplier", _("Supplier"), sort=("supplier__name",))
ORDER = Column("order", _("Purchase order"), "code", "order.number", sort=("order__number",))
ORDER_SUPPLIER = Column("supplier", _("Supplier"), value="order.supplier", sort=("order__supplier__name",))
TITLE = Column("title", _("Title"), sort=("title",))
FORM = Column("form", _("Form"), value=lambda order: order.get_form_display(), sort=("form",))
DELIVER_BY = Column("deliver_by", _("Deliver by"), "day", sort=("deliver_by",))
PROGRESS = Column(
    "progress",
    _("Delivery"),
    "status",
    lambda order: (order.progress, order.get_progress_display()) if order.status == "approved" else None,
    sort=("progress",),
)
SIGNED = Column("signed_on", _("Signed on"), "day", sort=("signed_on",))
EXPIRES = Column("expires_on", _("Expires on"), "day", sort=("expires_on",))
LATE = Column("late_days", _("Signed late"), "status")

ITEM = Column("item", _("Item"), value=lambda line: line.title)
SPECIFICATION = Column("specification", _("Specification"), value=lambda line: line.described)
QUANTITY = Column("quantity", _("Quantity"), "quantity")
UNIT = Column("unit", _("Unit"))
PRICE = Column("unit_price", _("Unit price"), "price")
LINE_AMOUNT = Column("amount", _("Amount"), "money", total=True)


class OrderFilter(DocumentFilter):
    progress = django_filters.ChoiceFilter(
        label=_("Delivery"), choices=PurchaseOrder.Progress.choices, empty_label=_("All")
    )
    form = django_filters.ChoiceFilter(label=_("Form"), choices=PurchaseOrder.Form.choices, empty_label=_("All"))
    supplier = django_filters.CharFilter(label=_("Supplier"), field_name="supplier__name", lookup_expr="icontains")


class OnOrderFilter(DocumentFilter):
    supplier = django_filters.CharFilter(
        label=_("Supplier"), field_name="order__supplier__name", lookup_expr="icontains"
    )
    order = django_filters.CharFilter(label=_("Purchase order"), field_name="order__number", lookup_expr="icontains")


def day_words(day: Any) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


def act_url(order: PurchaseOrder, act: str) -> str:
    """The page on which one act beside the life cycle of an order is carried out."""
    return reverse("purchaseorder_act", args=(order.pk, act))
