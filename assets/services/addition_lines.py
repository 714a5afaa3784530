"""What a line of an asset addition must be like, the same for the form, a sheet and the step itself."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assets.card_fields import checked
from assets.models import (
    NOMINAL_VALUE,
    NOT_DEPRECIATED,
    Account,
    AcquisitionWay,
    AssetAddition,
    AssetAdditionLine,
    CardType,
    ValueType,
)
from core import clock
from core.errors import DomainError
from core.numbers import money

from .classes import ClassBook
from .custody_sides import is_here
from .lives import LifeTable

Fault = tuple[str, str]
"""The field of a line ("details.vin" for one of its card type; "" for the whole line) and a sentence."""
PEOPLE = ("user", "custodian")
USUAL_ACCOUNTS = {CardType.INTANGIBLE: Account.INTANGIBLE, CardType.RELIC: Account.RELICS}


class LineCheck:
    """Fills in and checks lines of one addition; class codes and lives are read once, however many lines there are."""

    def __init__(self, document: AssetAddition) -> None:
        self.document, self.today = document, clock.today()
        self.book = ClassBook()
        self.lives = LifeTable(document.organization_id, document.business_date)

    def complete(self, line: AssetAdditionLine) -> None:
        """Fill in what follows from the rest: the kind of card from the class, the usual account, the least life."""
        category = self.book.get(line.category_id)
        if category is None:
            return
        if category.card_type != CardType.OTHER or not line.card_type:
            line.card_type = category.card_type
        if line.account == Account.FIXED:
            line.account = USUAL_ACCOUNTS.get(CardType(line.card_type), Account.FIXED)
        if not line.unit.strip():
            line.unit = category.unit or "台"
        if line.value_type == ValueType.NOMINAL or not is_depreciated(line):
            return
        if line.life_months is None and (life := self.lives.minimum_of(line)):
            line.life_months = life[0]

    def faults(self, line: AssetAdditionLine) -> Iterator[Fault]:
        """Everything that is wrong with a line by itself; `details` is brought into its kept form on the way."""
        yield from self._class(line)
        yield from _value(line)
        yield from self._life(line)
        yield from self._days(line)
        yield from _pieces(line)
        yield from self._opening(line)
        yield from self._holder(line)
        line.details, wrong = checked(line.card_type, line.details)
        yield from ((f"details.{key}", words) for key, words in wrong.items())

    def _class(self, line: AssetAdditionLine) -> Iterator[Fault]:
        """R-AST-04."""
        category = self.book.get(line.category_id)
        if category is None:
            yield "category", _("Choose the class of the thing.")
            return
        try:
            self.book.require_leaf(category)
        except DomainError as error:
            yield "category", str(error)
        if category.card_type not in (line.card_type, CardType.OTHER):
            words = {"category": category, "kind": category.get_card_type_display()}
            yield "category", _("%(category)s has cards of the kind “%(kind)s”.") % words
        if (line.account == Account.INTANGIBLE) != (line.card_type == CardType.INTANGIBLE):
            yield "account", _("Intangible things, and only they, are booked on account 1701.")

    def _life(self, line: AssetAdditionLine) -> Iterator[Fault]:
        """R-AST-05 and R-AST-09."""
        if line.value_type == ValueType.NOMINAL:
            if line.life_months is not None:
                yield "life_months", _("A thing of nominal value is not depreciated; leave its useful life empty.")
        elif not is_depreciated(line):
            if line.life_months is not None:
                words = {"kind": line.get_card_type_display()}
                yield "life_months", _("“%(kind)s” is not depreciated; leave its useful life empty.") % words
        elif not line.life_months:
            yield "life_months", _("No table names a useful life of this class; enter its months.")
        elif line.category_id and (life := self.lives.minimum_of(line)) and line.life_months < life[0]:
            limits = {"months": line.life_months, "least": life[0], "basis": life[1]}
            yield "life_months", _("%(months)s months are less than the %(least)s of the table (%(basis)s).") % limits

    def _days(self, line: AssetAdditionLine) -> Iterator[Fault]:
        most = min(self.today, self.document.business_date)
        if line.acquired_on and line.acquired_on > most:
            yield "acquired_on", _("The thing came after the date of this paper; correct one of them.")
        if line.in_use_on and line.in_use_on > self.today:
            yield "in_use_on", _("The date lies in the future; use today's date.")

    def _opening(self, line: AssetAdditionLine) -> Iterator[Fault]:
        if self.document.way != AcquisitionWay.OPENING and (line.opening_accumulated or line.opening_months):
            yield "opening_accumulated", _("Only an opening entry brings depreciation of earlier months along.")
        elif line.opening_accumulated > line.original_value:
            yield "opening_accumulated", _("More is depreciated than the thing cost.")
        elif line.life_months is None:
            if line.opening_accumulated or line.opening_months:
                yield "opening_accumulated", _("A thing without a useful life has no depreciation.")
        elif line.opening_months > line.life_months:
            yield "opening_months", _("It cannot be depreciated for more months than its useful life has.")
        elif line.opening_accumulated and not line.opening_months:
            yield "opening_months", _("Enter for how many months it was depreciated so far.")

    def _holder(self, line: AssetAdditionLine) -> Iterator[Fault]:
        for name in ("department", "managing_department", "user", "custodian", "place"):
            row: Any = getattr(line, name) if getattr(line, f"{name}_id") else None
            if row is not None and row.organization_id != self.document.organization_id:
                yield name, _("%(name)s belongs to another organization.") % {"name": row}
            elif row is not None and name in PEOPLE and not is_here(row):
                yield name, _("%(person)s does not work here any more.") % {"person": row}
        if not line.department_id:
            yield "department", _("Enter the department that uses it.")


def is_depreciated(line: AssetAdditionLine) -> bool:
    """Whether things of its kind are depreciated at all (R-AST-05)."""
    return line.card_type not in NOT_DEPRECIATED


def _value(line: AssetAdditionLine) -> Iterator[Fault]:
    """R-AST-02, and what a nominal value is."""
    if line.original_value <= 0:
        yield "original_value", _("Enter the value; what nobody can value has the nominal amount of 1.00 yuan.")
    elif line.value_type == ValueType.NOMINAL and line.original_value != NOMINAL_VALUE:
        yield "original_value", _("A nominal amount is 1.00 yuan.")
    if line.fiscal_fund < 0 or line.nonfiscal_fund < 0:
        yield "fiscal_fund", _("Funds cannot be below zero.")
    elif line.fiscal_fund + line.nonfiscal_fund != line.original_value:
        words = {"fiscal": line.fiscal_fund, "other": line.nonfiscal_fund, "value": line.original_value}
        yield "fiscal_fund", _("Fiscal %(fiscal)s and other funds %(other)s do not add up to %(value)s yuan.") % words


def _pieces(line: AssetAdditionLine) -> Iterator[Fault]:
    if line.pieces < 1:
        yield "pieces", _("At least one card.")
    if line.quantity <= 0:
        yield "quantity", _("The quantity is above zero.")
    if line.pieces > 1 and line.card_number:
        yield "card_number", _("Several cards cannot have one number; leave it empty or split the line.")
    if line.pieces > 1 and line.serial_number:
        yield "serial_number", _("Several things cannot have one serial number; split the line.")


def shared_out(amount: Decimal, pieces: int) -> list[tuple[int, Decimal]]:
    """Yuan over alike things to the cent: (how many, value of each), adding up exactly; the last takes the remainder.

    3333.33 over 10: nine of 333.33 and one of 333.36. Raises ValueError when a thing would be worth nothing.
    """
    if pieces < 1 or amount < Decimal("0.01") * pieces:
        raise ValueError(amount)
    each = money(amount / pieces)
    if each * (pieces - 1) >= amount:
        each -= Decimal("0.01")
    last = amount - each * (pieces - 1)
    if last == each:
        return [(pieces, each)]
    return [(pieces - 1, each), (1, last)] if pieces > 1 else [(1, last)]


def first_month_day(line: AssetAdditionLine) -> dt.date:
    """The day whose month is the first to be depreciated (政府会计准则第3号: from the month of its use)."""
    return line.in_use_on or line.acquired_on
