"""Rounding of quantities, unit prices and money (R-SYS-05: half up; money 2 places, price 6, quantity 4)."""

from decimal import ROUND_HALF_UP, Decimal

MONEY_PLACES, PRICE_PLACES, QUANTITY_PLACES = 2, 6, 4
ZERO = Decimal(0)


def _rounded(value: Decimal | int, places: int) -> Decimal:
    return Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def money(value: Decimal | int) -> Decimal:
    """Yuan with 2 places, rounded half up."""
    return _rounded(value, MONEY_PLACES)


def price(value: Decimal | int) -> Decimal:
    """Yuan per stock unit with 6 places, rounded half up."""
    return _rounded(value, PRICE_PLACES)


def quantity(value: Decimal | int) -> Decimal:
    """Pieces (or another stock unit) with 4 places, rounded half up."""
    return _rounded(value, QUANTITY_PLACES)


def percent(part: Decimal, whole: Decimal) -> Decimal | None:
    """A part in percent of a whole, with one place; None of nothing."""
    return (part * 100 / whole).quantize(Decimal("0.1")) if whole else None


def limits(low: Decimal | None, high: Decimal | None) -> str:
    """Two limits in words, "0.4 – 0.6" or "… – 5"; "" where there are none."""
    if low is None and high is None:
        return ""
    return " – ".join("…" if each is None else plain(each) for each in (low, high))


def plain(number: Decimal) -> str:
    """A quantity as people write it: 3, 2.5, 1200."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
