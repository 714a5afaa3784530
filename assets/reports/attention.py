"""What somebody should look at: idle things, things past their life, what was scrapped before its time."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from assets.models import Asset, AssetState
from assets.selectors import RELATED, past_life
from core import clock
from core.reports import Column, Report, Row, register

from .holdings import ACQUIRED, NAME, NET, NUMBER, PLACE, SPECIFICATION, VALUE, values_of
from .parts import EXPORT, CardsForm, chosen_cards, said

DEPARTMENT = Column(gettext_lazy("Using department"), "department")
CUSTODIAN = Column(gettext_lazy("Custodian"), "custodian", width=10)


class _Cards(Report):
    """One row a card."""

    permission = "assets.view_asset"
    export_permission = EXPORT
    form_class = CardsForm
    frozen_columns = 2

    def summary(self) -> list[tuple[Any, Any]]:
        return said(self.params)

    def links(self, row: Row) -> dict[str, str]:
        return {"number": reverse("asset_detail", args=(row.subject.pk,))}


@register
class IdleAssets(_Cards):
    """闲置资产表: the longest idle on top."""

    code = "idle_assets"
    title = gettext_lazy("Idle assets")
    icon = "hourglass"
    empty_text = gettext_lazy("Nothing lies idle.")

    def columns(self) -> Sequence[Column]:
        days = Column(gettext_lazy("Days idle"), "days", "integer", width=8)
        since = Column(gettext_lazy("Idle since"), "since", "date")
        return (NUMBER, NAME, SPECIFICATION, since, days, DEPARTMENT, CUSTODIAN, PLACE, ACQUIRED, VALUE, NET)

    def rows(self) -> Iterator[Row]:
        cards = chosen_cards(self.user, self.params).filter(state=AssetState.IDLE).select_related(*RELATED)
        today = clock.today()
        for card in cards.order_by("idle_since", "number", "pk").iterator(chunk_size=2_000):
            days = (today - card.idle_since).days if card.idle_since else None
            yield Row({**values_of(card), "since": card.idle_since, "days": days}, subject=card)


@register
class PastLife(_Cards):
    """超期服役资产表: still used beyond its useful life, the oldest on top."""

    code = "assets_past_life"
    title = gettext_lazy("Assets past their useful life")
    icon = "calendar"
    note = gettext_lazy("Reaching its life is no reason to scrap a thing that still works.")
    empty_text = gettext_lazy("Nothing in service is past its useful life.")

    def columns(self) -> Sequence[Column]:
        life = Column(gettext_lazy("Useful life (months)"), "life", "integer", width=8)
        over = Column(gettext_lazy("Months past it"), "over", "integer", width=8)
        used = Column(gettext_lazy("In use since"), "used", "date")
        return (NUMBER, NAME, SPECIFICATION, used, life, over, DEPARTMENT, CUSTODIAN, PLACE, VALUE, NET)

    def rows(self) -> Iterator[Row]:
        today = clock.today()
        cards = past_life(chosen_cards(self.user, self.params), today).select_related(*RELATED)
        for card in cards.order_by("in_use_on", "number", "pk").iterator(chunk_size=2_000):
            yield Row(
                {
                    **values_of(card),
                    "used": card.in_use_on,
                    "life": card.life_months,
                    "over": _months_over(card, today),
                },
                subject=card,
            )


def _months_over(card: Asset, today: Any) -> int | None:
    """Months in use beyond the life."""
    if card.in_use_on is None or card.life_months is None:
        return None
    used = (today.year - card.in_use_on.year) * 12 + today.month - card.in_use_on.month + 1
    return used - card.life_months
