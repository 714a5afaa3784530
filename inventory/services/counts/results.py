"""The end of the counting: differences, second counts, causes."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.documents.routes import OWN_STEPS
from core.documents.services import EXTRA_STEP_LABELS, edit_draft, record_event
from core.errors import DomainError, IllegalTransition
from core.numbers import ZERO
from inventory.models import StockCount, StockCountLine

from .book import Book, books_of, last_prices
from .plan import Phase, set_phase

EXTRA_STEP_LABELS["open_count"] = gettext_lazy("Counting opened")
EXTRA_STEP_LABELS["second_count"] = gettext_lazy("Second count asked for")
EXTRA_STEP_LABELS["recount"] = gettext_lazy("Count again")
EXTRA_STEP_LABELS["finish_count"] = gettext_lazy("Counting finished")
OWN_STEPS.update({"open_count", "second_count", "recount", "finish_count"})
NAMED = 3
RESULT = ("book_quantity", "book_amount", "difference", "amount")
COUNTED = ("counted_quantity", "counted_at", "counted_by")


def lines_of(document: StockCount) -> list[StockCountLine]:
    return list(document.lines.select_related("item__unit", "lot").order_by("position", "id"))


def finish_count(document: StockCount, *, actor: Any) -> list[StockCountLine]:
    """Compute book and difference of every line, or ask for second counts; returns the lines to count again.

    A difference larger than both tolerances is counted a second time by somebody else before the count is finished;
    until then no line shows what the books say. Raises DomainError naming the lines that nobody counted.
    """
    with edit_draft(document, actor=actor, step="") as fresh:
        if fresh.phase != Phase.COUNTING:
            raise IllegalTransition(_("%(document)s is not being counted; reload the page.") % {"document": fresh})
        lines = lines_of(fresh)
        require_all_counted(lines)
        prices = last_prices(fresh.warehouse, [line.item for line in lines])
        for line, book in _with_books(fresh, lines):
            _write_result(line, book, prices.get(line.item_id))
        again = [line for line in lines if line.round == 1 and is_over_tolerance(fresh, line)]
        if again:
            _ask_again(again)
            record_event(fresh, "second_count", actor=actor, from_status=fresh.status)
        else:
            StockCountLine.objects.bulk_update(lines, RESULT)
            set_phase(fresh, Phase.FINISHED, finished_at=clock.now())
            record_event(fresh, "finish_count", actor=actor, from_status=fresh.status)
    return again


def require_all_counted(lines: Sequence[StockCountLine]) -> None:
    """Raises DomainError saying how many lines are open, and the first of them."""
    if not lines:
        raise DomainError(_("Enter at least one line."))
    missing = [line for line in lines if line.counted_quantity is None]
    if missing:
        raise DomainError(
            _(
                "%(count)d lines are not counted yet: %(items)s. Count them, or say of each that nothing is there "
                "(“count as zero”)."
            )
            % {"count": len(missing), "items": named(missing)},
            line=missing[0].position,
        )


def named(lines: Sequence[StockCountLine]) -> str:
    """The first lines in words."""
    words = _(", ").join(f"{line.item.name} {line.lot.number}".strip() for line in lines[:NAMED])
    rest = len(lines) - NAMED
    return _("%(items)s and %(count)d more") % {"items": words, "count": rest} if rest > 0 else words


def _with_books(document: StockCount, lines: list[StockCountLine]) -> list[tuple[StockCountLine, Book]]:
    books = books_of(document.warehouse, lines)
    return [(line, books[line.pk]) for line in lines]


def _write_result(line: StockCountLine, book: Book, price: Decimal | None) -> None:
    line.book_quantity, line.book_amount = book.quantity, book.amount
    line.difference = (line.counted_quantity or ZERO) - book.quantity
    line.amount = book.value_of(line.difference, price)
    if line.amount is None:
        raise DomainError(
            _("%(item)s was found, but nobody knows its price. Enter the item's reference price, then finish again.")
            % {"item": line.item},
            line=line.position,
        )


def is_over_tolerance(document: StockCount, line: StockCountLine) -> bool:
    """Whether a difference exceeds both the percentage of the book and the amount in yuan."""
    difference, book = abs(line.difference or ZERO), line.book_quantity or ZERO
    if not difference or abs(line.amount or ZERO) <= document.tolerance_amount:
        return False
    return difference * 100 > book * document.tolerance_percent


def _ask_again(lines: Sequence[StockCountLine]) -> None:
    """Open the next round of these lines; what was counted before stays among the entries."""
    for line in lines:
        line.round, line.second_needed = line.round + 1, True
        for name in (*COUNTED, *RESULT):
            setattr(line, name, None)
    StockCountLine.objects.bulk_update(lines, ["round", "second_needed", *COUNTED, *RESULT])


def recount(document: StockCount, lines: Sequence[int], *, actor: Any, reason: str) -> list[StockCountLine]:
    """Count lines of a finished count again, by somebody else; the count is open until they are done.

    Raises DomainError without a reason or a line, IllegalTransition when it is not finished or already on its way.
    """
    with edit_draft(document, actor=actor, step="") as fresh:
        if fresh.phase != Phase.FINISHED:
            raise IllegalTransition(_("%(document)s is still being counted.") % {"document": fresh})
        if not reason.strip():
            raise DomainError(_("Please give a reason."), field="reason")
        everything = lines_of(fresh)
        again = [line for line in everything if line.pk in set(lines)]
        if not again:
            raise DomainError(_("Choose at least one line."))
        for line in everything:
            for name in RESULT:
                setattr(line, name, None)
        StockCountLine.objects.bulk_update(everything, RESULT)
        _ask_again(again)
        set_phase(fresh, Phase.COUNTING, finished_at=None)
        record_event(fresh, "recount", actor=actor, from_status=fresh.status, reason=reason.strip()[:500])
    return again


def write_causes(
    document: StockCount, causes: Mapping[int, tuple[str, str]], *, actor: Any, revision: int | None = None
) -> None:
    """Note cause and treatment of differences by line key. Raises DomainError for a line without difference."""
    with edit_draft(document, actor=actor, revision=revision) as fresh:
        if fresh.phase != Phase.FINISHED:
            raise IllegalTransition(_("%(document)s is still being counted.") % {"document": fresh})
        lines = {line.pk: line for line in lines_of(fresh) if line.difference}
        for key, (cause, treatment) in causes.items():
            if key not in lines or cause not in ("", *StockCountLine.Cause.values):
                raise DomainError(_("Choose a cause for a line that has a difference."))
            lines[key].cause, lines[key].treatment = cause, treatment.strip()[:200]
        StockCountLine.objects.bulk_update(lines.values(), ["cause", "treatment"])
