"""The history of a thing as people tell it: who had it, what it was worth, what was corrected on its card."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from assets.card_fields import fields_of
from assets.models import Asset, AssetMove, AssetState, AssetValueMove
from assets.services.cards import DESCRIBING
from core.templatetags.display import money
from core.views.links import link, opened_for

ICONS = {"addition": "create", "removal": "cancel"}


@dataclass(frozen=True)
class Chapter:
    """One thing that happened. step: the icon; url: the paper that says so, for those who may open it."""

    day: dt.date
    step: str
    label: str
    who: Any = ""
    number: str = ""
    url: str | None = None
    lines: list[str] = field(default_factory=list)
    order: tuple[int, int] = (0, 0)


def story_of(asset: Asset, user: Any) -> list[Chapter]:
    """Everything that happened to a thing, oldest first; a fixed number of queries for each kind of paper on it."""
    chapters = [*_custody(asset, user), *_values(asset, user), *_depreciation(asset), *_corrections(asset)]
    return sorted(chapters, key=lambda chapter: (chapter.day, chapter.order))


def _custody(asset: Asset, user: Any) -> Iterator[Chapter]:
    sides = ("department", "user", "custodian", "place")
    related = [f"{end}_{side}" for end in ("from", "to") for side in sides]
    rows = list(asset.moves.select_related("posted_by", "content_type", *related).prefetch_related("document"))
    addresses = _addresses(rows, user)
    for row in rows:
        first = row.from_department is None
        yield Chapter(
            row.business_date,
            "create" if first else "take_back" if row.reverses_id else "issue",
            _title(row),
            row.posted_by,
            row.number,
            addresses.get(row.pk),
            _arrival(row) if first else _changes(row),
            (0, row.pk),
        )


def _title(row: Any) -> str:
    document = row.document
    kind = getattr(document, "get_kind_display", None)
    words = str(kind() if kind else document._meta.verbose_name if document else "")
    return _("%(paper)s, taken back") % {"paper": words} if row.reverses_id else words


def _addresses(rows: list[Any], user: Any) -> dict[int, str]:
    """The addresses of the papers behind these rows, by the key of the row, as far as this person may open them."""
    papers = {row.pk: link(row.document) for row in rows if row.document is not None and row.document.number}
    opened = opened_for(papers.values(), user)
    return {key: shown["url"] for key, shown in zip(papers, opened, strict=True) if isinstance(shown, dict)}


def _state(value: str) -> str:
    return str(AssetState(value).label) if value else ""


def _arrival(row: AssetMove) -> list[str]:
    named = (
        (_("Using department"), row.to_department),
        (_("User"), row.to_user),
        (_("Custodian"), row.to_custodian),
        (_("Place"), row.to_place),
        (_("State"), _state(row.to_state)),
    )
    return [_("%(label)s: %(value)s") % {"label": label, "value": value} for label, value in named if value]


def _changes(row: AssetMove) -> list[str]:
    pairs = (
        (_("Using department"), row.from_department, row.to_department),
        (_("User"), row.from_user, row.to_user),
        (_("Custodian"), row.from_custodian, row.to_custodian),
        (_("Place"), row.from_place, row.to_place),
        (_("State"), _state(row.from_state), _state(row.to_state)),
    )
    return [_changed(label, before, after) for label, before, after in pairs if before != after]


def _changed(label: Any, before: Any, after: Any) -> str:
    words = {"label": label, "before": before or _("(empty)"), "now": after or _("(empty)")}
    return _("%(label)s: %(before)s → %(now)s") % words


def _values(asset: Asset, user: Any) -> Iterator[Chapter]:
    """Changes of value, depreciation excepted."""
    changes = asset.value_moves.exclude(kind=AssetValueMove.Kind.DEPRECIATION)
    rows = list(changes.select_related("posted_by", "content_type").prefetch_related("document"))
    addresses = _addresses(rows, user)
    for row in rows:
        lines = [_("Original value: %(amount)s yuan") % {"amount": _signed(row.cost)}] if row.cost else []
        if row.accumulated:
            lines.append(_("Accumulated depreciation: %(amount)s yuan") % {"amount": _signed(row.accumulated)})
        label = _("%(kind)s, taken back") % {"kind": row.get_kind_display()} if row.reverses_id else ""
        yield Chapter(
            row.business_date,
            "take_back" if row.reverses_id else ICONS.get(row.kind, "edit"),
            label or str(row.get_kind_display()),
            row.posted_by,
            row.number,
            addresses.get(row.pk),
            lines,
            (1, row.pk),
        )


def _signed(amount: Any) -> str:
    return f"{'+' if amount > 0 else ''}{money(amount)}"


def _depreciation(asset: Asset) -> Iterator[Chapter]:
    """Monthly depreciation, a sentence a year."""
    rows = asset.value_moves.filter(kind=AssetValueMove.Kind.DEPRECIATION).order_by()
    years = rows.values("business_date__year").annotate(
        yuan=Sum("accumulated"), charged=Sum("months"), last=Max("business_date")
    )
    for row in years:
        words = {"amount": money(row["yuan"]), "months": row["charged"]}
        yield Chapter(
            row["last"],
            "post",
            _("Depreciation of %(year)s") % {"year": row["business_date__year"]},
            lines=[_("%(amount)s yuan in %(months)s months") % words],
            order=(2, 0),
        )


def _corrections(asset: Asset) -> Iterator[Chapter]:
    """What was corrected on the card itself, from its history."""
    related = ("history_user", "supplier", "managing_department", "old_category")
    rows = list(asset.history.select_related(*related).order_by("history_date", "history_id"))
    for before, after in pairwise(rows):
        lines = [line for name in DESCRIBING for line in _correction(asset, name, before, after)]
        booked = after.booked_on and before.booked_on != after.booked_on
        if booked:
            lines.append(_("%(label)s: %(value)s") % {"label": _("Voucher number"), "value": after.voucher_number})
        elif after.history_change_reason:
            lines.append(after.history_change_reason)
        if lines:
            day = timezone.localdate(after.history_date)
            step, label = ("approve", _("Booked by finance")) if booked else ("edit", _("Card corrected"))
            yield Chapter(day, step, label, after.history_user, lines=lines, order=(3, after.history_id))


def _correction(asset: Asset, name: str, before: Any, after: Any) -> Iterator[str]:
    if name == "details":
        yield from _details(asset, before.details or {}, after.details or {})
        return
    words = [_word(row, name) for row in (before, after)]
    if words[0] != words[1]:
        label = asset._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        yield _changed(label, *words)


def _word(row: Any, name: str) -> str:
    display = getattr(row, f"get_{name}_display", None)
    value = display() if display else getattr(row, name)
    return "" if value is None else str(value)


def _details(asset: Asset, before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """What changed of the fields of the card's own kind."""
    for detail in fields_of(asset.card_type):
        if before.get(detail.key) != after.get(detail.key):
            yield _changed(detail.label, before.get(detail.key), after.get(detail.key))
