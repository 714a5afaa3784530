"""Finding a supplier: what each method demands, sealed quotations, the award."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import DomainError
from procurement.models import Sourcing, SourcingLine

Stage = Sourcing.Stage


def lines_of(document: Sourcing) -> list[SourcingLine]:
    rows = document.lines.select_related(
        "request_line__item__unit", "request_line__unit", "request_line__document", "awarded__quotation__supplier"
    )
    return list(rows.order_by("position", "id"))


def check(document: Sourcing, *, actor: Any) -> None:
    """Opened, and every line awarded to an offer that counts. Raises DomainError."""
    lines = lines_of(document)
    if not lines:
        raise DomainError(_("Enter at least one line."))
    if not document.is_open:
        raise DomainError(_("Open the quotations first."))
    for line in lines:
        if line.awarded is None:
            raise DomainError(_("Choose the offer that gets this line."), field="awarded", line=line.position)


def write_amounts(document: Sourcing, *, actor: Any) -> None:
    """Write what the proposed award costs on every line."""
    lines = lines_of(document)
    for line in lines:
        line.compute()
    SourcingLine.objects.bulk_update(lines, ("amount",))
