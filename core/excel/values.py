"""Import widgets of django-import-export that read strictly (core.parsing) and write typed cells.

`kind` is the kind of the export column (core/excel/formats.py). `note` collects second thoughts about taken values.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import override
from import_export.widgets import Widget

from core.excel.layout import normalise
from core.parsing import (
    parse_bool,
    parse_code,
    parse_date,
    parse_decimal,
    parse_integer,
    parse_text,
    refuse,
)

CHUNK = 1000


def _no_note(_sentence: str) -> None:
    """Nobody listens."""


def in_every_language(text: Any) -> list[str]:
    """A lazy text in the active language first, then in each language of the application, without repetition."""
    spoken = [str(text)]
    for code, _name in settings.LANGUAGES:
        with override(code):
            spoken.append(str(text))
    return list(dict.fromkeys(spoken))


class StrictWidget(Widget):
    """Base: the value itself goes out, so that the writer can type the cell."""

    kind = "text"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce_to_string=False)
        self.note: Callable[[str], None] = _no_note
        self.serials = True
        for name, value in kwargs.items():
            if not hasattr(self, name):
                raise TypeError(f"{type(self).__name__} has no option {name}")
            setattr(self, name, value)

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> Any:
        return value

    def describe(self) -> str:
        """What may be written into the column, in words."""
        return str(_("text"))

    def choices(self) -> Sequence[str]:
        """The values for a drop-down list; empty when there are none or too many."""
        return ()


class TextWidget(StrictWidget):
    """Plain text; code=True reads codes (full-width folded, numbers without .0)."""

    max_length: int | None = None
    multiline = False
    nullable = False
    long_numbers = False
    upper = False
    code = False

    @property
    def kind(self) -> str:  # type: ignore[override]
        return "code" if self.code else "text"

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> str | None:
        if self.code:
            text = parse_code(value, max_length=self.max_length, long_numbers=self.long_numbers, note=self.note)
        else:
            text = parse_text(value, max_length=self.max_length, multiline=self.multiline)
            if isinstance(value, bool):
                self.note(_("Excel turned a text into TRUE or FALSE here; check it."))
            elif isinstance(value, str) and "\n" in value.strip() and not self.multiline:
                self.note(_("Line breaks inside a text were replaced by blanks."))
        if self.upper:
            text = text.upper()
        return None if self.nullable and not text else text

    def describe(self) -> str:
        kind = _("code, entered as text") if self.code else _("text")
        return _("%(kind)s, at most %(limit)d characters") % {"kind": kind, "limit": self.max_length or 32_767}


class NumberWidget(StrictWidget):
    """An exact number with `places` decimals."""

    places = 0
    minimum: Decimal | int | None = None
    maximum: Decimal | int | None = None
    kind = "quantity"

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> Decimal | None:
        return parse_decimal(value, self.places, minimum=self.minimum, maximum=self.maximum)

    def describe(self) -> str:
        text = _("number with at most %(places)d decimals") % {"places": self.places}
        if self.minimum is not None:
            text += _(", not below %(limit)s") % {"limit": self.minimum}
        return text


class IntegerWidget(NumberWidget):
    """A whole number."""

    kind = "integer"

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> int | None:  # type: ignore[override]
        return parse_integer(value, minimum=self.minimum, maximum=self.maximum)  # type: ignore[arg-type]

    def describe(self) -> str:
        return str(_("whole number"))


class DateWidget(StrictWidget):
    """A day."""

    kind = "date"

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> Any:
        return parse_date(value, serials=self.serials, note=self.note)

    def describe(self) -> str:
        return str(_("date, like 2026-03-02"))


class DateTimeWidget(StrictWidget):
    """A moment; only exported."""

    kind = "datetime"

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> Any:
        refuse("export_only", _("This column is only exported."))


class BooleanWidget(StrictWidget):
    """Yes or no."""

    kind = "boolean"

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> bool | None:
        return parse_bool(value)

    def describe(self) -> str:
        return str(_("yes or no"))

    def choices(self) -> Sequence[str]:
        return (_("Yes"), _("No"))


class ChoiceWidget(StrictWidget):
    """One of a fixed list, by its label in any language of the application or by its stored value."""

    options: Sequence[tuple[Any, Any]] = ()
    nullable = False

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> Any:
        text = parse_text(value)
        if not text:
            return None if self.nullable else ""
        if not hasattr(self, "_by_label"):
            self._by_label = {
                normalise(name): stored
                for stored, label in self.options
                for name in (str(stored), *in_every_language(label))
            }
        key = normalise(text)
        if key not in self._by_label:
            refuse(
                "choice",
                _("“%(value)s” is not one of: %(choices)s.")
                % {"value": text[:40], "choices": "、".join(map(str, self.choices()))},
            )
        return self._by_label[key]

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str | None:
        return next((str(label) for stored, label in self.options if stored == value), value)

    def describe(self) -> str:
        return str(_("one of the list"))

    def choices(self) -> Sequence[str]:
        return [str(label) for _stored, label in self.options]


class RelatedWidget(StrictWidget):
    """Another record, named by one of `lookups` (its code, else its name).

    `load` fetches all records that a file names, in one query per 1000 names and lookup; `clean` only looks them up.
    """

    kind = "code"
    model: type[models.Model] = models.Model
    lookups: Sequence[str] = ()
    nullable = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._found: dict[str, Any] = {}
        self._ambiguous: set[str] = set()

    def load(self, values: Iterable[Any], queryset: models.QuerySet) -> None:
        """Fetch the records that these cells name, out of the ones the user may see."""
        missing: set[str] = set()
        for value in values:
            try:
                missing.add(parse_code(value))
            except ValueError:
                continue  # the row says what is wrong with it
        missing.discard("")
        for lookup in self.lookups:
            names = sorted(missing - self._found.keys())
            for start in range(0, len(names), CHUNK):
                for record in queryset.filter(**{f"{lookup}__in": names[start : start + CHUNK]}):
                    self._add(str(getattr(record, lookup)), record)

    def _add(self, name: str, record: Any) -> None:
        if name in self._found and self._found[name].pk != record.pk:
            self._ambiguous.add(name)
        self._found[name] = record

    def remember(self, record: Any) -> None:
        """A record that this import has just made can be named by the rows below it."""
        for lookup in self.lookups:
            if name := str(getattr(record, lookup) or ""):
                self._found.setdefault(name, record)

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> Any:
        name = parse_code(value)
        if not name:
            return None
        what = self.model._meta.verbose_name
        if name in self._ambiguous:
            refuse(
                "ambiguous",
                _("Several records (%(what)s) are called “%(name)s”; write the code.") % {"what": what, "name": name},
            )
        if name not in self._found:
            refuse("unknown", _("There is no %(what)s “%(name)s”, or not for you.") % {"what": what, "name": name[:60]})
        return self._found[name]

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str | None:
        return None if value is None else str(getattr(value, self.lookups[0]))

    def describe(self) -> str:
        fields: list[Any] = [self.model._meta.get_field(lookup) for lookup in self.lookups]
        return _("%(names)s of an existing %(what)s") % {
            "names": " / ".join(str(field.verbose_name) for field in fields),
            "what": self.model._meta.verbose_name,
        }


def default_lookups(model: type[models.Model]) -> tuple[str, ...]:
    """How people name a record of this model: its code or login name, else its name."""
    names = {field.name for field in model._meta.get_fields()}
    wanted = [getattr(model, "USERNAME_FIELD", ""), "code", "name"]
    return tuple(dict.fromkeys(name for name in wanted if name in names))


def widget_for(field: models.Field, options: dict[str, Any]) -> StrictWidget:
    """The widget of a model field; options override what the field says (minimum, lookups, code, …)."""
    nullable = field.null
    if isinstance(field, models.ForeignKey):
        related = field.related_model
        return RelatedWidget(model=related, nullable=nullable, **{"lookups": default_lookups(related), **options})
    if field.choices:
        return ChoiceWidget(options=tuple(field.flatchoices), nullable=nullable, **options)
    if (places := getattr(field, "places", None)) is not None:
        kind = {2: "money", 6: "price"}.get(places, "quantity")
        return NumberWidget(**{"places": places, "kind": kind, **options})
    if isinstance(field, models.BooleanField):
        return BooleanWidget(**options)
    if isinstance(field, models.DateTimeField):
        return DateTimeWidget(**options)
    if isinstance(field, models.DateField):
        return DateWidget(**options)
    if isinstance(field, models.IntegerField):
        positive = isinstance(field, models.PositiveIntegerField | models.PositiveSmallIntegerField)
        return IntegerWidget(**{"minimum": 0 if positive else None, **options})
    if isinstance(field, models.CharField | models.TextField):
        multiline = isinstance(field, models.TextField)
        code = field.name == "code" or field.name.endswith(("_code", "_number", "number", "barcode"))
        defaults = {"max_length": field.max_length, "nullable": nullable, "multiline": multiline, "code": code}
        return TextWidget(**{**defaults, **options})
    raise TypeError(f"{field} cannot be a column of a sheet")
