"""One row of a sheet: the record that it means, the values that it sets, and everything that speaks against it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from import_export.fields import Field

from core.excel.values import RelatedWidget
from core.imports.described import SheetResource, has_field
from core.imports.loading import UniqueChecker
from core.imports.preparing import Preparation
from core.imports.report import SHOWN_CHANGES, Change, ImportReport, shown
from core.parsing import refuse


class RowResource(SheetResource):
    """The steps of one row, in the order in which django-import-export calls them."""

    report: ImportReport
    prepared: Preparation
    keys_of_file: dict[int, tuple[Any, ...]]
    _unique: UniqueChecker
    _required: set[str]
    _name_of: dict[str, str]
    _row: int
    _position: int
    _may_add: bool
    _may_change: bool

    def _rights(self) -> tuple[bool, bool]:
        if self.user is None or self.parent_field:
            return True, True
        options = self.model._meta
        return tuple(  # type: ignore[return-value]
            self.user.has_perm(f"{options.app_label}.{action}_{options.model_name}") for action in ("add", "change")
        )

    def scope(self) -> models.QuerySet:
        """The existing records that this import may meet: visible to the user, of his organization, of the parent."""
        queryset = self.visible(self.model)
        return queryset.filter(**{self.parent_field: self.parent}) if self.parent_field else queryset

    def key_model_fields(self) -> list[Any]:
        return [self.model._meta.get_field(name) for name in self._meta.import_id_fields]

    def key_of(self, row: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """The key of a row (column name -> cell), or None when a part of it cannot be read."""
        parts = []
        for field in self.key_fields():
            try:
                part = field.clean({field.column_name: row.get(field.column_name)})
            except ValueError:
                return None
            parts.append(part.pk if isinstance(part, models.Model) else part)
        return tuple(parts)

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        self._row = self.prepared.rows[kwargs["row_number"] - 1].number
        if self._row in self.prepared.refused:
            name, sentence = self.prepared.refused[self._row]
            raise ValidationError({name: [sentence]} if name else [sentence])

    def get_or_init_instance(self, instance_loader: Any, row: Any) -> tuple[Any, bool]:
        key = self.keys_of_file.get(self._row)
        if key is not None and (other := instance_loader.differing_case(key)):
            raise ValidationError(
                {
                    self._meta.import_id_fields[0]: [
                        _("“%(other)s” exists already; it differs only in capital letters.")
                        % {"other": " ".join(map(str, other))}
                    ]
                }
            )
        instance = None if key is None else instance_loader.found.get(key)
        return (self.init_instance(row), True) if instance is None else (instance, False)

    def init_instance(self, row: Any = None) -> Any:
        instance = self.model()
        if self.organization is not None and has_field(self.model, "organization"):
            instance.organization = self.organization  # type: ignore[attr-defined]
        if self.parent_field:
            setattr(instance, self.parent_field, self.parent)
            if has_field(self.model, "position"):
                self._position += 1
                instance.position = self._position  # type: ignore[attr-defined]
        return instance

    def _last_position(self) -> int:
        if not self.parent_field or not has_field(self.model, "position"):
            return 0
        return self.scope().aggregate(last=models.Max("position"))["last"] or 0

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        instance._import_row = self._row
        self._is_new = new
        self._before = {} if new else {name: _stored(instance, name) for name in self.fields}

    def import_field(self, field: Field, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        if field.column_name not in row:
            return
        name = self._name_of[field.attribute]
        field.widget.note = partial(self.prepared.notes.add, field.column_name, row=self._row)
        if name in self._required and _is_blank(row[field.column_name]):
            refuse("required", _("This column must be filled in."))
        field.save(instance, row, is_m2m, **kwargs)

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        if import_validation_errors or self._is_new:
            return False
        changed = [name for name in self.fields if _stored(instance, name) != self._before[name]]
        for name in changed[: SHOWN_CHANGES - len(self.report.changes)]:
            self._note_change(instance, name)
        return not changed

    def _note_change(self, instance: Any, name: str) -> None:
        field = self.fields[name]
        after = field.widget.render(getattr(instance, name))
        before = self._before[name]
        if not isinstance(field.widget, RelatedWidget):
            before = field.widget.render(before)
        self.report.changes.append(Change(self._row, str(instance), field.column_name, shown(before), shown(after)))

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Like Model.full_clean(), but foreign keys and uniqueness are checked in memory, not by a query per row."""
        errors = dict(import_validation_errors or {})
        related = {field.name for field in self.model._meta.concrete_fields if field.is_relation}
        known = {field.name for field in self.model._meta.concrete_fields}
        try:
            instance.clean_fields(exclude=(set(errors) | related) & known)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        try:
            self.clean_instance(instance)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if not errors:
            errors = self._rights_and_uniqueness(instance)
        if errors:
            raise ValidationError(errors)

    def clean_instance(self, instance: Any) -> None:
        """A hook: checks over several fields, by default Model.clean(); override it where that asks the database."""
        instance.clean()

    def _rights_and_uniqueness(self, instance: Any) -> dict[str, Any]:
        errors: dict[str, Any] = {}
        if not (self._may_add if self._is_new else self._may_change):
            errors["__all__"] = [
                _("You may not add new records here.") if self._is_new else _("You may not change this record.")
            ]
        for names, other in self._unique.conflicts(instance, self._row):
            name = next((name for name in names if name in self.fields), "__all__")
            sentence = (
                _("Another record already has this value.")
                if other is None
                else _("Row %(row)d of the file has the same value.") % {"row": other}
            )
            errors.setdefault(name, []).append(ValidationError(sentence))
        return errors

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        for field in self.fields.values():
            if isinstance(field.widget, RelatedWidget) and field.widget.model is self.model:
                field.widget.remember(instance)


def _stored(instance: Any, name: str) -> Any:
    """The raw value of a field: of a foreign key its key, so that comparing costs no query; extras as they are."""
    known = name in {field.name for field in instance._meta.concrete_fields}
    return getattr(instance, instance._meta.get_field(name).attname if known else name)


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
