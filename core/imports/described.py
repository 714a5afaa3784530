"""What a model looks like as a sheet: its columns, their names, and its records on the way out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.db import models
from import_export import resources
from import_export.fields import Field

from core.excel.reader import ColumnNames
from core.excel.values import RelatedWidget, in_every_language, widget_for
from core.excel.writer import Column, Sheet


class SheetResource(resources.ModelResource):
    """The columns of one model, and its export.

    user sees and changes only what `visible_to` shows him; organization (default: his own) is set on new records;
    parent is the draft document whose lines are read (`parent_field` names the foreign key to it).

    column_options override what core.excel.values derives from a model field: minimum, maximum, lookups, code, upper …;
    column_notes explain a column in the template; column_examples fill its example row.
    """

    column_labels: ClassVar[Mapping[str, Any]] = {}
    column_synonyms: ClassVar[Mapping[str, Sequence[str]]] = {}
    column_notes: ClassVar[Mapping[str, Any]] = {}
    column_examples: ClassVar[Mapping[str, Any]] = {}
    column_options: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    required_columns: ClassVar[Sequence[str]] = ()
    parent_field: ClassVar[str] = ""

    def __init__(self, *, user: Any = None, organization: Any = None, parent: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.user, self.parent = user, parent
        self.organization = organization or getattr(parent, "organization", None) or getattr(user, "organization", None)
        self.model: type[models.Model] = self._meta.model
        for name, field in self.fields.items():
            field.column_name = self.label(name)

    @classmethod
    def field_from_django_field(cls, field_name: str, django_field: Any, readonly: bool) -> Field:
        return Field(
            attribute=field_name,
            column_name=field_name,
            widget=widget_for(django_field, dict(cls.column_options.get(field_name, {}))),
            readonly=readonly,
            default=django_field.default,
        )

    @classmethod
    def resource_name(cls) -> str:
        """How addresses and import jobs call this resource: inventory.item."""
        return cls._meta.model._meta.label_lower

    @classmethod
    def title(cls) -> str:
        """What the records are called, in the active language."""
        return str(cls._meta.model._meta.verbose_name_plural)

    def _label_source(self, name: str) -> Any:
        field: Any = self.model._meta.get_field(name)
        return self.column_labels.get(name) or field.verbose_name

    def label(self, name: str) -> str:
        """The column name in the active language."""
        return str(self._label_source(name))

    def example(self, name: str) -> Any:
        """The cell of the template's example row."""
        return self.column_examples.get(name)

    def is_required(self, name: str) -> bool:
        """Whether every row must fill this column: declared, the whole key, or demanded by the model."""
        if name in self.required_columns or (name,) == tuple(self._meta.import_id_fields):
            return True
        field: Any = self.model._meta.get_field(name)
        return not (field.null or field.blank or field.has_default())

    def column_names(self) -> list[ColumnNames]:
        """Every name under which a header may show each column: labels in all languages, synonyms, the field name."""
        return [
            ColumnNames(
                name,
                [*in_every_language(self._label_source(name)), *self.column_synonyms.get(name, ()), name],
                self.is_required(name),
            )
            for name in self.fields
        ]

    def key_fields(self) -> list[Field]:
        """The columns that identify a record; none for lines that are always new."""
        return [self.fields[name] for name in self._meta.import_id_fields]

    def visible(self, model: type[models.Model]) -> models.QuerySet:
        """Records of a model that the user may see, within the organization of this resource."""
        queryset = model._default_manager.all()
        if self.user is not None and hasattr(queryset, "visible_to"):
            queryset = queryset.visible_to(self.user)
        if self.organization is not None and has_field(model, "organization"):
            queryset = queryset.filter(organization=self.organization)
        return queryset

    def choosable(self, name: str, model: type[models.Model]) -> models.QuerySet:
        """Records that column `name` may name: those the user may choose in a form, of this organization."""
        queryset = model._default_manager.all()
        if self.user is not None and hasattr(queryset, "choosable_by"):
            queryset = queryset.choosable_by(self.user)
        if self.organization is not None and has_field(model, "organization"):
            queryset = queryset.filter(organization=self.organization)
        if limits := self.model._meta.get_field(name).get_limit_choices_to():  # type: ignore[union-attr]
            queryset = queryset.complex_filter(limits)
        return self.related_queryset(name, queryset)

    def related_queryset(self, name: str, queryset: models.QuerySet) -> models.QuerySet:
        """A hook: the records that column `name` may name, to be narrowed (only active ones, say)."""
        return queryset

    def to_sheet(self, queryset: models.QuerySet) -> Sheet:
        """The records as a typed sheet for `write_workbook`; the caller has applied `visible_to`."""
        columns = [Column(field.column_name, kind=field.widget.kind) for field in self.get_export_fields()]
        return Sheet(self.title(), columns, self._export_rows(queryset), freeze=1)

    def _export_rows(self, queryset: models.QuerySet) -> Iterator[list[Any]]:
        related = [name for name, field in self.fields.items() if isinstance(field.widget, RelatedWidget)]
        rows = queryset.select_related(*related) if related else queryset
        plan = [(field.attribute, field.widget.render) for field in self.get_export_fields()]
        for record in rows.iterator(chunk_size=2000):
            yield [render(getattr(record, attribute)) for attribute, render in plan]


def has_field(model: type[models.Model], name: str) -> bool:
    """Whether the model has a column of this name."""
    return any(field.name == name for field in model._meta.concrete_fields)
