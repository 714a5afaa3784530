"""Exact decimals on every database: scaled integers in the column, `Decimal` everywhere else.

DecimalField on SQLite stores floats: 0.3 - 0.1 - 0.1 - 0.1 breaks `CHECK (quantity >= 0)`. A BIGINT does not.
"""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.numbers import MONEY_PLACES, PRICE_PLACES, QUANTITY_PLACES


class ScaledDecimalField(models.Field):
    """A Decimal with a fixed number of places, stored as BIGINT (value x 10^places).

    Reading gives Decimal; writing takes Decimal or int. A value with more places than the column holds is refused,
    never rounded silently. Sums and comparisons in SQL are exact; multiply in Python.
    """

    description = _("Exact decimal number")
    empty_strings_allowed = False
    default_error_messages = {
        "invalid": _("“%(value)s” is not a number."),
        "places": _("At most %(places)d decimal places."),
        "range": _("The number is too large."),
    }

    def __init__(self, *args: Any, places: int, **kwargs: Any) -> None:
        self.places = places
        super().__init__(*args, **kwargs)

    @property
    def limit(self) -> Decimal:
        """The first absolute value that is too large; six digits below BIGINT, so that sums of a million rows fit."""
        return Decimal(10) ** (15 - self.places) if self.places < 6 else Decimal(10) ** 9

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["places"] = self.places
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "BigIntegerField"

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or value == "":
            return None
        try:
            number = value if isinstance(value, Decimal) else Decimal(str(value))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": value})
        if abs(number) >= self.limit:
            raise ValidationError(self.error_messages["range"], code="range")
        exact = number.quantize(Decimal(1).scaleb(-self.places))
        if exact != number:
            raise ValidationError(self.error_messages["places"], code="places", params={"places": self.places})
        return exact

    def get_prep_value(self, value: Any) -> Any:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return int(self.to_python(value).scaleb(self.places))  # type: ignore[union-attr]

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-self.places)

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else str(value)

    def formfield(self, **kwargs: Any) -> Any:
        from core.forms import ExactDecimalField

        return super().formfield(**{"form_class": ExactDecimalField, "decimal_places": self.places, **kwargs})


class _FixedPlaces(ScaledDecimalField):
    fixed_places: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.pop("places", None)
        super().__init__(*args, places=self.fixed_places, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["places"]
        return name, path, args, kwargs


class QuantityField(_FixedPlaces):
    """Pieces or another unit of measure, 4 places."""

    fixed_places = QUANTITY_PLACES


class PriceField(_FixedPlaces):
    """Yuan per unit, 6 places."""

    fixed_places = PRICE_PLACES


class MoneyField(_FixedPlaces):
    """Yuan, 2 places."""

    fixed_places = MONEY_PLACES
