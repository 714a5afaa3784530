"""Quotations of an enquiry: asked for, taken in sealed, opened before a witness (R-PRC-06, R-PRC-07; docs/adr/0017)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.documents.routes import OWN_STEPS, hands_in
from core.documents.services import EXTRA_STEP_LABELS, apply_transition, edit_draft, record_event
from core.errors import DomainError, IllegalTransition, NotAllowed
from core.models.notices import Notice
from core.numbers import ZERO
from directory.models import Supplier
from procurement.models import Invitation, Quotation, QuotationLine, Sourcing, SourcingLine
from procurement.sourcing_selectors import taken_of

from . import methods, requests, splitting
from .sourcing import lines_of, require_enough, require_open
from .supplier_checks import problems_of, require_eligible

Stage = Sourcing.Stage
LABELS = {
    "invite": gettext_lazy("Invite"),
    "collect": gettext_lazy("Ask for quotations"),
    "quote": gettext_lazy("Take in a quotation"),
    "ask_opening": gettext_lazy("Ask the witness"),
    "stop_opening": gettext_lazy("Take the opening back"),
    "open": gettext_lazy("Open the quotations"),
    "exclude": gettext_lazy("Exclude an offer"),
    "include": gettext_lazy("Let an offer count again"),
    "award": gettext_lazy("Award"),
    "result": gettext_lazy("Enter the result"),
    "fail": gettext_lazy("Declare failed"),
}
EXTRA_STEP_LABELS.update(LABELS)
# Whoever worked on the choice of the supplier does not approve it; the witness only looked on.
OWN_STEPS.update(set(LABELS) - {"open"})


@dataclass(frozen=True)
class Offer:
    """What a supplier offers. prices: yuan per unit by key of the sourcing line; brands likewise."""

    prices: Mapping[int, Decimal]
    brands: Mapping[int, str] = field(default_factory=dict)
    delivery_days: int | None = None
    warranty_months: int | None = None
    valid_until: dt.date | None = None
    note: str = ""


def when(moment: dt.datetime) -> str:
    """A moment in the time of the house, as sentences name it."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def own_event(document: Sourcing, step: str, actor: Any, reason: str = "") -> Any:
    return record_event(document, step, actor=actor, from_status=document.status, reason=reason[:500])


def _require_collectable(document: Sourcing) -> None:
    """The enquiry takes in quotations now. Raises IllegalTransition, after the opening with R-PRC-07."""
    if document.opened_at is not None:
        raise IllegalTransition(
            _("The quotations were opened on %(moment)s; none is taken in or changed after that.")
            % {"moment": when(document.opened_at)},
            code="R-PRC-07",
        )
    if not document.is_sealed_kind or document.stage != Stage.COLLECTING:
        raise IllegalTransition(_("No quotations are asked for; ask the suppliers first."))
    if document.waits_for_witness:
        raise IllegalTransition(
            _("%(witness)s was asked to witness the opening; take that back first.") % {"witness": document.witness}
        )


def invite(document: Sourcing, suppliers: Iterable[Supplier], *, actor: Any) -> list[Invitation]:
    """Invite suppliers, also later while quotations come in; who is invited already stays so.

    Raises DomainError for a supplier who is stopped, black-listed or without a demanded licence (R-PRC-09).
    """
    wanted = {supplier.pk: supplier for supplier in suppliers}
    with edit_draft(document, actor=actor, step="") as fresh:
        if not fresh.is_sealed_kind:
            raise DomainError(_("Only an enquiry asks for quotations."), field="method")
        if fresh.stage == Stage.COLLECTING or fresh.opened_at is not None:
            _require_collectable(fresh)
        categories = methods.categories_of(line.request_line for line in lines_of(fresh)).values()
        problems = problems_of(wanted.values(), categories, clock.today())
        if problems:
            raise DomainError(
                " ".join(sentence for rows in problems.values() for sentence in rows),
                code="R-PRC-09",
                field="suppliers",
            )
        known = set(fresh.invitations.values_list("supplier", flat=True))
        new = [Invitation(sourcing=fresh, supplier=row) for key, row in wanted.items() if key not in known]
        made = Invitation.objects.bulk_create(new)
        if made:
            own_event(fresh, "invite", actor, _(", ").join(str(row.supplier) for row in made))
    return made


