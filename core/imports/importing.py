"""A sheet on the way in: every row is checked, all errors are collected, everything is written or nothing."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import models
from django.utils.translation import gettext as _
from import_export.fields import Field
from tablib import Dataset

from core.errors import DomainError
from core.excel.reader import Table, read_workbook
from core.excel.values import RelatedWidget
from core.imports.described import SheetResource, has_field
from core.imports.loading import KeyedInstanceLoader, UniqueChecker
from core.imports.preparing import Preparation
from core.imports.report import SHOWN_CHANGES, Change, ImportReport, RowError
from core.imports.saving import BATCH, BatchWriter
from core.parsing import refuse

logger = logging.getLogger(__name__)


class BaseResource(SheetResource):
    """One model as a sheet, in and out. An instance serves one import or export of one user.

    computed_fields are the ones that before_save_instance() fills, because batches do not run Model.save().
    """

    computed_fields: ClassVar[tuple[str, ...]] = ()
    export_only: ClassVar[bool] = False

    class Meta:
        import_id_fields = ()
        instance_loader_class = KeyedInstanceLoader
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = False
        skip_diff = True
        use_transactions = True
        use_bulk = True
        batch_size = BATCH

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.locking = False
        self.report = ImportReport()
        self._required = {name for name in self.fields if self.is_required(name)}
        self._name_of = {field.attribute: name for name, field in self.fields.items()}

    @classmethod
    def import_permission(cls) -> str:
        """The permission that an import needs; lines need the right to change their document."""
        options = cls._meta.model._meta
        if cls.parent_field:
            options = options.get_field(cls.parent_field).related_model._meta
            return f"{options.app_label}.change_{options.model_name}"
        return f"{options.app_label}.import_{options.model_name}"

    def read(self, source: Path | bytes, filename: str) -> Table:
        """The user's file as a table of this resource's columns. Raises FileRefused."""
        return read_workbook(source, filename=filename, columns=self.column_names())

    def import_data(self, *args: Any, **kwargs: Any) -> Any:
        raise ImproperlyConfigured("Sheets are imported by import_table(), which reads and checks them strictly.")

    def import_table(self, table: Table, *, dry_run: bool) -> ImportReport:
        """Check every row and write them all, or, with dry_run or on any error, none.

        All errors of all rows are collected, with the row numbers of the user's workbook. Raises DomainError when the
        user may not import at all.
        """
        if self.export_only:
            raise DomainError(_("These records cannot be imported; they are made by their documents."))
        self._begin(table, dry_run)
        dataset = Dataset(headers=[self.fields[name].column_name for name in table.columns])
        dataset.extend(row.cells for row in self.prepared.rows)
        result = super().import_data(
            dataset, dry_run=dry_run, use_transactions=True, rollback_on_validation_errors=True
        )
        return self._finish(result)

    def _begin(self, table: Table, dry_run: bool) -> None:
        self.report = ImportReport(sheet=table.sheet, header_row=table.header_row, warnings=list(table.warnings))
        self._table = table
        self._unique = UniqueChecker(self.model, self._meta.import_id_fields)
        self._writer = BatchWriter(
            self.model, self._updated_fields(), self.user, self._refuse_stored, history=not dry_run
        )
        self._may_add, self._may_change = self._rights()
        self._row = 0
        self.prepared = Preparation(self, table)
        self.keys_of_file = self.prepared.keys
        self._position = self._last_position()

    def _rights(self) -> tuple[bool, bool]:
        if self.user is None or self.parent_field:
            return True, True
        options = self.model._meta
        return tuple(  # type: ignore[return-value]
            self.user.has_perm(f"{options.app_label}.{action}_{options.model_name}") for action in ("add", "change")
        )

    def _updated_fields(self) -> list[str]:
        key = set(self._meta.import_id_fields)
        return [name for name in (*self.fields, *self.computed_fields) if name not in key]

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

    def _check_import_id_fields(self, headers: Any) -> None:
        """Nothing: the reader has refused files without required columns; an optional part of a key may be absent."""

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
        self.report.changes.append(Change(self._row, str(instance), field.column_name, _shown(before), _shown(after)))

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

    def bulk_create(self, using_transactions: bool, dry_run: bool, raise_errors: bool, **kwargs: Any) -> None:
        self._flush(self.create_instances, self._writer.create, kwargs["result"])

    def bulk_update(self, using_transactions: bool, dry_run: bool, raise_errors: bool, **kwargs: Any) -> None:
        # A node that moves may go under one that is only about to be inserted.
        self._flush(self.create_instances, self._writer.create, kwargs["result"])
        self._flush(self.update_instances, self._writer.update, kwargs["result"])

    def _flush(self, instances: list[Any], write: Any, result: Any) -> None:
        before = len(self.report.errors)
        write(list(instances))
        instances.clear()
        if len(self.report.errors) > before:
            # Tells django-import-export to roll everything back.
            result.append_base_error(self.get_error_result_class()(DomainError("refused")))

    def _refuse_stored(self, instance: Any, name: str, sentence: str) -> None:
        self.report.errors.append(self._row_error(instance._import_row, name, sentence))

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """Nothing: resetting key sequences, as django-import-export does, would race with other writers."""

    def _finish(self, result: Any) -> ImportReport:
        report, rows = self.report, self.prepared.rows
        for invalid in result.invalid_rows:
            number = rows[invalid.number - 1].number
            for name, sentences in _by_field(invalid.error).items():
                report.errors += [self._row_error(number, name, sentence) for sentence in sentences]
        for failed in result.error_rows:
            for error in failed.errors:
                report.errors.append(self._row_error(rows[failed.number - 1].number, "", _internal(error.error)))
        for error in result.base_errors:
            if str(error.error) != "refused":
                report.errors.append(self._row_error(report.header_row, "", _internal(error.error)))
        report.close()
        report.total = len(rows)
        report.new, report.changed = result.totals["new"], result.totals["update"]
        report.unchanged = result.totals["skip"]
        report.warnings += self.prepared.warnings()
        return report

    def _row_error(self, number: int, name: str, sentence: str) -> RowError:
        name = name if name in self.fields else ""
        column = self.fields[name].column_name if name else ""
        letter = value = ""
        if name in self._table.columns:
            index = self._table.columns.index(name)
            letter = self._table.letters[index]
            value = _shown(self.prepared.cells[number][index]) if number in self.prepared.cells else ""
        return RowError(number, column, letter, value[:200], str(sentence))


def _internal(error: Exception) -> str:
    """A refusal speaks for itself; anything else is a defect of ours: it is logged, and the user gets a sentence."""
    if isinstance(error, DomainError):
        return str(error)
    logger.error("import failed", exc_info=error)
    return _("This row could not be processed because of an error in the program. Please tell the administrator.")


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}


def _stored(instance: Any, name: str) -> Any:
    """The raw value of a field: of a foreign key its key, so that comparing costs no query."""
    return getattr(instance, instance._meta.get_field(name).attname)


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _shown(cell: Any) -> str:
    return "" if cell is None else str(cell)
