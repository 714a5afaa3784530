"""Finding a supplier: what a sourcing has to be before it is proposed and approved (docs/procurement-sourcing.md)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from core import clock, policies
from core.documents.lifecycle import Status
from core.errors import DomainError
from core.models import Attachment
from core.numbers import ZERO, plain
from directory.models import Supplier
from procurement import figures, framework_selectors
from procurement.models import NUMBERED, Method, Sourcing, SourcingLine
from procurement.sourcing_selectors import LINE_RELATED, counting, lowest_prices, offers_of, taken_of

from . import methods, requests, splitting
from .independence import independent_count
from .reservations import lock_request_lines
from .supplier_checks import problems_of

Stage = Sourcing.Stage


def lines_of(document: Sourcing) -> list[SourcingLine]:
    """The lines with everything that rules and screens read, in order; one statement."""
    return list(document.lines.select_related(*LINE_RELATED).order_by("position", "id"))


def require_open(document: Sourcing, lines: Sequence[SourcingLine]) -> None:
    """What the lines take is still open, in approved requests and beside all other living sourcings.

    Locks the request lines: two who take from the same line wait for each other. Raises DomainError naming the line.
    """
    keys = {line.request_line_id for line in lines}
    locked = lock_request_lines(keys)
    taken = taken_of(keys, besides=document.pk)
    for line in lines:
        request = locked[line.request_line_id]
        if request.document.status != Status.APPROVED or request.document.organization_id != document.organization_id:
            raise DomainError(
                _("%(request)s is not approved; nothing of it can be sourced.") % {"request": request.document},
                field="quantity",
                line=line.position,
            )
        left = request.open_quantity - taken.get(request.pk, ZERO)
        if line.quantity > left:
            raise DomainError(
                _("%(name)s: %(wanted)s wanted, but only %(left)s are neither ordered nor in another sourcing.")
                % {"name": request.title, "wanted": plain(line.quantity), "left": plain(max(left, ZERO))},
                field="quantity",
                line=line.position,
            )


def quotations_at_least(document: Sourcing) -> int:
    """How many independent quotations an enquiry of this day needs."""
    return int(policies.value_of(figures.QUOTATIONS_AT_LEAST, document.organization_id, document.business_date))


def require_enough(document: Sourcing, suppliers: Sequence[Supplier], sentence: Any) -> None:
    """Refuse an enquiry with too few independent suppliers, naming who is tied to whom (R-PRC-06).

    sentence: with the placeholders least and count.
    """
    least = quotations_at_least(document)
    count, ties = independent_count(suppliers)
    if count < least:
        words = " ".join(tie.sentence() for tie in ties)
        raise DomainError(f"{sentence % {'least': least, 'count': count}} {words}".strip(), code="R-PRC-06")


def check(document: Sourcing, *, actor: Any) -> None:
    """Everything that has to be true before an award is proposed. Raises DomainError naming line and field."""
    lines = lines_of(document)
    if not lines:
        raise DomainError(_("Enter at least one line."))
    if document.stage == Stage.FAILED:
        raise DomainError(_("This sourcing failed; begin a new round."))
    if not document.is_open:
        raise DomainError(_("Open the quotations first."))
    _check_awards(document, lines)
    for line in lines:
        line.compute()
    wanted = methods.wanted_lines(lines)
    methods.require_allowed(document, wanted)
    splitting.require_no_splitting(document, wanted)
    _check_papers(document)
    if document.method == Method.FRAMEWORK:
        _check_agreed(document, lines)
    require_open(document, lines)


def check_again(document: Sourcing, *, actor: Any) -> None:
    """The same at the last signature, while nobody else approves what counts against the same limits (R-PRC-04)."""
    splitting.lock_year(document.organization_id)
    check(document, actor=actor)


def _check_awards(document: Sourcing, lines: Sequence[SourcingLine]) -> None:
    offers = offers_of(document)
    valid = counting(offers)
    if document.is_sealed_kind:
        require_enough(
            document,
            [row.quotation.supplier for row in valid],
            _("An enquiry needs %(least)d independent quotations that count; there are %(count)d. Begin a new round."),
        )
    lowest = lowest_prices(offers)
    chosen = {line.awarded.quotation_id for line in lines if line.awarded}
    categories = methods.categories_of(line.request_line for line in lines)
    problems = problems_of(
        [row.quotation.supplier for row in offers if row.quotation.pk in chosen], categories.values(), clock.today()
    )
    for line in lines:
        awarded = line.awarded
        where: dict[str, Any] = {"field": "awarded", "line": line.position}
        if awarded is None:
            raise DomainError(_("Choose the offer that gets this line."), **where)
        if awarded.line_id != line.pk or awarded.quotation.excluded:
            raise DomainError(_("The chosen offer is excluded; choose another."), **where)
        supplier = awarded.quotation.supplier
        if supplier.pk in problems:
            raise DomainError(" ".join(problems[supplier.pk]), code="R-PRC-09", **where)
        require_reason(line, awarded.unit_price, lowest[line.pk], line.award_reason)


def require_reason(line: SourcingLine, price: Decimal, lowest: Decimal, reason: str) -> None:
    """A price (yuan per unit) above the lowest that counts is chosen with a reason. Raises DomainError (R-PRC-08)."""
    if price > lowest and not reason.strip():
        raise DomainError(
            _("%(name)s: %(price)s yuan is not the lowest price (%(lowest)s); say why it is chosen.")
            % {"name": line.request_line.title, "price": plain(price), "lowest": plain(lowest)},
            code="R-PRC-08",
            field="award_reason",
            line=line.position,
        )


def _check_papers(document: Sourcing) -> None:
    """What was decided elsewhere brings its number and the paper that says so. Raises DomainError."""
    if document.method not in NUMBERED:
        return
    if not document.external_number.strip():
        raise DomainError(
            _("%(method)s: enter the number of the tender or of the central purchase.")
            % {"method": document.get_method_display()},
            field="external_number",
        )
    kind = ContentType.objects.get_for_model(Sourcing)
    if not Attachment.objects.filter(content_type=kind, object_id=document.pk).exists():
        raise DomainError(
            _("%(method)s: attach the notice of the result before you submit this.")
            % {"method": document.get_method_display()}
        )


def _check_agreed(document: Sourcing, lines: Sequence[SourcingLine]) -> None:
    """Each line at most at the price that an agreement in force grants. Raises DomainError."""
    items = {line.request_line.item_id for line in lines if line.request_line.item_id}
    agreed = framework_selectors.prices_for(document.organization_id, items, document.business_date)
    for line in lines:
        request, awarded = line.request_line, line.awarded
        rows = agreed.get(request.item_id or 0, [])
        per_unit = [
            row.unit_price / row.factor * request.factor
            for row in rows
            if awarded and row.document.supplier_id == awarded.quotation.supplier_id
        ]
        if awarded is None or not per_unit or awarded.unit_price > max(per_unit):
            raise DomainError(
                _("%(name)s: no agreement in force grants this price; choose another method or correct the price.")
                % {"name": request.title},
                field="awarded",
                line=line.position,
            )


def write_amounts(document: Sourcing, *, actor: Any) -> None:
    """Write what the proposed award costs on every line."""
    lines = lines_of(document)
    for line in lines:
        line.compute()
    SourcingLine.objects.bulk_update(lines, ("amount",))


def require_nothing_ordered(document: Sourcing, *, actor: Any) -> None:
    """A sourcing that something was ordered from is not taken back. Raises DomainError.

    Its lines are locked first: an order that is being placed on them is seen, or sees that the award is gone.
    """
    locked = document.lines.select_for_update(of=("self",)).order_by("pk")
    if any(list(locked.values_list("ordered_quantity", flat=True))):
        raise DomainError(
            _("Something of %(document)s is ordered already; cancel the order first.") % {"document": document}
        )


def require_unopened(document: Sourcing, *, actor: Any) -> None:
    """What was opened is evidence: such a draft is cancelled, never deleted (R-PRC-16). Raises DomainError."""
    if document.opened_at is not None:
        raise DomainError(
            _("The quotations of %(document)s were opened; cancel it instead of deleting it.") % {"document": document}
        )


def let_go_of_lines(document: Sourcing, *, actor: Any) -> None:
    """The draft is about to be deleted: its lines go first, so that the requests behind them are open again."""
    keys = set(document.lines.values_list("request_line__document", flat=True))
    document.lines.all().delete()
    requests.refresh_progress(keys)


def refresh_requests(document: Sourcing, *, actor: Any) -> None:
    """The requests behind a sourcing are sourced no longer, or again."""
    requests.refresh_progress(set(document.lines.values_list("request_line__document", flat=True)))
