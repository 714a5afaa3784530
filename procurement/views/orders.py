"""采购订单 and 采购合同: list, form, page."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.lifecycle import Status
from core.documents.services import permission_for
from core.errors import DomainError
from core.views.document_form import DocumentFormView
from core.views.documents import DocumentDetailView, DocumentListView
from core.views.links import link
from core.views.signed_in import SignedInRequest
from core.views.tables import Column
from procurement import order_selectors, payment_selectors
from procurement.forms.given import goods_words
from procurement.forms.orders import OrderForm, OrderLines
from procurement.models import (
    Acceptance,
    OrderChange,
    PaymentRequest,
    PurchaseOrder,
    PurchaseRequest,
    RejectedGoods,
    SupplierInvoice,
)
from procurement.services import order_steps, orders, splitting

from . import order_columns as c
from .billing import form_url, links_of

TITLE = gettext_lazy("Orders and contracts")
RELATED = ("organization", "department", "created_by", "supplier", "sourcing", "framework", "sealed_by")
LINE_RELATED = ("item__unit", "unit", "category", "warehouse", "request_line__document")


class OrderList(DocumentListView):
    model = PurchaseOrder
    title = TITLE
    columns = (
        c.NUMBER,
        c.STATUS,
        c.PROGRESS,
        c.FORM,
        c.TITLE,
        c.SUPPLIER,
        c.DELIVER_BY,
        c.DAY,
        c.AMOUNT,
        c.SIGNED,
        c.LATE,
        c.MAKER,
        c.WAITS_FOR,
    )
    usual_columns = (
        *("number", "status", "progress", "title", "supplier", "deliver_by"),
        *(c.DAY.key, c.AMOUNT.key, c.LATE.key, c.MAKER.key, c.WAITS_FOR.key),
    )
    search_fields = (
        *("number", "title", "supplier__name", "supplier__initials", "lines__item__name", "lines__item__initials"),
        "lines__name",
    )
    search_placeholder = gettext_lazy("Number, title, supplier or goods")
    filterset_class = c.OrderFilter
    related = ("department", "created_by", "supplier", "sourcing")
    create_label = gettext_lazy("New order")
    empty_text = gettext_lazy("Nothing was ordered yet.")

    def found(self) -> Any:
        return super().found().distinct()

    def prepare(self, rows: list[Any]) -> None:
        super().prepare(rows)
        late = order_steps.late_signings(rows)
        for row in rows:
            row.late_days = late_words(late.get(row.pk))

    def card(self, row: Any) -> dict[str, Any]:
        card = super().card(row)
        card["title"] = row.title or str(row.supplier)
        card["meta"] = f"{row.number or _('Draft')} · {row.supplier} · {row.business_date:%m-%d}"
        if row.status == Status.APPROVED:
            card["status"] = (row.progress, row.get_progress_display())
        return card


def late_words(days: int | None) -> Any:
    """The chip of a contract that was not signed in time (R-PRC-15)."""
    return ("overdue", _("%(days)d days after the award") % {"days": days}) if days else ""


class OrderDetail(DocumentDetailView):
    model = PurchaseOrder
    template_name = "inventory/paper_detail.html"
    related = RELATED
    list_title = TITLE
    line_related = LINE_RELATED
    line_columns = (
        Column("request", gettext_lazy("Request"), "code", "request_line.document.number"),
        Column("item", gettext_lazy("Item"), value=goods_words),
        c.QUANTITY,
        c.UNIT,
        c.PRICE,
        c.LINE_AMOUNT,
        Column("accepted_quantity", gettext_lazy("Accepted so far"), "quantity"),
    )
    further_columns = (
        Column("deliver_by", gettext_lazy("Deliver by"), "day"),
        Column("rejected_quantity", gettext_lazy("Rejected"), "quantity"),
        Column("closed_quantity", gettext_lazy("Cancelled rest"), "quantity"),
        Column("invoiced_quantity", gettext_lazy("Billed"), "quantity"),
    )
    """Shown where some line has something to say in them, so that names keep their room."""

    def facts(self) -> list[tuple[Any, Any]]:
        order = self.document
        late = order_steps.late_signings([order]).get(order.pk)
        warnings = splitting.warnings(order) if order.status in (Status.DRAFT, Status.SUBMITTED) else []
        return [
            (_("Supplier"), order.supplier),
            (_("Form"), order.get_form_display()),
            (_("Title"), order.title),
            *self._chain_before(),
            (_("Deliver by"), c.day_words(order.deliver_by)),
            (_("Delivery place"), order.delivery_place),
            (_("Payment terms"), order.payment_terms),
            (_("Prepayment"), _("%(percent)s %%") % {"percent": f"{order.prepayment_percent.normalize():f}"}),
            (_("Retention"), _("%(percent)s %%") % {"percent": f"{order.retention_percent.normalize():f}"}),
            (_("Warranty (months)"), order.warranty_months),
            *self._bond(),
            (_("Awarded on"), c.day_words(order_steps.award_day(order)) if order.sourcing_id else ""),
            (_("Signed on"), f"{c.day_words(order.signed_on)} {order.sealed_by or ''}".strip()),
            *([(_("Signed late"), late_words(late)[1])] if late else []),
            (
                _("Effective"),
                " — ".join(d for d in (c.day_words(order.effective_on), c.day_words(order.expires_on)) if d),
            ),
            *([(_("Purchases of this year"), " ".join(warnings))] if warnings else []),
            *super().facts()[1:],
            *self._chain_after(),
        ]

    def _bond(self) -> list[tuple[Any, Any]]:
        order = self.document
        if order.bond_form == PurchaseOrder.Bond.NONE:
            return []
        words = [f"{order.get_bond_form_display()} {order.bond_amount:,.2f}"]
        if order.bond_received_on:
            words.append(_("received on %(day)s") % {"day": order.bond_received_on})
        if order.bond_returned_on:
            words.append(_("returned on %(day)s") % {"day": order.bond_returned_on})
        return [(_("Performance bond"), " · ".join(words))]

    def _chain_before(self) -> list[tuple[Any, Any]]:
        order = self.document
        requests = PurchaseRequest.objects.visible_to(self.request.user).filter(lines__order_lines__document=order)
        facts = links_of(_("Purchase request"), requests.distinct())
        facts += [(_("Sourcing"), link(order.sourcing))] if order.sourcing else []
        return facts + ([(_("Framework agreement"), link(order.framework))] if order.framework else [])

    def _chain_after(self) -> list[tuple[Any, Any]]:
        order, user = self.document, self.request.user
        rejected = RejectedGoods.objects.visible_to(user).filter(acceptance_line__document__order=order)
        return [
            *links_of(_("Order change"), OrderChange.objects.visible_to(user).filter(order=order)),
            *links_of(_("Acceptance"), Acceptance.objects.visible_to(user).filter(order=order)),
            *[(_("Rejected goods"), f"{row.number} · {row.get_state_display()}") for row in rejected[:10]],
            *links_of(_("Supplier invoice"), SupplierInvoice.objects.visible_to(user).filter(order=order)),
            *links_of(_("Payment request"), PaymentRequest.objects.visible_to(user).filter(order=order)),
        ]

    def line_row(self, line: Any) -> dict[str, Any]:
        row = super().line_row(line)
        reasons = [
            treatment_words(line),
            line.brand,
            _("why this price: %(reason)s") % {"reason": line.price_reason} if line.price_reason else "",
            _("why no asset card: %(reason)s") % {"reason": line.stock_reason} if line.stock_reason else "",
        ]
        row["note"] = " · ".join(part for part in (*reasons, line.note) if part)
        return row

    def stands(self) -> bool:
        try:
            orders.require_untouched(self.document, actor=self.request.user)
        except DomainError:
            return True
        return False

    def second_status(self) -> tuple[str, str] | None:
        order = self.document
        return (order.progress, order.get_progress_display()) if order.status == Status.APPROVED else None

    def context(self) -> dict[str, Any]:
        lines = list(self.document.lines.all())
        said = [column for column in self.further_columns if any(column.of(line) for line in lines)]
        self.line_columns = (*type(self).line_columns, *said)
        return {**super().context(), "calls": order_calls(self.document, self.request.user)}


def treatment_words(line: Any) -> str:
    words = line.get_treatment_display()
    return f"{words} · {line.warehouse}" if line.warehouse and line.treatment == "stock" else words


def billable(order: PurchaseOrder) -> bool:
    """Whether something may be on an invoice: accepted and not billed, or ordered with a prepayment."""
    more = any(line.accepted_quantity > line.invoiced_quantity for line in order.lines.all())
    return more or bool(order.prepayment_percent)


def order_calls(order: PurchaseOrder, user: Any) -> list[dict[str, Any]]:
    """The ways that lead on from an approved order, as far as this person may go them."""
    if order.status != Status.APPROVED:
        return []
    under_way = order.progress in order_selectors.UNDER_WAY
    calls = []

    def call(label: str, url: str, icon: str, *, when: bool, primary: bool = False) -> None:
        if when:
            calls.append({"label": label, "url": url, "icon": icon, "primary": primary})

    following: tuple[Any, ...] = (Acceptance, OrderChange, SupplierInvoice, PaymentRequest)
    may = {model: user.has_perm(permission_for(model, "add")) for model in following}
    changes = user.has_perm(permission_for(PurchaseOrder, "change"))
    url = form_url(Acceptance, order)
    call(_("Accept a delivery"), url, "package-import", when=under_way and may[Acceptance], primary=True)
    call(_("Change the order"), form_url(OrderChange, order), "pencil", when=under_way and may[OrderChange])
    call(_("Sign and seal"), c.act_url(order, "seal"), "shield-check", when=changes and not order.signed_on)
    bond = order.bond_form != PurchaseOrder.Bond.NONE
    waits, held = bond and not order.bond_received_on, bool(order.bond_received_on and not order.bond_returned_on)
    call(_("Bond received"), c.act_url(order, "bond-received"), "inbox", when=changes and waits)
    call(_("Bond returned"), c.act_url(order, "bond-returned"), "arrow-back-up", when=changes and held)
    bills = may[SupplierInvoice] and billable(order)
    call(_("Enter an invoice"), form_url(SupplierInvoice, order), "file-plus", when=bills)
    pays = may[PaymentRequest] and payment_selectors.is_left_to_ask(order)
    call(_("Ask for payment"), form_url(PaymentRequest, order), "file-text", when=pays)
    call(_("Cancel the rest"), c.act_url(order, "close-rest"), "ban", when=changes and under_way)
    return calls


class OrderFormView(DocumentFormView):
    """A draft is changed here; a new one begins with the award, agreement or request it rests on."""

    model = PurchaseOrder
    related = RELATED
    form_class = OrderForm
    formset_class = OrderLines
    template_name = "procurement/on_order_form.html"
    title_new = gettext_lazy("New order")
    list_title = TITLE

    def get(self, request: SignedInRequest, pk: int | None = None) -> HttpResponse:
        if pk is None:
            return redirect("purchaseorder_choose")
        return super().get(request, pk)

    def post(self, request: SignedInRequest, pk: int | None = None) -> HttpResponse:
        if pk is None:
            return redirect("purchaseorder_choose")
        return super().post(request, pk)

    def extra_context(self) -> dict[str, Any]:
        order = self.document
        source = order.sourcing or order.framework or _("small things, without quotations")
        return {"lead": f"{order.supplier} · {source}", "list_url": reverse("purchaseorder_list")}
