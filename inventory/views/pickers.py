"""What the search box of a line asks: items with their stock, units and last price."""

from collections.abc import Sequence
from typing import Any

from django.http import JsonResponse
from django.views.generic import View

from core.numbers import plain
from core.parsing import parse_key
from core.views.pickers import named_codes, named_keys, searched
from core.views.signed_in import SignedInMixin, SignedInRequest
from inventory import selectors
from inventory.forms.issue import lot_words
from inventory.models import Item


class ItemSearch(SignedInMixin, View):
    """GET q, ids or codes, and the warehouse whose stock is shown; at most 20 results for a search."""

    def get(self, request: SignedInRequest) -> JsonResponse:
        keys, codes, text = named_keys(request), named_codes(request), searched(request)
        if keys or codes:
            items = selectors.named_items(request.user, keys=keys, codes=codes)
        else:
            items = selectors.found_items(request.user, text) if text else []
        warehouse = self._warehouse()
        stock = selectors.stock_of(warehouse, [item.pk for item in items])
        records = [selectors.item_record(item, stock, with_stock=warehouse is not None) for item in items]
        if request.user.has_perm("inventory.view_goodsreceipt"):
            paid = selectors.last_prices(request.user.organization_id, [item.pk for item in items])
            for record in records:
                if record["id"] in paid:
                    record |= {"price": plain(paid[record["id"]]), "paid": True}
        self._add_lots(records, items, warehouse)
        return JsonResponse({"results": records})

    def _add_lots(self, records: list[dict[str, Any]], items: Sequence[Item], warehouse: int | None) -> None:
        """The lots on hand of items kept by lot, for those who give goods out."""
        tracked = [item.pk for item in items if item.track_lots]
        if not tracked or warehouse is None or not self.request.user.has_perm("inventory.add_goodsissue"):
            return
        lots = selectors.lots_on_hand(warehouse, tracked)
        for record in records:
            record["lots"] = [
                {"id": lot.pk, "label": lot_words(lot, quantity)} for lot, quantity in lots.get(record["id"], [])
            ]

    def _warehouse(self) -> int | None:
        rows = selectors.requestable_warehouses(self.request.user)
        return rows.filter(pk=parse_key(self.request.GET.get("warehouse", ""))).values_list("pk", flat=True).first()
