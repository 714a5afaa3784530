"""Strict reading of values that people type, for forms, the API and Excel alike (reliability rule U5).

Each function takes a cell or a typed string and returns a clean value, or None for an empty one ("" for texts and
codes). Whatever cannot be taken exactly as it stands raises `core.errors.ValueRefused` with a sentence that says what
to change; nothing is guessed. `note` is called with a sentence when a value is taken but deserves a second look.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from core.errors import ValueRefused
from core.excel.cells import BadCell

Note = Callable[[str], None]

# Excel keeps 15 digits of a number; everything behind them has become 0 before we see it.
LOST_DIGITS_FROM = 10**15
LONGEST_NUMBER = 40
BIGINT = 2**63 - 1
SERIAL_EPOCH = date(1899, 12, 30)
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)

_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u2060\ufeff]")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile("\r\n|[\r\u2028\u2029\x85]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2212: 0x2D}
_NUMBER = re.compile(r"([+-]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(\.[0-9]+)?")
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]+")
_LOST = re.compile(r"[0-9](\.[0-9]+)?[eE]\+[0-9]{1,3}")
_DATE = re.compile(
    r"([0-9]{4})(?:([-/.])([0-9]{1,2})\2([0-9]{1,2})| ?年 ?([0-9]{1,2}) ?月(?: ?([0-9]{1,2}) ?日?)?|-([0-9]{1,2}))"
    r"(?:(?:[ T]|(?<=日))[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
)
_COMPACT_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_AMBIGUOUS_DATE = re.compile(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}")
_YES = frozenset({"是", "有", "对", "y", "yes", "true", "t", "1", "√", "✓", "✔"})
_NO = frozenset({"否", "无", "不", "错", "n", "no", "false", "f", "0", "×", "✗"})


def refuse(code: str, message: str) -> NoReturn:
    """Raise ValueRefused with this sentence."""
    raise ValueRefused(message, code=code)


def _refuse_bad_cell(cell: BadCell) -> NoReturn:
    if cell.kind == "formula":
        refuse(
            "formula",
            _("The formula in this cell has no result. Open the file in Excel, let it calculate, and save it again."),
        )
    if cell.kind == "merged":
        refuse(
            "merged",
            _("The cells %(range)s are merged. Undo the merge and write the value into every row.")
            % {"range": cell.text},
        )
    refuse("error_cell", _("The cell holds the Excel error %(error)s. Correct it.") % {"error": cell.text or "#?"})


def _as_text(value: Any) -> str:
    """A cell as the text a person sees in it."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, BadCell):
        _refuse_bad_cell(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float, Decimal)):
        return _number_as_text(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == datetime.min.time() else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    refuse("type", _("This kind of value is not allowed here."))


def _is_finite(value: int | float | Decimal) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, int) or math.isfinite(value)


def _number_as_text(value: int | float | Decimal) -> str:
    if not _is_finite(value):
        refuse("not_finite", _("This is not a number."))
    if not isinstance(value, Decimal) and abs(value) >= LOST_DIGITS_FROM:
        refuse(
            "lost_digits",
            _(
                "Excel keeps only 15 digits of a number, so the end of %(value)s is lost. "
                "Format the column as text and enter the value again."
            )
            % {"value": f"{Decimal(value):.0f}"[:40]},
        )
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return f"{number:.0f}" if number == number.to_integral_value() else f"{number.normalize():f}"


