"""One paper at a time has a thing in hand: from its submission until it is posted, returned or cancelled.

A card under way in a transfer cannot be put on a disposal, and two transfers of one card cannot both go through.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from assets.models import Asset
from core.documents.models import Document
from core.errors import DomainError

from .ledger import locked


def claim_of(document: Document) -> str:
    """How a paper is written into Asset.claimed_by."""
    return f"{document._meta.label_lower}:{document.pk}"


def claim(keys: Iterable[int], document: Document) -> dict[int, Asset]:
    """Take cards in hand for a paper; returns them, locked.

    Raises DomainError naming the paper that has one already.
    """
    assets = locked(keys)
    mine = claim_of(document)
    for asset in assets.values():
        if asset.claimed_by not in ("", mine):
            raise DomainError(
                _("%(asset)s is on %(paper)s, which is not finished yet; finish or cancel that paper first.")
                % {"asset": asset, "paper": holder_of(asset)}
            )
    Asset.objects.filter(pk__in=assets).update(claimed_by=mine)
    for asset in assets.values():
        asset.claimed_by = mine
    return assets


def release(document: Document, *, actor: Any = None) -> None:
    """Let go of whatever a paper has in hand; an effect of every step that ends it."""
    Asset.objects.filter(organization_id=document.organization_id, claimed_by=claim_of(document)).update(claimed_by="")


def holder_of(asset: Asset) -> Any:
    """The paper that has a card in hand, or None."""
    if not asset.claimed_by:
        return None
    label, key = asset.claimed_by.split(":")
    model: Any = ContentType.objects.get_by_natural_key(*label.split(".")).model_class()
    return model._base_manager.filter(pk=key).first()
