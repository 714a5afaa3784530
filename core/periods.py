"""Accounting months: postings into a closed month are refused (R-STK-07)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from core import clock
from core.database.retry import atomic_with_retry
from core.errors import DomainError, NotAllowed, PeriodClosed
from core.models.periods import Period, PeriodChange
from core.visibility import Scope

Hook = Callable[..., Any]
_closers: list[Hook] = []
_reopeners: list[Hook] = []


def register(*, on_close: Hook, on_reopen: Hook) -> None:
    """An app takes part in the month close: (period, *, actor, remarks) before the month is locked, while it is still
    open and inside the same transaction; (period, *, actor, reason) after it was opened again. A DomainError stops it.
    """
    _closers.append(on_close)
    _reopeners.append(on_reopen)


def month_after(year: int, month: int) -> tuple[int, int]:
    """The month after this one."""
    return (year + month // 12, month % 12 + 1)


def next_to_close(organization_id: int) -> tuple[int, int]:
    """The month to close next: after the last closed one, else the oldest in use, else the one before now."""
    rows = Period.objects.filter(organization_id=organization_id)
    if last := rows.filter(state=Period.State.CLOSED).first():
        return month_after(last.year, last.month)
    before = clock.today().replace(day=1) - dt.timedelta(days=1)
    oldest = rows.exclude(_from(before.year, before.month)).last()
    return (oldest.year, oldest.month) if oldest else (before.year, before.month)


def last_closed(organization_id: int) -> Period | None:
    """The last closed month, the only one that can be opened again."""
    return Period.objects.filter(organization_id=organization_id, state=Period.State.CLOSED).first()


def require_open(organization_id: int, day: dt.date) -> None:
    """Refuse a business date in the future or in a closed month, and keep the month open until the transaction ends.

    A month before a closed one is closed too: a posting there would change the closing stock of the closed one.
    Organization and months are locked for sharing: postings do not wait for each other, a closing waits for all of
    them (rule L5), also for the first posting into a month that has no row yet.
    Raises PeriodClosed or DomainError, both naming the field business_date.
    """
    if day > clock.today():
        raise DomainError(
            _("The business date %(day)s lies in the future; use today's date.") % {"day": day}, field="business_date"
        )
    _share_organization(organization_id)
    rows = _shared_from(organization_id, day.year, day.month)
    if any(row.state == Period.State.CLOSED for row in rows):
        raise PeriodClosed(
            _("The month %(month)s is closed. Use a date in an open month, or ask the accountant to reopen it.")
            % {"month": rows[0]},
            field="business_date",
        )


def is_open(organization_id: int, day: dt.date) -> bool:
    """Whether the month of a day is open now (without a lock: for display)."""
    rows = Period.objects.filter(_from(day.year, day.month), organization_id=organization_id)
    return not rows.filter(state=Period.State.CLOSED).exists()


def _from(year: int, month: int) -> Q:
    """This month and all later ones."""
    return Q(year=year, month__gte=month) | Q(year__gt=year)


def _ensure(organization_id: int, year: int, month: int) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("periods are locked inside the caller's transaction")
    row = Period(organization_id=organization_id, year=year, month=month)
    Period.objects.bulk_create([row], ignore_conflicts=True)


def _share_organization(organization_id: int) -> None:
    """Wait for a closing under way: its month may be a later one, whose row this posting could not see yet."""
    if connection.vendor == "postgresql":
        table = connection.ops.quote_name(_organizations().model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} WHERE id = %s FOR KEY SHARE", [organization_id])  # noqa: S608


def _organizations() -> Any:
    return apps.get_model(settings.ORGANIZATION_MODEL)._base_manager


def _shared_from(organization_id: int, year: int, month: int) -> list[Period]:
    """The rows of this month (made where missing) and of all later ones, oldest first, locked for sharing."""
    _ensure(organization_id, year, month)
    rows = Period.objects.filter(_from(year, month), organization_id=organization_id).order_by("year", "month")
    if connection.vendor == "postgresql":
        sql, params = rows.query.sql_with_params()
        return list(Period.objects.raw(f"{sql} FOR SHARE", params))
    return list(rows)


def _locked(organization_id: int, year: int, month: int) -> Period:
    """The row of a month, made where missing, once no posting into any month of the organization is under way."""
    _organizations().select_for_update().get(pk=organization_id)
    _ensure(organization_id, year, month)
    return Period.objects.select_for_update().get(organization_id=organization_id, year=year, month=month)


@atomic_with_retry
def close(organization: Any, year: int, month: int, *, actor: Any, remarks: str = "") -> Period:
    """Close a month, with everything that apps do at that moment.

    Raises NotAllowed without the right, DomainError when it is closed already, not over yet, not the next in order, or
    when an app refuses.
    """
    _require(organization, actor, "core.close_period")
    row = _locked(organization.pk, year, month)
    if not is_open(organization.pk, dt.date(year, month, 1)):
        raise DomainError(_("The month %(month)s is already closed.") % {"month": row})
    if (year, month) >= (clock.today().year, clock.today().month):
        raise DomainError(_("The month %(month)s is not over yet.") % {"month": row})
    if earlier := _open_before(row):
        raise DomainError(_("Close the month %(earlier)s first.") % {"earlier": earlier})
    for hook in _closers:
        hook(row, actor=actor, remarks=remarks.strip())
    return _set(row, Period.State.CLOSED, actor, "")


def _open_before(row: Period) -> str:
    """The month that has to be closed before this one, or "": months are closed one by one, without a gap."""
    if last := last_closed(row.organization_id):
        year, month = month_after(last.year, last.month)
        return "" if (year, month) == (row.year, row.month) else f"{year}-{month:02d}"
    earlier = Period.objects.filter(organization=row.organization_id).exclude(_from(row.year, row.month)).last()
    return str(earlier or "")


@atomic_with_retry
def reopen(organization: Any, year: int, month: int, *, actor: Any, reason: str) -> Period:
    """Reopen the last closed month, with a reason. Raises NotAllowed or DomainError."""
    _require(organization, actor, "core.reopen_period")
    if not reason.strip():
        raise DomainError(_("Please give a reason."), field="reason")
    row = _locked(organization.pk, year, month)
    last = last_closed(organization.pk)
    if last is None or last.pk != row.pk:
        raise DomainError(_("Only the last closed month can be reopened."))
    _set(row, Period.State.OPEN, actor, reason.strip())
    for hook in _reopeners:
        hook(row, actor=actor, reason=reason.strip())
    return row


def _require(organization: Any, actor: Any, permission: str) -> None:
    scopes = actor.scopes_for(permission)
    if not scopes or (Scope.ALL not in scopes and actor.organization_id != organization.pk):
        raise NotAllowed(_("You may not close or reopen accounting months."))


def _set(row: Period, state: str, actor: Any, reason: str) -> Period:
    row.state, row.changed_by, row.changed_at, row.reason = state, actor, clock.now(), reason[:200]
    row.save()
    PeriodChange.objects.create(period=row, state=state, changed_by=actor, changed_at=row.changed_at, reason=row.reason)
    return row
