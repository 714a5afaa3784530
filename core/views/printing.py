"""A document on paper: black lines, the same places people have signed in for twenty years."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from core.documents.lifecycle import Status
from core.documents.models import Decision
from core.documents.routes import signatures_of
from core.views.signed_in import SignedInRequest

from .documents import VisibleDocumentMixin, url_of
from .tables import Column

PAPERS = {"half": 8, "a5": 10, "a4": 24}


class DocumentPrintView(VisibleDocumentMixin, View):
    """Prints a numbered document; ?paper=half (241 x 140 mm), a5 or a4."""

    related: tuple[str, ...] = ("organization", "department", "created_by", "warehouse")
    columns: Sequence[Column] = ()
    line_related: tuple[str, ...] = ("item__unit", "unit")
    with_amount = True
    title: Any = ""

    def prepare(self, document: Any, lines: list[Any]) -> None:
        """Read at once what the columns of the lines need."""

    def amount_of(self, line: Any) -> Any:
        """Yuan of a line, for the total in capitals."""
        return line.amount

    def printed(self, lines: list[Any]) -> list[Any]:
        """What stands in the rows of the paper: the lines, unless a kind says more about each."""
        return lines

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        """What stands above the lines."""
        return [(_("Department"), document.department), (_("Date"), f"{document.business_date:%Y-%m-%d}")]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        """Where people sign: (label, name printed beside it or "")."""
        return [(_("Prepared by"), document.created_by), (_("Approved by"), self.approvers(document))]

    def approvers(self, document: Any) -> str:
        """Who approved the document in its last round, by name."""
        rows = signatures_of(document).filter(decision=Decision.APPROVED).select_related("signed_by")
        last = max((row.round for row in rows), default=0)
        return _(", ").join(str(row.signed_by) for row in rows if row.round == last)

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.find(pk)
        if not document.number:
            messages.info(request, _("A draft has no number yet; submit it before it is printed."))
            return redirect(url_of(document))
        lines = list(document.lines.select_related(*self.line_related))
        self.prepare(document, lines)
        paper = request.GET.get("paper", "half")
        paper = paper if paper in PAPERS else "half"
        total = sum((self.amount_of(line) or 0 for line in lines), 0) if self.with_amount else None
        context = {
            "paper": paper,
            "per_sheet": PAPERS[paper],
            "organization_name": document.organization,
            "title": self.title or document._meta.verbose_name,
            "number": document.number,
            "code": document.number,
            "facts": self.facts(document),
            "columns": self.columns,
            "rows": [[column.of(line) for column in self.columns] for line in self.printed(lines)],
            "total_amount": total,
            "signature_places": self.places(document),
            "remark": document.note,
            "state_word": self._state_word(document),
            "back_url": url_of(document),
        }
        return render(request, "generic/print.html", context)

    def _state_word(self, document: Any) -> str:
        if document.status in (Status.CANCELLED, Status.REVERSED):
            return str(document.get_status_display())
        return "" if document.status in (Status.APPROVED, Status.POSTED) else _("not valid")
