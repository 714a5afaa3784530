"""Opening a count: the plan becomes a frozen list of cards (R-AST-16), in a fixed number of statements."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import BooleanField, CharField, Exists, F, IntegerField, Model, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext as _

from assets.models import Asset, AssetCount, AssetCountLine, AssetState
from core import clock
from core.documents.lifecycle import Status
from core.documents.services import edit_draft, record_event
from core.errors import DomainError, IllegalTransition

Phase, Kind = AssetCount.Phase, AssetCount.Kind
NAMED = 3


def open_count(document: AssetCount, *, actor: Any) -> AssetCount:
    """Freeze what the books say of every card of the plan and let the counting begin; returns the count as it is then.

    Raises DomainError when the plan is incomplete, names no card, or leaves a card to nobody but its own holder
    (R-AST-19).
    """
    with edit_draft(document, actor=actor, step="") as fresh:
        if fresh.phase != Phase.PLANNED:
            raise IllegalTransition(_("%(document)s was opened before; reload the page.") % {"document": fresh})
        check_people(fresh)
        check_scope(fresh)
        if not _freeze(fresh):
            raise DomainError(_("The plan names no cards; choose something else to count."))
        check_holders(fresh)
        set_phase(fresh, Phase.COUNTING, as_of=clock.now(), finished_at=None)
        record_event(fresh, "open_count", actor=actor, from_status=fresh.status)
    return fresh


def set_phase(document: AssetCount, phase: str, **moments: Any) -> None:
    """Write how far the counting is, past save(), so that no stale form brings an old one back."""
    values = {"phase": phase, **moments}
    AssetCount._base_manager.filter(pk=document.pk).update(**values)
    for name, value in values.items():
        setattr(document, name, value)


def check_people(document: AssetCount) -> None:
    """Somebody counts, somebody else supervises, and all of them work here. Raises DomainError."""
    counters = list(document.counters.order_by("pk"))
    if document.supervisor is None:
        raise DomainError(_("Choose who supervises the count."), field="supervisor")
    if not counters:
        raise DomainError(_("Name at least one person who counts."), field="counter_1")
    if document.supervisor in counters:
        raise DomainError(_("Who supervises does not count; name two people."), field="supervisor")
    for person in (document.supervisor, *counters):
        if not person.is_active or person.organization_id != document.organization_id:
            raise DomainError(
                _("%(person)s no longer works here; name somebody else.") % {"person": person}, field="supervisor"
            )


def check_scope(document: AssetCount) -> None:
    """What the plan names belongs to the house. Raises DomainError."""
    for name in ("scope_department", "scope_place"):
        chosen = getattr(document, name)
        if chosen is not None and chosen.organization_id != document.organization_id:
            raise DomainError(_("%(what)s belongs to another organization.") % {"what": chosen}, field=name)
    if document.kind == Kind.YEARLY and document.sample_size:
        raise DomainError(_("A yearly full count counts every card; leave the sample empty."), field="sample_size")
    if document.kind == Kind.CLASS_CHECK and document.scope_department is None:
        raise DomainError(_("Choose the class whose property is checked."), field="scope_department")
    if document.sample_size == 0:
        raise DomainError(_("Enter how many cards are drawn, or leave it empty."), field="sample_size")


def in_scope(document: AssetCount) -> QuerySet[Asset]:
    """The cards that the plan means: everything the house has not disposed of, narrowed by the scope."""
    cards = Asset.objects.filter(organization=document.organization_id).exclude(state=AssetState.DISPOSED)
    if document.scope_department:
        cards = cards.filter(department__path__startswith=document.scope_department.path)
    if document.scope_place:
        cards = cards.filter(place__path__startswith=document.scope_place.path)
    if document.scope_category:
        cards = cards.filter(category__path__startswith=document.scope_category.path)
    return cards


SNAPSHOT = {
    "book_department_id": F("department_id"),
    "book_user_id": F("user_id"),
    "book_custodian_id": F("custodian_id"),
    "book_place_id": F("place_id"),
    "book_state": F("state"),
    "book_value": F("original_value"),
}
"""Column of a line and what it freezes of the card."""


def _freeze(document: AssetCount) -> int:
    """Write one line a card with one INSERT … SELECT, place after place; returns how many."""
    constants = {
        "document_id": Value(document.pk, output_field=IntegerField()),
        "outside": Value(False, output_field=BooleanField()),
        "correct": Value(True, output_field=BooleanField()),
        **{name: Value("", output_field=CharField()) for name in _EMPTY},
    }
    values = {"asset_id": F("pk"), **SNAPSHOT, **constants}
    cards = in_scope(document).annotate(**{f"line_{name}": value for name, value in values.items()})
    if document.sample_size:
        cards = cards.order_by("?")[: document.sample_size]
    else:
        cards = cards.order_by(F("place__path").asc(nulls_last=True), "department__path", "number")
    return insert_select(AssetCountLine, cards.values_list(*(f"line_{name}" for name in values)), tuple(values))


def insert_select(model: type[Model], rows: QuerySet, columns: Sequence[str]) -> int:
    """Write the rows of a query as rows of a table with one INSERT … SELECT; returns how many. Columns that are not
    named must be nullable."""
    sql, params = rows.query.sql_with_params()
    named_columns = ", ".join(connection.ops.quote_name(name) for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {model._meta.db_table} ({named_columns}) {sql}", params)
        return int(cursor.rowcount)


_EMPTY = ("condition", "result", "note", "cause", "finding", "treatment", "booked")


def check_holders(document: AssetCount) -> None:
    """Every card has a counter who neither uses nor keeps it (R-AST-19). Raises DomainError naming cards and people."""
    counters = list(document.counters.order_by("pk"))
    if len(counters) > 2:
        return  # a card has at most two holders
    kept = document.lines.select_related("asset").order_by("id")
    for person in counters:
        kept = kept.filter(Q(book_user=person) | Q(book_custodian=person))
    found = kept.count()
    if found:
        words = {
            "people": _(", ").join(str(person) for person in counters),
            "count": found,
            "cards": named([line.asset for line in kept[:NAMED]], found),
        }
        raise DomainError(
            _(
                "%(count)d cards are used or kept by %(people)s, and nobody counts what he holds himself: %(cards)s. "
                "Name one more person who counts."
            )
            % words,
            field="counter_1",
        )


def named(things: Sequence[Any], count: int) -> str:
    """The first things in words, and how many there are besides."""
    words = _(", ").join(str(thing) for thing in things[:NAMED])
    rest = count - min(len(things), NAMED)
    return _("%(items)s and %(count)d more") % {"items": words, "count": rest} if rest > 0 else words


def uncounted(cards: QuerySet[Asset], year: int) -> QuerySet[Asset]:
    """Those of the cards that no finished count of a calendar year has seen (R-AST-18)."""
    seen = AssetCountLine.objects.filter(
        asset=OuterRef("pk"), document__phase=Phase.FINISHED, document__as_of__year=year
    ).exclude(document__status=Status.CANCELLED)
    return cards.filter(~Exists(seen.exclude(result="")))
