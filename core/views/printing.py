"""A document on paper: black lines, the same places people have signed in for twenty years."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core import clock
from core.documents.lifecycle import Status
from core.documents.models import Decision, DocumentEvent
from core.documents.routes import signatures_of
from core.documents.services import events_of
from core.numbers import ZERO
from core.printing import PAPERS, Form, Paper, cut, fitted
from core.templatetags.display import capital_amount, cell
from core.views.signed_in import SignedInRequest

from .documents import VisibleDocumentMixin, url_of
from .tables import Column

SESSION_KEY = "paper"
COPIES = (gettext_lazy("stub"), gettext_lazy("finance"), gettext_lazy("department"))
PLACE_SHARE = 0.05  # of the width: the column of line numbers
TURNED_RED = ("quantity", "money")
TO_FILL = replace(PAPERS["a4"], height=PAPERS["a4"].height - 22)
"""Beneath the lines of every sheet to fill stands the code that opens the same on a phone."""


def shares_of(columns: Sequence[Column]) -> list[float]:
    """The part of the width that each column gets, the column of line numbers first; css "w-12" is twelve percent.

    Columns that want more than there is are made narrower alike, as the browser does.
    """
    wanted = [int(c.css.removeprefix("w-")) / 100 if c.css.startswith("w-") else None for c in columns]
    asked = sum(share for share in wanted if share)
    if asked > 1 - PLACE_SHARE:
        wanted = [share and share * (1 - PLACE_SHARE) / asked for share in wanted]
    free = max(1 - PLACE_SHARE - asked, 0)
    each = free / max(wanted.count(None), 1)
    return [PLACE_SHARE, *(each if share is None else share for share in wanted)]


@dataclass(frozen=True)
class SheetToFill:
    """A list that is carried through the house and filled by hand: what it shows, and beside what people sign.

    opened: when the list was made, as text; it stands for the number as long as there is none. phone_url: the page
    that fills the same list, behind the code on every sheet.
    """

    title: Any
    opened: str
    phone_url: str
    columns: Sequence[Column]
    facts: list[tuple[Any, Any]]
    places: list[tuple[Any, Any]]

    def context(self, document: Any, lines: Sequence[Any], user: Any) -> dict[str, Any]:
        """What a template that extends generic/print.html needs to show the lines of a document, cut into sheets."""
        headings = ["", *(str(column.label) for column in self.columns)]
        form = Form(TO_FILL, shares_of(self.columns), self.facts, self.places, headings=headings)
        rows = [[column.of(line) for column in self.columns] for line in lines]
        texts = [["", *(str(cell(c, value)) for c, value in zip(self.columns, row, strict=True))] for row in rows]
        form, letters = fitted(form, texts)
        return {
            "paper": TO_FILL.code,
            "letters": letters,
            "organization_name": document.organization,
            "title": self.title,
            "number": document.number or self.opened,
            "facts": self.facts,
            "columns": self.columns,
            "sheets": cut(form, rows, texts, [None] * len(rows)),
            "line_count": len(rows),
            "total_amount": None,
            "signature_places": self.places,
            "copies": [""],
            "made_by": user,
            "made_at": clock.now(),
            "qr": self.phone_url,
            "back_url": url_of(document),
        }


@dataclass(frozen=True)
class Choice:
    """What is wanted on paper. red: the mirror image of a reversed document (红字); every_copy: one sheet a copy."""

    paper: Paper
    red: bool = False
    every_copy: bool = False

    def address(self, **changes: Any) -> str:
        """The address of the same paper with something changed."""
        wanted = {"paper": self.paper.code, "red": self.red, "copies": self.every_copy, **changes}
        return "?" + urlencode({name: "1" if value is True else value for name, value in wanted.items() if value})


class DocumentPrintView(VisibleDocumentMixin, View):
    """Prints a numbered document; ?paper=half (241 x 140 mm), a5 or a4; &red=1: its reversal; &copies=1: every copy.

    The size last used is remembered for the session.
    """

    related: tuple[str, ...] = ("organization", "department", "created_by", "warehouse")
    columns: Sequence[Column] = ()
    line_related: tuple[str, ...] = ("item__unit", "unit")
    with_amount = True
    copies: Sequence[Any] = COPIES
    title: Any = ""
    usual_paper = ""
    """The size of a kind that always has the same one (a contract on A4); "" takes the one last used."""

    def lines_of(self, document: Any) -> list[Any]:
        """What the rows are made of."""
        return list(document.lines.select_related(*self.line_related))

    def back_url(self, document: Any) -> str:
        return url_of(document)

    def title_of(self, document: Any) -> Any:
        """The heading: that of the kind, unless it depends on the document."""
        return self.title or document._meta.verbose_name

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

    def columns_for(self, document: Any) -> Sequence[Column]:
        """The columns on the paper of this document."""
        return self.columns

    def prepare(self, document: Any, lines: list[Any]) -> None:
        """Read at once what the columns of the lines need beside `line_related`."""

    def approvers(self, document: Any) -> str:
        """Who approved the document in its last round, substitutes with whom they stood for; or why nobody had to."""
        rows = signatures_of(document).filter(decision=Decision.APPROVED).select_related("signed_by", "principal")
        last = max((row.round for row in rows), default=0)
        names = _(", ").join(_signer(row) for row in rows if row.round == last)
        if names or document.status not in (Status.APPROVED, Status.POSTED, Status.REVERSED):
            return names
        event = events_of(document).filter(step="approve").last()
        return _("automatic: %(why)s") % {"why": event.reason} if event and event.reason else ""

    def reversed_on(self, document: Any, event: DocumentEvent) -> dt.date:
        """The day a reversal is booked on."""
        return timezone.localdate(event.at)

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.find(pk)
        if not document.number:
            messages.info(request, _("A draft has no number yet; submit it before it is printed."))
            return redirect(self.back_url(document))
        choice = self._choice(document)
        if not self.usual_paper:
            request.session[SESSION_KEY] = choice.paper.code
        return render(request, "generic/print.html", self._context(document, choice))

    def _choice(self, document: Any) -> Choice:
        asked = self.request.GET
        usual = self.usual_paper or self.request.session.get(SESSION_KEY, "")
        paper = PAPERS.get(asked.get("paper", "")) or PAPERS.get(usual)
        return Choice(
            paper or PAPERS["half"],
            red=asked.get("red") == "1" and _is_reversed(document),
            every_copy=asked.get("copies") == "1" and bool(self.copies),
        )

    def _context(self, document: Any, choice: Choice) -> dict[str, Any]:
        lines = self.lines_of(document)
        self.prepare(document, lines)
        columns = list(self.columns_for(document))
        shown = self.printed(lines)
        rows = [[_turned(column, column.of(line), choice.red) for column in columns] for line in shown]
        amounts = [_signed(self.amount_of(line), choice.red) if self.with_amount else None for line in shown]
        total = sum((amount or ZERO for amount in amounts), ZERO) if self.with_amount else None
        facts = self.facts(document) + (self._red_facts(document) if choice.red else [])
        facts = [(label, value) for label, value in facts if value not in (None, "")]
        places = self.places(document)
        remark = document.note and _("Note: %(note)s") % {"note": document.note}
        words = "" if total is None else _("Total in capitals: %(words)s") % {"words": capital_amount(total)}
        form = Form(
            choice.paper, shares_of(columns), facts, places, remark, ["", *(str(c.label) for c in columns)], words
        )
        texts = [["", *(str(cell(c, value)) for c, value in zip(columns, row, strict=True))] for row in rows]
        form, letters = fitted(form, texts)
        return {
            "paper": choice.paper.code,
            "letters": letters,
            "red": choice.red,
            "organization_name": document.organization,
            "title": self.title_of(document),
            "number": document.number,
            "code": document.number,
            "facts": facts,
            "columns": columns,
            "sheets": cut(form, rows, texts, amounts),
            "line_count": len(lines),
            "total_amount": total,
            "capitals": words,
            "total_place": next((n for n, c in enumerate(columns) if c.key == "amount"), len(columns) - 1),
            "signature_places": places,
            "remark": remark,
            "state_word": self._state_word(document, choice),
            "copies": self._copies(choice),
            "made_by": self.request.user,
            "made_at": clock.now(),
            "choices": self._choices(document, choice),
            "back_url": self.back_url(document),
        }

    def _red_facts(self, document: Any) -> list[tuple[Any, Any]]:
        event = events_of(document).filter(step="reverse").last()
        if event is None:
            return []
        day = self.reversed_on(document, event)
        return [
            (_("Reversed on"), f"{day:%Y-%m-%d}"),
            (_("Reversed by"), event.actor),
            (_("Reason of the reversal"), event.reason),
        ]

    def _copies(self, choice: Choice) -> list[str]:
        """The remark at the foot of each set of sheets: which copy it is, or what the copies are."""
        names = [_("copy %(number)d: %(name)s") % {"number": n, "name": name} for n, name in enumerate(self.copies, 1)]
        return names if choice.every_copy else ["　".join(names)]

    def _choices(self, document: Any, choice: Choice) -> list[list[dict[str, Any]]]:
        """Groups of links above the paper: sizes, copies, and the red paper of a reversed document."""
        groups = [
            [
                {"label": paper.label, "url": choice.address(paper=code), "current": paper is choice.paper}
                for code, paper in PAPERS.items()
            ]
        ]
        if self.copies and not choice.paper.carbon:
            groups.append(
                [
                    {"label": _("One copy"), "url": choice.address(copies=False), "current": not choice.every_copy},
                    {"label": _("Every copy"), "url": choice.address(copies=True), "current": choice.every_copy},
                ]
            )
        if _is_reversed(document):
            groups.append(
                [
                    {"label": _("The paper itself"), "url": choice.address(red=False), "current": not choice.red},
                    {"label": _("Its reversal in red"), "url": choice.address(red=True), "current": choice.red},
                ]
            )
        return groups

    def _state_word(self, document: Any, choice: Choice) -> str:
        if choice.red:
            return ""
        if document.status in (Status.CANCELLED, Status.REVERSED):
            return str(document.get_status_display())
        return "" if document.status in (Status.APPROVED, Status.POSTED) else _("not valid")


def _is_reversed(document: Any) -> bool:
    """Rows that are no document, such as rejected goods, have no status."""
    return getattr(document, "status", "") == Status.REVERSED


def _signer(signature: Any) -> str:
    """李主任, or 李主任 (for 王主任)."""
    if signature.principal is None:
        return str(signature.signed_by)
    return _("%(name)s (for %(principal)s)") % {"name": signature.signed_by, "principal": signature.principal}


def _signed(amount: Decimal | None, red: bool) -> Decimal | None:
    return -amount if red and amount is not None else amount


def _turned(column: Column, value: Any, red: bool) -> Any:
    """Quantities and amounts of a reversal are negative; prices and words stay."""
    return _signed(value, red) if column.kind in TURNED_RED else value
