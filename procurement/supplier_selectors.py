"""What is known of suppliers: whom to ask, which licences end, what they delivered and how well."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from core import clock
from directory.models import Supplier, SupplierLicence
from procurement.models import PurchaseCategory, SupplierEvaluation, SupplierField


def serving(user: Any, categories: Iterable[PurchaseCategory]) -> list[Supplier]:
    """Suppliers that serve any of these categories, or a class above or below them; at most 60, by code."""
    wanted = Q(pk__in=[])
    for code in {category.code for category in categories}:
        above = [code[:length] for length in range(1, len(code) + 1)]
        wanted |= Q(fields__category__code__startswith=code) | Q(fields__category__code__in=above)
    rows = Supplier.objects.visible_to(user).filter(wanted, active=True).distinct().order_by("code")
    today = clock.today()
    return [row for row in rows[:60] if not row.blacklisted_until or row.blacklisted_until < today]


def licences_ending(until: dt.date, *, over_since: dt.date | None = None) -> QuerySet[SupplierLicence]:
    """Licences of suppliers in use that end by a day; over_since: also those that ended since that day.

    A licence counts only while the supplier has no later one of the same kind.
    """
    since = over_since or clock.today()
    same = SupplierLicence.objects.filter(supplier=OuterRef("supplier"), kind=OuterRef("kind"))
    later = same.filter(Q(valid_until=None) | Q(valid_until__gt=OuterRef("valid_until")))
    rows = SupplierLicence.objects.filter(~Exists(later), supplier__active=True, valid_until__range=(since, until))
    return rows.select_related("supplier").order_by("valid_until", "supplier__code", "kind")


def licences_of(supplier: Supplier) -> list[tuple[SupplierLicence, tuple[str, str]]]:
    """The licences of a supplier, each with (stored value, word) of its state, those that end first on top."""
    rows = sorted(supplier.licences.all(), key=lambda row: (row.valid_until is None, row.valid_until, row.pk))
    return [(row, licence_state(row)) for row in rows]


def licence_state(licence: SupplierLicence, *, warn_within: int = 60) -> tuple[str, str]:
    """(stored value, word): over, ends in so many days, valid, or not valid yet."""
    today = clock.today()
    if licence.valid_until and licence.valid_until < today:
        return ("stopped", _("over"))
    if licence.valid_from and licence.valid_from > today:
        return ("none", _("not begun"))
    if licence.valid_until and (licence.valid_until - today).days <= warn_within:
        return ("overdue", _("%(days)d days left") % {"days": (licence.valid_until - today).days})
    return ("active", _("valid"))


def categories_served(suppliers: Iterable[Supplier]) -> dict[int, list[str]]:
    """Names of the categories that suppliers serve, by supplier key; one query."""
    found: dict[int, list[str]] = {}
    rows = SupplierField.objects.filter(supplier__in=list(suppliers)).select_related("category")
    for row in rows.order_by("category__code"):
        found.setdefault(row.supplier_id, []).append(row.category.name)
    return found


def next_ends(suppliers: Iterable[Supplier]) -> dict[int, dt.date]:
    """The day on which the first licence of each supplier ends, by supplier key; one query."""
    rows = SupplierLicence.objects.filter(supplier__in=list(suppliers), valid_until__isnull=False)
    return dict(rows.order_by().values_list("supplier").annotate(Min("valid_until")))


def latest_marks(suppliers: Iterable[Supplier], user: Any) -> dict[int, SupplierEvaluation]:
    """The marks of the newest year of each supplier in the person's house, by supplier key; one query."""
    rows = SupplierEvaluation.objects.visible_to(user).filter(
        supplier__in=list(suppliers), organization=user.organization_id
    )
    return {row.supplier_id: row for row in rows.order_by("year")}
