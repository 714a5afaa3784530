"""Accounting months: postings into a closed month are refused (R-STK-07)."""

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core import clock
from core.errors import DomainError, NotAllowed, PeriodClosed
from core.models.periods import Period


def require_open(organization_id: int, day: dt.date) -> None:
    """Refuse a business date in the future or in a closed month, and keep the month open until the transaction ends.

    The row is locked for sharing: postings do not wait for each other, a closing waits for all of them (rule L5).
    Raises PeriodClosed or DomainError, both naming the field business_date.
    """
    if day > clock.today():
        raise DomainError(
            _("The business date %(day)s lies in the future; use today's date.") % {"day": day}, field="business_date"
        )
    row = _locked(organization_id, day.year, day.month, exclusive=False)
    if row.state == Period.State.CLOSED:
        raise PeriodClosed(
            _("The month %(month)s is closed. Use a date in an open month, or ask the accountant to reopen it.")
            % {"month": row},
            field="business_date",
        )


def is_open(organization_id: int, day: dt.date) -> bool:
    """Whether the month of a day is open now (without a lock: for display)."""
    rows = Period.objects.filter(organization_id=organization_id, year=day.year, month=day.month)
    return not rows.filter(state=Period.State.CLOSED).exists()


def _locked(organization_id: int, year: int, month: int, *, exclusive: bool) -> Period:
    key = {"organization_id": organization_id, "year": year, "month": month}
    if not connection.in_atomic_block:
        raise RuntimeError("periods are locked inside the caller's transaction")
    Period.objects.bulk_create([Period(**key)], ignore_conflicts=True)
    rows = Period.objects.filter(**key)
    if exclusive:
        return rows.select_for_update().get()
    if connection.vendor == "postgresql":
        sql, params = rows.query.sql_with_params()
        return Period.objects.raw(f"{sql} FOR SHARE", params)[0]
    return rows.get()


@transaction.atomic
def close(organization: Any, year: int, month: int, *, actor: Any) -> Period:
    """Close a month. Raises NotAllowed without the right, DomainError when it is closed already or not over yet."""
    _require(actor, "core.close_period")
    row = _locked(organization.pk, year, month, exclusive=True)
    if row.state == Period.State.CLOSED:
        raise DomainError(_("The month %(month)s is already closed.") % {"month": row})
    if (year, month) >= (clock.today().year, clock.today().month):
        raise DomainError(_("The month %(month)s is not over yet.") % {"month": row})
    return _set(row, Period.State.CLOSED, actor, "")


@transaction.atomic
def reopen(organization: Any, year: int, month: int, *, actor: Any, reason: str) -> Period:
    """Reopen the last closed month, with a reason. Raises NotAllowed or DomainError."""
    _require(actor, "core.reopen_period")
    if not reason.strip():
        raise DomainError(_("Please give a reason."), field="reason")
    row = _locked(organization.pk, year, month, exclusive=True)
    last = Period.objects.filter(organization=organization, state=Period.State.CLOSED).first()
    if last is None or last.pk != row.pk:
        raise DomainError(_("Only the last closed month can be reopened."))
    return _set(row, Period.State.OPEN, actor, reason.strip())


def _require(actor: Any, permission: str) -> None:
    if not actor.has_perm(permission):
        raise NotAllowed(_("You may not close or reopen accounting months."))


def _set(row: Period, state: str, actor: Any, reason: str) -> Period:
    row.state, row.changed_by, row.changed_at, row.reason = state, actor, clock.now(), reason
    row.save()
    return row
