"""Working time on an order, by person, at the rate of the day."""

import datetime as dt
import uuid
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from core import clock
from core.database.retry import atomic_with_retry
from core.errors import DomainError, NotAllowed
from core.numbers import money
from core.policies import value_of
from directory.services import leaving
from maintenance import figures
from maintenance.models import AT_WORK, LabourEntry, State, WorkOrder

from . import costs
from .progress import dispatches, works_on

TAKES_TIME = (*AT_WORK, State.DONE, State.CONFIRMED)
MINUTES_A_DAY = 1440


@atomic_with_retry
def add_time(
    order: WorkOrder,
    worker: Any,
    minutes: int,
    *,
    actor: Any,
    day: dt.date | None = None,
    request_key: uuid.UUID | None = None,
) -> LabourEntry:
    """Note working time of the worker or a helper; returns the entry with its rate (yuan an hour) and amount.

    Raises NotAllowed for who does not work on the order, DomainError for a closed order, for a person who is not on it,
    and for more minutes than a day has, over all orders of that person.
    """
    order = WorkOrder.objects.select_for_update().get(pk=order.pk)
    if request_key and (known := LabourEntry.objects.filter(request_key=request_key).first()):
        return known
    if not (works_on(order, actor) or dispatches(order, actor)):
        raise NotAllowed(_("You do not work on %(order)s.") % {"order": order})
    _check(order, worker, minutes, day or clock.today())
    day = day or clock.today()
    rate = money(value_of(figures.LABOUR_RATE, order.organization_id, day))
    entry = LabourEntry.objects.create(
        order=order,
        worker=worker,
        day=day,
        minutes=minutes,
        rate=rate,
        amount=money(rate * minutes / 60),
        request_key=request_key,
    )
    costs.refresh(order)
    return entry


def _check(order: WorkOrder, worker: Any, minutes: int, day: dt.date) -> None:
    if order.state not in TAKES_TIME:
        raise DomainError(
            _("%(order)s is “%(state)s” now; no working time can be noted.")
            % {"order": order, "state": order.get_state_display()}
        )
    if worker.pk != order.worker_id and not order.helpers.filter(worker=worker).exists():
        raise DomainError(
            _("%(person)s does not work on %(order)s; add the helper first.") % {"person": worker, "order": order},
            field="worker",
        )
    if not 1 <= minutes <= MINUTES_A_DAY:
        raise DomainError(_("Enter between 1 and 1440 minutes."), field="minutes")
    if day > clock.today():
        raise DomainError(_("Working time cannot be noted for a day to come."), field="day")
    # Held, so that time noted on two orders at once is added up too.
    leaving.hold([worker.pk])
    noted = LabourEntry.objects.filter(worker=worker, day=day).aggregate(sum=Sum("minutes"))["sum"] or 0
    if noted + minutes > MINUTES_A_DAY:
        raise DomainError(
            _("%(person)s already has %(noted)s minutes on this day; a day has 1440.")
            % {"person": worker, "noted": noted},
            field="minutes",
        )
