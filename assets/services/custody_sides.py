"""Who confirms a hand-over for either side (R-AST-10): whoever submits it for his own side, the others by signature."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from assets.models import Asset, CustodyChange
from core.documents import routes
from core.errors import DomainError
from directory.models import Department, Role, User

Kind = CustodyChange.Kind
TAKES_OVER_HIMSELF = (Kind.ISSUE, Kind.USER)
"""Kinds that the new user confirms, nobody else in his place unless he wrote the paper."""


@dataclass(frozen=True)
class Side:
    """One side: people by name in their order, and the department that stands behind them.

    only_named: submitting it confirms for this side only when one of the named does so.
    """

    named: Sequence[Any]
    department: Department
    only_named: bool = False

    def speaks(self, person: Any) -> bool:
        """Whether this person confirms for the side by submitting the paper."""
        if person in self.named:
            return True
        return not self.only_named and any(person == each for each in self._behind())

    def asked(self, besides: set[int]) -> Any:
        """Who is asked to confirm: the first who had no hand in the paper. Raises DomainError when there is nobody."""
        for person in (*self.named, *self._behind()):
            if person.pk not in besides and is_here(person):
                return person
        raise DomainError(
            _(
                "Nobody can confirm this for %(department)s besides those who wrote the paper or confirm for the other "
                "side. Ask the administrator to enter the head of the department or of the one above it."
            )
            % {"department": self.department}
        )

    def _behind(self) -> Iterator[Any]:
        """The heads of the department and of those above it, then its own asset clerks."""
        for department in (self.department, *self.department.ancestors()):
            if department.head is not None:
                yield department.head
        yield from clerks_of(self.department)


def is_here(person: Any) -> bool:
    """Whether a person still works here."""
    return bool(person.is_active and not person.has_left)


def clerks_of(department: Department) -> Any:
    """People of a department who keep the asset register: they may post hand-overs."""
    return (
        User.objects.filter(
            organization_id=department.organization_id,
            department=department,
            is_active=True,
            groups__permissions__codename="post_custodychange",
            groups__permissions__content_type__app_label="assets",
        )
        .distinct()
        .order_by("pk")
    )


def choose(document: CustodyChange, assets: Sequence[Asset], actor: Any) -> tuple[Any, Any]:
    """Who confirms for the handing and for the receiving side; None for a side outside the house.

    One person never confirms for both. Raises DomainError when a side has nobody left.
    """
    handing, receiving = handing_side(document, assets), receiving_side(document, assets)
    hander = receiver = None
    if receiving and actor in receiving.named:
        receiver = actor
    elif handing and handing.speaks(actor):
        hander = actor
    elif receiving and receiving.speaks(actor):
        receiver = actor
    besides = routes.hands_in(document) | {actor.pk}
    if receiving and receiver is None:
        receiver = receiving.asked(besides | _keys(hander))
    if handing and hander is None:
        hander = handing.asked(besides | _keys(receiver))
    return hander, receiver


def handing_side(document: CustodyChange, assets: Sequence[Asset]) -> Side | None:
    """The custodian of the things, of given back ones also their user; of lent ones the borrower."""
    if document.kind == Kind.LOAN_RETURN:
        loan = document.loan
        if loan is None or loan.borrower:
            return None
        return Side(_people(loan.to_user), loan.to_department or document.department)
    named = [document.person, common(assets, "custodian")]
    if document.kind in (Kind.RETURN, Kind.USER):
        named.append(common(assets, "user"))
    return Side(_people(*named), document.department)


def receiving_side(document: CustodyChange, assets: Sequence[Asset]) -> Side | None:
    """Whoever is named as user or custodian, else the receiving department; nobody for a borrower outside."""
    if document.kind == Kind.LOAN and document.borrower:
        return None
    department = document.to_department or document.department
    if document.kind == Kind.LOAN_RETURN:
        return Side(_people(common(assets, "custodian")), document.department)
    if document.kind == Kind.RETURN:
        own = common(assets, "custodian") if department == document.department else None
        return Side(_people(document.to_custodian, own), department)
    named = _people(document.to_user) if document.to_user else _people(document.to_custodian)
    return Side(named, department, only_named=bool(named) and document.kind in TAKES_OVER_HIMSELF)


def signers(document: CustodyChange) -> list[Any]:
    """Who still has to sign once it is submitted, in order; a loan outside the house needs the leader as well."""
    sides = [person for person in (document.hander, document.receiver) if person is not None]
    people: list[Any] = [person for person in sides if person.pk != document.submitter_id]
    if document.kind == Kind.LOAN and document.borrower:
        people.append(Role.objects.select_related("group").get(code="leader").group)
    return people


def why_confirmed(document: CustodyChange) -> str:
    """The sentence why nobody is left to sign: an outside borrower gave things back to whoever submitted it."""
    if signers(document):
        return ""
    return _("%(borrower)s gave the things back to %(person)s") % {
        "borrower": document.loan.borrower if document.loan else "",
        "person": document.receiver,
    }


def common(assets: Iterable[Asset], role: str) -> Any:
    """The one person who is `user` or `custodian` of all these things, or None."""
    people = {getattr(asset, f"{role}_id") for asset in assets}
    key = people.pop() if len(people) == 1 else None
    return User.objects.filter(pk=key).first() if key else None


def _people(*people: Any) -> list[Any]:
    return [person for person in dict.fromkeys(people) if person is not None]


def _keys(person: Any) -> set[int]:
    return set() if person is None else {person.pk}
