"""What cannot be repaired is proposed for disposal: a draft that the asset manager completes and sends on."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Asset, Disposal, DisposalLine, DisposalWay
from assets.services.disposals import DISPOSABLE
from core.documents.lifecycle import Status
from core.documents.services import EXTRA_STEP_LABELS, record_event
from core.errors import DomainError
from directory.models import User
from maintenance.models import WorkOrder

PROPOSED = "proposed"
EXTRA_STEP_LABELS[PROPOSED] = gettext_lazy("Proposed from a repair")
KEEPS_CARDS = "asset_manager"
UNDER_WAY = (Status.DRAFT, Status.SUBMITTED, Status.APPROVED)


def propose(order: WorkOrder, *, actor: Any) -> Disposal | None:
    """A draft disposal of the order's thing in the name of the asset manager, who finds a notice of it.

    Returns None when a disposal of it is under way already. Raises DomainError when the order has no asset card, the
    thing cannot be disposed of now, or the house has no asset manager.
    """
    asset: Asset | None = order.asset
    if asset is None:
        raise DomainError(_("The order names no asset card, so nothing can be proposed for disposal."), field="dispose")
    if DisposalLine.objects.filter(asset=asset, document__status__in=UNDER_WAY).exists():
        return None
    if asset.state not in DISPOSABLE:
        raise DomainError(
            _("%(asset)s is “%(state)s”; it cannot be disposed of now.")
            % {"asset": asset, "state": asset.get_state_display()},
            field="dispose",
        )
    people = User.objects.filter(organization=order.organization_id, is_active=True, groups__role__code=KEEPS_CARDS)
    manager = people.order_by("pk").first()
    if manager is None:
        raise DomainError(
            _("This house has no asset manager who could take the proposal to dispose of %(asset)s.")
            % {"asset": asset},
            field="dispose",
        )
    document = Disposal.objects.create(
        organization=order.organization,
        department=asset.department or manager.department,
        created_by=manager,
        way=DisposalWay.SCRAP,
        reason=_("Cannot be repaired (%(order)s)") % {"order": order},
        technical_appraisal=f"{order.worker or actor}: {order.action}"[:500],
    )
    DisposalLine.objects.create(document=document, position=1, asset=asset, finding=order.action[:200])
    record_event(document, PROPOSED, actor=actor, from_status=document.status, reason=str(order))
    return document
