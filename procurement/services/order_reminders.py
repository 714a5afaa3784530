"""What a buyer must not forget of his orders: contracts that end, bonds, deliveries that are due. Told once each."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Min, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy

from core import clock, notices
from core.documents.lifecycle import Status
from procurement import order_selectors
from procurement.models import PurchaseOrder

ENDS, ENDED, BOND_AWAITED, BOND_HELD, OVERDUE = (
    f"order_{word}" for word in ("ends", "ended", "bond_awaited", "bond_held", "overdue")
)
DAYS_BEFORE = (30, 7)
"""A contract that ends is told of so many days before, and once it is over."""
BOND_WITHIN = 7
"""Days after the signing until a bond that did not come is asked for."""

notices.register_sentence(ENDS, gettext_lazy("%(number)s with %(supplier)s ends on %(day)s."))
notices.register_sentence(ENDED, gettext_lazy("%(number)s with %(supplier)s ended on %(day)s."))
notices.register_sentence(
    BOND_AWAITED, gettext_lazy("The performance bond of %(number)s (%(supplier)s, signed on %(day)s) has not come.")
)
notices.register_sentence(
    BOND_HELD, gettext_lazy("%(number)s with %(supplier)s is carried out; its performance bond can be given back.")
)
notices.register_sentence(
    OVERDUE, gettext_lazy("%(number)s: %(supplier)s should have delivered by %(day)s and something is still to come.")
)


def remind(day: dt.date | None = None) -> int:
    """Leave the notices of a day (today); returns how many are new. Run again it tells nothing twice."""
    today = day or clock.today()
    orders = PurchaseOrder.objects.filter(status=Status.APPROVED).select_related("supplier")
    return _tell_ends(orders, today) + _tell_bonds(orders, today) + _tell_overdue(today)


def _tell(orders: Iterable[PurchaseOrder], code: str, *, day: str, mark: str) -> int:
    """day: the column that the sentence names; mark: what tells one telling from another, besides the order."""
    told = 0
    for order in orders:
        named = getattr(order, day)
        told += notices.tell(
            {order.created_by_id, *([order.sealed_by_id] if order.sealed_by_id else [])},
            code,
            key=f"{code}:{order.pk}:{named}:{mark}",
            url=reverse("purchaseorder_detail", args=(order.pk,)),
            words={"number": order.number, "supplier": str(order.supplier), "day": str(named)},
        )
    return told


def _tell_ends(orders: QuerySet[PurchaseOrder], today: dt.date) -> int:
    told = 0
    later = today
    for days in sorted(DAYS_BEFORE):
        until = today + dt.timedelta(days=days)
        told += _tell(orders.filter(expires_on__range=(later, until)), ENDS, day="expires_on", mark=str(days))
        later = until + dt.timedelta(days=1)
    recently = (today - dt.timedelta(days=max(DAYS_BEFORE)), today - dt.timedelta(days=1))
    return told + _tell(orders.filter(expires_on__range=recently), ENDED, day="expires_on", mark="")


def _tell_bonds(orders: QuerySet[PurchaseOrder], today: dt.date) -> int:
    bonds = orders.exclude(bond_form=PurchaseOrder.Bond.NONE)
    awaited = bonds.filter(bond_received_on=None, signed_on__lte=today - dt.timedelta(days=BOND_WITHIN))
    carried_out = Q(progress__in=(PurchaseOrder.Progress.COMPLETE, PurchaseOrder.Progress.CLOSED))
    held = bonds.exclude(bond_received_on=None).filter(carried_out, bond_returned_on=None)
    return _tell(awaited, BOND_AWAITED, day="signed_on", mark="") + _tell(
        held, BOND_HELD, day="bond_received_on", mark=""
    )


def _tell_overdue(today: dt.date) -> int:
    lines = order_selectors.open_lines().annotate(due=Coalesce("deliver_by", "document__deliver_by"))
    late = lines.filter(due__lt=today).order_by().values_list("document").annotate(first=Min("due"))
    days = dict(late)
    orders = list(PurchaseOrder.objects.filter(pk__in=days).select_related("supplier"))
    for order in orders:
        order.overdue_since = days[order.pk]
    return _tell(orders, OVERDUE, day="overdue_since", mark="")
