"""Trees of departments, places and categories: a parent and a path of primary keys (docs/adr/0006)."""

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _


class TreeNode(models.Model):
    """A node with a parent and a `path` like "1.7.23." kept by save(); a subtree is one indexed prefix search."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    path = models.CharField(max_length=255, editable=False, db_index=True, default="")

    class Meta:
        abstract = True

    @property
    def depth(self) -> int:
        """0 for a root."""
        return max(self.path.count(".") - 1, 0)

    def subtree(self) -> models.QuerySet[Self]:
        """This node and everything under it."""
        return type(self)._default_manager.filter(path__startswith=self.path)

    def ancestors(self) -> list[Self]:
        """From the parent up to the root."""
        keys = [int(part) for part in self.path.split(".") if part][:-1]
        found = type(self)._default_manager.in_bulk(keys)
        return [found[key] for key in reversed(keys)]

    def clean(self) -> None:
        super().clean()
        if self.parent and self.pk and self.parent.path.startswith(self.path) and self.path:
            raise ValidationError({"parent": _("A node cannot be placed under itself.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            # Paths are read again: a copy made before somebody moved the tree must not write the old ones back.
            self.path = self._path_of(self.pk)
            super().save(*args, **kwargs)
            path = f"{self._path_of(self.parent.pk if self.parent else None)}{self.pk}."
            if path != self.path:
                if self.path and path.startswith(self.path):
                    raise ValidationError({"parent": _("A node cannot be placed under itself.")})
                self._move(path)

    def _path_of(self, key: int | None) -> str:
        rows = type(self)._base_manager.filter(pk=key).values_list("path", flat=True)
        return (rows.first() or "") if key else ""

    def _move(self, path: str) -> None:
        """Give this node and its subtree a new path, in one statement for the subtree."""
        old, self.path = self.path, path
        model = type(self)
        model._base_manager.filter(pk=self.pk).update(path=path)
        if old:
            below = model._base_manager.filter(path__startswith=old).exclude(pk=self.pk)
            below.update(path=Concat(Value(path), Substr("path", len(old) + 1), output_field=models.CharField()))
