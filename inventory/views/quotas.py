"""What a request form says about quotas while somebody fills it in."""

import re
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.views.generic import View

from core import clock
from core.errors import ValueRefused
from core.line_forms import MAX_LINES
from core.numbers import ZERO, money, quantity
from core.parsing import parse_decimal, parse_key
from core.views.signed_in import SignedInMixin, SignedInRequest
from inventory import selectors
from inventory.models import Requisition
from inventory.quota_selectors import Wanted, excesses
from inventory.services import fulfilment
from inventory.services.quotas import sentence_of

ITEM_FIELD = re.compile(r"lines-(\d{1,4})-item")


class QuotaHint(SignedInMixin, View):
    """POST the fields of a request form; answers {"lines": [{"line": 0, "text": …}], "lead": …}.

    line: number of the form's line (from 0). Nothing is kept; what cannot be read is passed over in silence, since the
    form itself says so when it is sent.
    """

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest) -> JsonResponse:
        if not request.user.has_perm("inventory.add_requisition"):
            raise PermissionDenied
        department = self._department()
        lines = self._lines() if department else []
        found = excesses(department, lines, clock.today(), without=self._own()) if lines else []
        told = [{"line": key, "text": sentence_of(excess)} for excess in found for key in excess.keys[:1]]
        lead = _("Over quota: this request will need one more, higher approval.") if told else ""
        return JsonResponse({"lines": told, "lead": lead})

    def _department(self) -> Any:
        """The department chosen, if it is one of the person's own; otherwise his own."""
        user = self.request.user
        own = selectors.own_departments(user)
        chosen = self._number("department")
        return (own.filter(pk=chosen).first() if chosen else None) or own.filter(pk=user.department_id).first()

    def _own(self) -> Requisition | None:
        """The draft under the hand: a request sent back and changed does not count against itself."""
        key = self._number("document")
        return Requisition.objects.visible_to(self.request.user).filter(pk=key).first() if key else None

    def _number(self, name: str) -> int | None:
        return parse_key(self.request.POST.get(name, ""))

    def _lines(self) -> list[Wanted]:
        numbers = sorted(int(match[1]) for name in self.request.POST if (match := ITEM_FIELD.fullmatch(name)))
        numbers = [n for n in numbers[:MAX_LINES] if not self.request.POST.get(f"lines-{n}-DELETE")]
        chosen = {number: self._number(f"lines-{number}-item") for number in numbers}
        items = selectors.usable_items(self.request.user, [key for key in chosen.values() if key])
        warehouse = self._number("warehouse") or 0
        stores = selectors.requestable_warehouses(self.request.user).filter(pk=warehouse)
        prices = fulfilment.estimated_prices(warehouse, list(items.values())) if stores.exists() else {}
        lines = []
        for number, key in chosen.items():
            item = items.get(key or 0)
            pieces = self._pieces(number, item) if item else ZERO
            if item and pieces > 0:
                lines.append(Wanted(number, item, pieces, money(pieces * prices.get(item.pk, ZERO))))
        return lines

    def _pieces(self, number: int, item: Any) -> Any:
        """Stock units of a line; zero for what is not a number yet."""
        try:
            typed = parse_decimal(self.request.POST.get(f"lines-{number}-quantity", ""), 4, minimum=0)
        except ValueRefused:
            return ZERO
        unit = self._number(f"lines-{number}-unit")
        factor = next((pack.factor for pack in item.packs.all() if pack.unit_id == unit), 1)
        return quantity((typed or ZERO) * factor)
