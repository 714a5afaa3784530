"""The fields that a card has for its own type, kept in `details`: what a form asks, a sheet brings and a check demands.

Keys, labels and choices follow the forms of asset systems in use (domain 1.3); they are practice, not an official
list. Values are kept as they are in JSON: texts as texts, days as "2026-03-02", numbers as texts without loss.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import CardType
from core.errors import ValueRefused
from core.parsing import parse_date, parse_decimal, parse_integer, parse_text

EARLIEST = dt.date(1800, 1, 1)
"""Houses and relics are older than anything else in the house."""
TEXT, CHOICE, DAY, NUMBER, MONEY, WHOLE = "text", "choice", "day", "number", "money", "whole"
PLACES = {NUMBER: 4, MONEY: 2}
LONGEST = 120


@dataclass(frozen=True)
class Detail:
    """One field. choices are stored as they read, in Chinese, the language of the official cards. unless: the key of
    the field that says why this one is empty."""

    key: str
    label: Any
    kind: str = TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    unless: str = ""

    def read(self, value: Any) -> Any:
        """What a person typed or a cell holds, as it is kept; "" when empty. Raises ValueRefused."""
        if self.kind == DAY:
            day = parse_date(value, earliest=EARLIEST)
            return day.isoformat() if day else ""
        if self.kind in PLACES:
            number: Decimal | int | None = parse_decimal(value, PLACES[self.kind], minimum=0)
            return "" if number is None else _plain(number)
        if self.kind == WHOLE:
            number = parse_integer(value, minimum=0)
            return "" if number is None else str(number)
        text = parse_text(value, max_length=LONGEST)
        if self.choices and text and text not in self.choices:
            words = {"value": text[:40], "choices": "、".join(self.choices)}
            raise ValueRefused(_("“%(value)s” is not one of: %(choices)s.") % words, code="choice")
        return text


def _plain(number: Decimal | int) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_L = gettext_lazy
_OWNED = ("国有", "私有")
_TITLE = (
    Detail("title_form", _L("form of title"), CHOICE, choices=("有产权", "无产权", "产权待界定")),
    Detail("ownership_nature", _L("nature of ownership"), CHOICE, required=True, choices=_OWNED),
    Detail("title_certificate", _L("title certificate")),
    Detail("title_years", _L("years of title")),
    Detail("title_number", _L("number of the title")),
    Detail("title_owner", _L("owner by title")),
    Detail("issued_on", _L("title issued on"), DAY),
)
_STRUCTURE = Detail(
    "structure",
    _L("way it is built"),
    CHOICE,
    choices=("钢结构", "钢筋混凝土结构", "砖混结构", "砖木结构", "简易房", "其他"),
)
_COMPLETED = Detail("completed_on", _L("completed on"), DAY)
_USES = (
    *("副部(省)级及以上领导用车", "主要领导干部用车", "机要通信用车", "应急保障用车", "执法执勤用车"),
    *("特种专业技术用车", "离退休干部用车", "其他用车"),
)
_SIZES = ("1.6升以下", "1.6-1.8升", "2.0-2.5升", "2.5升以上", "新能源", "柴油车")

FIELDS: Mapping[str, tuple[Detail, ...]] = {
    CardType.VEHICLE: (
        Detail("plate_number", _L("plate number"), required=True, unless="no_plate_reason"),
        Detail("no_plate_reason", _L("why no plate")),
        Detail("vin", _L("vehicle identification number"), required=True),
        Detail("establishment", _L("establishment"), CHOICE, required=True, choices=("在编", "不在编", "未核定车编")),
        Detail("vehicle_use", _L("use of the vehicle"), CHOICE, required=True, choices=_USES),
        Detail("registered_on", _L("registered on"), DAY),
        Detail("seats", _L("seats"), WHOLE),
        Detail("engine_number", _L("engine number")),
        Detail("displacement", _L("displacement"), CHOICE, choices=_SIZES),
        Detail("origin", _L("made in")),
        Detail("driving_permit", _L("driving permit"), CHOICE, choices=("有", "无")),
        Detail("mileage", _L("kilometres so far"), WHOLE),
        Detail("holder", _L("holder of the papers")),
    ),
    CardType.HOUSE: (
        *_TITLE,
        _STRUCTURE,
        Detail("design_use", _L("designed as"), CHOICE, choices=("办公", "住宅", "商业", "自用")),
        Detail("floor_area", _L("floor area (m²)"), NUMBER),
        Detail("heated_area", _L("heated area (m²)"), NUMBER),
        Detail("dangerous_area", _L("dangerous area (m²)"), NUMBER),
        _COMPLETED,
        Detail("own_use_value", _L("value in own use"), MONEY),
        Detail("let_value", _L("value let"), MONEY),
        Detail("lent_value", _L("value lent"), MONEY),
        Detail("idle_value", _L("value idle"), MONEY),
        Detail("other_value", _L("other value"), MONEY),
    ),
    CardType.STRUCTURE: (
        Detail("ownership_nature", _L("nature of ownership"), CHOICE, required=True, choices=_OWNED),
        _STRUCTURE,
        _COMPLETED,
    ),
    CardType.LAND: (
        *_TITLE,
        Detail("land_use_type", _L("kind of right of use")),
        Detail("land_category", _L("kind of land")),
        Detail("land_area", _L("area of use (m²)"), NUMBER),
        Detail("sole_area", _L("sole area (m²)"), NUMBER),
        Detail("shared_area", _L("shared area (m²)"), NUMBER),
        Detail("land_grade", _L("grade of the land")),
    ),
    CardType.LIVING: (
        Detail("expected_age", _L("expected life or age when planted")),
        Detail("birth_year", _L("year of birth or planting"), WHOLE),
        Detail("taxonomy", _L("class and family")),
        Detail("origin", _L("made in")),
    ),
    CardType.BOOK: (
        Detail("archive_number", _L("archive number")),
        Detail("keep_months", _L("to be kept (months)"), WHOLE),
    ),
    CardType.RELIC: (
        Detail("relic_grade", _L("grade of the relic")),
        Detail("era", _L("era")),
        Detail("origin", _L("made in")),
    ),
    CardType.INTANGIBLE: (
        Detail("right_number", _L("number of the right")),
        Detail("right_holder", _L("holder of the right")),
        Detail("granted_on", _L("granted on"), DAY),
        Detail("valid_until", _L("right valid until"), DAY),
    ),
    CardType.EQUIPMENT: (
        Detail("standard_name", _L("name in the standard of equipment")),
        Detail("measuring", _L("measuring instrument"), CHOICE, choices=("是", "否")),
    ),
    CardType.FURNITURE: (),
    CardType.OTHER: (),
}
SITUATED = frozenset({CardType.LAND, CardType.HOUSE, CardType.STRUCTURE})
"""Cards of what stands somewhere: an address may say where instead of a room."""


def fields_of(card_type: str) -> tuple[Detail, ...]:
    """The fields of a card type, in the order of its card."""
    return FIELDS.get(card_type, ())


def checked(card_type: str, details: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """(the values as they are kept, without empty ones; sentences by key of what is wrong with them).

    A key that the card type does not have is refused (R-AST-22 says what a vehicle needs).
    """
    known = {field.key: field for field in fields_of(card_type)}
    kept: dict[str, Any] = {}
    wrong = {
        key: _("A card of this kind has no field “%(key)s”.") % {"key": key}
        for key, value in details.items()
        if key not in known and value not in ("", None)
    }
    for key, field in known.items():
        try:
            value = field.read(details.get(key))
        except ValueRefused as error:
            wrong[key] = str(error)
            continue
        if value != "":
            kept[key] = value
    return kept, wrong | {key: words for key, words in _missing(known, kept).items() if key not in wrong}


def _missing(known: Mapping[str, Detail], kept: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for key, field in known.items():
        if not field.required or key in kept or (field.unless and field.unless in kept):
            continue
        words = {"field": field.label, "reason": known[field.unless].label if field.unless else ""}
        if field.unless:
            found[key] = _("Enter “%(field)s”, or “%(reason)s”.") % words
        else:
            found[key] = _("Enter “%(field)s”.") % words
    return found


def shown(card_type: str, details: Mapping[str, Any]) -> list[tuple[Any, str]]:
    """(label, value) of what a card says, in the order of its card."""
    return [(field.label, str(details[field.key])) for field in fields_of(card_type) if field.key in details]