def uninvite(document: Sourcing, supplier: Supplier, *, actor: Any) -> None:
    """Take an invitation back before suppliers were asked. Raises DomainError afterwards."""
    with edit_draft(document, actor=actor) as fresh:
        if fresh.stage != Stage.PREPARING:
            raise IllegalTransition(_("%(supplier)s was asked already.") % {"supplier": supplier})
        fresh.invitations.filter(supplier=supplier).delete()


def start_collecting(document: Sourcing, *, deadline: dt.datetime, actor: Any) -> Sourcing:
    """Ask the invited suppliers: from now on lines and method are fixed and quotations come in.

    Raises DomainError when the method is not allowed, the year's limit is reached, too few independent suppliers are
    invited, or the deadline is over.
    """
    with edit_draft(document, actor=actor, step="") as fresh:
        lines = lines_of(fresh)
        if fresh.stage != Stage.PREPARING or not fresh.is_sealed_kind:
            raise IllegalTransition(_("The suppliers were asked already; reload the page."))
        if not lines:
            raise DomainError(_("Choose at least one line of an approved request."))
        if deadline <= clock.now():
            raise DomainError(_("The deadline is over; choose a later moment."), field="deadline")
        wanted = methods.wanted_lines(lines)
        methods.require_allowed(fresh, wanted)
        splitting.require_no_splitting(fresh, wanted)
        require_open(fresh, lines)
        suppliers = [row.supplier for row in fresh.invitations.select_related("supplier")]
        require_enough(
            fresh, suppliers, _("Invite at least %(least)d suppliers that are independent; there are %(count)d.")
        )
        Sourcing.objects.filter(pk=fresh.pk).update(stage=Stage.COLLECTING, deadline=deadline)
        fresh.stage, fresh.deadline = Stage.COLLECTING, deadline
        own_event(fresh, "collect", actor)
    return fresh


def receive(document: Sourcing, supplier: Supplier, offer: Offer, *, actor: Any) -> Quotation:
    """Take in a supplier's quotation, sealed; an earlier one of his is replaced as a whole.

    Raises IllegalTransition after the opening (R-PRC-07) or the deadline, DomainError for a supplier who was not
    invited or may not be used (R-PRC-09), an offer without a line, and prices that are not above zero.
    """
    with edit_draft(document, actor=actor, step="") as fresh:
        _require_collectable(fresh)
        if fresh.deadline and clock.now() > fresh.deadline:
            raise IllegalTransition(
                _("The time for quotations ended on %(moment)s; this one is too late.")
                % {"moment": when(fresh.deadline)}
            )
        if not fresh.invitations.filter(supplier=supplier).exists():
            raise DomainError(
                _("%(supplier)s was not invited; invite first.") % {"supplier": supplier}, field="supplier"
            )
        lines = lines_of(fresh)
        categories = methods.categories_of(line.request_line for line in lines).values()
        require_eligible(supplier, categories, clock.today())
        replaced = write_quotation(fresh, supplier, offer, lines, actor)
        words = {"supplier": supplier}
        text = _("%(supplier)s, in place of the earlier one") if replaced else _("%(supplier)s, sealed")
        own_event(fresh, "quote", actor, text % words)
    return Quotation.objects.get(sourcing=fresh, supplier=supplier)


