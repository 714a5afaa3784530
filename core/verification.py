"""Checks that ledgers and caches agree. They only report; nothing is healed (reliability rule L17)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from core.documents import registry
from core.documents.models import DocumentEvent, NumberSequence
from core.sealing import broken_seals


@dataclass(frozen=True)
class Finding:
    """One difference: the table, the key of the row, and what is wrong with it."""

    table: str
    key: Any
    message: str

    def __str__(self) -> str:
        return f"{self.table} #{self.key}: {self.message}"


Verifier = Callable[[], Iterable[Finding]]
_verifiers: list[Verifier] = []


def register(verifier: Verifier) -> Verifier:
    """Add a check; an app does so when it is ready."""
    _verifiers.append(verifier)
    return verifier


def findings() -> Iterator[Finding]:
    """Every difference found, ledgers first, then numbers, statuses and seals."""
    for verifier in _verifiers:
        yield from verifier()


def verify_numbers() -> Iterator[Finding]:
    """Numbers of every organization, prefix and month run from 1 to the counter without gap or double (R-SYS-02)."""
    for kind in registry.all_types():
        rows = kind.model._base_manager.exclude(number=None).values_list("organization_id", "number", "pk")
        seen: dict[tuple[int, str], set[int]] = {}
        for organization, number, _pk in rows.iterator(chunk_size=2000):
            seen.setdefault((organization, str(number)[: len(kind.prefix) + 6]), set()).add(int(str(number)[-5:]))
        for counter in NumberSequence.objects.filter(prefix=kind.prefix):
            head = f"{counter.prefix}{counter.year}{counter.month:02d}"
            missing = set(range(1, counter.last + 1)) - seen.get((counter.organization_id, head), set())
            if missing:
                yield Finding(
                    kind.model._meta.label,
                    f"{head}{min(missing):05d}",
                    _("%(count)s numbers are missing") % {"count": len(missing)},
                )


def verify_statuses() -> Iterator[Finding]:
    """A document's status is the one its last event left it in (R-SYS-04)."""
    for kind in registry.all_types():
        content_type = ContentType.objects.get_for_model(kind.model)
        events = DocumentEvent.objects.filter(content_type=content_type).order_by("id")
        last = dict(events.values_list("object_id", "to_status").iterator(chunk_size=2000))
        for pk, status in kind.model._base_manager.values_list("pk", "status").iterator(chunk_size=2000):
            if status != last.get(pk, "draft"):
                yield Finding(
                    kind.model._meta.label,
                    pk,
                    _("status is %(status)s, its story says %(story)s")
                    % {"status": status, "story": last.get(pk, "draft")},
                )


def verify_seals() -> Iterator[Finding]:
    """Every seal still fits its rows."""
    for seal in broken_seals():
        yield Finding(
            seal.subject,
            f"{seal.first_id}-{seal.last_id}",
            _("seal %(sequence)s is broken: a row in this range was changed, added or removed")
            % {"sequence": seal.sequence},
        )


for _verifier in (verify_numbers, verify_statuses, verify_seals):
    register(_verifier)
