"""The steps of who does the work, at a desk; and what he did, on the page of the order."""

from typing import Any

from django.utils.translation import gettext as _

from core.views.documents import url_of
from maintenance.forms.doing import FinishForm, NoteForm
from maintenance.models import WorkOrder
from maintenance.services import buying, doing, parts
from maintenance.services.progress import dispatches
from maintenance.work_selectors import asked_of, check_record, parts_of

from .order_blocks import register_block
from .order_steps import StepScreen, register_step

Block = tuple[str, dict[str, Any]] | None


def accept(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    return _("%(order)s was accepted.") % {"order": doing.accept(order, actor=actor, request_key=request_key)}


def decline(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    done = doing.decline(order, actor=actor, reason=data["reason"], request_key=request_key)
    return _("%(order)s was given back to the dispatcher.") % {"order": done}


def set_out(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    done = doing.set_out(order, actor=actor, request_key=request_key)
    return _("%(order)s: on the way.") % {"order": done}


def arrive(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    return _("%(order)s: on site.") % {"order": doing.arrive(order, actor=actor, request_key=request_key)}


def finish(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    work = doing.Work(
        action=data["action"],
        outcome=data["outcome"],
        cause=data["cause"],
        remedy=data["remedy"],
        no_material=data["no_material"],
        liable=data["liable"],
        dispose=data.get("dispose", False),
    )
    done = doing.finish(order, work, actor=actor, request_key=request_key)
    return _("%(order)s is done; whoever reported it confirms it.") % {"order": done}


def note(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> str:
    doing.add_note(order, actor=actor, text=data["reason"], request_key=request_key)
    return _("The note stands in the story of %(order)s.") % {"order": order}


def _is_his(order: WorkOrder, actor: Any) -> bool:
    """Whether he was given it, and does not only help."""
    return order.worker_id == actor.pk or dispatches(order, actor)


def _was_given(order: WorkOrder, actor: Any) -> bool:
    return order.worker_id is not None and _is_his(order, actor)


for screen in (
    StepScreen("accept", accept, offered=_was_given, position=4),
    StepScreen("arrive", arrive, position=20),
    StepScreen("set_out", set_out, position=21),
    StepScreen("finish", finish, form=FinishForm, position=22),
    StepScreen("decline", decline, reason="needed", offered=_was_given, position=30),
    StepScreen("note", note, form=NoteForm, position=67),
):
    register_step(screen)


# ---- what was done, on the page of the order ----


def checks_block(order: WorkOrder, user: Any) -> Block:
    """The check lines with their answers, and the orders that failed ones led to."""
    rows = [
        {**check_record(row), "by": row.filled_by, "at": row.filled_at, "opened": row.opened}
        for row in order.checks.select_related("filled_by", "opened")
    ]
    return ("maintenance/order_checks.html", {"checks": rows}) if rows else None


def parts_block(order: WorkOrder, user: Any) -> Block:
    """Parts that were asked for, issued, used and brought back."""
    lines, asked = parts_of([order.pk])[order.pk], asked_of([order.pk])[order.pk]
    bought = [
        {
            "number": row.number or "",
            "url": url_of(row),
            "status": row.get_status_display(),
        }
        for row in buying.requests_for(order, user)
    ]
    if not lines and not asked and not bought:
        return None
    left = parts.open_parts(order)
    return "maintenance/order_parts.html", {"lines": lines, "asked": asked, "bought": bought, "left": left}


def labour_block(order: WorkOrder, user: Any) -> Block:
    """Working time by person."""
    rows = list(order.labour.select_related("worker"))
    return ("maintenance/order_labour.html", {"rows": rows, "order": order}) if rows else None


register_block(30, checks_block)
register_block(32, parts_block)
register_block(34, labour_block)