def write_quotation(
    document: Sourcing, supplier: Supplier, offer: Offer, lines: list[SourcingLine], actor: Any
) -> bool:
    """Put an offer in the place of the supplier's earlier one; True when there was one. The caller holds the lock."""
    known = {line.pk: line for line in lines}
    prices = {key: value for key, value in offer.prices.items() if value is not None}
    if not prices:
        raise DomainError(_("Enter at least one price of %(supplier)s.") % {"supplier": supplier})
    for key, value in prices.items():
        if key not in known:
            raise DomainError(_("A price belongs to a line of another sourcing; reload the page."))
        if value <= ZERO:
            line = known[key]
            raise DomainError(
                _("%(name)s: enter a price greater than zero, or leave it empty where nothing is offered.")
                % {"name": line.request_line.title},
                field="unit_price",
                line=line.position,
            )
    document.lines.filter(awarded__quotation__supplier=supplier).update(awarded=None, award_reason="")
    gone, _kinds = Quotation.objects.filter(sourcing=document, supplier=supplier).delete()
    row = Quotation.objects.create(
        sourcing=document,
        supplier=supplier,
        received_at=clock.now(),
        received_by=actor,
        valid_until=offer.valid_until,
        delivery_days=offer.delivery_days,
        warranty_months=offer.warranty_months,
        note=offer.note,
    )
    QuotationLine.objects.bulk_create(
        QuotationLine(quotation=row, line=known[key], unit_price=value, brand=offer.brands.get(key, ""))
        for key, value in prices.items()
    )
    return bool(gone)


# ---- opening ----


def _require_ripe(document: Sourcing) -> None:
    """The deadline is over or everybody answered, and enough quotations are independent (R-PRC-06)."""
    invited = set(document.invitations.values_list("supplier", flat=True))
    quotations = list(document.quotations.select_related("supplier"))
    if document.deadline and clock.now() <= document.deadline and invited - {row.supplier_id for row in quotations}:
        raise IllegalTransition(
            _("Wait until %(moment)s, or until every invited supplier has answered.")
            % {"moment": when(document.deadline)}
        )
    today = clock.today()
    valid = [row.supplier for row in quotations if row.valid_until is None or row.valid_until >= today]
    require_enough(
        document,
        valid,
        _("%(least)d independent quotations are needed and %(count)d are there: declare it failed, then begin anew."),
    )


def _require_witness(document: Sourcing, witness: Any, actor: Any) -> None:
    if not witness.is_active or witness.organization_id != document.organization_id:
        raise DomainError(_("Choose somebody of this house as witness."), field="witness")
    if witness.pk == actor.pk or witness.pk in hands_in(document):
        raise DomainError(
            _("%(person)s worked on this enquiry; somebody else has to be the witness.") % {"person": witness},
            field="witness",
        )


def ask_opening(document: Sourcing, witness: Any, *, actor: Any) -> Sourcing:
    """Ask a witness to confirm the opening on his own screen; nothing is readable before he does.

    Raises IllegalTransition before it is time, DomainError for too few quotations or a witness who had a hand in it.
    """
    with edit_draft(document, actor=actor, step="") as fresh:
        _require_collectable(fresh)
        _require_witness(fresh, witness, actor)
        _require_ripe(fresh)
        Sourcing.objects.filter(pk=fresh.pk).update(opened_by=actor, witness=witness)
        fresh.opened_by, fresh.witness = actor, witness
        event = own_event(fresh, "ask_opening", actor, str(witness))
        Notice.objects.create(user=witness, event=event)
    return fresh


def stop_opening(document: Sourcing, *, actor: Any) -> Sourcing:
    """Take the question to the witness back, to choose another or to take in one more quotation."""
    with edit_draft(document, actor=actor, step="") as fresh:
        if not fresh.waits_for_witness:
            raise IllegalTransition(_("No opening waits for a witness; reload the page."))
        Sourcing.objects.filter(pk=fresh.pk).update(opened_by=None, witness=None)
        fresh.opened_by = fresh.witness = None
        own_event(fresh, "stop_opening", actor)
    return fresh


