"""Rejected goods: the list, the return slip, and settling them (R-PRC-14)."""

from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core.errors import DomainError
from core.numbers import plain
from core.views.documents import DocumentExportView, VisibleDocumentMixin
from core.views.printing import DocumentPrintView
from core.views.signed_in import SignedInRequest
from core.views.tables import Column, TableView, without_screen
from procurement.forms.order_sources import SettleForm
from procurement.models import RejectedGoods
from procurement.services import rejections

from . import order_columns as c

TITLE = gettext_lazy("Rejected goods")
RELATED = (
    *("organization", "settled_by", "acceptance_line__document__order__supplier", "acceptance_line__document"),
    *("acceptance_line__order_line__item", "acceptance_line__order_line__unit"),
)
LINE = "acceptance_line.order_line"


class RejectionFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=RejectedGoods.State.choices, empty_label=gettext_lazy("All")
    )
    supplier = django_filters.CharFilter(
        label=gettext_lazy("Supplier"),
        field_name="acceptance_line__document__order__supplier__name",
        lookup_expr="icontains",
    )


class RejectionList(TableView):
    """A row that waits leads to settling it, for whoever may; else to its acceptance."""

    model = RejectedGoods
    title = TITLE
    permission = "procurement.view_rejectedgoods"
    columns = (
        Column("number", gettext_lazy("Number"), "code", sort=("number",)),
        Column("state", gettext_lazy("State"), "status", lambda r: (r.state, r.get_state_display()), sort=("state",)),
        Column("item", gettext_lazy("Item"), value=f"{LINE}.title"),
        Column("quantity", gettext_lazy("Quantity"), "quantity", sort=("quantity",)),
        Column("unit", gettext_lazy("Unit"), value=f"{LINE}.unit"),
        Column("supplier", gettext_lazy("Supplier"), value="acceptance_line.document.order.supplier"),
        without_screen(
            Column("order", gettext_lazy("Purchase order"), "code", "acceptance_line.document.order.number")
        ),
        Column("acceptance", gettext_lazy("Acceptance"), "code", "acceptance_line.document.number"),
        Column("finding", gettext_lazy("Finding"), value="acceptance_line.finding"),
        without_screen(
            Column("remedy", gettext_lazy("Remedy"), value=lambda r: r.get_remedy_display() if r.settled_on else "")
        ),
        Column("settled_on", gettext_lazy("Fetched on"), "day", sort=("settled_on",)),
        Column("collected_by", gettext_lazy("Collected by")),
        Column("slip", gettext_lazy("Return slip"), value=lambda r: slip_cell(r)),
    )
    search_fields = (
        *("number", "acceptance_line__document__number", "acceptance_line__document__order__number"),
        *("acceptance_line__document__order__supplier__name", "acceptance_line__order_line__item__name"),
        "acceptance_line__order_line__name",
    )
    search_placeholder = gettext_lazy("Number, supplier or goods")
    filterset_class = RejectionFilter
    ordering = ("-state", "-pk")  # what waits comes before what is settled
    empty_text = gettext_lazy("Nothing was rejected.")

    def queryset(self) -> Any:
        return super().queryset().select_related(*RELATED)

    def url_of(self, row: Any) -> str | None:
        may = self.request.user.has_perm("procurement.change_rejectedgoods")
        if may and row.state == RejectedGoods.State.WAITING:
            return reverse("rejectedgoods_settle", args=(row.pk,))
        return reverse("acceptance_detail", args=(row.acceptance_line.document_id,))

    def card(self, row: Any) -> dict[str, Any]:
        line = row.acceptance_line.order_line
        return {
            "title": f"{line.title} ×{plain(row.quantity)} {line.unit}",
            "status": (row.state, row.get_state_display()),
            "meta": f"{row.number} · {row.acceptance_line.document.order.supplier}",
        }

    def extra_context(self) -> dict[str, Any]:
        return {"export_url": f"{reverse('rejectedgoods_export')}?{self.request.GET.urlencode()}"}


def slip_cell(row: RejectedGoods) -> dict[str, Any]:
    return {"value": _("Print"), "url": reverse("rejectedgoods_print", args=(row.pk,))}


class RejectionExport(DocumentExportView):
    list_view = RejectionList


class SettleRejection(VisibleDocumentMixin, View):
    model: Any = RejectedGoods
    related = RELATED

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        row = self._open(pk)
        return self._page(row, SettleForm(initial={"remedy": row.remedy}))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        row, form = self._open(pk), SettleForm(request.POST)
        if not form.is_valid():
            return self._page(row, form)
        try:
            row = rejections.settle(row, actor=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return self._page(row, form)
        words = _("%(number)s is settled.") % {"number": row.number}
        if row.remedy == RejectedGoods.Remedy.RETURN:
            words += " " + _("Where nothing replaces them, cancel the rest of the order.")
        messages.success(request, words)
        return redirect("rejectedgoods_list")

    def _open(self, pk: int) -> Any:
        if not self.request.user.has_perm("procurement.change_rejectedgoods"):
            raise PermissionDenied
        return self.find(pk)

    def _page(self, row: Any, form: Any) -> HttpResponse:
        line = row.acceptance_line.order_line
        context = {
            "title": _("Settle %(number)s") % {"number": row.number},
            "lead": f"{line.title} ×{plain(row.quantity)} {line.unit} · {row.acceptance_line.finding}",
            "form": form,
            "cancel_url": reverse("rejectedgoods_list"),
            "list_url": reverse("rejectedgoods_list"),
            "list_title": TITLE,
            "save_label": _("Settle"),
        }
        return render(self.request, "generic/form.html", context)


class ReturnSlip(DocumentPrintView):
    """退货交接单: what the driver of the supplier signs for. Rejected goods are no document; the slip reads one row."""

    model: Any = RejectedGoods
    related = RELATED
    title = gettext_lazy("Return slip of rejected goods")
    usual_paper = "a5"
    columns = (
        Column("item", gettext_lazy("Item"), value=f"{LINE}.title", css="w-26"),
        Column("specification", gettext_lazy("Specification"), value=f"{LINE}.described", css="w-18"),
        Column("unit", gettext_lazy("Unit"), value=f"{LINE}.unit", css="w-8"),
        Column("quantity", gettext_lazy("Quantity"), "quantity", css="w-13"),
        Column("finding", gettext_lazy("Finding"), value="acceptance_line.finding", css="w-30"),
    )
    with_amount = False
    copies = (gettext_lazy("stub"), gettext_lazy("supplier"))

    def lines_of(self, document: Any) -> list[Any]:
        return [document]

    def back_url(self, document: Any) -> str:
        return reverse("rejectedgoods_list")

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        acceptance = document.acceptance_line.document
        return [
            (_("Supplier"), acceptance.order.supplier),
            (_("Purchase order"), acceptance.order.number),
            (_("Acceptance"), acceptance.number),
            (_("Remedy"), document.get_remedy_display() if document.settled_on else ""),
            (_("Fetched on"), c.day_words(document.settled_on)),
        ]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        return [(_("Handed over by"), document.settled_by or ""), (_("Collected by"), document.collected_by)]

    def _state_word(self, document: Any, choice: Any) -> str:
        return ""
