"""临时性工作: jobs that are no repairs (move furniture, set a room), on the same board with an owner and a deadline."""

import datetime as dt
import uuid
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.database.retry import atomic_with_retry
from core.errors import DomainError, NotAllowed
from maintenance.models import Channel, Urgency, WorkOrder

from . import dispatching
from .orders import open_order


@atomic_with_retry
def open_task(
    *,
    actor: Any,
    title: str,
    finish_due: dt.datetime,
    team: Any = None,
    worker: Any = None,
    urgency: str = Urgency.NORMAL,
    request_key: uuid.UUID | None = None,
    **fields: Any,
) -> WorkOrder:
    """Open a task and give it to its owner (`worker`) or to a team; without either it waits on the board.

    Args:
        finish_due: when it has to be done; the only moment that is promised.
        fields: description, department, place, place_note, asset, contact, phone.

    Whoever asked confirms it at the end, like the reporter of a repair. Raises NotAllowed without the right to open
    orders, DomainError for a deadline that has passed and for an owner who cannot be given orders.
    """
    if not actor.has_perm("maintenance.add_workorder"):
        raise NotAllowed(_("You may not open tasks."))
    if request_key and (known := WorkOrder.objects.filter(request_key=request_key).first()):
        return known
    if not title.strip():
        raise DomainError(_("Say in a few words what is to be done."), field="title")
    if finish_due <= clock.now():
        raise DomainError(_("This moment has passed; choose a later one."), field="finish_day")
    order = open_order(
        organization=actor.organization,
        title=title,
        actor=actor,
        kind=WorkOrder.Kind.TASK,
        channel=Channel.WEB,
        urgency=urgency,
        finish_due=finish_due,
        request_key=request_key,
        **{"contact": actor.name[:40], "phone": actor.phone[:30], **fields},
    )
    if team is None and worker is None:
        return order
    return dispatching.dispatch(order, actor=actor, team=team, worker=worker)
