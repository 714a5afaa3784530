"""The step of an order that asks to buy what the store lacks; it leads to the draft of the purchase request."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maintenance.forms.buying import BuyForm
from maintenance.models import WorkOrder
from maintenance.services import buying
from procurement.services.request_drafts import ADD

from .order_steps import Done, StepScreen, register_step


def ask_to_buy(order: WorkOrder, *, actor: Any, data: dict[str, Any], request_key: Any) -> Done | None:
    draft = buying.ask_to_buy(order, data["parts"], actor=actor, request_key=request_key)
    if draft is None:
        return None
    words = _("A purchase request was drafted for %(order)s. Check it and submit it.") % {"order": order}
    return Done(words, reverse("purchaserequest_edit", args=(draft.pk,)))


def _may_buy(order: WorkOrder, actor: Any) -> bool:
    """Whoever may ask for purchases, in his own house and department."""
    return bool(actor.department_id and actor.organization_id == order.organization_id and actor.has_perm(ADD))


register_step(
    StepScreen(
        "note",
        ask_to_buy,
        key="buy",
        form=BuyForm,
        label=gettext_lazy("Ask to buy parts"),
        offered=_may_buy,
        sources=buying.STATES,
        position=60,
    )
)
