"""New bank accounts of suppliers: asked for on one page, confirmed by somebody else on another (R-PRC-17)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core.admin_base import masked
from core.errors import DomainError
from core.views.links import address_or_none
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.views.workbench import Number, register_numbers

from .models import Supplier, SupplierBankChange
from .services import bank_changes

NEWEST = 100
VIEW, CONFIRM = "directory.view_supplierbankchange", "directory.confirm_supplierbankchange"


class BankChangeForm(forms.Form):
    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=100)
    bank_account = forms.CharField(
        label=gettext_lazy("Bank account"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Paper of the supplier"),
        max_length=200,
        help_text=gettext_lazy("Which letter or contract names the new account, and who was called to confirm it."),
    )


class AskView(SignedInMixin, View):
    """Ask for another account; the old one stays until somebody else confirms."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return self._page(self._supplier(pk), BankChangeForm())

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        supplier, form = self._supplier(pk), BankChangeForm(request.POST)
        if form.is_valid():
            try:
                bank_changes.ask(supplier, actor=request.user, **form.cleaned_data)
            except DomainError as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            else:
                messages.success(
                    request, _("The new account waits for somebody else to confirm it; the old one stays until then.")
                )
                return redirect("bank_change_list")
        return self._page(supplier, form)

    def _supplier(self, pk: int) -> Supplier:
        if not self.request.user.has_perm("directory.add_supplierbankchange"):
            raise PermissionDenied
        supplier = Supplier.objects.visible_to(self.request.user).filter(pk=pk).first()
        if supplier is None:
            raise Http404
        return supplier

    def _page(self, supplier: Supplier, form: BankChangeForm) -> HttpResponse:
        back = address_or_none("supplier_page", supplier.pk) or reverse("bank_change_list")
        account = masked(supplier.bank_account) or "—"
        words = {"supplier": supplier, "bank": supplier.bank or "—", "account": account}
        context = {
            "title": _("New bank account"),
            "lead": _("%(supplier)s is paid to %(bank)s %(account)s until somebody else confirms the new one.") % words,
            "form": form,
            "cancel_url": back,
            "list_url": back,
            "list_title": supplier.name,
            "save_label": _("Ask for confirmation"),
        }
        return render(self.request, "generic/form.html", context, status=409 if form.errors else 200)


class BankChangeList(SignedInMixin, View):
    """What waits, and what was decided; whoever confirms sees the account in full, to compare it with the paper."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        if not request.user.has_perm(VIEW):
            raise PermissionDenied
        rows = SupplierBankChange.objects.visible_to(request.user)
        rows = rows.select_related("supplier", "asked_by", "confirmed_by", "refused_by")[:NEWEST]
        context = {"title": _("New bank accounts of suppliers"), "rows": [self._row(row) for row in rows]}
        return render(request, "directory/bank_changes.html", context)

    def _row(self, row: SupplierBankChange) -> dict[str, Any]:
        user = self.request.user
        may_confirm = row.is_open and user.has_perm(CONFIRM) and row.asked_by_id != user.pk
        may_take_back = row.is_open and row.asked_by_id == user.pk
        return {
            "row": row,
            "account": row.bank_account if may_confirm else masked(row.bank_account),
            "old": masked(row.supplier.bank_account) if row.is_open else "",
            "may_confirm": may_confirm,
            "may_refuse": may_confirm or may_take_back,
            "state": _state(row),
            "supplier_url": address_or_none("supplier_page", row.supplier_id),
        }


def _state(row: SupplierBankChange) -> tuple[str, Any]:
    if row.is_open:
        return ("waiting", _("waits for confirmation"))
    return ("complete", _("confirmed")) if row.confirmed_by_id else ("rejected", _("refused"))


class DecideView(SignedInMixin, View):
    """POST to confirm, or to refuse with a reason."""

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int, decision: str) -> HttpResponse:
        row = SupplierBankChange.objects.visible_to(request.user).filter(pk=pk).first()
        if row is None:
            raise Http404
        try:
            if decision == "confirm":
                bank_changes.confirm(row, actor=request.user)
                messages.success(
                    request, _("The new account of %(supplier)s is in force.") % {"supplier": row.supplier}
                )
            else:
                bank_changes.refuse(row, reason=request.POST.get("reason", ""), actor=request.user)
                messages.success(request, _("The old account of %(supplier)s stays.") % {"supplier": row.supplier})
        except DomainError as refusal:
            messages.error(request, str(refusal))
        return redirect("bank_change_list")


def bank_numbers(user: Any) -> Any:
    """For those who confirm: accounts that wait for them."""
    if user.has_perm(CONFIRM):
        rows = SupplierBankChange.objects.filter(confirmed_by=None, refused_reason="").exclude(asked_by=user.pk)
        if count := rows.count():
            yield Number(_("Bank accounts to confirm"), count, reverse("bank_change_list"), warns=True)


register_numbers(bank_numbers)
