"""How a kind of document shows itself on the pages that are about all kinds: waiting for me, workbench, search.

An app registers its kinds beside its views (inventory/views/__init__.py); others work more plainly.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from core.documents.models import Document

from .tables import Column


@dataclass(frozen=True)
class Screens:
    """related, prefetch: what purpose and preview read. preview: one line naming the goods. approval_columns: the
    lines as an approver sees them; prepare: reads at once what these columns need. lower: takes
    (document, {line key: quantity}, actor) when an approver may lower quantities; quantity_of: a line's quantity now;
    unit_of: what it is counted in.
    estimates: yuan by document key for documents (with what prefetch reads) whose lines have no amount before posting;
    takes them all at once, because a list asks for many.
    approval_lines: which lines an approver reads, where a kind may have thousands of which most say nothing.
    worth: yuan of a line as the approver has to see it, where the line's own amount comes only with its booking.
    """

    model: type[Document]
    related: tuple[str, ...] = ("department", "created_by")
    prefetch: tuple[str, ...] = ()
    purpose: Callable[[Any], str] = lambda document: document.note
    preview: Callable[[Any], str] = lambda document: ""
    facts: Callable[[Any], list[tuple[Any, Any]]] = lambda document: []
    approval_columns: Sequence[Column] = ()
    line_related: tuple[str, ...] = ()
    approval_lines: Callable[[Any], QuerySet] = lambda document: document.lines.all()
    prepare: Callable[[Any, list[Any]], None] = lambda document, lines: None
    lower: Callable[..., None] | None = None
    quantity_of: Callable[[Any], Decimal] | None = None
    unit_of: Callable[[Any], Any] = lambda line: getattr(line.item, "unit", "") if hasattr(line, "item") else ""
    estimates: Callable[[Sequence[Any]], dict[int, Decimal]] = lambda documents: {}
    worth: Callable[[Any], Decimal] | None = None


_screens: dict[type[Document], Screens] = {}


def register_screens(screens: Screens) -> None:
    """Say how a kind shows itself; called when an app's addresses are read."""
    _screens[screens.model] = screens


def screens_of(model: type[Document]) -> Screens:
    return _screens.get(model) or Screens(model)
