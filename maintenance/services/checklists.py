"""Check lines of an order: copied from their template, answered on site; a failed one opens an order of its own."""

import datetime as dt
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.errors import DomainError
from core.numbers import plain
from maintenance.models import AT_WORK, Channel, CheckKind, Checklist, ChecklistLine, OrderCheck, WorkOrder

from . import sources
from .progress import take_step

COPIED = ("text", "kind", "unit", "low", "high", "required")


def copy_to(order: WorkOrder, checklist: Checklist) -> list[OrderCheck]:
    """Put the lines of a template onto an order, behind those it has; later changes of the template do not reach it."""
    last = order.checks.order_by("-position").values_list("position", flat=True).first() or 0
    rows = [
        OrderCheck(order=order, position=place, **{name: getattr(line, name) for name in COPIED})
        for place, line in enumerate(ChecklistLine.objects.filter(checklist=checklist), start=last + 1)
    ]
    return OrderCheck.objects.bulk_create(rows)


def unanswered(order: WorkOrder) -> list[OrderCheck]:
    """The required lines that nobody has answered yet."""
    return list(order.checks.filter(required=True, passed=None))


def answer(
    check: OrderCheck,
    *,
    actor: Any,
    passed: bool | None = None,
    number: Decimal | None = None,
    words: str = "",
    device_at: dt.datetime | None = None,
    request_key: uuid.UUID | None = None,
) -> OrderCheck:
    """Answer one line: a tick by `passed`, a number by `number` (outside its limits it failed), words by `words`.

    words may go with every answer and says what was seen. A failed line opens an order for its repair, or adds a note
    to the one it opened before. Every answer stands in the story. Raises DomainError for an answer of the wrong kind.
    """

    def write(locked: WorkOrder) -> Mapping[str, Any]:
        if locked.state not in AT_WORK:
            raise DomainError(
                _("%(order)s is “%(state)s” now; its checks can no longer be changed.")
                % {"order": locked, "state": locked.get_state_display()}
            )
        return {}

    def after(locked: WorkOrder, _event: Any) -> None:
        fresh = OrderCheck.objects.select_for_update(of=("self",)).get(pk=check.pk)
        fresh.passed, fresh.number, fresh.words = result, number, words
        fresh.filled_by, fresh.filled_at, fresh.device_at = actor, clock.now(), device_at
        if result is False:
            fresh.opened = _open_repair(locked, fresh, actor)
        fresh.save()

    words = words.strip()[:200]
    result = _result(check, passed, number, words)
    take_step(
        check.order,
        "note",
        actor=actor,
        write=write,
        after=after,
        reason=_("%(what)s: %(words)s")
        % {"what": f"{check.position}. {check.text}", "words": answer_words(check, result, number, words)},
        device_at=device_at,
        request_key=request_key,
    )
    check.refresh_from_db()
    return check


def _result(check: OrderCheck, passed: bool | None, number: Decimal | None, words: str) -> bool:
    """Whether an answer is in order."""
    if check.kind == CheckKind.NUMBER:
        if number is None:
            raise DomainError(_("%(line)s: enter a number.") % {"line": check.text}, field="number")
        below = check.low is not None and number < check.low
        return not (below or (check.high is not None and number > check.high))
    if check.kind == CheckKind.TEXT:
        if not words:
            raise DomainError(_("%(line)s: write what you saw.") % {"line": check.text}, field="words")
        return passed is not False
    if passed is None:
        raise DomainError(_("%(line)s: say whether it is in order.") % {"line": check.text}, field="passed")
    return passed


def answer_words(check: OrderCheck, passed: bool | None, number: Decimal | None, words: str) -> str:
    """An answer as people read it: "0.62 MPa, not in order, leaks"."""
    parts = [f"{plain(number)} {check.unit}".strip()] if number is not None else []
    parts.append(_("passed the check") if passed else _("failed the check"))
    return _(", ").join([*parts, words] if words else parts)


def _open_repair(order: WorkOrder, check: OrderCheck, actor: Any) -> WorkOrder:
    """The order that repairs what a failed line found."""
    said = answer_words(check, False, check.number, check.words)
    return sources.open_from(
        organization=order.organization,
        title=_("Check failed: %(line)s") % {"line": check.text},
        channel=Channel.PATROL,
        key=f"check:{check.pk}",
        actor=actor,
        category=order.category,
        asset=order.asset,
        place=order.place,
        department=order.department,
        place_note=order.place_note,
        contact=str(actor or ""),
        follows=order,
        description=_("Found by %(order)s: %(said)s") % {"order": order, "said": said},
    )
