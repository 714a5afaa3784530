"""Seals over append-only tables: tampering that also repairs the caches is still found (docs/ledger.md)."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Any

from django.db import models, transaction
from django.db.models import Max, Min

from core import clock
from core.models.seals import Seal

SETTLED_AFTER = dt.timedelta(minutes=15)
"""Younger rows wait for the next seal: a transaction still under way may hold a smaller key than a committed one."""

_subjects: dict[str, tuple[type[models.Model], str]] = {}


def register(model: type[models.Model], *, moment: str) -> None:
    """Name an append-only table that is sealed; moment: its field with the time of writing."""
    _subjects[model._meta.label] = (model, moment)


@transaction.atomic
def seal_all() -> list[Seal]:
    """Seal every subject up to the last settled row; returns the new seals (none for a table without new rows)."""
    return [seal for label in sorted(_subjects) if (seal := _seal(label))]


def _seal(label: str) -> Seal | None:
    model, moment = _subjects[label]
    last = Seal.objects.select_for_update().filter(subject=label).order_by("sequence").last()
    first_id = last.last_id + 1 if last else 1
    rows = model._base_manager.filter(pk__gte=first_id)
    young = rows.filter(**{f"{moment}__gt": clock.now() - SETTLED_AFTER}).aggregate(first=Min("pk"))["first"]
    settled = rows.filter(pk__lt=young) if young else rows
    last_id = settled.aggregate(last=Max("pk"))["last"]
    if last_id is None:
        return None
    count, digest = digest_of_rows(model, first_id, last_id, last.digest if last else "")
    return Seal.objects.create(
        subject=label,
        sequence=last.sequence + 1 if last else 1,
        first_id=first_id,
        last_id=last_id,
        rows=count,
        digest=digest,
    )


def digest_of_rows(model: type[models.Model], first_id: int, last_id: int, previous: str) -> tuple[int, str]:
    """How many rows lie in a range of keys, and SHA-256 over the previous digest and every column of each."""
    sha, count = hashlib.sha256(previous.encode()), 0
    names = [field.attname for field in model._meta.concrete_fields]
    rows = model._base_manager.filter(pk__range=(first_id, last_id)).order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=2000):
        sha.update("|".join(spelled(value) for value in row).encode())
        count += 1
    return count, sha.hexdigest()


def spelled(value: Any) -> str:
    """One value in a spelling that does not depend on the database."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if hasattr(value, "normalize"):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def broken_seals() -> Iterator[Seal]:
    """Seals whose rows no longer give the digest they gave."""
    previous: dict[str, str] = {}
    for seal in Seal.objects.order_by("subject", "sequence"):
        model, _moment = _subjects[seal.subject]
        found = digest_of_rows(model, seal.first_id, seal.last_id, previous.get(seal.subject, ""))
        if found != (seal.rows, seal.digest):
            yield seal
        previous[seal.subject] = seal.digest
