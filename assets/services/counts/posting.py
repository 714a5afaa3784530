"""From the approved count to the cards: corrected, set to missing, back from missing; a draft for what has no card."""

import copy
import uuid
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from assets.models import (
    AcquisitionWay,
    Asset,
    AssetAddition,
    AssetAdditionLine,
    AssetCount,
    AssetCountEntry,
    AssetCountLine,
    AssetState,
    AssetSurplus,
    CompensationCase,
    ValueType,
)
from assets.services import ledger
from assets.services.compensation import open_case
from assets.services.custody_sides import is_here
from assets.services.lives import LifeTable
from core import clock
from core.documents.lifecycle import Status
from core.documents.services import take_with
from core.errors import DomainError, IllegalTransition, NotAllowed
from core.numbers import ZERO
from core.visibility import Scope
from directory.services import leaving

from .plan import Phase, check_people
from .proposals import differences, require_explained
from .results import holders_of_differences, require_all_counted

Result, Booked = AssetCountLine.Result, AssetCountLine.Booked
AWAY = (AssetState.IN_STOCK, AssetState.IDLE)
"""States of a thing that nobody uses: who is found using it takes it into use; what nobody uses any more is idle."""


def check_result(document: AssetCount, *, actor: Any) -> None:
    """Counted, complete and explained (R-AST-17). Raises DomainError."""
    if document.phase != Phase.FINISHED:
        raise IllegalTransition(_("Finish the counting of %(document)s first.") % {"document": document})
    check_people(document)
    require_all_counted(document)
    require_explained(document)


def refuse_involved(document: AssetCount, *, actor: Any) -> None:
    """Who counted, supervised, or holds a thing that differs does not approve. Raises NotAllowed."""
    if document.supervisor_id == actor.pk or document.counters.filter(pk=actor.pk).exists():
        raise NotAllowed(_("You counted or supervised %(document)s; somebody else has to approve it.") % _it(document))
    if holders_of_differences(document, actor):
        raise NotAllowed(
            _("You hold a thing of %(document)s that differs; somebody else has to approve it.") % _it(document)
        )


def refuse_counted(document: AssetCount, *, actor: Any) -> None:
    """What was counted is not thrown away: such a count is cancelled, with a reason, and stays to be seen."""
    counted = AssetCountEntry.objects.filter(line__document=document).exists()
    if counted or document.surpluses.exists():
        raise IllegalTransition(_("Something was counted on %(document)s already; cancel it instead.") % _it(document))


def _it(document: AssetCount) -> dict[str, Any]:
    return {"document": document}


def post_count(document: AssetCount, *, actor: Any) -> None:
    """Change the cards as it was approved, dated today; a card that changed since the snapshot is left as it is.

    Things without cards go onto one draft of an asset addition, which takes its own way.
    """
    lines = list(differences(document).filter(correct=True))
    _refuse_leavers(lines)
    cards = ledger.locked(line.asset_id for line in lines)
    handings = []
    for line in lines:
        card = cards[line.asset_id]
        line.booked = _booked(line, card)
        if line.booked not in (Booked.NOTHING, Booked.SKIPPED):
            handings.append(_handing(line, card))
    if handings:
        ledger.hand_over(handings, document=_dated_today(document), actor=actor)
    AssetCountLine.objects.bulk_update(lines, ["booked"], batch_size=500)
    _draft_cards(document, actor=actor)


def _refuse_leavers(lines: Sequence[AssetCountLine]) -> None:
    """Nothing is given to somebody who left after he was seen with it (R-AST-11). Raises DomainError."""
    people = leaving.hold(line.found_user_id for line in lines if line.found_user_id != line.book_user_id)
    for line in lines:
        person = people.get(line.found_user_id or 0)
        if person is not None and not is_here(person):
            raise DomainError(
                _(
                    "%(asset)s was found with %(person)s, who has left since. Return the count, then count this thing "
                    "again or leave its card as it is."
                )
                % {"asset": line.asset, "person": person}
            )


def _dated_today(document: AssetCount) -> AssetCount:
    """The count as the ledger sees it: a card changes on the day of the posting, however long the counting took."""
    dated = copy.copy(document)
    dated.business_date = clock.today()
    return dated


def _booked(line: AssetCountLine, card: Asset) -> str:
    if any(getattr(card, name) != getattr(line, f"book_{name}") for name in ledger.HOLDER):
        return Booked.SKIPPED
    if line.result == Result.FOUND:
        return Booked.BACK
    if line.result == Result.MISPLACED:
        return Booked.MOVED
    return Booked.NOTHING if card.state == AssetState.MISSING else Booked.MISSING


