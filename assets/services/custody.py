"""资产移交单: things change hands (R-AST-10). What each kind asks for, what it books, and how it is taken back."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from assets.models import MOVABLE, Asset, AssetMove, AssetState, CustodyChange, CustodyLine
from core import clock
from core.documents.lifecycle import Status
from core.errors import DomainError
from directory.services import leaving

from . import claims, custody_notices, custody_sides, ledger
from .ledger import Handing

Kind = CustodyChange.Kind
LEAVES = (Kind.ISSUE, Kind.RETURN, Kind.TRANSFER)
"""Kinds by which a thing may come to another department."""


def lines_of(document: CustodyChange) -> list[CustodyLine]:
    return list(document.lines.select_related("asset", "place").order_by("position", "id"))


# ---- checks ----


def check_submitted(document: CustodyChange, *, actor: Any) -> None:
    """Besides what always holds: whoever submits sees the things, or asks for idle ones for his own department."""
    check(document, actor=actor)
    keys = [line.asset_id for line in lines_of(document)]
    seen = set(Asset.objects.visible_to(actor).filter(pk__in=keys).values_list("pk", flat=True))
    receiving = document.to_department.path if document.to_department else ""
    asks = document.kind == Kind.TRANSFER and any(receiving.startswith(path) for path in actor.department_paths)
    for line in lines_of(document):
        if line.asset_id not in seen and not (asks and line.asset.state == AssetState.IDLE):
            raise DomainError(
                _("The thing on line %(line)d is not one that you may hand over.") % {"line": line.position},
                field="asset",
                line=line.position,
            )


def check(document: CustodyChange, *, actor: Any) -> None:
    """What has to hold when it is submitted and still when it takes effect. Locks the cards. Raises DomainError."""
    lines = lines_of(document)
    if not lines:
        raise DomainError(_("Enter at least one line."))
    _check_people(document)
    _CHECKS[document.kind](document)
    cards = ledger.locked(line.asset_id for line in lines)
    for line in lines:
        _check_thing(document, line, cards[line.asset_id])


def _check_people(document: CustodyChange) -> None:
    """Departments and people are of this house and still there; a user of another department needs a reason."""
    house, receiving = document.organization_id, document.to_department
    people = leaving.hold([document.to_user_id, document.to_custodian_id, document.receiver_id])
    if receiving and (receiving.organization_id != house or not receiving.active):
        raise DomainError(
            _("%(department)s is not in use any more.") % {"department": receiving}, field="to_department"
        )
    for name in ("to_user", "to_custodian"):
        person = people.get(getattr(document, f"{name}_id"))
        if person is None:
            continue
        if person.organization_id != house or not custody_sides.is_here(person):
            raise DomainError(_("%(person)s does not work here any more.") % {"person": person}, field=name)
        department = receiving or document.department
        if person.department_id != department.pk and not document.reason.strip():
            raise DomainError(
                _("%(person)s belongs to %(own)s, not to %(department)s: choose somebody else or give a reason.")
                % {"person": person, "own": person.department or _("no department"), "department": department},
                field="reason",
            )


def _check_issue(document: CustodyChange) -> None:
    if document.to_user is None:
        raise DomainError(_("Name the person who gets the things."), field="to_user")


def _check_return(document: CustodyChange) -> None:
    """Nothing more: they stay in the department or go to the one that is named."""


def _check_transfer(document: CustodyChange) -> None:
    if document.to_department is None:
        raise DomainError(_("Name the department that gets the things."), field="to_department")
    if document.to_department == document.department:
        raise DomainError(
            _("The things are with %(department)s already; for another person use a change of user.")
            % {"department": document.department},
            field="to_department",
        )


def _check_user(document: CustodyChange) -> None:
    """Another user, another custodian, or both."""
    if document.to_user is None and (document.to_custodian is None or document.person is not None):
        raise DomainError(_("Name the person who gets the things."), field="to_user")
    if document.to_department not in (None, document.department):
        raise DomainError(_("For another department use a transfer."), field="to_department")
    if document.person is not None and document.person == document.to_user:
        raise DomainError(_("Name somebody else as the new user."), field="to_user")


def _check_loan(document: CustodyChange) -> None:
    """A loan has a day to come back, and either a borrower outside or a department of the house that borrows."""
    if document.due_on is None:
        raise DomainError(_("Say by which day the things come back."), field="due_on")
    if document.due_on < clock.today():
        raise DomainError(_("The day to bring them back is over; choose today or a later one."), field="due_on")
    if document.borrower.strip() and (document.to_department or document.to_user):
        raise DomainError(
            _("Name either a borrower outside the house or a department of the house, not both."), field="borrower"
        )
    if not document.borrower.strip() and document.to_department is None:
        raise DomainError(_("Say who borrows: a department, or somebody outside the house."), field="to_department")
    if document.to_department == document.department:
        raise DomainError(
            _("%(department)s has these things itself; issue them to the person.")
            % {"department": document.department},
            field="to_department",
        )


def _check_loan_return(document: CustodyChange) -> None:
    loan = document.loan
    if loan is None or loan.kind != Kind.LOAN:
        raise DomainError(_("Choose the loan that comes back."), field="loan")
    if loan.status != Status.POSTED:
        raise DomainError(_("%(loan)s is not a loan that is under way.") % {"loan": loan}, field="loan")
    if loan.department_id != document.department_id or loan.organization_id != document.organization_id:
        raise DomainError(_("The things go back to the department that lent them."), field="loan")


_CHECKS = {
    Kind.ISSUE: _check_issue,
    Kind.RETURN: _check_return,
    Kind.TRANSFER: _check_transfer,
    Kind.USER: _check_user,
    Kind.LOAN: _check_loan,
    Kind.LOAN_RETURN: _check_loan_return,
}


def _check_thing(document: CustodyChange, line: CustodyLine, asset: Asset) -> None:
    """The thing is with the handing department and in a state in which it may go. Raises DomainError."""
    where: dict[str, Any] = {"field": "asset", "line": line.position}
    if asset.organization_id != document.organization_id:
        raise DomainError(_("This thing does not belong to your organization."), **where)
    if asset.department_id != document.department_id:
        raise DomainError(
            _("%(asset)s is with %(department)s, not with %(own)s; make a paper for each department.")
            % {"asset": asset, "department": asset.department, "own": document.department},
            **where,
        )
    words = {"asset": asset, "state": asset.get_state_display(), "user": asset.user}
    if document.kind == Kind.LOAN_RETURN:
        lent = CustodyLine.objects.filter(document=document.loan_id, asset=asset, returned=False)
        if asset.state != AssetState.LENT or not lent.exists():
            raise DomainError(_("%(asset)s is not out on this loan.") % words, **where)
        return
    if asset.state not in MOVABLE:
        raise DomainError(
            _("%(asset)s is “%(state)s” and cannot be handed over until that is settled.") % words, **where
        )
    if document.kind == Kind.ISSUE and asset.user_id is not None:
        raise DomainError(_("%(asset)s is used by %(user)s; use a change of user.") % words, **where)
    if document.kind == Kind.RETURN and asset.state != AssetState.IN_USE:
        raise DomainError(_("%(asset)s is “%(state)s”: nobody has it to give it back.") % words, **where)
    if document.person_id and document.person_id not in (asset.user_id, asset.custodian_id):
        raise DomainError(
            _("%(asset)s is neither used nor kept by %(person)s.") % {**words, "person": document.person}, **where
        )


# ---- effects ----


def prepare(document: CustodyChange, *, actor: Any) -> None:
    """Take the things in hand and say who confirms for either side."""
    assets = claims.claim([line.asset_id for line in lines_of(document)], document)
    document.hander, document.receiver = custody_sides.choose(document, list(assets.values()), actor)
    document.submitter = actor
    _write(document, hander=document.hander, receiver=document.receiver, submitter=actor)
    custody_notices.ask(document)


def post(document: CustodyChange, *, actor: Any) -> None:
    """Both sides confirmed: from today on the others have the things."""
    document.business_date = clock.today()
    _write(document, business_date=document.business_date)
    lines = lines_of(document)
    cards = ledger.locked(line.asset_id for line in lines)
    before = _before_the_loan(document) if document.kind == Kind.LOAN_RETURN else {}
    handings = [_handing(document, line, cards[line.asset_id], before) for line in lines]
    ledger.hand_over(handings, document=document, actor=actor)
    claims.release(document)
    if document.kind == Kind.LOAN_RETURN:
        _count_returns(document, returned=True)
    custody_notices.tell_done(document)


def _handing(document: CustodyChange, line: CustodyLine, asset: Asset, before: dict[int, AssetMove]) -> Handing:
    """A thing and who has it afterwards, by the kind of the paper."""
    place = line.place_id or document.to_place_id or asset.place_id
    if document.kind == Kind.LOAN_RETURN:
        return _as_before(asset, before[asset.pk], line.place_id or document.to_place_id)
    if document.kind == Kind.LOAN:
        return Handing.of(asset, user_id=document.to_user_id, place_id=place, state=AssetState.LENT)
    if document.person_id:
        return _from_person(document, asset, place)
    department = (document.to_department_id if document.kind in LEAVES else None) or asset.department_id
    custodian = document.to_custodian_id or asset.custodian_id
    if department != asset.department_id:
        custodian = document.to_custodian_id or document.to_user_id or document.receiver_id
    state = AssetState.IN_USE if document.to_user_id else asset.state
    user = document.to_user_id
    if document.kind == Kind.USER:
        user = user or asset.user_id
    if document.kind == Kind.RETURN:
        user, state = None, document.returned_as
    return Handing(asset, department, user, custodian, place, state)


def _from_person(document: CustodyChange, asset: Asset, place: int | None) -> Handing:
    """Everything of a person: the new one follows him as user, as custodian, or as both."""
    changes: dict[str, Any] = {"place_id": place}
    if asset.user_id == document.person_id:
        changes |= {"user_id": document.to_user_id, "state": AssetState.IN_USE}
    if asset.custodian_id == document.person_id:
        changes["custodian_id"] = document.to_custodian_id or document.to_user_id
    return Handing.of(asset, **changes)


def _before_the_loan(document: CustodyChange) -> dict[int, AssetMove]:
    """What the loan wrote about each thing: whose it was when it was lent."""
    moves = ledger.moves_of(document.loan).filter(reverses=None).select_related("from_user")
    return {move.asset_id: move for move in moves}


def _as_before(asset: Asset, lent: AssetMove, place: int | None) -> Handing:
    """As it was when it was lent; a user who left meanwhile does not get it back."""
    user = lent.from_user if lent.from_user and custody_sides.is_here(lent.from_user) else None
    state = lent.from_state
    if lent.from_user and user is None:
        state = AssetState.IDLE
    return Handing.of(asset, user_id=user and user.pk, place_id=place or lent.from_place_id, state=state)


def check_reverse(document: CustodyChange, *, actor: Any) -> None:
    """Nothing goes back to somebody who left since."""
    moves = ledger.moves_of(document).filter(reverses=None).select_related("asset", "from_user", "from_custodian")
    for move in moves:
        for person in (move.from_user, move.from_custodian):
            if person is not None and not custody_sides.is_here(person):
                raise DomainError(
                    _("%(asset)s would go back to %(person)s, who has left; make a new hand-over instead.")
                    % {"asset": move.asset, "person": person}
                )


def reverse(document: CustodyChange, *, actor: Any) -> None:
    """The things are again with whoever had them. Refused while another paper has one of them in hand."""
    claims.claim([line.asset_id for line in lines_of(document)], document)
    ledger.reverse_handings(document, actor=actor)
    claims.release(document)
    if document.kind == Kind.LOAN_RETURN:
        _count_returns(document, returned=False)
    custody_notices.tell_done(document)


def _count_returns(document: CustodyChange, *, returned: bool) -> None:
    """Keep on the loan which things are back, and whether all of them are."""
    keys = [line.asset_id for line in lines_of(document)]
    lines = CustodyLine.objects.filter(document=document.loan_id)
    lines.filter(asset__in=keys).update(returned=returned)
    settled = not lines.filter(returned=False).exists()
    CustodyChange.objects.filter(pk=document.loan_id).update(settled=settled)


def _write(document: CustodyChange, **columns: Any) -> None:
    CustodyChange.objects.filter(pk=document.pk).update(**columns)


def open_loans() -> Any:
    """Loans of which something is still out."""
    return CustodyChange.objects.filter(kind=Kind.LOAN, status=Status.POSTED, settled=False)


def things_out(loan: CustodyChange) -> Sequence[CustodyLine]:
    """The lines of a loan whose things are not back."""
    return list(loan.lines.filter(returned=False).select_related("asset", "place"))
