"""What the search box of a form asks (core.widgets.PickerInput, static/js/picker.js)."""

from typing import Any

from django.db.models import QuerySet
from django.http import JsonResponse
from django.views.generic import View

from core.parsing import parse_keys
from core.search import matching

from .signed_in import SignedInMixin, SignedInRequest

SEARCH_LIMIT = 20
MOST_NAMED = 200


def named_keys(request: SignedInRequest) -> list[int]:
    """The keys that a page asks the words of."""
    return parse_keys(request.GET.getlist("ids")[:MOST_NAMED])


def named_codes(request: SignedInRequest) -> list[str]:
    """The codes of a scan (the address on a label too), or of a block pasted from Excel."""
    return [text.strip()[:200] for text in request.GET.getlist("codes")[:MOST_NAMED]]


def searched(request: SignedInRequest) -> str:
    """The words a person typed."""
    return request.GET.get("q", "").strip()[:100]


class PickerView(SignedInMixin, View):
    """Answers a search box (docs/screens.md): q, ids or codes; at most 20 results for a search."""

    fields: tuple[str, ...] = ("code", "name")
    initials = ""
    code = "code"

    def rows(self) -> QuerySet:
        """What this person may choose from."""
        raise NotImplementedError

    def record(self, row: Any) -> dict[str, Any]:
        return {"id": row.pk, "code": row.code, "name": row.name}

    def get(self, request: SignedInRequest) -> JsonResponse:
        rows = self.rows()
        text = searched(request)
        if keys := named_keys(request):
            found = rows.filter(pk__in=keys)
        elif codes := named_codes(request):
            found = rows.filter(**{f"{self.code}__in": codes})
        elif text:
            found = matching(rows, text, fields=self.fields, initials=self.initials)[:SEARCH_LIMIT]
        else:
            found = rows.none()
        return JsonResponse({"results": [self.record(row) for row in found]})
