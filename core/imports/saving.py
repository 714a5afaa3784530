"""Writing checked rows in batches: a fixed number of statements per 1000 rows; a refused row is named."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from core.trees import TreeNode

BATCH = 1000
REFUSED_BY_DATABASE = _("The database refuses this row; a value contradicts another record.")
logger = logging.getLogger(__name__)
Refuse = Callable[[Any, str, str], None]
"""Called with (instance, field name or "", sentence) when the database refuses a row."""


class BatchWriter:
    """Inserts and updates instances of one model, with their history rows.

    update_fields are the columns that an update may touch; a trial run needs no history. `refuse` is told about every
    row that a constraint of the database refuses; the caller then rolls everything back.
    """

    def __init__(
        self,
        model: type[models.Model],
        update_fields: Sequence[str],
        user: Any,
        refuse: Refuse,
        *,
        history: bool = True,
    ) -> None:
        self.model, self.user, self.refuse = model, user, refuse
        now = [field.name for field in model._meta.concrete_fields if getattr(field, "auto_now", False)]
        self.update_fields = list(dict.fromkeys([*update_fields, *now]))
        self.history = history
        self.is_tree = issubclass(model, TreeNode)

    def create(self, instances: list[Any]) -> None:
        """Insert; a tree goes in level by level, because a path needs the keys of the ancestors."""
        for level in _levels(instances) if self.is_tree else [instances]:
            self._safely(level, self._insert)

    def update(self, instances: list[Any]) -> None:
        """Write back; nodes that move to another parent go one by one, because their subtree moves with them."""
        moved: list[Any] = []
        staying: list[Any] = []
        for instance in instances:
            (moved if self.is_tree and _has_moved(instance) else staying).append(instance)
        self._safely(staying, self._upsert)
        for instance in moved:
            self._safely([instance], self._move)

    def _insert(self, instances: list[Any]) -> None:
        self.model._default_manager.bulk_create(instances, batch_size=BATCH)
        if self.is_tree:
            for node in instances:
                node.path = f"{node.parent.path if node.parent_id else ''}{node.pk}."
            self._write_back(instances, ["path"])
        self._record_history(instances, update=False)

    def _upsert(self, instances: list[Any]) -> None:
        self._write_back(instances, self.update_fields)
        self._record_history(instances, update=True)

    def _write_back(self, instances: list[Any], fields: list[str]) -> None:
        # INSERT … ON CONFLICT (pk) DO UPDATE: one statement a batch, where bulk_update() builds a CASE per cell.
        self.model._default_manager.bulk_create(
            instances,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=[self.model._meta.pk.name],  # type: ignore[union-attr]
            update_fields=fields,
        )

    def _move(self, instances: list[Any]) -> None:
        for node in instances:
            if node.parent_id:
                node.parent.refresh_from_db(fields=["path"])
            node.clean()
            node.save()

    def _record_history(self, instances: list[Any], *, update: bool) -> None:
        name = getattr(self.model._meta, "simple_history_manager_attribute", None)
        if self.history and name and instances:
            getattr(self.model, name).bulk_history_create(
                instances, batch_size=BATCH, update=update, default_user=self.user, default_change_reason="Excel"
            )

    def _safely(self, instances: list[Any], write: Callable[[list[Any]], None]) -> None:
        """Write the batch; if the database refuses it, try row by row to find which."""
        if not instances:
            return
        try:
            with transaction.atomic():
                write(instances)
        except (IntegrityError, ValidationError):
            for instance in instances:
                self._try_one(instance, write)

    def _try_one(self, instance: Any, write: Callable[[list[Any]], None]) -> None:
        try:
            with transaction.atomic():
                write([instance])
        except ValidationError as error:
            self._explain(instance, error)
        except IntegrityError as error:
            logger.info("import: %s refused by the database: %s", self.model._meta.label, error)
            try:
                instance.validate_constraints()
            except ValidationError as explained:
                self._explain(instance, explained)
            else:
                self.refuse(instance, "", str(REFUSED_BY_DATABASE))

    def _explain(self, instance: Any, error: ValidationError) -> None:
        for name, sentences in error.message_dict.items():
            for sentence in sentences:
                self.refuse(instance, "" if name == "__all__" else name, sentence)


def _levels(instances: list[Any]) -> Iterable[list[Any]]:
    """Batches in which every parent is already stored; a parent's new key reaches its children on the way."""
    waiting = instances
    while waiting:
        ready, later = [], []
        for node in waiting:
            if node.parent is None or node.parent.pk is not None:
                node.parent = node.parent
                ready.append(node)
            else:
                later.append(node)
        if not ready:
            return  # their parents were refused, which is an error already
        yield ready
        waiting = later


def _has_moved(node: Any) -> bool:
    above = node.parent.path if node.parent_id else ""
    return node.path != f"{above}{node.pk}."
