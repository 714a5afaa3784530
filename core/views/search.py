"""One search box over everything a person may see: documents by number, and what the apps add (items, people …)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from core.documents import registry
from core.views.signed_in import SignedInMixin, SignedInRequest

from .documents import url_of

LIMIT = 10
Finder = Callable[[Any, str], list[dict[str, Any]]]
_finders: list[tuple[Any, Finder]] = []


def register_finder(label: Any, finder: Finder) -> None:
    """Add a section; the finder takes (user, text) and gives at most 10 {title, url, detail, status}."""
    _finders.append((label, finder))


def found_documents(user: Any, text: str) -> list[dict[str, Any]]:
    """Documents whose number contains the text, newest first; one query for each kind."""
    rows: list[Any] = []
    for kind in registry.all_types():
        visible: Any = kind.model.objects.visible_to(user)  # type: ignore[attr-defined]
        rows += visible.filter(number__icontains=text).select_related("department").order_by("-pk")[:LIMIT]
    rows.sort(key=lambda row: (row.number.upper() != text.upper(), -row.business_date.toordinal()))
    return [
        {
            "title": row.number,
            "url": url_of(row),
            "detail": f"{row._meta.verbose_name} · {row.department} · {row.business_date:%Y-%m-%d}",
            "status": (row.status, row.get_status_display()),
        }
        for row in rows[:LIMIT]
    ]


class SearchView(SignedInMixin, View):
    """Results in sections; a number that names exactly one document opens it at once."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        text = request.GET.get("q", "").strip()[:100]
        documents = found_documents(request.user, text) if text else []
        if len(documents) == 1 and documents[0]["title"].upper() == text.upper():
            return redirect(documents[0]["url"])
        sections = [{"label": _("Documents"), "results": documents}]
        if text:
            sections += [{"label": label, "results": finder(request.user, text)} for label, finder in _finders]
        context = {
            "title": _("Search"),
            "search_text": text,
            "sections": [section for section in sections if section["results"]],
        }
        return render(request, "core/search.html", context)
