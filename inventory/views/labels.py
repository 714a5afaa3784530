"""Labels with bar and QR codes for items and shelves, on sheets and from label printers."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from core.labels import sheets_of
from core.views.signed_in import SignedInMixin, SignedInRequest
from inventory.forms.labels import LabelForm
from inventory.models import Item, ItemShelf, Shelf


class Labels(SignedInMixin, View):
    """The form; with parameters that hold, the sheets of labels. For those who see the stock of a warehouse."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        if not request.user.has_perm("inventory.view_stockvalue"):
            raise PermissionDenied
        chosen = "size" in request.GET  # lists of the back office fill the form in, without a size
        form = LabelForm(request.GET if chosen else None, user=request.user, initial=request.GET.dict())
        if not chosen or not form.is_valid():
            return render(request, "inventory/labels.html", {"title": _("Labels"), "form": form})
        data = form.cleaned_data
        return render(
            request,
            "print/labels.html",
            {
                "title": _("Labels"),
                "size": data["size"],
                "sheets": sheets_of(self._labels(data), data),
                "back_url": f"{reverse('labels')}",
            },
        )

    def _labels(self, data: dict[str, Any]) -> list[dict[str, str]]:
        if data["kind"] == "shelves":
            return [_shelf_label(shelf) for shelf in data["chosen"]]
        places: dict[int, str] = {}
        if data["warehouse"]:
            seen = ItemShelf.objects.visible_to(self.request.user)
            rows = seen.filter(warehouse=data["warehouse"], item__in=data["chosen"])
            places = {row.item_id: row.shelf.code for row in rows.select_related("shelf")}
        return [_item_label(item, places.get(item.pk, "")) for item in data["chosen"]]


def _item_label(item: Item, shelf: str) -> dict[str, str]:
    """The code is the house's own: a maker's barcode may stand for several items."""
    details = " · ".join(part for part in (item.specification, str(item.unit)) if part)
    return {"name": item.name, "details": details, "code": item.code, "shelf": shelf}


def _shelf_label(shelf: Shelf) -> dict[str, str]:
    details = " · ".join(part for part in (str(shelf.warehouse), shelf.name) if part)
    return {"name": shelf.code, "details": details, "code": f"{shelf.warehouse.code}/{shelf.code}", "shelf": ""}
