"""A sheet on the way in: every row is checked, all errors are collected, everything is written or nothing."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from tablib import Dataset

from core.errors import DomainError
from core.excel.reader import MAX_ROWS, Table, read_workbook
from core.imports.loading import KeyedInstanceLoader, UniqueChecker
from core.imports.preparing import Preparation
from core.imports.report import ImportReport, RowError, shown
from core.imports.rows import RowResource
from core.imports.saving import BATCH, REFUSED_BY_DATABASE, BatchWriter

logger = logging.getLogger(__name__)


class BaseResource(RowResource):
    """One model as a sheet, in and out. An instance serves one import or export of one user.

    computed_fields are the ones that before_save_instance() fills, because batches do not run Model.save(). max_rows:
    a longer sheet is refused; opening lists of a whole house may be longer than others.
    """

    computed_fields: ClassVar[tuple[str, ...]] = ()
    export_only: ClassVar[bool] = False
    max_rows: ClassVar[int] = MAX_ROWS

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

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Let every Meta inherit from the one above; django-import-export forgets options two classes further up."""
        super().__init_subclass__(**kwargs)
        own: Any = cls.__dict__.get("Meta")
        above: Any = next(base for base in cls.__mro__[1:] if "Meta" in base.__dict__).__dict__["Meta"]
        if own is not None and not issubclass(own, above):
            meta: Any = type("Meta", (own, above), {})
            cls.Meta = meta  # type: ignore[misc]

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
        return read_workbook(source, filename=filename, columns=self.column_names(), max_rows=self.max_rows)

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

    def _updated_fields(self) -> list[str]:
        key = set(self._meta.import_id_fields)
        return [name for name in (*self.fields, *self.computed_fields) if name not in key]

    def _check_import_id_fields(self, headers: Any) -> None:
        """Nothing: the reader has refused files without required columns; an optional part of a key may be absent."""

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        """With use_bulk = False: Model.save() for each row, for the few models whose save() must run."""
        instance._history_user, instance._change_reason = self.user, "Excel"
        try:
            with transaction.atomic():
                super().do_instance_save(instance, is_create)
        except IntegrityError as error:
            raise ValidationError(REFUSED_BY_DATABASE) from error

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
            value = shown(self.prepared.cells[number][index]) if number in self.prepared.cells else ""
        return RowError(number, column, letter, value[:200], str(sentence))


def _internal(error: Exception) -> str:
    """A refusal speaks for itself; anything else is a defect of ours: it is logged, and the user gets a sentence."""
    if isinstance(error, DomainError):
        return str(error)
    logger.error("import failed", exc_info=error)
    return _("This row could not be processed because of an error in the program. Please tell the administrator.")


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
