"""What invoices and payments share: both stand on an order that is chosen first, and both show its papers."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.lifecycle import Status
from core.documents.services import permission_for
from core.parsing import parse_key
from core.templatetags.display import money
from core.views.document_form import DocumentFormView
from core.views.documents import DocumentListView, url_name
from core.views.links import address_or_none, link
from core.views.signed_in import SignedInRequest
from core.views.tables import Column, TableView
from procurement.models import PurchaseOrder, PurchaseRequest

ORDER = Column("order", gettext_lazy("Order"), "code", "order.number", sort=("order__number",))
SUPPLIER = Column("supplier", gettext_lazy("Supplier"), value="order.supplier", sort=("order__supplier__name",))


def links_of(label: Any, papers: QuerySet) -> list[tuple[Any, Any]]:
    """One fact for each paper that is not cancelled, the first ten."""
    return [(label, link(paper)) for paper in papers.exclude(status=Status.CANCELLED).order_by("pk")[:10]]


def order_facts(order: PurchaseOrder, user: Any) -> list[tuple[Any, Any]]:
    """Supplier, order and the requests behind it, as far as the person may see them."""
    requests = PurchaseRequest.objects.visible_to(user).filter(lines__order_lines__document=order).distinct()
    return [
        (_("Supplier"), order.supplier),
        (_("Purchase order"), link(order, order.number)),
        *links_of(_("Purchase request"), requests),
    ]


def form_url(model: Any, order: PurchaseOrder) -> str:
    """The address of the form of a new paper on an order."""
    return f"{reverse(url_name(model, 'new'))}?order={order.pk}"


class ChooseOrder(TableView):
    """Which order a new paper stands on; a row leads to its form. amount: the yuan of a row that matter here."""

    model: Any = PurchaseOrder
    following: Any = None
    amount: Callable[[PurchaseOrder], Any]
    amount_label: Any = ""
    ordering = ("-business_date", "-pk")
    search_fields = ("number", "title", "supplier__name", "supplier__initials", "lines__item__name", "lines__name")
    search_placeholder = gettext_lazy("Number, supplier or goods")

    @property
    def columns(self) -> Any:
        return (
            Column("number", gettext_lazy("Order"), "code", sort=("number",)),
            Column("supplier", gettext_lazy("Supplier"), sort=("supplier__name",)),
            Column("title", gettext_lazy("Title")),
            Column("business_date", gettext_lazy("Date"), "day", sort=("business_date",)),
            Column("progress", gettext_lazy("Progress"), "status", lambda o: (o.progress, o.get_progress_display())),
            Column("open_amount", self.amount_label, "money", lambda order: type(self).amount(order)),
        )

    def check_permission(self) -> None:
        self.permission = permission_for(self.following, "add")
        super().check_permission()

    def queryset(self) -> QuerySet:
        return orders_for(self.request.user).select_related("supplier").prefetch_related("lines").distinct()

    def url_of(self, row: Any) -> str:
        return form_url(self.following, row)

    def card(self, row: Any) -> dict[str, Any]:
        meta = f"{row.number} · {row.get_progress_display()} · {row.business_date:%m-%d}"
        return {"title": str(row.supplier), "meta": meta, "amount": money(type(self).amount(row))}

    def totals(self, rows: Any) -> None:
        return None


def orders_for(user: Any) -> QuerySet:
    """The approved orders that a person may write invoices and payments for."""
    return PurchaseOrder.objects.visible_to(user).filter(status=Status.APPROVED, organization_id=user.organization_id)


class OnOrderFormView(DocumentFormView):
    """The form of a paper on an order; without one it leads to choosing it."""

    related = ("organization", "department", "created_by", "order__supplier")

    def orders(self) -> QuerySet:
        """The orders this person may write such a paper on."""
        return orders_for(self.request.user)

    def get(self, request: SignedInRequest, pk: int | None = None) -> HttpResponse:
        if pk is None and not request.GET.get("order") and request.user.has_perm(permission_for(self.model, "add")):
            return redirect(url_name(self.model, "choose"))
        return super().get(request, pk)

    def blank(self) -> Any:
        if not self.request.user.has_perm(permission_for(self.model, "add")):
            raise PermissionDenied
        document = super().blank()
        key = parse_key(self.request.GET.get("order", ""))
        order = self.orders().filter(pk=key).select_related("supplier").first()
        if order is None:
            raise Http404
        document.order = order
        return document

    def extra_context(self) -> dict[str, Any]:
        order = self.document.order
        words = (order.supplier, order.number, f"{order.business_date:%Y-%m-%d}")
        opens = PurchaseOrder.objects.visible_to(self.request.user).filter(pk=order.pk).exists()
        return {
            "lead": " · ".join(str(word) for word in words),
            "earlier_url": address_or_none(url_name(order, "detail"), order.pk) if opens else None,
            "earlier_label": _("Open %(document)s") % {"document": order},
        }


class OnOrderList(DocumentListView):
    """A list of papers on orders, whose own amount stands in `money_field`."""

    related = ("department", "created_by", "order__supplier")
    money_field = "amount"

    def card(self, row: Any) -> dict[str, Any]:
        card = super().card(row)
        card["amount"] = money(getattr(row, self.money_field))
        waits = f" · {_('waits for')} {row.waits_for}" if row.waits_for else ""
        card["meta"] = f"{row.order.supplier} · {row.order.number} · {row.business_date:%m-%d}{waits}"
        return card
