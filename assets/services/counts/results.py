"""The end of the counting: what nobody saw, the finish, and counting again."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import (
    BooleanField,
    CharField,
    DateTimeField,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    UUIDField,
    Value,
)
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import AssetCount, AssetCountEntry, AssetCountLine, Condition
from core import clock
from core.documents.lifecycle import Status
from core.documents.routes import OWN_STEPS
from core.documents.services import EXTRA_STEP_LABELS, edit_draft, record_event
from core.errors import DomainError, IllegalTransition, NotAllowed

from .entries import is_counting
from .plan import NAMED, Kind, Phase, insert_select, named, set_phase

EXTRA_STEP_LABELS["mark_missing"] = gettext_lazy("The rest set to missing")
EXTRA_STEP_LABELS["publish"] = gettext_lazy("Result published")
OWN_STEPS.update({"open_count", "finish_count", "recount", "mark_missing"})
Result = AssetCountLine.Result


def open_lines(document: AssetCount) -> Any:
    """The lines that have no result yet."""
    return document.lines.filter(result=Result.OPEN)


@transaction.atomic
def mark_missing(document: AssetCount, *, actor: Any) -> int:
    """The supervisor says of everything nobody saw that it is missing; each becomes an entry in his name. How many.

    Raises NotAllowed for anybody else, DomainError when nothing is open or when he would say so of things he holds.
    """
    fresh = AssetCount._base_manager.select_for_update(of=("self",)).get(pk=document.pk)
    if fresh.supervisor_id != actor.pk:
        raise NotAllowed(_("Only the supervisor says that the rest is missing."))
    if not is_counting(fresh):
        raise IllegalTransition(_("%(document)s is not being counted; reload the page.") % {"document": fresh})
    lines = open_lines(fresh).order_by("id")
    count = lines.count()
    if not count:
        raise DomainError(_("Every card has a result already."))
    own = lines.filter(Q(book_user=actor) | Q(book_custodian=actor))
    if held := own.count():
        words = {"cards": named([line.asset for line in own.select_related("asset")[:NAMED]], held)}
        raise DomainError(_("You hold these yourself; one of the counters has to look for them: %(cards)s.") % words)
    now = clock.now()
    _enter_missing(lines, actor, now)
    lines.order_by().update(result=Result.MISSING, counted_by=actor, counted_at=now)
    record_event(fresh, "mark_missing", actor=actor, from_status=fresh.status, reason=str(count))
    return count


def _enter_missing(lines: QuerySet[AssetCountLine], actor: Any, now: dt.datetime) -> None:
    """One entry a line in one statement: tens of thousands may be open."""
    values = {
        "line_id": F("pk"),
        "client_id": _NewUUID(),
        "present": Value(False, output_field=BooleanField()),
        "scanned": Value(False, output_field=BooleanField()),
        "unused": Value(False, output_field=BooleanField()),
        "condition": Value(Condition.GOOD, output_field=CharField()),
        "note": Value("", output_field=CharField()),
        "counted_at": Value(now, output_field=DateTimeField()),
        "received_at": Value(now, output_field=DateTimeField()),
        "counted_by_id": Value(actor.pk, output_field=IntegerField()),
        "clock_difference": Value(0, output_field=IntegerField()),
    }
    rows = lines.annotate(**{f"entry_{name}": value for name, value in values.items()})
    insert_select(AssetCountEntry, rows.values_list(*(f"entry_{name}" for name in values)), tuple(values))


class _NewUUID(Func):
    """A random UUID for each row, made by the database."""

    arity = 0
    output_field = UUIDField()

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_extra: Any) -> Any:
        if connection.vendor == "postgresql":
            return "gen_random_uuid()", []
        # Version and variant as RFC 4122 wants them; SQLite keeps a UUID as 32 hexadecimal digits.
        return (
            "(lower(hex(randomblob(6))) || '4' || substr(lower(hex(randomblob(2))), 2) || 'a' || "
            "substr(lower(hex(randomblob(8))), 2))",
            [],
        )


def finish_count(document: AssetCount, *, actor: Any) -> AssetCount:
    """End the counting; returns the count. Raises DomainError naming the cards without a result (R-AST-17)."""
    with edit_draft(document, actor=actor, step="") as fresh:
        if fresh.phase != Phase.COUNTING:
            raise IllegalTransition(_("%(document)s is not being counted; reload the page.") % {"document": fresh})
        require_all_counted(fresh)
        set_phase(fresh, Phase.FINISHED, finished_at=clock.now())
        record_event(fresh, "finish_count", actor=actor, from_status=fresh.status)
    return fresh


def require_all_counted(document: AssetCount) -> None:
    """Raises DomainError saying how many cards have no result, and which come first (R-AST-17)."""
    if not document.lines.exists():
        raise DomainError(_("Enter at least one line."))
    missing = open_lines(document).count()
    if missing:
        first = open_lines(document).select_related("asset").order_by("id")[:NAMED]
        raise DomainError(
            _(
                "%(count)d cards have no result yet: %(cards)s. Look for them, or let the supervisor say that the rest "
                "is missing."
            )
            % {"count": missing, "cards": named([line.asset for line in first], missing)}
        )


def count_again(document: AssetCount, lines: Sequence[int], *, actor: Any, reason: str) -> int:
    """Open lines of a finished count again, by their keys; what was sent before stays among the entries. How many.

    Raises DomainError without a reason or a line, IllegalTransition when it is not finished or already on its way.
    """
    with edit_draft(document, actor=actor, step="") as fresh:
        if fresh.phase != Phase.FINISHED:
            raise IllegalTransition(_("%(document)s is still being counted.") % {"document": fresh})
        if not reason.strip():
            raise DomainError(_("Please give a reason."), field="reason")
        again = fresh.lines.filter(pk__in=lines).update(
            **dict.fromkeys(("found_department", "found_user", "found_place", "counted_by", "counted_at")),
            **dict.fromkeys(("result", "condition", "cause", "finding", "treatment"), ""),
            responsible=None,
            correct=True,
        )
        if not again:
            raise DomainError(_("Choose at least one line."))
        set_phase(fresh, Phase.COUNTING, finished_at=None)
        record_event(fresh, "recount", actor=actor, from_status=fresh.status, reason=reason.strip()[:500])
    return again


@transaction.atomic
def publish(document: AssetCount, *, actor: Any) -> AssetCount:
    """Put the result of a class check up for everybody of the house; returns the count.

    Raises NotAllowed without the right, DomainError for another kind of count or one that is not approved yet.
    """
    fresh = AssetCount._base_manager.select_for_update(of=("self",)).get(pk=document.pk)
    if not AssetCount.objects.within(actor, "assets.post_assetcount").filter(pk=fresh.pk).exists():
        raise NotAllowed(_("You may not publish %(document)s.") % {"document": fresh})
    if fresh.kind != Kind.CLASS_CHECK:
        raise DomainError(_("Only the result of a check of class property is published."))
    if fresh.status not in (Status.APPROVED, Status.POSTED):
        raise DomainError(_("%(document)s is not approved yet.") % {"document": fresh})
    if fresh.published_at is None:
        fresh.published_at = clock.now()
        AssetCount._base_manager.filter(pk=fresh.pk).update(published_at=fresh.published_at)
        record_event(fresh, "publish", actor=actor, from_status=fresh.status)
    return fresh


def holders_of_differences(document: AssetCount, person: Any) -> bool:
    """Whether this person uses or keeps a thing of this count that does not agree with its card."""
    held = Q(book_user=person) | Q(book_custodian=person)
    return bool(document.lines.exclude(result__in=(Result.OPEN, Result.MATCH)).filter(held).exists())
