"""Columns beside those of the model: keepers of a warehouse, packs of an item, written to tables of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from django.db import models
from import_export.fields import Field

from core.errors import DomainError
from core.excel.values import RelatedWidget, TextWidget
from core.parsing import parse_text


class ExtraWidget(TextWidget):
    """A text that stands for several rows of another table; `reader` brings it into one spelling or refuses it."""

    reader: Callable[[str], str] | None = None

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> str:
        text = parse_text(value)
        return self.reader(text) if text and self.reader else text


def extra_column(name: str) -> Field:
    """Declares an extra column; the resource names it in Meta.fields and column_labels too."""
    return Field(attribute=name, column_name=name, widget=ExtraWidget())


class ExtraColumns:
    """Mixin before BaseResource.

    For every name in `extras` the resource has `read_<name>(text) -> text` (one spelling, or a refusal),
    `texts_<name>(keys) -> {primary key: text}` (what is stored) and `write_<name>([(instance, text)])`.
    """

    extras: ClassVar[tuple[str, ...]] = ()
    column_labels: ClassVar[Mapping[str, Any]]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._touched: list[Any] = []
        self._texts: dict[str, dict[int, str]] = {}
        for name in self.extras:
            self.fields[name].widget.reader = getattr(self, f"read_{name}")  # type: ignore[attr-defined]

    def _label_source(self, name: str) -> Any:
        return self.column_labels[name] if name in self.extras else super()._label_source(name)  # type: ignore[misc]

    def is_required(self, name: str) -> bool:
        return name not in self.extras and super().is_required(name)  # type: ignore[misc]

    def _updated_fields(self) -> list[str]:
        return [name for name in super()._updated_fields() if name not in self.extras]  # type: ignore[misc]

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        for name in self.extras:
            if name not in self._texts:
                self._texts[name] = getattr(self, f"texts_{name}")(None)
            setattr(instance, name, "" if new else self._texts[name].get(instance.pk, ""))
        super().after_init_instance(instance, new, row, **kwargs)  # type: ignore[misc]

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        self._touched.append(instance)

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """Inside the transaction of the import, after the records themselves were written.

        A row that a writer refuses here undoes the whole import.
        """
        before = len(self.report.errors)  # type: ignore[attr-defined]
        stored = [instance for instance in self._touched if instance.pk]
        for name in self.extras:
            getattr(self, f"write_{name}")([(instance, getattr(instance, name)) for instance in stored])
        super().after_import(dataset, result, **kwargs)  # type: ignore[misc]
        if len(self.report.errors) > before:  # type: ignore[attr-defined]
            result.append_base_error(self.get_error_result_class()(DomainError("refused")))  # type: ignore[attr-defined]

    def _export_rows(self, queryset: models.QuerySet) -> Iterator[list[Any]]:
        texts = {name: getattr(self, f"texts_{name}")(queryset.values("pk")) for name in self.extras}
        related = [name for name, field in self.fields.items() if isinstance(field.widget, RelatedWidget)]  # type: ignore[attr-defined]
        plan = [(field.attribute, field.widget.render) for field in self.get_export_fields()]  # type: ignore[attr-defined]
        for record in (queryset.select_related(*related) if related else queryset).iterator(chunk_size=2000):
            for name in self.extras:
                setattr(record, name, texts[name].get(record.pk, ""))
            yield [render(getattr(record, attribute)) for attribute, render in plan]
