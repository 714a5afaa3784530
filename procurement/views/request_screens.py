"""What an approver of a purchase request sees on one screen, its paper, and the numbers of the workbench."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.numbers import ZERO
from core.views.printing import DocumentPrintView
from core.views.screens import Screens, register_screens
from core.views.tables import Column
from core.views.workbench import Number, register_numbers, register_under_way
from inventory import selectors
from procurement import request_selectors
from procurement.models import PurchaseRequest

from . import columns as c
from .requests import HISTORY, LINE_RELATED, charge_facts, line_words, papers_words, plan_words, shown_history

ON_HAND = Column("on_hand", gettext_lazy("On hand"), "quantity")
ON_ORDER = Column("on_order", gettext_lazy("On order"), "quantity")


def add_circumstances(document: Any, lines: list[Any]) -> None:
    """Beside the lines: what was paid before, what is on hand and on order (in their units), what lies idle."""
    organization = document.organization_id
    shown_history(organization, lines)
    items = {line.item_id for line in lines if line.item_id}
    stock, ordered = selectors.house_stock(organization, items), request_selectors.on_order(organization, items)
    idle = request_selectors.idle_for(organization, lines)
    for line in lines:
        line.on_hand = stock.get(line.item_id, (ZERO, ZERO))[0] / line.factor if line.item_id else None
        line.on_order = ordered.get(line.item_id, ZERO) / line.factor if line.item_id else None
        things = _(", ").join(request_selectors.idle_words(thing) for thing in idle.get(line.pk, ()))
        words = [_("idle: %(things)s") % {"things": things}] if things else []
        line.note = " · ".join([*words, str(line.get_treatment_display()), line_words(line)]).removesuffix(" · ")


def _facts(document: Any) -> list[tuple[Any, Any]]:
    lines = list(document.lines.all())
    return [
        (_("Plan"), plan_words(document)),
        (_("Urgent"), document.urgent_reason if document.urgent else ""),
        (_("Papers"), papers_words(document) if document.urgent else ""),
        (_("Needed by"), f"{document.needed_by:%Y-%m-%d}" if document.needed_by else ""),
        *charge_facts(document, lines),
        (_("Comes from"), document.source_reference and f"{document.get_source_display()} {document.source_reference}"),
    ]


def _preview(document: Any) -> str:
    words = c.preview(list(document.lines.all()))
    marks = [
        str(text) for on, text in ((document.urgent, _("Urgent")), (document.outside_plan, _("Outside the plan"))) if on
    ]
    return " · ".join([*marks, words])


register_screens(
    Screens(
        PurchaseRequest,
        related=("department", "created_by"),
        prefetch=("lines__item",),
        purpose=lambda document: document.purpose,
        preview=_preview,
        facts=_facts,
        approval_columns=(
            *(c.THING_IN_FULL, c.AMOUNT_ASKED, c.PRICE, replace(c.LINE_AMOUNT, total=False)),
            *(*HISTORY, ON_HAND, ON_ORDER),
        ),
        line_related=LINE_RELATED,
        prepare=add_circumstances,
    )
)


class PurchaseRequestPaper(DocumentPrintView):
    model = PurchaseRequest
    related = ("organization", "department", "created_by")
    line_related = LINE_RELATED
    copies = ()
    columns = (
        replace(c.CODE, css="w-10"),
        replace(c.THING, css="w-22"),
        replace(c.SPECIFICATION, css="w-17"),
        replace(c.UNIT, css="w-6"),
        replace(c.QUANTITY, css="w-10"),
        replace(c.PRICE, css="w-14"),
        replace(c.LINE_AMOUNT, css="w-16"),
    )

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        lines = list(document.lines.all())
        paid = [f"{charge.allotment}" for charge in request_selectors.charges(document, lines)]
        return [
            (_("Department"), document.department),
            (_("Date"), f"{document.business_date:%Y-%m-%d}"),
            (_("Needed by"), f"{document.needed_by:%Y-%m-%d}" if document.needed_by else ""),
            (_("Purpose"), document.purpose),
            (_("Budget"), _(", ").join(paid)),
            (_("Plan"), plan_words(document)),
            (_("Urgent"), document.urgent_reason if document.urgent else ""),
        ]


def paper_numbers(user: Any) -> Iterator[Number]:
    """For those who see requests: papers of urgent purchases that are overdue."""
    if user.has_perm("procurement.view_purchaserequest"):
        overdue = request_selectors.papers_outstanding(user).filter(papers_due__lt=clock.today()).count()
        if overdue:
            yield Number(_("Papers of urgent purchases overdue"), overdue, reverse("urgent_papers"), warns=True)


register_numbers(paper_numbers)
DONE = (PurchaseRequest.Progress.RECEIVED, PurchaseRequest.Progress.CLOSED)
register_under_way(PurchaseRequest, lambda rows: rows.exclude(progress__in=DONE))
