"""A supplier's new bank account: asked for by one person, confirmed by another, paid to after a while (R-PRC-17)."""

import datetime as dt
import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.errors import DomainError, IllegalTransition, NotAllowed
from directory.models import Supplier, SupplierBankChange

ACCOUNT = re.compile(r"[0-9A-Za-z-]{6,40}")


def open_change(supplier: Supplier) -> SupplierBankChange | None:
    """The change that waits for its confirmation, or None."""
    rows = SupplierBankChange.objects.filter(supplier=supplier, confirmed_by=None, refused_reason="")
    return rows.select_related("asked_by").first()


@transaction.atomic
def ask(supplier: Supplier, *, bank: str, bank_account: str, reason: str, actor: Any) -> SupplierBankChange:
    """Ask for a new account; the old one stays until somebody else confirms.

    Raises NotAllowed without the right, DomainError for an account that is none, for the account the supplier has
    already, without a reason, or while another change waits.
    """
    if not actor.has_perm("directory.add_supplierbankchange"):
        raise NotAllowed(_("You may not ask for a new bank account."))
    supplier = Supplier.objects.select_for_update().get(pk=supplier.pk)
    account, bank, reason = re.sub(r"\s", "", bank_account), bank.strip(), reason.strip()
    if not bank:
        raise DomainError(_("Enter the bank."), field="bank")
    if not ACCOUNT.fullmatch(account):
        raise DomainError(_("Enter the account number: digits, letters and hyphens only."), field="bank_account")
    if not reason:
        raise DomainError(_("Say which paper of the supplier names the new account."), field="reason")
    if (bank, account) == (supplier.bank, supplier.bank_account):
        raise DomainError(_("This is the account that %(supplier)s has already.") % {"supplier": supplier})
    if open_change(supplier):
        raise DomainError(
            _("A new account of %(supplier)s waits for its confirmation; confirm or refuse that one first.")
            % {"supplier": supplier}
        )
    return SupplierBankChange.objects.create(
        supplier=supplier, bank=bank, bank_account=account, reason=reason, asked_by=actor, asked_at=clock.now()
    )


def _locked(change: SupplierBankChange, actor: Any) -> SupplierBankChange:
    """The change as it is now, of a supplier that nobody else changes meanwhile. Raises when it is decided."""
    if not actor.has_perm("directory.confirm_supplierbankchange"):
        raise NotAllowed(_("You may not confirm bank accounts."))
    fresh = SupplierBankChange.objects.select_for_update(of=("self",)).select_related("supplier").get(pk=change.pk)
    if not fresh.is_open:
        raise IllegalTransition(_("This change is decided already; reload the page."))
    return fresh


@transaction.atomic
def confirm(change: SupplierBankChange, *, actor: Any) -> SupplierBankChange:
    """Put the new account in force; payments to it wait for the hours of the dated figure.

    Raises NotAllowed for whoever asked for it himself, IllegalTransition when it is decided already.
    """
    fresh = _locked(change, actor)
    if fresh.asked_by_id == actor.pk:
        raise NotAllowed(_("You asked for this account yourself; somebody else has to confirm it."))
    fresh.confirmed_by, fresh.confirmed_at = actor, clock.now()
    fresh.save(update_fields=["confirmed_by", "confirmed_at"])
    supplier = Supplier.objects.select_for_update().get(pk=fresh.supplier_id)
    supplier.bank, supplier.bank_account = fresh.bank, fresh.bank_account
    supplier.save(update_fields=["bank", "bank_account"])
    return fresh


@transaction.atomic
def refuse(change: SupplierBankChange, *, reason: str, actor: Any) -> SupplierBankChange:
    """Leave the old account in force. Who asked may take it back the same way. Raises DomainError without a reason."""
    if not reason.strip():
        raise DomainError(_("Please give a reason."), field="reason")
    if change.asked_by_id == actor.pk and actor.has_perm("directory.add_supplierbankchange"):
        fresh = SupplierBankChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
        if not fresh.is_open:
            raise IllegalTransition(_("This change is decided already; reload the page."))
    else:
        fresh = _locked(change, actor)
    fresh.refused_reason, fresh.refused_by, fresh.refused_at = reason.strip()[:200], actor, clock.now()
    fresh.save(update_fields=["refused_reason", "refused_by", "refused_at"])
    return fresh


def last_confirmed_at(supplier: Supplier) -> dt.datetime | None:
    """When the account in force was confirmed; None for one that has stood since the supplier was entered."""
    rows = SupplierBankChange.objects.filter(supplier=supplier, confirmed_at__isnull=False)
    return rows.order_by("-confirmed_at").values_list("confirmed_at", flat=True).first()
