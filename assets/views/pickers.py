"""Search boxes that choose cards."""

from typing import Any

from django.db.models import QuerySet
from django.http import JsonResponse

from assets.models import Asset, AssetState
from core.views.pickers import SEARCH_LIMIT, PickerView, named_codes, named_keys, searched
from core.views.signed_in import SignedInRequest


class AssetSearch(PickerView):
    """Cards whose things are still here: by number, name, initials, serial or old number; a scan by label or number."""

    fields = ("number", "name", "serial_number", "old_number", "specification")
    initials = "initials"
    code = "number"

    def rows(self) -> QuerySet:
        rows = Asset.objects.visible_to(self.request.user).exclude(state=AssetState.DISPOSED)
        return rows.select_related("department", "place").order_by("number")

    def record(self, row: Any) -> dict[str, Any]:
        where = " · ".join(str(part) for part in (row.specification, row.department, row.place) if part)
        return {"id": row.pk, "code": row.number, "name": row.name, "spec": where}

    def get(self, request: SignedInRequest) -> JsonResponse:
        codes = named_codes(request)
        if not codes or named_keys(request) or searched(request):
            return super().get(request)
        tokens = [code.rstrip("/").rsplit("/", 1)[-1] for code in codes]
        found = self.rows().filter(number__in=codes) | self.rows().filter(token__in=tokens)
        return JsonResponse({"results": [self.record(row) for row in found[:SEARCH_LIMIT]]})
