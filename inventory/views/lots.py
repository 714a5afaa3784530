"""A lot: what it is, where it lies, whether it is kept back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from core.errors import DomainError, NotAllowed
from core.views.signed_in import SignedInMixin, SignedInRequest
from inventory.forms.lots import KeepBackForm, ReleaseForm
from inventory.models import Lot, LotHold, StockBalance
from inventory.services import quality


class LotPage(SignedInMixin, View):
    """The card of a lot for those who see stock; POST keeps it back, or releases the hold that is open."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return self._shown(request, self._lot(request, pk))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        lot = self._lot(request, pk)
        hold = self._hold(request, lot)
        form: Any = ReleaseForm(request.POST) if hold else KeepBackForm(request.POST)
        if not form.is_valid():
            return self._shown(request, lot, form)
        try:
            if hold:
                quality.release(hold, actor=request.user, **form.cleaned_data)
                messages.success(request, _("Lot %(lot)s is released.") % {"lot": lot})
            else:
                quality.keep_back(lot, actor=request.user, **form.cleaned_data)
                messages.success(request, _("Lot %(lot)s is kept back.") % {"lot": lot})
        except NotAllowed as refusal:
            messages.error(request, str(refusal))  # who may not has no form that could say it
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            return self._shown(request, lot, form)
        return redirect("lot_detail", pk=lot.pk)

    def _lot(self, request: SignedInRequest, pk: int) -> Lot:
        """Lots that lie or lay in warehouses whose stock the person sees; anything else is not there (404)."""
        seen = StockBalance.objects.visible_to(request.user).values("lot")
        lots = Lot.objects.exclude(number="").filter(pk__in=seen)
        return get_object_or_404(lots.select_related("item__unit", "supplier"), pk=pk)

    def _hold(self, request: SignedInRequest, lot: Lot) -> LotHold | None:
        return quality.open_holds(request.user.organization_id).filter(lot=lot).first()

    def _shown(self, request: SignedInRequest, lot: Lot, form: Any = None) -> HttpResponse:
        user, hold = request.user, self._hold(request, lot)
        may = user.has_perm(quality.RELEASE if hold else quality.PLACE)
        balances = StockBalance.objects.visible_to(user).filter(lot=lot, quantity__gt=0)
        holds = LotHold.objects.visible_to(user).filter(lot=lot).select_related("placed_by", "released_by")
        context = {
            "title": _("Lot %(lot)s") % {"lot": lot},
            "lot": lot,
            "hold": hold,
            "holds": holds,
            "balances": balances.select_related("location__warehouse"),
            "form": (form or (ReleaseForm() if hold else KeepBackForm())) if may else None,
            "trace_url": f"{reverse('lot_trace')}?lot={lot.pk}",
            "list_url": reverse("expiry"),
        }
        return render(request, "inventory/lot.html", context)
