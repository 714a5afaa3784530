"""What the search box of a plan's line asks: things to buy, with what the department used a year before."""

from typing import Any

from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.views.generic import View

from core import clock
from core.numbers import ZERO
from core.parsing import parse_key
from core.templatetags.display import quantity
from core.views.pickers import named_codes, named_keys, searched
from core.views.signed_in import SignedInMixin, SignedInRequest
from inventory import selectors
from procurement import plan_selectors
from procurement.views.pickers import records_of


class PlanItemSearch(SignedInMixin, View):
    """GET q, ids or codes, and year, month, department of the plan; the details say what was used before."""

    def get(self, request: SignedInRequest) -> JsonResponse:
        user = request.user
        keys, codes, text = named_keys(request), named_codes(request), searched(request)
        if keys or codes:
            items = selectors.named_items(user, keys=keys, codes=codes)
        else:
            items = selectors.found_items(user, text) if text else []
        year, month = self._number("year", clock.today().year), self._number("month", 0) or None
        path = self._path()
        known = [item.pk for item in items]
        used = (
            plan_selectors.used_before(user.organization_id, path, known, year, month)
            if path and known and 2000 <= year <= 2100 and (month is None or month <= 12)
            else {}
        )
        records = records_of(user, items)
        for record, item in zip(records, items, strict=True):
            words = _("used a year before: %(quantity)s %(unit)s") % {
                "quantity": quantity(used.get(item.pk, ZERO)) or "0",
                "unit": item.unit,
            }
            record["beside"] = [words, *([record["detail"]] if record.get("detail") else [])]
            record["detail"] = " · ".join(record["beside"])
        return JsonResponse({"results": records})

    def _number(self, name: str, usual: int) -> int:
        text = self.request.GET.get(name, "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else usual

    def _path(self) -> str | None:
        """The department of the plan, if it is one in whose name the person plans; else his own."""
        own = selectors.own_departments(self.request.user)
        key = parse_key(self.request.GET.get("department", ""))
        chosen: Any = own.filter(pk=key).first()
        department = chosen or self.request.user.department
        return department.path if department else None
