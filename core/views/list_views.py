"""What a person keeps for a list: his named views and the columns he wants to see; nobody else sees or changes them."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from core.models import ListView
from core.parsing import parse_key
from core.views.signed_in import SignedInMixin, SignedInRequest

MOST = 20
LONGEST = 2000
NOT_KEPT = ("page", "format")


def kept_for(user: Any, name: str) -> tuple[set[str] | None, list[ListView]]:
    """(keys of the chosen columns or None for all, named views) of a list; one query."""
    rows = list(ListView.objects.filter(user=user, list=name))
    columns = next((set(row.value.split(",")) for row in rows if not row.name), None)
    return columns, [row for row in rows if row.name]


def chosen(columns: Sequence[Any], keys: set[str] | None) -> list[Any]:
    """The columns a person wants to see; the first one always stays, because it leads to the row."""
    return [column for place, column in enumerate(columns) if not place or keys is None or column.key in keys]


class ListViewsView(SignedInMixin, View):
    """POST: list, next and one of `columns` (with column), `keep` (with name, query) or `drop` (the key of a view)."""

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest) -> HttpResponse:
        from core.views.tables import safe_next

        name = request.POST.get("list", "")[:80]
        target = safe_next(request) or reverse("workbench")
        if name and "columns" in request.POST:
            self._columns(name)
        elif name and "keep" in request.POST:
            return redirect(self._keep(name, target))
        elif (key := parse_key(request.POST.get("drop", ""))) is not None:
            ListView.objects.filter(user=request.user, pk=key).delete()
        return redirect(target)

    def _columns(self, name: str) -> None:
        rows = ListView.objects.filter(user=self.request.user, list=name, name="")
        if self.request.POST["columns"] == "all":
            rows.delete()
            return
        keys = ",".join(self.request.POST.getlist("column")[:50])[:LONGEST]
        ListView.objects.update_or_create(user=self.request.user, list=name, name="", defaults={"value": keys})

    def _keep(self, name: str, target: str) -> str:
        """Keep the filters under a name, the same name anew; the address of the list with them."""
        user, title = self.request.user, self.request.POST.get("name", "").strip()[:40]
        pairs = [(key, text) for key, text in parse_qsl(self.request.POST.get("query", "")) if key not in NOT_KEPT]
        query = urlencode(pairs)
        others = ListView.objects.filter(user=user, list=name).exclude(name__in=("", title)).count()
        if not title or not query:
            messages.info(self.request, _("Search or filter the list first, then give the view a name."))
        elif others >= MOST or len(query) > LONGEST:
            messages.error(self.request, _("You keep %(most)d views of this list; remove one first.") % {"most": MOST})
        else:
            ListView.objects.update_or_create(user=user, list=name, name=title, defaults={"value": query})
            messages.success(self.request, _("The view “%(name)s” is kept.") % {"name": title})
        return target