@transaction.atomic
def confirm_opening(document: Sourcing, *, actor: Any) -> Sourcing:
    """The witness opens the quotations; prices are readable and unchangeable from this moment.

    Raises NotAllowed for anybody but the witness, IllegalTransition when it is opened already or asked no longer.
    """
    fresh = Sourcing.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if fresh.opened_at is not None or not fresh.waits_for_witness or not fresh.is_editable:
        raise IllegalTransition(_("There is nothing to open any more; reload the page."))
    if fresh.witness_id != actor.pk:
        raise NotAllowed(_("Only %(witness)s can open these quotations.") % {"witness": fresh.witness})
    _require_witness(fresh, actor, fresh.opened_by)
    _require_ripe(fresh)
    fresh.opened_at, fresh.stage = clock.now(), Stage.OPENED
    rows = Sourcing.objects.filter(pk=fresh.pk, opened_at=None)
    rows.update(opened_at=fresh.opened_at, stage=Stage.OPENED, revision=fresh.revision + 1)
    own_event(fresh, "open", actor, _("with %(buyer)s") % {"buyer": fresh.opened_by})
    return fresh


# ---- failing ----


@transaction.atomic
def fail(document: Sourcing, *, reason: str, actor: Any) -> Sourcing:
    """Declare an enquiry failed (流标) and cancel it; unopened quotations stay sealed for good. Its lines are free.

    Raises DomainError without a reason, IllegalTransition when nobody was asked yet.
    """
    if not reason.strip():
        raise DomainError(_("Please give a reason."), field="reason")
    with edit_draft(document, actor=actor, step="") as fresh:
        if not fresh.is_sealed_kind or fresh.stage not in (Stage.COLLECTING, Stage.OPENED):
            raise IllegalTransition(_("Only an enquiry whose suppliers were asked can fail; cancel it instead."))
        changes: dict[str, Any] = {"stage": Stage.FAILED, "failed_reason": reason.strip()[:200]}
        if fresh.waits_for_witness:
            changes |= {"opened_by": None, "witness": None}
        Sourcing.objects.filter(pk=fresh.pk).update(**changes)
        own_event(fresh, "fail", actor, reason.strip())
    return apply_transition(fresh, "cancel", actor=actor, reason=reason)


@transaction.atomic
def new_round(document: Sourcing, *, actor: Any) -> Sourcing:
    """A new draft over what is still open of a failed sourcing, with the same suppliers; its maker is `actor`.

    Raises IllegalTransition for one that did not fail or has a next round already, DomainError when nothing is open.
    """
    earlier = Sourcing.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if earlier.stage != Stage.FAILED:
        raise IllegalTransition(_("Only a failed sourcing has a new round."))
    if not actor.has_perm("procurement.add_sourcing"):
        raise NotAllowed(_("You may not begin a sourcing."))
    if living := earlier.next_rounds.exclude(stage=Stage.FAILED).exclude(status="cancelled").first():
        raise IllegalTransition(_("The new round was begun already: %(document)s.") % {"document": living})
    fresh = Sourcing.objects.create(
        organization_id=earlier.organization_id,
        department_id=earlier.department_id,
        created_by=actor,
        title=earlier.title,
        method=earlier.method,
        method_reason=earlier.method_reason,
        previous=earlier,
        note=_("New round: the one before failed, because %(reason)s")[:300] % {"reason": earlier.failed_reason},
    )
    rows = _open_rest(earlier, fresh)
    require_open(fresh, rows)
    SourcingLine.objects.bulk_create(rows)
    Invitation.objects.bulk_create(
        Invitation(sourcing=fresh, supplier_id=key) for key in earlier.invitations.values_list("supplier", flat=True)
    )
    requests.refresh_progress({line.request_line.document_id for line in rows})
    return fresh


def _open_rest(earlier: Sourcing, fresh: Sourcing) -> list[SourcingLine]:
    """Lines of the new round: what of the earlier one is neither ordered nor taken by another sourcing."""
    lines = lines_of(earlier)
    taken = taken_of({line.request_line_id for line in lines})
    rows: list[SourcingLine] = []
    for line in lines:
        left = line.request_line.open_quantity - taken.get(line.request_line_id, ZERO)
        if left > 0:
            row = SourcingLine(
                document=fresh,
                position=len(rows) + 1,
                request_line=line.request_line,
                quantity=min(line.quantity, left),
                market_price=line.market_price,
            )
            row.compute()
            rows.append(row)
    if not rows:
        raise DomainError(_("Nothing of it is still open."))
    return rows
