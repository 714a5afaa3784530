"""比价表 as a workbook: what the page shows, one column a supplier."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.generic import View

from core.excel.download import workbook_response
from core.excel.writer import Column, Sheet
from core.views.documents import VisibleDocumentMixin
from core.views.signed_in import SignedInRequest
from procurement.models import Sourcing
from procurement.services.sourcing import lines_of

from .comparison import Comparison, compare
from .sourcing_screens import RELATED, sourcing_facts


def sheet_of(document: Sourcing, comparison: Comparison) -> Sheet:
    """The comparison; excluded offers are named as such in their heading."""
    offers = [
        Column(
            _("%(supplier)s (excluded)") % {"supplier": head.quotation.supplier}
            if head.quotation.excluded
            else head.quotation.supplier.name,
            18,
            "price",
        )
        for head in comparison.heads
    ]
    columns = [
        Column(_("Item"), 26),
        Column(_("Specification"), 20),
        Column(_("Unit"), 8),
        Column(_("Quantity"), kind="quantity"),
        *offers,
        Column(_("Lowest"), kind="price"),
        Column(_("Last price"), kind="price"),
        Column(_("Average of 12 months"), kind="price"),
        Column(_("Market price"), kind="price"),
        Column(_("Estimated price"), kind="price"),
        Column(_("Awarded to"), 24),
        Column(_("Amount"), kind="money", total=True),
        Column(_("Why not the lowest"), 30),
    ]
    facts = "  ".join(f"{label}: {value}" for label, value in sourcing_facts(document) if value)
    title = (_("Comparison of quotations"), f"{document.number or ''} {document.title}".strip(), facts)
    return Sheet(_("Comparison of quotations"), columns, list(_cells(comparison)), title=title)


def _cells(comparison: Comparison) -> Iterator[list[Any]]:
    for row in comparison.rows:
        line, request = row.line, row.line.request_line
        yield [
            row.title,
            request.described,
            request.unit.name,
            line.quantity,
            *(cell.offer.unit_price if cell.offer else None for cell in row.cells),
            row.lowest,
            row.last,
            row.average,
            line.market_price,
            row.estimate,
            line.awarded.quotation.supplier.name if line.awarded else "",
            line.amount if line.awarded else None,
            line.award_reason,
        ]


class ComparisonDownload(VisibleDocumentMixin, View):
    """For whoever sees the sourcing, once its prices may be read; before that it does not exist."""

    model = Sourcing
    related = RELATED

    def get(self, request: SignedInRequest, pk: int) -> HttpResponseBase:
        document = self.find(pk)
        comparison = compare(document, lines_of(document))
        if not comparison.heads:
            raise Http404
        name = _("Comparison of quotations %(number)s") % {"number": document.number or document.title}
        return workbook_response(name, [sheet_of(document, comparison)])
