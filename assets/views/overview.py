"""What the first page says about the fixed assets: what waits for cards and for booking, and what it is all worth."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from assets.models import AssetIntake
from assets.selectors import cards_seen, in_service
from assets.services import booking
from core.numbers import ZERO
from core.views.workbench import Number, register_numbers


def asset_numbers(user: Any) -> Iterator[Number]:
    """Goods without a card for who makes cards, cards to book for who books, the register for both."""
    makes, books = user.has_perm("assets.add_assetaddition"), user.has_perm(booking.RIGHT)
    if makes:
        waiting = AssetIntake.objects.visible_to(user).filter(state=AssetIntake.State.WAITING).count()
        if waiting:
            yield Number(_("Goods waiting for asset cards"), waiting, reverse("asset_intake"), warns=True)
    if books:
        open_cards = booking.unbooked(user).count()
        if open_cards:
            yield Number(_("Cards to be booked"), open_cards, reverse("asset_booking"), warns=True)
    if makes or books:
        found = (
            in_service(cards_seen(user))
            .order_by()
            .aggregate(cards=Count("pk"), cost=Sum("original_value"), charged=Sum("accumulated"))
        )
        net = (found["cost"] or ZERO) - (found["charged"] or ZERO)
        yield Number(_("Asset cards"), found["cards"], reverse("asset_list"))
        yield Number(_("Net value of the fixed assets (yuan)"), net, reverse("asset_class_summary"), "money")


register_numbers(asset_numbers)
