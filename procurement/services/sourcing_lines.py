"""The lines of a sourcing: taken from approved requests, never more than is open (R-PRC-01)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core.errors import DomainError, IllegalTransition
from procurement.models import SEALED, PurchaseRequestLine, Sourcing, SourcingLine

from . import requests
from .sourcing import require_open


@dataclass(frozen=True)
class Chosen:
    """So much of a request line. quantity in its unit; market_price: yuan per unit, as seen elsewhere."""

    request_line: PurchaseRequestLine
    quantity: Decimal
    market_price: Decimal | None = None


def may_rewrite(document: Sourcing) -> bool:
    """Whether head and lines may still be written: not while suppliers are asked, nor after the opening."""
    return document.is_editable and (document.stage == Sourcing.Stage.PREPARING or not document.is_sealed_kind)


def rewrite(document: Sourcing, chosen: Sequence[Chosen]) -> None:
    """Make the lines of a draft what was chosen; inside edit_draft or the transaction that makes the document.

    Raises IllegalTransition once suppliers were asked, DomainError when a line is not open or is named twice.
    """
    if not may_rewrite(document):
        raise IllegalTransition(_("Suppliers were asked already; the lines can no longer be changed."))
    if not chosen:
        raise DomainError(_("Choose at least one line of an approved request."))
    known = {line.request_line_id: line for line in document.lines.all()}
    rows: list[SourcingLine] = []
    for position, wanted in enumerate(chosen, start=1):
        line = known.pop(wanted.request_line.pk, None) or SourcingLine(document=document)
        if any(row.request_line_id == wanted.request_line.pk for row in rows):
            raise DomainError(_("This request line stands here twice."), field="quantity", line=position)
        line.position, line.request_line = position, wanted.request_line
        line.quantity, line.market_price = wanted.quantity, wanted.market_price
        line.compute()
        rows.append(line)
    require_open(document, rows)
    gone = {line.request_line_id: line for line in known.values()}
    touched = {line.request_line.document_id for line in rows}
    touched |= set(PurchaseRequestLine.objects.filter(pk__in=gone).values_list("document", flat=True))
    document.lines.filter(pk__in=[line.pk for line in gone.values()]).delete()
    SourcingLine.objects.bulk_create([line for line in rows if line.pk is None])
    names = ("position", "quantity", "market_price", "amount")
    SourcingLine.objects.bulk_update([line for line in rows if line.pk is not None], names)
    requests.refresh_progress(touched)


def require_rewritable(document: Sourcing, method_before: str) -> None:
    """Refuse another head once suppliers were asked: changing the method is no way to look at sealed prices.

    document: as it is on the disk, but for the typed values; method_before: its method on the disk.
    """
    if document.pk and method_before in SEALED and document.stage != Sourcing.Stage.PREPARING:
        raise IllegalTransition(_("Suppliers were asked already; method and lines can no longer be changed."))


def method_changed(document: Sourcing) -> None:
    """Another method begins anew: what was typed as the result of the old one is dropped."""
    document.lines.update(awarded=None, award_reason="")
    document.quotations.all().delete()
    Sourcing.objects.filter(pk=document.pk).update(stage=Sourcing.Stage.PREPARING)
    document.stage = Sourcing.Stage.PREPARING
