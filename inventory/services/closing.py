"""The storehouse's part of a month close: prices of the month, closing stock, digest, seal (docs/ledger.md)."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from core import clock, sealing
from core.errors import DomainError
from core.models.periods import Period
from core.sealing import spelled
from inventory import closing_selectors
from inventory.ledger_selectors import flows_since, turnovers
from inventory.models import MonthClosing, StockSnapshot, Warehouse

from .month_pricing import last_day, price_month


def close_stock(period: Period, *, actor: Any, remarks: str = "") -> MonthClosing:
    """Price what was used, keep what every warehouse holds of every item, and seal it.

    Runs inside the close of core.periods, which has locked the month. Raises DomainError naming the papers of the month
    that are still under way: they could never be posted afterwards.
    """
    organization, year, month = period.organization, period.year, period.month
    _require_nothing_under_way(organization, year, month)
    warehouses = list(Warehouse.objects.filter(organization=organization).order_by("pk"))
    for warehouse in warehouses:
        if warehouse.valuation == Warehouse.Valuation.PERIOD_AVERAGE:
            price_month(warehouse, year, month, actor=actor)
    rows = _closing_stock(warehouses, year, month)
    closing = MonthClosing(
        organization=organization,
        year=year,
        month=month,
        closed_at=clock.now(),
        closed_by=actor,
        remarks=remarks[:500],
    )
    closing.digest = digest_of(closing, rows)
    closing.save()
    for row in rows:
        row.closing = closing
    StockSnapshot.objects.bulk_create(rows, batch_size=2000)
    sealing.seal_all()
    return closing


def _require_nothing_under_way(organization: Any, year: int, month: int) -> None:
    stuck = closing_selectors.stuck_documents(organization, dt.date(year, month, 1), last_day(year, month))
    if stuck:
        shown = closing_selectors.SHOWN
        names = _(", ").join(str(document) for document in stuck[:shown])
        raise DomainError(
            _(
                "%(count)d papers of the month are still under way: %(names)s. Post them, or return them and give them "
                "a date in the next month."
            )
            % {"count": len(stuck), "names": f"{names} …" if len(stuck) > shown else names}
        )


def _closing_stock(warehouses: list[Warehouse], year: int, month: int) -> list[StockSnapshot]:
    """What every warehouse holds at the end of the month, by item, in a fixed order."""
    found = turnovers(flows_since(warehouses, dt.date(year, month, 1), last_day(year, month)), by_warehouse=True)
    return [
        StockSnapshot(warehouse_id=place, item_id=item, quantity=closing.quantity, amount=closing.amount)
        for (place, item), turnover in sorted(found.items())
        if any(closing := turnover.closing)
    ]


def digest_of(closing: MonthClosing, rows: Iterable[StockSnapshot]) -> str:
    """SHA-256 over the digest of the close before and every row of the closing stock, as 64 hexadecimal digits."""
    sha = hashlib.sha256(_digest_before(closing).encode())
    sha.update(f"{closing.organization_id}|{closing.year}|{closing.month}".encode())
    for row in rows:
        values = (row.warehouse_id, row.item_id, row.quantity, row.amount)
        sha.update("|".join(spelled(value) for value in values).encode())
    return sha.hexdigest()


def _digest_before(closing: MonthClosing) -> str:
    """Of the close made before this one, standing or opened again: none can be taken out of the chain unseen."""
    rows = MonthClosing.objects.filter(organization=closing.organization_id)
    if closing.pk:
        rows = rows.filter(pk__lt=closing.pk)
    last = rows.order_by("pk").last()
    return last.digest if last else ""


def reopen_stock(period: Period, *, actor: Any, reason: str) -> None:
    """The close of this month no longer stands; its closing stock stays as it was, to be compared with the next."""
    MonthClosing.objects.filter(
        organization=period.organization_id, year=period.year, month=period.month, reopened_at=None
    ).update(reopened_at=clock.now(), reopened_by=actor, reopen_reason=reason[:500])
