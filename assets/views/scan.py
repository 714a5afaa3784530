"""What the code on a label opens: the card for who may see it, for everybody else a small page about repairs."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import View

from assets import repairs
from assets.models import Asset, AssetState
from assets.selectors import cards_seen


@method_decorator(never_cache, name="dispatch")
class ScannedLabel(View):
    """GET. A stranger reads the name of the house and of the thing and whom to tell about a fault; no number, value or
    person; a token that nobody gave is absent."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        related = ("organization", "department", "managing_department")
        asset = Asset.objects.select_related(*related).filter(token=token).first()
        if asset is None:
            raise Http404
        if request.user.is_authenticated and cards_seen(request.user).filter(pk=asset.pk).exists():
            return redirect("asset_detail", asset.pk)
        return render(request, "assets/scanned.html", stranger_context(asset))


def stranger_context(asset: Asset) -> dict[str, Any]:
    """What anybody may know of a thing he stands before."""
    gone = asset.state == AssetState.DISPOSED
    answering = [asset.managing_department, asset.department]
    office = next((row for row in answering if row and row.phone), None)
    return {
        "house": asset.organization.name,
        "thing": asset.name,
        "gone": gone,
        "forbidden": repairs.is_forbidden(asset),
        "repair_url": None if gone else repairs.address_of(asset),
        "phone": office.phone if office else "",
    }
