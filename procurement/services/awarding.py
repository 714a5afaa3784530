"""Who gets a line: exclusions, the award and its reason (R-PRC-08), results of methods carried out elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from core import clock
from core.documents.services import edit_draft
from core.errors import DomainError, IllegalTransition
from core.numbers import price
from directory.models import Supplier
from procurement import framework_selectors
from procurement.models import Method, Quotation, QuotationLine, Sourcing, SourcingLine
from procurement.sourcing_selectors import lowest_prices, offers_of

from . import methods
from .quotations import Offer, own_event, write_quotation
from .sourcing import lines_of, require_reason
from .supplier_checks import require_eligible

Stage = Sourcing.Stage


@dataclass(frozen=True)
class Choice:
    """The offer that gets a line (None: nobody yet), and why when it is not the lowest."""

    offer: int | None
    reason: str = ""


def _require_opened(document: Sourcing) -> None:
    if document.is_sealed_kind and document.opened_at is None:
        raise IllegalTransition(_("Open the quotations first."))
    if document.stage == Stage.FAILED:
        raise IllegalTransition(_("This sourcing failed; begin a new round."))


def exclude(document: Sourcing, quotation: Quotation, *, reason: str, actor: Any) -> None:
    """An opened offer does not meet the need: it neither counts nor is awarded. Raises DomainError without a reason."""
    if not reason.strip():
        raise DomainError(_("Say why this offer does not meet the need."), field="reason")
    with edit_draft(document, actor=actor, step="") as fresh:
        _require_opened(fresh)
        _set_excluded(fresh, quotation, excluded=True, reason=reason.strip()[:200])
        fresh.lines.filter(awarded__quotation=quotation).update(awarded=None, award_reason="")
        text = _("%(supplier)s: %(reason)s") % {"supplier": quotation.supplier, "reason": reason.strip()}
        own_event(fresh, "exclude", actor, text)


def include(document: Sourcing, quotation: Quotation, *, actor: Any) -> None:
    """Let an excluded offer count again."""
    with edit_draft(document, actor=actor, step="") as fresh:
        _require_opened(fresh)
        _set_excluded(fresh, quotation, excluded=False, reason="")
        own_event(fresh, "include", actor, str(quotation.supplier))


def _set_excluded(document: Sourcing, quotation: Quotation, *, excluded: bool, reason: str) -> None:
    rows = Quotation.objects.filter(pk=quotation.pk, sourcing=document)
    if not rows.update(excluded=excluded, excluded_reason=reason):
        raise DomainError(_("This offer belongs to another sourcing; reload the page."))


def award(document: Sourcing, choices: Mapping[int, Choice], *, actor: Any) -> Sourcing:
    """Propose who gets each line (by key of the sourcing line); lines that are not named stay as they are.

    Raises DomainError for an offer that is excluded or of another line, and without a reason where the chosen price is
    not the lowest that counts (R-PRC-08).
    """
    with edit_draft(document, actor=actor, step="") as fresh:
        _require_opened(fresh)
        offers = offers_of(fresh)
        lowest = lowest_prices(offers)
        valid = {line.pk: line for row in offers if not row.quotation.excluded for line in row.lines.values()}
        lines = [line for line in lines_of(fresh) if line.pk in choices]
        for line in lines:
            _take(line, choices[line.pk], valid, lowest)
        SourcingLine.objects.bulk_update(lines, ("awarded", "award_reason", "amount"))
        own_event(fresh, "award", actor)
    return fresh


def _take(
    line: SourcingLine, choice: Choice, valid: Mapping[int, QuotationLine], lowest: Mapping[int, Decimal]
) -> None:
    offer = valid.get(choice.offer or 0)
    if choice.offer and (offer is None or offer.line_id != line.pk):
        raise DomainError(_("Choose an offer that counts for this line."), field="awarded", line=line.position)
    if offer:
        require_reason(line, offer.unit_price, lowest[line.pk], choice.reason)
    line.awarded, line.award_reason = offer, choice.reason.strip()[:200] if offer else ""
    line.compute()


def record_result(document: Sourcing, supplier: Supplier, offer: Offer, *, actor: Any) -> Sourcing:
    """Enter what a method without sealed quotations came to: this supplier gets these lines at these prices.

    Typed again it takes the place of what was typed before. Raises IllegalTransition for an enquiry, DomainError for a
    supplier who may not be used (R-PRC-09) and prices that are not above zero.
    """
    with edit_draft(document, actor=actor, step="") as fresh:
        if fresh.is_sealed_kind:
            raise IllegalTransition(_("An enquiry is awarded by its quotations; take these in instead."))
        lines = lines_of(fresh)
        categories = methods.categories_of(line.request_line for line in lines).values()
        require_eligible(supplier, categories, clock.today())
        write_quotation(fresh, supplier, offer, lines, actor)
        offered = {
            line.line_id: line
            for line in QuotationLine.objects.filter(quotation__sourcing=fresh, quotation__supplier=supplier)
        }
        changed = [line for line in lines if line.pk in offered]
        lowest = dict(
            QuotationLine.objects.filter(quotation__sourcing=fresh)
            .order_by()
            .values_list("line")
            .annotate(Min("unit_price"))
        )
        for line in changed:
            line.awarded = offered[line.pk]
            line.award_reason = offer.note if line.awarded.unit_price > lowest[line.pk] else ""
            line.compute()
        SourcingLine.objects.bulk_update(changed, ("awarded", "award_reason", "amount"))
        _drop_empty(fresh)
        Sourcing.objects.filter(pk=fresh.pk).update(stage=Stage.OPENED)
        fresh.stage = Stage.OPENED
        own_event(fresh, "result", actor, str(supplier))
    return fresh


def _drop_empty(document: Sourcing) -> None:
    """A result names the winners only: offers that got no line any more are taken away."""
    won = document.lines.filter(awarded__isnull=False).values("awarded")
    QuotationLine.objects.filter(quotation__sourcing=document).exclude(pk__in=won).delete()
    document.quotations.filter(lines=None).delete()


@transaction.atomic
def take_agreed_prices(document: Sourcing, *, actor: Any) -> Sourcing:
    """Fill in the prices of the agreements in force, the cheapest of each item: of all suppliers, or nothing.

    Raises IllegalTransition for another method, DomainError where an item has no price or a supplier may not be used.
    """
    if document.method != Method.FRAMEWORK:
        raise IllegalTransition(_("Only the method framework agreement takes agreed prices."))
    lines = lines_of(document)
    items = {line.request_line.item_id for line in lines if line.request_line.item_id}
    agreed = framework_selectors.prices_for(document.organization_id, items, document.business_date)
    offers: dict[Supplier, dict[int, Decimal]] = {}
    for line in lines:
        rows = agreed.get(line.request_line.item_id or 0, [])
        if not rows:
            raise DomainError(
                _("%(name)s: no agreement in force has a price for it.") % {"name": line.request_line.title},
                field="awarded",
                line=line.position,
            )
        per_unit = price(rows[0].unit_price / rows[0].factor * line.request_line.factor)
        offers.setdefault(rows[0].document.supplier, {})[line.pk] = per_unit
    for supplier, prices in offers.items():
        document = record_result(document, supplier, Offer(prices), actor=actor)
    return document
