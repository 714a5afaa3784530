"""Where else special equipment shows that it must not be used: the page of an order, the asset card, the workbench."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from assets import repairs
from core.views.workbench import Number, register_numbers
from maintenance.models import SpecialEquipment
from maintenance.services import special
from maintenance.services.plan_rules import GONE

from .order_blocks import register_block
from .special import use_chip

TOP = 5
"""Above everything else on the page of an order."""


def block_of(asset: Any, user: Any) -> dict[str, Any] | None:
    """What is shown of a thing: everybody learns that it must not be used, its file opens for who may see it."""
    if asset is None:
        return None
    equipment = SpecialEquipment.objects.filter(asset=asset.pk).select_related("asset", "safety_manager").first()
    if equipment is None:
        return None
    seen = SpecialEquipment.objects.visible_to(user).filter(pk=equipment.pk).exists()
    return {
        "template": "maintenance/special_block.html",
        "equipment": equipment,
        "chip": use_chip(equipment),
        "reasons": special.why_forbidden(equipment),
        "url": reverse("specialequipment_detail", args=(equipment.pk,)) if seen else None,
    }


def order_block(order: Any, user: Any) -> tuple[str, dict[str, Any]] | None:
    """For the page of an order."""
    found = block_of(order.asset, user)
    return (found["template"], found) if found else None


def forbidden_number(user: Any) -> Iterable[Number]:
    """On the workbench: how many things must not be used, for who answers for them."""
    if not user.has_perm("maintenance.view_specialequipment"):
        return
    rows = SpecialEquipment.objects.visible_to(user).exclude(asset__state__in=GONE)
    count = rows.filter(SpecialEquipment.forbidden_today()).count()
    if count:
        yield Number(
            _("Special equipment forbidden to use"),
            count,
            reverse("specialequipment_list"),
            hint=_("Inspection past its date, failed, or taken out of use"),
            warns=True,
        )


register_block(TOP, order_block)
repairs.register_mark(block_of)
register_numbers(forbidden_number)
