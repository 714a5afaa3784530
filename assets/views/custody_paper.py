"""The paper of a hand-over, with a line for either side to sign."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import CustodyChange
from core.documents.lifecycle import Status
from core.views.printing import DocumentPrintView
from core.views.tables import Column

from .custody import HEAD, LINE_RELATED, facts_of, filled

Kind = CustodyChange.Kind
TITLES = {
    Kind.ISSUE: gettext_lazy("Issue of assets"),
    Kind.RETURN: gettext_lazy("Return of assets"),
    Kind.TRANSFER: gettext_lazy("Transfer of assets"),
    Kind.USER: gettext_lazy("Hand-over of assets"),
    Kind.LOAN: gettext_lazy("Loan of assets"),
    Kind.LOAN_RETURN: gettext_lazy("Return of lent assets"),
}


class CustodyPaper(DocumentPrintView):
    model = CustodyChange
    related = ("organization", "department", "created_by", "loan", *HEAD)
    line_related = ("asset__category", *LINE_RELATED)
    copies = (gettext_lazy("stub"), gettext_lazy("handing side"), gettext_lazy("receiving side"))
    columns = (
        Column("number", gettext_lazy("Asset number"), "code", "asset.number", css="w-15"),
        Column("name", gettext_lazy("Asset name"), value="asset.name", css="w-18"),
        Column("specification", gettext_lazy("Specification"), value="asset.specification", css="w-14"),
        Column("unit", gettext_lazy("Unit"), value="asset.unit", css="w-6"),
        Column("quantity", gettext_lazy("Quantity"), "quantity", "asset.quantity", css="w-8"),
        Column("amount", gettext_lazy("Original value"), "money", "asset.original_value", css="w-12"),
        Column("place", gettext_lazy("Place"), value=lambda line: line.place or line.asset.place, css="w-12"),
        Column("condition", gettext_lazy("Condition"), css="w-10"),
    )

    def title_of(self, document: Any) -> Any:
        return TITLES[document.kind]

    def amount_of(self, line: Any) -> Any:
        return line.asset.original_value

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        facts = [(label, value["value"] if isinstance(value, dict) else value) for label, value in facts_of(document)]
        return [*filled(facts[1:]), (_("Date"), f"{document.business_date:%Y-%m-%d}")]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        """Names only where the person has confirmed; a borrower outside signs by hand."""
        done = document.status in (Status.POSTED, Status.REVERSED)
        handed = document.hander if done or document.submitter_id == document.hander_id else ""
        taken = document.receiver if done or document.submitter_id == document.receiver_id else ""
        return [
            (_("Prepared by"), document.created_by),
            (_("Hands over"), handed or ""),
            (_("Takes over"), taken or ""),
            (_("Asset manager"), ""),
        ]
