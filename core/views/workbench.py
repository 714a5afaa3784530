"""The first page: what waits for me, my documents under way and where they are stuck, the numbers of my role."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.generic import View

from core import clock
from core.documents import registry, routes
from core.documents.lifecycle import Status
from core.documents.story import waiting_for_whom
from core.views.signed_in import SignedInMixin, SignedInRequest

from .charts import BarChart
from .documents import RETURN_REASONS, url_of
from .screens import screens_of
from .waiting import waiting_rows

OLDEST = 5
UNDER_WAY = 8


@dataclass(frozen=True)
class Number:
    """A number of somebody's role with the list behind it; kind as for columns."""

    label: Any
    value: Any
    url: str | None = None
    kind: str = "integer"
    hint: Any = ""
    warns: bool = False


@dataclass(frozen=True)
class Shortcut:
    label: Any
    url: str
    icon: str
    primary: bool = False


_numbers: list[Callable[[Any], Iterable[Number]]] = []
_charts: list[Callable[[Any], Iterable[BarChart]]] = []
_shortcuts: list[Callable[[Any], Iterable[Shortcut]]] = []
_open: dict[type, Callable[[Any], Any]] = {}


def register_numbers(numbers: Callable[[Any], Iterable[Number]]) -> None:
    """An app adds numbers for the people who may see them; the function takes the user."""
    _numbers.append(numbers)


def register_charts(charts: Callable[[Any], Iterable[BarChart]]) -> None:
    """An app adds charts for the people who may see their numbers; the function takes the user."""
    _charts.append(charts)


def register_shortcuts(shortcuts: Callable[[Any], Iterable[Shortcut]]) -> None:
    """An app adds what people do most often from the first page; the function takes the user."""
    _shortcuts.append(shortcuts)


def register_under_way(model: type, still_open: Callable[[Any], Any]) -> None:
    """Narrow which approved documents of a kind still count as under way (a function of a queryset)."""
    _open[model] = still_open


def under_way(user: Any) -> list[dict[str, Any]]:
    """This person's unfinished documents, newest first, with where each is stuck; a fixed number of queries a kind."""
    rows = []
    for kind in registry.all_types():
        screens = screens_of(kind.model)
        mine = kind.model._base_manager.filter(created_by=user).select_related(*screens.related)
        mine = mine.prefetch_related(*screens.prefetch)
        waiting = mine.filter(status__in=(Status.DRAFT, Status.SUBMITTED, Status.APPROVED))
        narrow = _open.get(kind.model)
        documents = list((narrow(waiting) if narrow else waiting).order_by("-pk")[:UNDER_WAY])
        whom = waiting_for_whom(documents)
        rows += [(document, whom.get(document.pk, "")) for document in documents]
    rows.sort(key=lambda row: row[0].created_at, reverse=True)
    return [
        {
            "document": document,
            "kind": document._meta.verbose_name,
            "url": url_of(document),
            "waits_for": who,
            "status": (document.status, document.get_status_display()),
            "second": _second(document),
            "what": _what(document),
        }
        for document, who in rows[:UNDER_WAY]
    ]


def _what(document: Any) -> str:
    """What a document is about: its purpose and the first goods."""
    screens = screens_of(type(document))
    return " · ".join(part for part in (screens.purpose(document), screens.preview(document)) if part)


def _second(document: Any) -> tuple[str, str] | None:
    for name in ("fulfilment", "progress"):
        if document.status == Status.APPROVED and getattr(document, name, ""):
            return getattr(document, name), getattr(document, f"get_{name}_display")()
    return None


def _greeting() -> str:
    hour = clock.now().astimezone().hour
    if hour < 11:
        return _("Good morning")
    return _("Good afternoon") if hour < 18 else _("Good evening")


class WorkbenchView(SignedInMixin, View):
    def get(self, request: SignedInRequest) -> HttpResponse:
        user = request.user
        waiting = routes.waiting_for(user)
        context = {
            "title": _("Workbench"),
            "greeting": _greeting(),
            "rows": waiting_rows(waiting[:OLDEST], user),
            "under_way": under_way(user),
            "numbers": [number for numbers in _numbers for number in numbers(user)],
            "charts": [chart for charts in _charts for chart in charts(user)],
            "shortcuts": [shortcut for shortcuts in _shortcuts for shortcut in shortcuts(user)],
            "reasons": RETURN_REASONS,
        }
        return render(request, "core/workbench.html", context)
