"""Finding the records that a file means, with a number of queries that does not grow with its rows."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from import_export.instance_loaders import BaseInstanceLoader

CHUNK = 1000


def column(model: type[models.Model], name: str) -> Any:
    """The model field of this name."""
    return model._meta.get_field(name)


def folded(key: tuple[Any, ...]) -> tuple[Any, ...]:
    """A key without the difference of upper and lower case."""
    return tuple(part.casefold() if isinstance(part, str) else part for part in key)


class KeyedInstanceLoader(BaseInstanceLoader):
    """Existing records by their natural key: one query for all keys, then one per 1000 records that the file names."""

    def __init__(self, resource: Any, dataset: Any = None) -> None:
        super().__init__(resource, dataset)
        self.found: dict[tuple[Any, ...], Any] = {}
        self.variants: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        if not resource.key_fields():
            return
        queryset = resource.scope()
        names = [field.attname for field in resource.key_model_fields()]
        wanted = {folded(key) for key in resource.keys_of_file.values()}
        keys = {tuple(row[1:]): row[0] for row in queryset.values_list("pk", *names).iterator(chunk_size=5000)}
        self.variants = {folded(key): key for key in keys if folded(key) in wanted}
        needed = [keys[key] for key in self.variants.values()]
        if resource.locking:
            queryset = queryset.select_for_update(of=("self",))
        for start in range(0, len(needed), CHUNK):
            for instance in queryset.filter(pk__in=needed[start : start + CHUNK]).order_by("pk"):
                self.found[tuple(getattr(instance, name) for name in names)] = instance

    def differing_case(self, key: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """The existing key that differs from this one only in upper and lower case."""
        known = self.variants.get(folded(key))
        return known if known is not None and known != key else None


class UniqueChecker:
    """Unique columns other than the natural key: against the database with one query each, and within the file."""

    def __init__(self, model: type[models.Model], key: Sequence[str]) -> None:
        self.model = model
        self.sets = [names for names in unique_sets(model) if set(names) - {"organization"} != set(key)]
        self._existing: dict[tuple[str, ...], dict[tuple[Any, ...], Any]] = {}
        self._in_file: dict[tuple[str, ...], dict[tuple[Any, ...], int]] = {names: {} for names in self.sets}

    def conflicts(self, instance: models.Model, row: int) -> Iterable[tuple[tuple[str, ...], int | None]]:
        """(field names, other row of the file or None when the other one is in the database) for each violation."""
        for names in self.sets:
            attnames = [column(self.model, name).attname for name in names]
            value = tuple(getattr(instance, attname) for attname in attnames)
            if any(part is None for part in value):
                continue
            owner = self._known(names, attnames).get(value)
            first = self._in_file[names].setdefault(value, row)
            if owner is not None and owner != instance.pk:
                yield names, None
            elif first != row:
                yield names, first

    def _known(self, names: tuple[str, ...], attnames: list[str]) -> dict[tuple[Any, ...], Any]:
        if names not in self._existing:
            rows = self.model._base_manager.values_list("pk", *attnames).iterator(chunk_size=5000)
            self._existing[names] = {tuple(row[1:]): row[0] for row in rows}
        return self._existing[names]


def unique_sets(model: type[models.Model]) -> list[tuple[str, ...]]:
    """Field names of the plain unique constraints of a model, without its primary key."""
    found: list[tuple[str, ...]] = [
        (field.name,) for field in model._meta.concrete_fields if field.unique and not field.primary_key
    ]
    found += [tuple(names) for names in model._meta.unique_together]
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields and constraint.condition is None:
            found.append(tuple(constraint.fields))
    return list(dict.fromkeys(found))


def parents_first(rows: list[Any], names: dict[int, list[str]], parent: dict[int, str]) -> list[Any]:
    """The rows of a tree in an order in which every parent comes before its children.

    names: row number -> what the row may be called; parent: row number -> what it calls its parent. Rows of a circle
    keep their place; their parent will be unknown when they are read.
    """
    owner = {name: number for number, spoken in names.items() for name in spoken if name}
    by_number = {row.number: row for row in rows}
    placed: dict[int, Any] = {}
    for row in rows:
        chain: list[int] = []
        number: int | None = row.number
        while number is not None and number not in placed and number not in chain:
            chain.append(number)
            number = owner.get(parent.get(number, ""))
        for link in reversed(chain):
            placed.setdefault(link, by_number[link])
    return list(placed.values())
