"""Journal proposals: what finance is asked to book for a paper of the asset register (R-ACC-03, R-ACC-06).

Accounts and pairs follow domain 1.6 (政府会计制度); finance takes a line over and gives its voucher number back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from assets.models import JournalProposal
from core import clock
from core.documents.models import Document
from core.errors import DomainError, NotAllowed


@dataclass(frozen=True)
class Entry:
    """So many yuan (above zero) from one account to another; department: whose expense it is, where it is one."""

    summary: str
    debit: str
    credit: str
    amount: Decimal
    department_id: int | None = None


def lines_of(document: Document) -> Any:
    """The proposals of a paper, contra lines included."""
    kind = ContentType.objects.get_for_model(document)
    return JournalProposal.objects.filter(content_type=kind, object_id=document.pk)


def propose(document: Document, entries: Sequence[Entry], *, day: Any = None) -> list[JournalProposal]:
    """Write the lines of a paper, inside the transaction of its step; entries of 0.00 yuan are left out.

    day: the business date of the lines; the paper's own when it is not given.
    """
    first = lines_of(document).count() + 1
    rows = [
        JournalProposal(
            organization_id=document.organization_id,
            content_type=ContentType.objects.get_for_model(document),
            object_id=document.pk,
            number=document.number or "",
            position=position,
            business_date=day or document.business_date,
            summary=entry.summary[:200],
            debit_account=entry.debit,
            credit_account=entry.credit,
            amount=entry.amount,
            department_id=entry.department_id,
        )
        for position, entry in enumerate((entry for entry in entries if entry.amount), start=first)
    ]
    return JournalProposal.objects.bulk_create(rows, batch_size=1000)


def take_back(document: Document, *, day: Any = None) -> list[JournalProposal]:
    """The paper is reversed: every line gets its contra line, debit and credit exchanged, dated `day` or today."""
    rows = list(lines_of(document).order_by("position"))
    contra = [
        Entry(
            _("Reversal: %(summary)s") % {"summary": row.summary},
            row.credit_account,
            row.debit_account,
            row.amount,
            row.department_id,
        )
        for row in rows
    ]
    return propose(document, contra, day=day or clock.today())


def take_over(keys: Sequence[int], *, voucher_number: str, actor: Any) -> int:
    """Finance has booked these lines under a voucher; returns how many.

    Raises NotAllowed without the right, DomainError without a number or when one of them was taken over already.
    """
    number = voucher_number.strip()[:40]
    if not number:
        raise DomainError(_("Enter the number of the voucher."), field="voucher_number")
    with transaction.atomic():
        rows = JournalProposal.objects.select_for_update().within(actor, "assets.take_journalproposal")
        found = list(rows.filter(pk__in=keys).order_by("pk"))
        if len(found) != len(set(keys)) or not found:
            raise NotAllowed(_("You may not take over these proposals."))
        if taken := next((row for row in found if row.voucher_number), None):
            raise DomainError(
                _("%(line)s was taken over already under voucher %(voucher)s.")
                % {"line": taken, "voucher": taken.voucher_number}
            )
        return JournalProposal.objects.filter(pk__in=[row.pk for row in found]).update(
            voucher_number=number, taken_by=actor, taken_at=clock.now()
        )
