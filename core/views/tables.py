"""Lists: one declaration of columns serves the screen, the cards on phones and the Excel export."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Sum
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View

from core import clock, search
from core.excel.download import workbook_response
from core.excel.writer import Column as SheetColumn
from core.excel.writer import Sheet
from core.views.links import opened_rows
from core.views.list_views import chosen, kept_for
from core.views.signed_in import SignedInMixin, SignedInRequest

SHEET_KINDS = {"day": "date", "moment": "datetime", "status": "text", "flag": "boolean", "percent": "quantity"}
EXPORT_CHUNK = 500


@dataclass(frozen=True)
class Column:
    """One column of a list or of a document's lines.

    value: a function of the row, or the name of an attribute (dots allowed); the key when empty.
    sort: names to order by when the heading is clicked; empty: not sortable. total: shown in the totals row.
    kind: what the template filter `cell` knows: text code money quantity price integer day moment status flag.
    """

    key: str
    label: Any
    kind: str = "text"
    value: Callable[[Any], Any] | str = ""
    sort: tuple[str, ...] = ()
    total: bool = False
    css: str = ""
    on_screen: bool = True

    def of(self, row: Any) -> Any:
        """The value of this column in a row."""
        if callable(self.value):
            return self.value(row)
        for name in (self.value or self.key).split("."):
            row = getattr(row, name, None)
        return row


def plain_value(value: Any) -> Any:
    """A cell as Excel wants it: the word of a status, the value of a link."""
    if isinstance(value, dict):
        return value.get("value")
    if isinstance(value, (tuple, list)):
        return str(value[1])
    return value


def safe_next(request: SignedInRequest) -> str | None:
    """Where a form asks to go afterwards, if that is inside this site."""
    from django.utils.http import url_has_allowed_host_and_scheme

    target = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if target and allowed else None


class TableView(SignedInMixin, View):
    """A list of what the person may see, searched, filtered, sorted, in pages; queries do not grow with the rows."""

    model: type[models.Model]
    title: Any = ""
    columns: Sequence[Column] = ()
    usual_columns: tuple[str, ...] = ()
    """Keys of the columns that are shown until a person chooses his own; empty: all of them."""
    search_fields: tuple[str, ...] = ()
    search_initials = ""
    search_placeholder: Any = ""
    filterset_class: Any = None
    ordering: tuple[str, ...] = ()
    page_size = 50
    template_name = "generic/list.html"
    permission = ""
    empty_text: Any = ""

    def get(self, request: SignedInRequest) -> HttpResponse:
        self.check_permission()
        return render(request, self.template_name, self.context())

    def check_permission(self) -> None:
        if self.permission and not self.request.user.has_perm(self.permission):
            raise PermissionDenied

    # ---- rows ----

    def queryset(self) -> models.QuerySet:
        """What this person may see, with everything the columns read."""
        return self.model._default_manager.visible_to(self.request.user)  # type: ignore[attr-defined]

    def found(self) -> models.QuerySet:
        """The rows after search, filter and sorting."""
        rows = self.queryset()
        text = self.request.GET.get("q", "").strip()[:100]
        if text and self.search_fields:
            rows = search.matching(rows, text, fields=self.search_fields, initials=self.search_initials)
        self.filterset = (
            self.filterset_class(self.request.GET, rows, request=self.request) if self.filterset_class else None
        )
        if self.filterset is not None:
            rows = self.filterset.qs
            if not self.filterset.form.is_valid():
                messages.warning(self.request, _("A filter could not be read and was not used; choose it again."))
        return rows.order_by(*self._order())

    def _order(self) -> tuple[str, ...]:
        wanted = self.request.GET.get("sort", "")
        column = next((c for c in self.columns if c.sort and c.key == wanted.removeprefix("-")), None)
        self.sorted_by = wanted if column else ""
        if column is None:
            return self.ordering or ("-pk",)
        return tuple(_turned(name) if wanted.startswith("-") else name for name in (*column.sort, "pk"))

    def prepare(self, rows: list[Any]) -> None:
        """Read at once what the columns of these rows need; a fixed number of queries."""

    def url_of(self, row: Any) -> str | None:
        return None

    def card(self, row: Any) -> dict[str, Any]:
        """What a phone shows of a row: {title, status, meta, amount}."""
        return {"title": str(row)}

    def totals(self, rows: models.QuerySet) -> list[Any] | None:
        """The sums of the columns with total=True, over all pages; such a column's key is a field or annotation."""
        shown = self.shown_columns()
        names = [column.key for column in shown if column.total]
        if not names:
            return None
        sums = rows.order_by().aggregate(**{f"sum_{name}": Sum(name) for name in names})
        return [sums[f"sum_{column.key}"] or 0 if column.total else None for column in shown]

    # ---- page ----

    @property
    def list_name(self) -> str:
        """Under which a person's views and columns of this list are kept; the same for screen and export."""
        return f"{self.model._meta.label_lower}.{type(self).__name__}"

    @cached_property
    def kept(self) -> tuple[set[str] | None, list[Any]]:
        return kept_for(self.request.user, self.list_name)

    def shown_columns(self) -> list[Column]:
        keys = set(self.usual_columns) or None if self.kept[0] is None else self.kept[0]
        return chosen([column for column in self.columns if column.on_screen], keys)

    def context(self) -> dict[str, Any]:
        rows = self.found()
        page = Paginator(rows, self.page_size).get_page(self.request.GET.get("page"))
        shown = list(page.object_list)
        self.prepare(shown)
        columns = self.shown_columns()
        drawn = [
            {"url": self.url_of(row), "cells": [c.of(row) for c in columns], "card": self.card(row)} for row in shown
        ]
        return {
            "title": self.title,
            "count": page.paginator.count,
            "columns": [self._heading(column) for column in columns],
            "rows": opened_rows(drawn, self.request.user),
            "totals": self.totals(rows) if shown else None,
            "search": self.request.GET.get("q", "") if self.search_fields else None,
            "search_placeholder": self.search_placeholder,
            "filter_form": self.filterset.form if self.filterset is not None else None,
            "active_filters": list(self._active_filters()),
            "clear_url": self.request.path,
            "page_obj": page,
            "empty_text": self.empty_text,
            "list_name": self.list_name,
            "list_columns": self._offered_columns(columns),
            "has_usual_columns": bool(self.usual_columns),
            "list_views": self.kept[1],
            **self.extra_context(),
        }

    def extra_context(self) -> dict[str, Any]:
        """More for the page: create_url, create_label, export_url, actions."""
        return {}

    def _offered_columns(self, shown: Sequence[Column]) -> list[dict[str, Any]]:
        """Every column but the first, with whether it is on the screen now."""
        keys = {column.key for column in shown}
        rest = [column for column in self.columns if column.on_screen][1:]
        return [{"key": column.key, "label": column.label, "on": column.key in keys} for column in rest]

    def _heading(self, column: Column) -> dict[str, Any]:
        order = {column.key: "asc", f"-{column.key}": "desc"}.get(self.sorted_by, "")
        link = (f"-{column.key}" if order == "asc" else column.key) if column.sort else ""
        return {
            "key": column.key,
            "label": column.label,
            "kind": column.kind,
            "css": column.css,
            "sort": link,
            "sorted": order,
        }

    def _active_filters(self) -> Iterator[dict[str, Any]]:
        """The filters in use, each with the address without it."""
        if self.filterset is None or not self.filterset.form.is_valid():
            return
        for name, value in self.filterset.form.cleaned_data.items():
            words = _words(self.filterset.form.fields[name], value)
            if not words:
                continue
            rest = self.request.GET.copy()
            for key in (name, "page"):
                rest.pop(key, None)
            yield {
                "label": self.filterset.form.fields[name].label,
                "value": words,
                "remove_url": f"{self.request.path}?{rest.urlencode()}",
            }

    # ---- Excel ----

    def workbook(self) -> HttpResponseBase:
        """Exactly what the list shows, all pages, as .xlsx with typed cells."""
        self.check_permission()
        shown = self.shown_columns()
        columns = [column for column in self.columns if not column.on_screen or column in shown]
        sheet_columns = [
            SheetColumn(str(c.label), kind=SHEET_KINDS.get(c.kind, c.kind), total=c.total) for c in columns
        ]
        person = self.request.user
        said = f"{person.organization or ''}  {clock.today():%Y-%m-%d}  {person}".strip()
        sheet = Sheet(str(self.title), sheet_columns, self._export_rows(columns), title=(str(self.title), said))
        return workbook_response(f"{self.title}-{clock.today():%Y%m%d}", [sheet])

    def _export_rows(self, columns: Sequence[Column]) -> Iterator[list[Any]]:
        chunk: list[Any] = []
        for row in self.found().iterator(chunk_size=EXPORT_CHUNK):
            chunk.append(row)
            if len(chunk) == EXPORT_CHUNK:
                yield from self._cells(chunk, columns)
                chunk = []
        yield from self._cells(chunk, columns)

    def _cells(self, rows: list[Any], columns: Sequence[Column]) -> Iterator[list[Any]]:
        self.prepare(rows)
        for row in rows:
            yield [plain_value(column.of(row)) for column in columns]


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _words(field: Any, value: Any) -> str:
    """A filter's value as words for its chip; "" when it is not set."""
    if value is None or value == "" or value is False or (hasattr(value, "__len__") and not len(value)):
        return ""
    if value is True:
        return _("Yes")
    if isinstance(value, list):
        return _(", ").join(_words(field, each) for each in value)
    choices = {} if isinstance(value, models.Model) else dict(getattr(field, "choices", ()))
    return str(choices.get(value, value))


def without_screen(column: Column) -> Column:
    """The same column, in the export only."""
    return replace(column, on_screen=False)
