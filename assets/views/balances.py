"""资产对账表: what finance holds on the accounts of assets, entered month by month beside what the cards make."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from assets.services import balances
from core import clock, periods
from core.errors import DomainError
from core.excel.download import workbook_response
from core.excel.writer import Column as SheetColumn
from core.excel.writer import Sheet
from core.forms import ExactDecimalField
from core.views.signed_in import SignedInMixin, SignedInRequest

VIEW = "assets.view_accountbalance"
YEARS = range(1950, 2100)
"""Nobody asks for others; the calendar of Python ends a little beyond them."""


class BalanceForm(forms.Form):
    """One account. An amount left empty is not entered."""

    amount = ExactDecimalField(label=gettext_lazy("Balance of the general ledger"), decimal_places=2, required=False)
    explanation = forms.CharField(
        label=gettext_lazy("Explanation of the difference"), max_length=200, required=False, widget=forms.TextInput
    )


def _month_of(text: str, organization_id: int) -> tuple[int, int]:
    """The month asked for as 2026-03; otherwise the one to close next."""
    try:
        day = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return periods.next_to_close(organization_id)
    return (day.year, day.month) if day.year in YEARS else periods.next_to_close(organization_id)


class _BalanceView(SignedInMixin, View):
    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not (request.user.has_perm(VIEW) and request.user.organization_id):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class AccountBalances(_BalanceView):
    """GET month: the comparison; POST: what finance entered."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        return self._page(None)

    def post(self, request: SignedInRequest) -> HttpResponse:
        if not balances.may_enter(request.user):
            raise PermissionDenied
        year, month = self._month(request.POST.get("month", ""))
        forms_by_account = self._forms(year, month, request.POST)
        if not all(form.is_valid() for form in forms_by_account.values()):
            return self._page(forms_by_account)
        values = {
            account: (form.cleaned_data["amount"], form.cleaned_data["explanation"])
            for account, form in forms_by_account.items()
            if form.cleaned_data["amount"] is not None
        }
        try:
            balances.enter(request.user.organization, year, month, values, actor=request.user)
        except DomainError as error:
            messages.error(request, str(error))
            return self._page(forms_by_account)
        messages.success(request, _("The balances of %(month)s were saved.") % {"month": f"{year}-{month:02d}"})
        return redirect(f"{reverse('account_balances')}?month={year}-{month:02d}")

    def _month(self, text: str) -> tuple[int, int]:
        return _month_of(text, self.request.user.organization_id)

    def _forms(self, year: int, month: int, data: Any = None) -> dict[str, BalanceForm]:
        lines = balances.compare(self.request.user.organization_id, year, month)
        return {
            line.account: BalanceForm(
                data, prefix=line.account, initial={"amount": line.balance, "explanation": line.explanation}
            )
            for line in lines
        }

    def _page(self, bound: dict[str, BalanceForm] | None) -> HttpResponse:
        user = self.request.user
        year, month = self._month(self.request.POST.get("month") or self.request.GET.get("month", ""))
        lines = balances.compare(user.organization_id, year, month)
        shown = bound or self._forms(year, month)
        words, this = f"{year}-{month:02d}", clock.today()
        before = dt.date(year, month, 1) - dt.timedelta(days=1)
        after = periods.month_after(year, month)
        context = {
            "title": _("Asset accounts and cards"),
            "month": words,
            "rows": [(line, shown[line.account]) for line in lines],
            "may_enter": balances.may_enter(user) and periods.is_open(user.organization_id, dt.date(year, month, 1)),
            "is_closed": not periods.is_open(user.organization_id, dt.date(year, month, 1)),
            "not_booked": balances.not_booked(user.organization_id),
            "before": f"{before:%Y-%m}",
            "after": f"{after[0]}-{after[1]:02d}" if after <= (this.year, this.month) else "",
            "export_url": f"{reverse('account_balances_export')}?month={words}",
        }
        return render(self.request, "assets/account_balances.html", context)


class AccountBalancesExport(_BalanceView):
    """The comparison as a workbook."""

    def get(self, request: SignedInRequest) -> HttpResponseBase:
        organization = request.user.organization
        year, month = _month_of(request.GET.get("month", ""), request.user.organization_id)
        title = _("Asset accounts and cards")
        columns = [
            SheetColumn(_("Account"), kind="text"),
            SheetColumn(_("Cards (yuan)"), kind="money"),
            SheetColumn(_("General ledger (yuan)"), kind="money"),
            SheetColumn(_("Difference (yuan)"), kind="money"),
            SheetColumn(_("Explanation of the difference"), kind="text"),
        ]
        said = f"{organization}  {year}-{month:02d}  {request.user}"
        sheet = Sheet(title, columns, self._rows(organization.pk, year, month), title=(title, said))
        return workbook_response(f"{title}-{year}{month:02d}", [sheet])

    def _rows(self, organization_id: int, year: int, month: int) -> Iterator[list[Any]]:
        for line in balances.compare(organization_id, year, month):
            yield [line.label, line.cards, line.balance, line.difference, line.explanation]