def parse_key(text: str) -> int | None:
    """A primary key as an address or a form names it; None for anything else. No key of ours has 19 digits."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def parse_keys(texts: Iterable[str]) -> list[int]:
    """The primary keys among texts, in order; anything else that was sent is left out."""
    return [key for text in texts if (key := parse_key(text)) is not None]


def parse_text(value: Any, *, max_length: int | None = None, nfkc: bool = False, multiline: bool = False) -> str:
    """A text without blanks around it or two in a row, without invisible characters; "" when empty.

    nfkc: turn full-width and other compatibility forms into the plain ones (codes only). multiline: keep line breaks,
    otherwise they become a space. Refuses control characters, broken surrogates, characters that reverse the writing
    direction, and texts longer than max_length characters.
    """
    text = _as_text(value)
    text = text.strip(" ")
    if "  " in text or not text.isprintable():
        text = _cleaned(text, multiline=multiline)
    if nfkc and not text.isascii():
        text = unicodedata.normalize("NFKC", text).strip()
    if max_length is not None and len(text) > max_length:
        refuse(
            "too_long",
            _("Too long: %(length)d characters, at most %(limit)d are allowed.")
            % {"length": len(text), "limit": max_length},
        )
    return text


def _cleaned(text: str, *, multiline: bool) -> str:
    if _SURROGATE.search(text):
        refuse("surrogate", _("The text holds a broken character. Type it again."))
    text = _LINES.sub("\n", text)
    if _CONTROL.search(text):
        refuse("control", _("The text holds an invisible control character. Type it again."))
    if _DIRECTION.search(text):
        refuse("direction", _("The text holds a character that reverses the writing direction. Type it again."))
    text = _INVISIBLE.sub("", text)
    if multiline:
        return "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n")).strip()
    return " ".join(text.split())


def parse_code(
    value: Any, *, max_length: int | None = None, long_numbers: bool = False, note: Note | None = None
) -> str:
    """A code: 123.0 becomes "123", full-width becomes plain; "" when empty.

    Refuses numbers of more than 15 digits (Excel has lost the rest) unless long_numbers says that they are known to end
    in zeros, and dates (Excel turned 1-2 into one). Notes numbers (leading zeros may be lost) and texts like 1E5.
    """
    if isinstance(value, date):
        refuse("date_as_code", _("Excel turned this code into a date. Format the column as text and enter it again."))
    if long_numbers and isinstance(value, (int, float)) and _is_finite(value) and value == int(value):
        value = str(int(value))
    elif note and isinstance(value, (int, float)) and not isinstance(value, bool):
        note(_("Codes are stored as numbers here; leading zeros, if there were any, are lost."))
    text = parse_text(value, nfkc=True, max_length=max_length)
    if _SCIENTIFIC.fullmatch(text):
        if _LOST.fullmatch(text) and "." in text:
            refuse(
                "lost_digits",
                _(
                    "Excel keeps only 15 digits of a number, so the end of %(value)s is lost. "
                    "Format the column as text and enter the value again."
                )
                % {"value": text},
            )
        if note:
            note(_("%(value)s looks like a number that Excel has shortened; check the code.") % {"value": text})
    return text


def parse_decimal(
    value: Any,
    places: int,
    *,
    minimum: Decimal | int | None = None,
    maximum: Decimal | int | None = None,
) -> Decimal | None:
    """An exact number with `places` decimals, or None when empty.

    Takes numbers, numbers stored as text, full-width digits and thousands commas (1,000). Refuses 1_000, 1e3, NaN,
    percentages, more decimals than `places` (the noise of binary fractions, 0.1 + 0.2, is rounded away), and what does
    not fit a scaled 64-bit integer.
    """
    if isinstance(value, bool):
        refuse("not_number", _("A number is needed here, not yes or no."))
    if isinstance(value, date):
        refuse("date_as_number", _("A number is needed here, not a date. Format the cell as a number."))
    if value is None:
        return None
    if isinstance(value, (int, float, Decimal)):
        number = _finite(value)
        noise = isinstance(value, float)
    else:
        text = parse_text(value).translate(_FULL_WIDTH).strip()
        if not text:
            return None
        number = _decimal_from_text(text)
        noise = False
    number = _quantized(number, places, noise=noise)
    if minimum is not None and number < minimum:
        if minimum == Decimal(1).scaleb(-places):
            refuse("too_small", _("Must be more than 0."))
        refuse("too_small", _("Must be at least %(limit)s.") % {"limit": f"{Decimal(minimum):f}"})
    if maximum is not None and number > maximum:
        refuse("too_large", _("Must be at most %(limit)s.") % {"limit": f"{Decimal(maximum):f}"})
    return number


def _finite(value: int | float | Decimal) -> Decimal:
    if not _is_finite(value):
        refuse("not_finite", _("This is not a number."))
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if abs(number) >= LOST_DIGITS_FROM * 10**4:
        refuse("too_large", _("The number is too large."))
    return number


def _decimal_from_text(text: str) -> Decimal:
    found = _NUMBER.fullmatch(text) if len(text) <= LONGEST_NUMBER else None
    if found is None or not (found[2] or found[3]):
        refuse("not_number", _("“%(value)s” is not a number. Write it like 1200 or 1200.50.") % {"value": text[:40]})
    return Decimal(text.replace(",", ""))


def _quantized(number: Decimal, places: int, *, noise: bool) -> Decimal:
    unit = Decimal(1).scaleb(-places)
    if abs(number) > Decimal(BIGINT).scaleb(-places):
        refuse("too_large", _("The number is too large."))
    rounded = number.quantize(unit)
    if rounded != number:
        tolerance = min(max(abs(number), Decimal(1)) * Decimal("1e-12"), unit / 10) if noise else 0
        if abs(rounded - number) > tolerance:
            if places == 0:
                refuse("decimals", _("A whole number is needed here."))
            refuse("decimals", _("Too many decimals: at most %(places)d are allowed.") % {"places": places})
    return rounded + 0  # -0.00 becomes 0.00


def parse_integer(value: Any, *, minimum: int | None = None, maximum: int | None = None) -> int | None:
    """A whole number by the rules of `parse_decimal`, or None when empty."""
    number = parse_decimal(value, 0, minimum=minimum, maximum=maximum)
    return None if number is None else int(number)


def parse_date(
    value: Any,
    *,
    earliest: date = EARLIEST,
    latest: date = LATEST,
    serials: bool = True,
    note: Note | None = None,
) -> date | None:
    """A day, or None when empty.

    Takes dates, 2024/3/5, 2024-3-5, 2024.3.5, 20240305, 2024年3月5日, 2024年3月 and 2024-03 (the first of the month),
    and number cells that are Excel day numbers (serials=False refuses those: workbooks that count from 1904). Refuses
    2/3/2026 (day or month first?) and days outside earliest..latest.
    """
    if value is None:
        return None
    if isinstance(value, datetime):
        day = value.date()
    elif isinstance(value, date):
        day = value
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        day = _date_from_number(value, serials=serials, note=note)
    else:
        text = parse_text(value).translate(_FULL_WIDTH).strip()
        if not text:
            return None
        day = _date_from_text(text)
    if not earliest <= day <= latest:
        refuse(
            "date_range",
            _("The date %(date)s is not between %(earliest)s and %(latest)s.")
            % {"date": day, "earliest": earliest, "latest": latest},
        )
    return day


def _date_from_number(value: int | float, *, serials: bool, note: Note | None) -> date:
    whole = int(value) if _is_finite(value) and abs(value) < LOST_DIGITS_FROM else 0
    if whole == value and 10_000_101 <= whole <= 99_991_231:
        return _date_from_text(str(whole))
    if not serials or not (EARLIEST - SERIAL_EPOCH).days <= whole <= (LATEST - SERIAL_EPOCH).days:
        _refuse_date(_number_as_text(value))
    if note:
        note(_("Dates are stored as plain numbers here; they were read as Excel day numbers."))
    return SERIAL_EPOCH + timedelta(days=whole)


def _date_from_text(text: str) -> date:
    if found := _COMPACT_DATE.fullmatch(text):
        year, month, day = found.groups()
    elif found := _DATE.fullmatch(text):
        year, month = found[1], found[3] or found[5] or found[7]
        day = found[4] or found[6] or "1"
    elif _AMBIGUOUS_DATE.fullmatch(text):
        refuse(
            "ambiguous_date",
            _("“%(value)s” can be read in two ways. Write the date as 2026-03-02 (year-month-day).") % {"value": text},
        )
    else:
        _refuse_date(text)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        _refuse_date(text)


def _refuse_date(text: str) -> NoReturn:
    refuse("not_date", _("“%(value)s” is not a date. Write it as 2026-03-02 (year-month-day).") % {"value": text[:40]})


def parse_bool(value: Any) -> bool | None:
    """Yes or no, or None when empty: 是/否, 有/无, yes/no, y/n, true/false, 1/0, √/×."""
    if value is None or isinstance(value, bool):
        return value
    text = parse_text(value).translate(_FULL_WIDTH).strip().lower()
    if not text:
        return None
    if text in _YES:
        return True
    if text in _NO:
        return False
    refuse("not_bool", _("“%(value)s” is neither yes nor no. Write 是 or 否.") % {"value": text[:40]})