def _handing(line: AssetCountLine, card: Asset) -> ledger.Handing:
    if line.booked == Booked.MISSING:
        return ledger.Handing.of(card, state=AssetState.MISSING)
    state = card.state
    if line.booked == Booked.BACK:
        state = card.state_before or AssetState.IN_USE
    if line.found_user_id and state in AWAY:
        state = AssetState.IN_USE
    elif line.book_user_id and not line.found_user_id and state == AssetState.IN_USE:
        state = AssetState.IDLE
    return ledger.Handing.of(
        card,
        department_id=line.found_department_id,
        user_id=line.found_user_id,
        place_id=line.found_place_id,
        state=state,
    )


def _draft_cards(document: AssetCount, *, actor: Any) -> AssetAddition | None:
    """One draft of an asset addition for everything without a card; None where nothing gets one."""
    things = list(document.surpluses.filter(correct=True, addition=None).select_related("category").order_by("id"))
    if not things:
        return None
    paper = AssetAddition.objects.create(
        organization_id=document.organization_id,
        department_id=document.department_id,
        created_by=actor,
        business_date=clock.today(),
        way=AcquisitionWay.SURPLUS,
        source=document.number or "",
        note=_("Found by %(count)s") % {"count": document},
        request_key=uuid.uuid5(document.request_key, "surplus"),
    )
    lives = LifeTable(document.organization_id, clock.today())
    AssetAdditionLine.objects.bulk_create(
        [_card_line(paper, position, thing, lives) for position, thing in enumerate(things, start=1)]
    )
    AssetSurplus.objects.filter(pk__in=[thing.pk for thing in things]).update(addition=paper)
    return paper


def _card_line(paper: AssetAddition, position: int, thing: AssetSurplus, lives: LifeTable) -> AssetAdditionLine:
    whole = thing.quantity == thing.quantity.to_integral_value()
    value = thing.value or ZERO
    category: Any = thing.category
    life = lives.minimum(category.pk) if category.is_depreciated else None
    return AssetAdditionLine(
        document=paper,
        position=position,
        pieces=int(thing.quantity) if whole else 1,
        quantity=1 if whole else thing.quantity,
        name=thing.name,
        specification=thing.specification,
        category=category,
        card_type=category.card_type,
        unit=category.unit or "台",
        original_value=value,
        nonfiscal_fund=value,
        value_type=ValueType.REPLACEMENT,
        life_months=life[0] if life else None,
        department_id=thing.department_id,
        place_id=thing.place_id,
        note=thing.note,
    )


def undo_count(document: AssetCount, *, actor: Any) -> None:
    """Give every card back to whoever had it, and cancel the draft for things without cards.

    Raises DomainError when a card changed hands again, or when that draft went further: it is taken back first.
    """
    ledger.reverse_handings(document, actor=actor)
    papers = AssetAddition.objects.filter(pk__in=document.surpluses.exclude(addition=None).values("addition"))
    for paper in papers:
        if paper.status == Status.DRAFT:
            take_with(paper, "cancel", actor=actor, reason=_("%(document)s was reversed.") % _it(document))
        elif paper.status not in (Status.CANCELLED, Status.REVERSED):
            raise DomainError(
                _("%(paper)s gives cards to what this count found; cancel or reverse that paper first.")
                % {"paper": paper}
            )


def case_for(line: AssetCountLine, *, actor: Any) -> CompensationCase:
    """Draft the compensation case of a missing thing of a posted count; asked twice, it is the same one.

    Raises DomainError unless the thing is missing by this count, NotAllowed without the right to make cases.
    """
    document = line.document
    scopes = actor.scopes_for("assets.add_compensationcase")
    near = any(line.book_department.path.startswith(path) for path in actor.department_paths)
    if not scopes or not (near or scopes & {Scope.ORGANIZATION, Scope.ALL}):
        raise NotAllowed(_("You may not open compensation cases of %(where)s.") % {"where": line.book_department})
    if document.status != Status.POSTED or line.result != Result.MISSING:
        raise DomainError(_("Only a thing that is missing by a posted count becomes a case."))
    return open_case(
        organization=document.organization,
        department=line.book_department,
        asset=line.asset,
        damage=_("Missing at %(count)s: %(cause)s") % {"count": document, "cause": line.cause},
        actor=actor,
        source=document.number or "",
        responsible=line.responsible,
        request_key=uuid.uuid5(document.request_key, f"case {line.pk}"),
    )
