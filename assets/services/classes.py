"""Which class a card may have: a leaf of the active edition; an old code where a mapping names one (R-AST-04)."""

from collections import defaultdict
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from assets.models import AssetCategory, CategoryMapping, Edition
from core.errors import DomainError

ACTIVE_EDITION = Edition.E2022


class ClassBook:
    """All classes and the mapping of the editions, read once; for forms and sheets of any length."""

    @cached_property
    def _rows(self) -> dict[int, AssetCategory]:
        return {row.pk: row for row in AssetCategory.objects.all()}

    @cached_property
    def _by_code(self) -> dict[str, AssetCategory]:
        return {row.code: row for row in self._rows.values()}

    @cached_property
    def _by_name(self) -> dict[str, list[AssetCategory]]:
        found: dict[str, list[AssetCategory]] = defaultdict(list)
        for row in self._rows.values():
            if self.is_leaf(row):
                found[row.name].append(row)
        return found

    @cached_property
    def _with_children(self) -> set[int | None]:
        return {row.parent_id for row in self._rows.values() if row.active}

    @cached_property
    def _newer(self) -> dict[int, list[AssetCategory]]:
        found: dict[int, list[AssetCategory]] = defaultdict(list)
        for old, new in CategoryMapping.objects.order_by("old_id", "new_id").values_list("old", "new"):
            found[old].append(self._rows[new])
        return found

    def get(self, key: int | None) -> AssetCategory | None:
        return self._rows.get(key) if key else None

    def is_leaf(self, category: AssetCategory) -> bool:
        """Whether a card may take it: of the active edition, in use, with no class in use under it."""
        return category.edition == ACTIVE_EDITION and category.active and category.pk not in self._with_children

    def require_leaf(self, category: AssetCategory) -> AssetCategory:
        """The class itself. Raises DomainError for one that no card may take, saying what to choose (R-AST-04)."""
        where: dict[str, Any] = {"field": "category"}
        if category.edition != ACTIVE_EDITION:
            raise DomainError(
                _("%(category)s is a class of an older edition; choose a class of %(edition)s.")
                % {"category": category, "edition": ACTIVE_EDITION.label},
                **where,
            )
        if not category.active:
            raise DomainError(
                _("%(category)s is no longer in use; choose another class.") % {"category": category}, **where
            )
        if category.pk in self._with_children:
            below = [row for row in self._rows.values() if row.parent_id == category.pk and row.active]
            raise DomainError(
                _("%(category)s has classes under it; choose one of them, for example %(example)s.")
                % {"category": category, "example": min(below, key=lambda row: row.code)},
                **where,
            )
        return category

    def named(self, text: str) -> tuple[AssetCategory, AssetCategory | None]:
        """The class that a code or name means, and the class of 2010 it was written with, if it was one.

        Raises DomainError for what is unknown, no leaf, or an old code that no mapping turns into one leaf (R-AST-04).
        """
        words = " ".join(text.split())
        category = self._by_code.get(words.split(" ")[0].upper() if words else "")
        if category is None:
            return self._by_its_name(words), None
        if category.edition == ACTIVE_EDITION:
            return self.require_leaf(category), None
        return self.newer(category), category

    def _by_its_name(self, name: str) -> AssetCategory:
        found = self._by_name.get(name, [])
        if len(found) != 1:
            sentence = _("Several classes are called “%(name)s”; write the code.") if found else None
            raise DomainError(
                (sentence or _("There is no class “%(name)s”; write a code of GB/T 14885-2022.")) % {"name": name[:40]},
                field="category",
            )
        return found[0]

    def newer_of(self, old: AssetCategory) -> list[AssetCategory]:
        """The classes of 2022 that a class of 2010, or the nearest one above that is mapped, became."""
        level: AssetCategory | None = old
        while level is not None:
            if level.pk in self._newer:
                return self._newer[level.pk]
            level = self.get(level.parent_id)
        return []

    def newer(self, old: AssetCategory) -> AssetCategory:
        """The one leaf of 2022 that takes the place of a class of 2010. Raises DomainError without exactly one."""
        found = self.newer_of(old)
        if not found:
            raise DomainError(
                _("%(old)s is a code of 2010 and no mapping says which class of 2022 it is; write that class.")
                % {"old": old},
                field="category",
            )
        if len(found) > 1 or not self.is_leaf(found[0]):
            raise DomainError(
                _("%(old)s is a code of 2010 that may be several classes of 2022 (%(new)s); write the right one.")
                % {"old": old, "new": "、".join(str(row) for row in found[:5])},
                field="category",
            )
        return found[0]
