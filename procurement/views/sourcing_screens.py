"""How a sourcing shows itself to its approvers, on paper and on the workbench."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.views.documents import url_of
from core.views.printing import DocumentPrintView
from core.views.screens import Screens, register_screens
from core.views.tables import Column
from core.views.workbench import Number, register_numbers
from procurement.models import NUMBERED, Sourcing
from procurement.services import splitting
from procurement.services.quotations import when
from procurement.services.sourcing import lines_of
from procurement.sourcing_selectors import LINE_RELATED, untouched_lines

from .columns import preview
from .comparison import Comparison, compare

RELATED = ("organization", "department", "created_by", "opened_by", "witness", "previous")


def thing(line: Any) -> str:
    return f"{line.request_line.title} {line.request_line.described}".strip()


def sourcing_facts(document: Any) -> list[tuple[Any, Any]]:
    """Method, its reason, deadline and opening: what an approver has to know besides the lines."""
    opened = ""
    if document.opened_at:
        words = {"moment": when(document.opened_at), "buyer": document.opened_by, "witness": document.witness}
        opened = _("%(moment)s by %(buyer)s, witness %(witness)s") % words
    elif document.waits_for_witness:
        opened = _("waits for %(witness)s") % {"witness": document.witness}
    return [
        (_("Method"), document.get_method_display()),
        (_("Justification"), document.method_reason),
        (_("Number of the tender"), document.external_number if document.method in NUMBERED else ""),
        (_("Quotations until"), when(document.deadline) if document.deadline else ""),
        (_("Opened"), opened),
        (_("Why it failed"), document.failed_reason),
    ]


def approval_facts(document: Any) -> list[tuple[Any, Any]]:
    """The same, with what the year bought of the same kind (R-PRC-04) and who was left out why."""
    left_out = [
        f"{row.supplier}: {row.excluded_reason}"
        for row in document.quotations.filter(excluded=True).select_related("supplier")
    ]
    found = [*sourcing_facts(document), (_("Excluded offers"), "；".join(left_out))]
    sentences = splitting.warnings(document)
    return [*found, (_("Purchases of this year"), " ".join(sentences))] if sentences else found


def prepare_comparison(document: Any, lines: list[Any]) -> None:
    """Put the comparison on the lines, for the approver's screen."""
    full = {line.pk: line for line in lines_of(document)}
    comparison = compare(document, [full[line.pk] for line in lines])
    for line, row in zip(lines, comparison.rows, strict=True):
        line.compared = row


def _compared(name: str) -> Any:
    return lambda line: getattr(line.compared, name)


APPROVAL = (
    Column("request", gettext_lazy("Purchase request"), "code", "request_line.document.number"),
    Column("item", gettext_lazy("Item"), value=thing),
    Column("quantity", gettext_lazy("Quantity"), "quantity"),
    Column("unit", gettext_lazy("Unit"), value="request_line.unit"),
    Column("supplier", gettext_lazy("Awarded to"), value=lambda line: line.awarded and line.awarded.quotation.supplier),
    Column("price", gettext_lazy("Price"), "price", lambda line: line.awarded and line.awarded.unit_price),
    Column("lowest", gettext_lazy("Lowest"), "price", _compared("lowest")),
    Column("estimate", gettext_lazy("Estimated price"), "price", "request_line.unit_price"),
    Column("last", gettext_lazy("Last price"), "price", _compared("last")),
    Column("market_price", gettext_lazy("Market price"), "price"),
    Column("offers", gettext_lazy("All offers"), value=_compared("words")),
    Column("reason", gettext_lazy("Why not the lowest"), value="award_reason"),
    Column("amount", gettext_lazy("Amount"), "money", total=True),
)


register_screens(
    Screens(
        Sourcing,
        related=RELATED[1:],
        prefetch=("lines__request_line__item",),
        purpose=lambda document: f"{document.title} · {document.get_method_display()}",
        preview=lambda document: preview(list(document.lines.all()), title="request_line.title"),
        facts=approval_facts,
        approval_columns=APPROVAL,
        line_related=(
            *("request_line__item", "request_line__unit", "request_line__document"),
            "awarded__quotation__supplier",
        ),
        prepare=prepare_comparison,
    )
)


class SourcingPaper(DocumentPrintView):
    """比价表. One column a supplier; more than four are told in words."""

    model = Sourcing
    related = RELATED
    line_related = LINE_RELATED
    title = gettext_lazy("Comparison of quotations")

    def prepare(self, document: Any, lines: list[Any]) -> None:
        self.comparison: Comparison = compare(document, lines)
        for line, row in zip(lines, self.comparison.rows, strict=True):
            line.compared = row

    def columns_for(self, document: Any) -> Sequence[Column]:
        heads = self.comparison.heads
        named = [
            Column(
                f"offer{place}",
                head.quotation.supplier.name,
                "price",
                partial(_price_at, place=place),
                css="w-8",
            )
            for place, head in enumerate(heads)
        ]
        if len(heads) > 4:
            named = [Column("offers", gettext_lazy("All offers"), value=_compared("words"), css="w-24")]
        return (
            Column(
                "item",
                gettext_lazy("Item"),
                value=thing,
            ),
            Column("unit", gettext_lazy("Unit"), value="request_line.unit", css="w-5"),
            Column("quantity", gettext_lazy("Quantity"), "quantity", css="w-6"),
            *named,
            Column("last", gettext_lazy("Last price"), "price", _compared("last"), css="w-7"),
            Column("market_price", gettext_lazy("Market price"), "price", css="w-7"),
            Column(
                "supplier",
                gettext_lazy("Awarded to"),
                value=lambda line: line.awarded and line.awarded.quotation.supplier,
                css="w-11",
            ),
            Column("amount", gettext_lazy("Amount"), "money", css="w-9"),
            Column("reason", gettext_lazy("Why not the lowest"), value="award_reason", css="w-9"),
        )

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [(_("Title"), document.title), *sourcing_facts(document), *super().facts(document)]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        return [*super().places(document), (_("Witness"), document.witness or "")]


def _price_at(line: Any, place: int) -> Any:
    cell = line.compared.cells[place]
    return cell.offer.unit_price if cell.offer else None


def sourcing_numbers(user: Any) -> Any:
    """For buyers: open lines that nobody sources yet; for a witness: openings that wait for him."""
    waiting = Sourcing.objects.filter(witness=user.pk, opened_at=None, status="draft")
    if count := waiting.count():
        first = waiting.order_by("pk").first()
        yield Number(_("Openings to witness"), count, url_of(first) if first else None, warns=True)
    if user.has_perm("procurement.add_sourcing") and (count := untouched_lines(user).count()):
        yield Number(_("Lines to source"), count, reverse("sourcing_choose"))


register_numbers(sourcing_numbers)
