"""Whether a supplier may be invited, awarded or ordered from on a day (R-PRC-09)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from core.errors import DomainError
from directory.models import Supplier, SupplierLicence
from procurement.models import CategoryLicence, PurchaseCategory


def demanded_licences(categories: Iterable[PurchaseCategory | None]) -> dict[str, PurchaseCategory]:
    """Kinds of licence that these categories demand, each with a category that does so.

    What is demanded of a category holds for those under it too (A0201 for A020103). One query.
    """
    wanted = {category.pk: category for category in categories if category is not None}
    if not wanted:
        return {}
    rows = CategoryLicence.objects.select_related("category").order_by("category__code", "kind")
    found: dict[str, PurchaseCategory] = {}
    for row in rows:
        if any(category.code.startswith(row.category.code) for category in wanted.values()):
            found.setdefault(row.kind, row.category)
    return found


def problems_of(
    suppliers: Iterable[Supplier], categories: Iterable[PurchaseCategory | None], day: dt.date
) -> dict[int, list[str]]:
    """Why suppliers cannot be used on a day, in sentences by their key; suppliers without a problem are left out.

    A fixed number of queries, whatever the number of suppliers.
    """
    rows = list(suppliers)
    demanded = demanded_licences(categories)
    licences: dict[tuple[int, str], list[SupplierLicence]] = defaultdict(list)
    if demanded:
        for licence in SupplierLicence.objects.filter(supplier__in=rows, kind__in=demanded):
            licences[licence.supplier_id, licence.kind].append(licence)
    found: dict[int, list[str]] = {}
    for supplier in rows:
        sentences = [*_standing(supplier, day)]
        for kind, category in demanded.items():
            sentences += _licence_problem(supplier, kind, category, licences[supplier.pk, kind], day)
        if sentences:
            found[supplier.pk] = sentences
    return found


def _standing(supplier: Supplier, day: dt.date) -> list[str]:
    if not supplier.active:
        return [_("%(supplier)s is stopped; choose another supplier.") % {"supplier": supplier}]
    if supplier.blacklisted_until and supplier.blacklisted_until >= day:
        words = {"supplier": supplier, "day": supplier.blacklisted_until, "reason": supplier.blacklist_reason or "—"}
        return [_("%(supplier)s is on the black list until %(day)s (%(reason)s).") % words]
    return []


def _licence_problem(
    supplier: Supplier, kind: str, category: PurchaseCategory, licences: list[SupplierLicence], day: dt.date
) -> list[str]:
    if any(_holds(licence, day) for licence in licences):
        return []
    words: dict[str, Any] = {
        "supplier": supplier,
        "licence": SupplierLicence.Kind(kind).label,
        "category": category,
    }
    ended = [row.valid_until for row in licences if row.valid_until and row.valid_until < day]
    if ended:
        sentence = _(
            "%(supplier)s: the %(licence)s, which %(category)s demands, ended on %(day)s; "
            "enter the renewed one or choose another supplier."
        )
        return [sentence % {**words, "day": max(ended)}]
    return [_("%(supplier)s has no valid %(licence)s, which %(category)s demands.") % words]


def _holds(licence: SupplierLicence, day: dt.date) -> bool:
    begun = licence.valid_from is None or licence.valid_from <= day
    return begun and (licence.valid_until is None or licence.valid_until >= day)


def require_eligible(
    supplier: Supplier,
    categories: Iterable[PurchaseCategory | None],
    day: dt.date,
    *,
    field: str = "supplier",
    line: int | None = None,
) -> None:
    """Refuse a supplier who is stopped, on the black list, or whose demanded licence is missing or over on the day.

    Raises DomainError with all that is wrong (R-PRC-09).
    """
    problems = problems_of([supplier], categories, day)
    if problems:
        raise DomainError(" ".join(problems[supplier.pk]), code="R-PRC-09", field=field, line=line)
