"""Labels on the things: QR code that opens the card, bar code of the number, name, department, user, day."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from assets.forms.labels import AssetLabelForm
from assets.models import Asset
from assets.selectors import RELATED, in_service
from assets.services import cards
from core.labels import sheets_of
from core.parsing import parse_keys
from core.views.signed_in import SignedInMixin, SignedInRequest

from .cards import CardList

TICKED_UP_TO = 200
"""Up to so many cards are listed, each with a box to leave it out."""


class AssetLabels(SignedInMixin, View):
    """GET: what is printed and how; takes the filters of the list of cards, or ?asset=7&asset=8 for chosen things.

    POST prints: it writes down that the labels were printed, so it is no GET.
    """

    def get(self, request: SignedInRequest) -> HttpResponse:
        rows = self._rows()
        return self._page(rows, AssetLabelForm(cards=rows))

    def post(self, request: SignedInRequest) -> HttpResponse:
        rows = offered = self._rows()
        if "ticked" in request.POST:
            rows = rows.filter(pk__in=parse_keys(request.POST.getlist("card")[:TICKED_UP_TO]))
        form = AssetLabelForm(request.POST, cards=rows)
        if not form.is_valid():
            return self._page(offered, form)
        chosen = list(rows.select_related(*RELATED))
        cards.mark_printed([card.pk for card in chosen], actor=request.user)
        context = {
            "title": _("Labels of asset cards"),
            "size": form.cleaned_data["size"],
            "sheets": sheets_of([self._label(card) for card in chosen], form.cleaned_data),
            "back_url": f"{reverse('asset_list')}?{request.GET.urlencode()}",
        }
        return render(request, "print/labels.html", context)

    def _rows(self) -> QuerySet[Asset]:
        """The cards of the filtered list, or those asked for, as far as this person labels things."""
        if not self.request.user.has_perm(cards.LABEL):
            raise PermissionDenied
        own = in_service(Asset.objects.within(self.request.user, cards.LABEL))
        if "asset" in self.request.GET:
            return own.filter(pk__in=parse_keys(self.request.GET.getlist("asset")[:TICKED_UP_TO])).order_by("number")
        listed = CardList()
        listed.setup(self.request)
        found = listed.found()
        return own.filter(pk__in=found.order_by().values("pk")).order_by("number")

    def _page(self, rows: QuerySet[Asset], form: AssetLabelForm) -> HttpResponse:
        count = rows.count()
        shown = list(rows.select_related(*RELATED)) if count <= TICKED_UP_TO else []
        context = {
            "title": _("Labels of asset cards"),
            "form": form,
            "count": count,
            "cards": shown,
            "list_url": reverse("asset_list"),
        }
        return render(self.request, "assets/labels.html", context)

    def _label(self, card: Asset) -> dict[str, Any]:
        holder = card.user or card.custodian
        where = " · ".join(str(part) for part in (card.department, holder) if part)
        return {
            "name": card.name,
            "details": card.specification,
            "lines": [where, f"{card.acquired_on:%Y-%m-%d}"],
            "code": card.number,
            "bars": card.number,
            "qr": self.request.build_absolute_uri(reverse("asset_scan", args=(card.token,))),
        }
