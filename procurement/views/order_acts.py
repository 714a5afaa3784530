"""Where orders begin, and what happens to them beside their life cycle: each a small page with one form."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core.documents.services import permission_for
from core.errors import DomainError
from core.views.documents import DAY, DEPARTMENT, VisibleDocumentMixin, total_of_lines, url_of
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.views.tables import Column, TableView
from procurement import order_selectors
from procurement.forms.order_sources import CloseRestForm, DayForm, OrderSourceForm, RequestLines
from procurement.models import PurchaseOrder, Sourcing
from procurement.services import order_drafts, order_steps

from .orders import RELATED, TITLE

LINES_SHOWN = 200


class ChooseAward(TableView):
    """Approved sourcings of which something is not ordered; a row leads to its orders."""

    model = Sourcing
    title = gettext_lazy("Which award is ordered?")
    columns = (
        Column("number", gettext_lazy("Number"), "code", sort=("number",)),
        Column("title", gettext_lazy("Title"), sort=("title",)),
        Column("method", gettext_lazy("Method"), value=lambda row: row.get_method_display(), sort=("method",)),
        DEPARTMENT,
        DAY,
        Column("line_total", gettext_lazy("Amount"), "money", sort=("line_total",)),
    )
    search_fields = ("number", "title", "lines__request_line__item__name", "lines__request_line__name")
    search_placeholder = gettext_lazy("Number, title or goods")
    ordering = ("-business_date", "-pk")
    permission = "procurement.add_purchaseorder"
    empty_text = gettext_lazy("Every award is ordered.")

    def queryset(self) -> Any:
        rows = order_selectors.awards_to_order(self.request.user).select_related("department")
        return rows.annotate(line_total=total_of_lines(Sourcing)).distinct()

    def url_of(self, row: Any) -> str:
        return reverse("purchaseorder_from_award", args=(row.pk,))

    def card(self, row: Any) -> dict[str, Any]:
        return {"title": row.title, "meta": f"{row.number} · {row.get_method_display()} · {row.business_date:%m-%d}"}

    def extra_context(self) -> dict[str, Any]:
        direct = {"label": _("From an agreement, or small things"), "url": reverse("purchaseorder_from_requests")}
        return {"actions": [{**direct, "icon": "clipboard-list"}]}


class FromAward(VisibleDocumentMixin, View):
    """What was awarded to whom; one click writes a draft for each supplier."""

    model = Sourcing

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        sourcing = self._sourcing(pk)
        found = order_selectors.awarded_lines(sourcing)
        context = {
            "title": _("Orders from %(sourcing)s") % {"sourcing": sourcing},
            "sourcing": sourcing,
            "sourcing_url": url_of(sourcing),
            "groups": [
                {"supplier": supplier, "rows": [{"line": line, "left": left} for line, left in rows]}
                for supplier, rows in found.items()
            ],
            "anything": any(left for rows in found.values() for _line, left in rows),
            "list_url": reverse("purchaseorder_list"),
            "list_title": TITLE,
        }
        return render(request, "procurement/from_award.html", context)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        sourcing = self._sourcing(pk)
        try:
            orders = order_drafts.from_award(sourcing, actor=request.user)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("purchaseorder_from_award", pk=pk)
        names = _(", ").join(str(order.supplier) for order in orders)
        messages.success(request, _("Drafted: %(count)d for %(names)s.") % {"count": len(orders), "names": names})
        return redirect(url_of(orders[0], "edit")) if len(orders) == 1 else redirect("purchaseorder_list")

    def _sourcing(self, pk: int) -> Any:
        if not self.request.user.has_perm(permission_for(PurchaseOrder, "add")):
            raise PermissionDenied
        return self.find(pk)


class FromRequests(SignedInMixin, View):
    """Open lines of approved requests: called off from an agreement, or small things bought directly."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        return self._page(OrderSourceForm(actor=request.user), self._lines())

    def post(self, request: SignedInRequest) -> HttpResponse:
        form, lines = OrderSourceForm(request.POST, actor=request.user), self._lines(request.POST)
        if not (form.is_valid() & lines.is_valid()):
            return self._page(form, lines)
        try:
            order = order_drafts.from_requests(lines.wanted(), actor=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return self._page(form, lines)
        messages.success(request, _("%(document)s was saved as a draft.") % {"document": order})
        return redirect(url_of(order, "edit"))

    def _lines(self, data: Any = None) -> Any:
        if not self.request.user.has_perm(permission_for(PurchaseOrder, "add")):
            raise PermissionDenied
        rows = order_selectors.request_lines_to_order(self.request.user)
        found = order_selectors.searched_lines(rows, self.request.GET.get("q", "").strip()[:100])
        lines = order_selectors.not_on_drafts(list(found[:LINES_SHOWN]))
        return RequestLines(data, prefix="lines", actor=self.request.user, lines=lines)

    def _page(self, form: Any, lines: Any) -> HttpResponse:
        context = {
            "title": _("Order from requests"),
            "form": form,
            "formset": lines,
            "cancel_url": reverse("purchaseorder_choose"),
            "list_url": reverse("purchaseorder_list"),
            "list_title": TITLE,
            "save_label": _("Draft the order"),
            "search": self.request.GET.get("q", ""),
        }
        return render(self.request, "procurement/from_requests.html", context)


class _Act:
    """One act: its heading, form, and what carries it out."""

    def __init__(self, title: Any, label: Any, form: Any, take: Callable[..., Any], done: Any) -> None:
        self.title, self.label, self.form, self.take, self.done = title, label, form, take, done


def _close_rest(order: PurchaseOrder, *, actor: Any, reopen: str, reason: str) -> PurchaseOrder:
    return order_steps.close_rest(order, actor=actor, reason=reason, reopen=reopen == "yes")


ACTS = {
    "seal": _Act(
        gettext_lazy("Sign and seal %(document)s"),
        gettext_lazy("Signed and sealed"),
        DayForm,
        order_steps.seal,
        gettext_lazy("%(document)s is signed and sealed."),
    ),
    "bond-received": _Act(
        gettext_lazy("Bond of %(document)s received"),
        gettext_lazy("Bond received"),
        DayForm,
        order_steps.receive_bond,
        gettext_lazy("The bond of %(document)s is noted as received."),
    ),
    "bond-returned": _Act(
        gettext_lazy("Bond of %(document)s returned"),
        gettext_lazy("Bond returned"),
        DayForm,
        order_steps.return_bond,
        gettext_lazy("The bond of %(document)s is noted as returned."),
    ),
    "close-rest": _Act(
        gettext_lazy("Cancel the rest of %(document)s"),
        gettext_lazy("Cancel the rest"),
        CloseRestForm,
        _close_rest,
        gettext_lazy("The rest of %(document)s is cancelled."),
    ),
}


class OrderAct(VisibleDocumentMixin, View):
    """Carries out one act on an approved order; what is refused is said and nothing is written."""

    model = PurchaseOrder
    related = RELATED

    def get(self, request: SignedInRequest, pk: int, act: str) -> HttpResponse:
        order, step = self._open(pk, act)
        return self._page(order, step, step.form())

    def post(self, request: SignedInRequest, pk: int, act: str) -> HttpResponse:
        order, step = self._open(pk, act)
        form = step.form(request.POST)
        if not form.is_valid():
            return self._page(order, step, form)
        try:
            order = step.take(order, actor=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return self._page(order, step, form)
        messages.success(request, step.done % {"document": order})
        return redirect(url_of(order))

    def _open(self, pk: int, act: str) -> tuple[Any, _Act]:
        if act not in ACTS:
            raise Http404
        order = self.find(pk)
        if not self.request.user.has_perm(permission_for(PurchaseOrder, "change")):
            raise PermissionDenied
        return order, ACTS[act]

    def _page(self, order: Any, step: _Act, form: Any) -> HttpResponse:
        context = {
            "title": step.title % {"document": order},
            "form": form,
            "lead": f"{order.supplier} · {order.title}".strip(" ·"),
            "cancel_url": url_of(order),
            "list_url": reverse("purchaseorder_list"),
            "list_title": TITLE,
            "save_label": step.label,
        }
        return render(self.request, "generic/form.html", context)
