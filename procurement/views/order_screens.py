"""How orders, changes and deliveries show themselves to those who sign, and what a role finds on its workbench."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.views.links import link
from core.views.screens import Screens, register_screens
from core.views.tables import Column
from core.views.workbench import Number, register_numbers
from procurement import order_selectors, price_selectors
from procurement.models import Acceptance, OrderChange, PurchaseOrder, RejectedGoods
from procurement.services import order_steps, splitting

from . import order_columns as c
from .acceptance import CERTIFICATE, LINE_COLUMNS, SELDOM, acceptor_names
from .acceptance import LINE_RELATED as ACCEPTANCE_RELATED
from .columns import preview
from .order_changes import BEFORE_AND_AFTER, change_words
from .order_changes import LINE_RELATED as CHANGE_RELATED
from .orders import LINE_RELATED, late_words, treatment_words

ORDER_RELATED = ("department", "created_by", "supplier", "sourcing", "framework")
ON_ORDER = ("department", "created_by", "order__supplier")


def _history(document: PurchaseOrder, lines: list[Any]) -> None:
    """Put what was paid before beside the lines, per unit of the line; a fixed number of queries."""
    known = price_selectors.history(document.organization_id, lines, leaving_out=document)
    for line in lines:
        told = known[line.pk].per(line.factor)
        line.last_price, line.price_change = told.last, known[line.pk].change


def _order_facts(order: PurchaseOrder) -> list[tuple[Any, Any]]:
    late = order_steps.late_signings([order]).get(order.pk)
    source = order.sourcing or order.framework
    sentences = splitting.warnings(order)
    return [
        (_("Supplier"), order.supplier),
        (_("Form"), order.get_form_display()),
        (_("Award"), link(source) if source else _("small things, without quotations")),
        (_("Deliver by"), c.day_words(order.deliver_by)),
        (_("Payment terms"), order.payment_terms),
        (_("Prepayment"), f"{order.prepayment_percent.normalize():f} %" if order.prepayment_percent else ""),
        *([(_("Signed late"), late_words(late)[1])] if late else []),
        *([(_("Purchases of this year"), " ".join(sentences))] if sentences else []),
        (_("Note"), order.note),
    ]


def _reason(line: Any) -> str:
    return " · ".join(part for part in (line.price_reason, line.stock_reason) if part)


register_screens(
    Screens(
        PurchaseOrder,
        related=ORDER_RELATED,
        prefetch=("lines__item",),
        purpose=lambda order: " · ".join(part for part in (str(order.supplier), order.title) if part),
        preview=lambda order: preview(list(order.lines.all())),
        facts=_order_facts,
        approval_columns=(
            c.ITEM,
            c.SPECIFICATION,
            c.QUANTITY,
            c.UNIT,
            c.PRICE,
            Column("last_price", gettext_lazy("Last price"), "price"),
            Column("price_change", gettext_lazy("Change (%)"), "quantity"),
            c.LINE_AMOUNT,
            Column("treatment", gettext_lazy("What becomes of it"), value=treatment_words),
            Column("reasons", gettext_lazy("Reason"), value=_reason),
        ),
        line_related=LINE_RELATED,
        prepare=_history,
    )
)
register_screens(
    Screens(
        OrderChange,
        related=ON_ORDER,
        prefetch=("lines__order_line__item",),
        purpose=lambda change: f"{change.order.number} · {change.reason}",
        preview=change_words,
        facts=lambda change: [
            (_("Supplier"), change.order.supplier),
            (_("Purchase order"), link(change.order, change.order.number)),
            (_("Reason"), change.reason),
            (_("Deliver by, before"), c.day_words(change.order.deliver_by)),
            (_("New day of delivery"), c.day_words(change.deliver_by)),
        ],
        approval_columns=BEFORE_AND_AFTER,
        line_related=CHANGE_RELATED,
    )
)
register_screens(
    Screens(
        Acceptance,
        related=ON_ORDER,
        prefetch=("lines__order_line__item",),
        purpose=lambda document: f"{document.order.supplier} · {document.order.number}",
        preview=lambda document: preview(
            list(document.lines.all()), title="order_line.title", quantity="accepted_quantity"
        ),
        facts=lambda document: [
            (_("Supplier"), document.order.supplier),
            (_("Purchase order"), link(document.order, document.order.number)),
            (_("Accepted by"), acceptor_names(document)),
            (_("Delivery note"), document.delivery_note),
            (_("Finding"), document.finding),
        ],
        approval_columns=(*LINE_COLUMNS, *SELDOM, CERTIFICATE, Column("finding", gettext_lazy("Finding"))),
        line_related=ACCEPTANCE_RELATED,
    )
)


def _numbers(user: Any) -> Iterator[Number]:
    """Deliveries to accept, rejected goods to be fetched."""
    if count := order_selectors.orders_to_accept(user).distinct().count():
        yield Number(_("Deliveries to accept"), count, reverse("acceptance_choose"))
    if user.has_perm("procurement.change_rejectedgoods"):
        waiting = RejectedGoods.objects.visible_to(user).filter(state=RejectedGoods.State.WAITING).count()
        if waiting:
            yield Number(_("Rejected goods to be fetched"), waiting, f"{reverse('rejectedgoods_list')}?state=waiting")


register_numbers(_numbers)
