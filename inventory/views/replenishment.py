"""补货建议: what should be bought and why, and what people decide about it."""

from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core.errors import DomainError
from core.templatetags.display import quantity as shown
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.views.tables import Column, TableView
from inventory.models import ReplenishmentSuggestion
from inventory.replenishment_selectors import proposals, reasoning, suggestions_of
from inventory.reports.parts import report_url
from inventory.services import replenishment

from . import columns as c

State = ReplenishmentSuggestion.State
VIEW = "inventory.view_replenishmentsuggestion"


class SuggestionFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=gettext_lazy("State"), choices=State.choices, empty_label=None)
    warehouse = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Warehouse"), queryset=c.visible_warehouses, empty_label=gettext_lazy("All warehouses")
    )

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        """What is open, unless another state was asked for."""
        chosen = data.copy() if data is not None else None
        if chosen is not None:
            chosen.setdefault("state", State.OPEN)
        super().__init__(chosen, *args, **kwargs)


def request_link(row: ReplenishmentSuggestion) -> Any:
    """The purchase request of a suggestion, as a link where it has a page."""
    url = replenishment.address_of(row.reference)
    return {"value": row.reference, "url": url} if url else row.reference


class SuggestionList(TableView):
    model = ReplenishmentSuggestion
    title = gettext_lazy("Replenishment")
    permission = VIEW
    template_name = "inventory/replenishment_list.html"
    columns = (
        Column("code", gettext_lazy("Code"), "code", "item.code", sort=("item__code",)),
        Column("item", gettext_lazy("Item"), value="item.name", sort=("item__name",)),
        Column("specification", gettext_lazy("Specification"), value="item.specification"),
        Column("warehouse", gettext_lazy("Warehouse"), sort=("warehouse__code",)),
        Column("state", gettext_lazy("State"), "status", lambda row: (row.state, row.get_state_display())),
        Column("in_stock", gettext_lazy("Usable stock"), "quantity"),
        Column("minimum", gettext_lazy("Minimum"), "quantity"),
        Column("quantity", gettext_lazy("Suggested"), "quantity", sort=("quantity",)),
        Column("unit", gettext_lazy("Unit"), value="item.unit"),
        Column("opened_at", gettext_lazy("Since"), "day", sort=("opened_at",)),
        Column("reference", gettext_lazy("Request"), "code", lambda row: request_link(row)),
    )
    search_fields = ("item__code", "item__name", "item__specification")
    search_initials = "item__initials"
    filterset_class = SuggestionFilter
    ordering = ("warehouse__code", "item__code")
    empty_text = gettext_lazy("Nothing is below its minimum.")

    def queryset(self) -> Any:
        return suggestions_of(self.request.user)

    def url_of(self, row: Any) -> str:
        return reverse("replenishment_detail", args=(row.pk,))

    def card(self, row: Any) -> dict[str, Any]:
        return {
            "title": str(row.item),
            "status": (row.state, row.get_state_display()),
            "meta": f"{row.warehouse} · {shown(row.in_stock)} < {shown(row.minimum)}",
            "amount": f"{shown(row.quantity)} {row.item.unit}",
        }

    def extra_context(self) -> dict[str, Any]:
        query = self.request.GET.urlencode()
        may = self.request.user.has_perm(replenishment.CHANGE)
        return {
            "export_url": f"{reverse('replenishment_export')}?{query}",
            "refresh_url": reverse("replenishment_refresh") if may else None,
            "request_url": f"{reverse('replenishment_request')}?{query}"
            if may and replenishment.can_request()
            else None,
        }


class SuggestionExport(SignedInMixin, View):
    """What the list shows, as a workbook."""

    def get(self, request: SignedInRequest) -> HttpResponseBase:
        view = SuggestionList()
        view.setup(request)
        return view.workbook()


class Refresh(SignedInMixin, View):
    """Compares stock and minimum now; by POST."""

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest) -> HttpResponse:
        user = request.user
        if not user.has_perm(replenishment.CHANGE) or user.organization is None:
            raise PermissionDenied
        told = replenishment.refresh(user.organization)
        words = _("Looked through: %(opened)d new, %(kept)d as before, %(filled)d in stock again.")
        messages.success(request, words % {name: told[name] for name in ("opened", "kept", "filled")})
        return redirect("replenishment_list")


class RequestShown(SignedInMixin, View):
    """Turns the open suggestions that the list shows into one purchase request; by POST, with the list's parameters."""

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest) -> HttpResponse:
        view = SuggestionList()
        view.setup(request)
        view.check_permission()
        rows = list(view.found().filter(state=State.OPEN))
        try:
            number = replenishment.request(rows, actor=request.user)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Purchase request %(number)s was written.") % {"number": number})
        return redirect("replenishment_list")


class _Suggestion(SignedInMixin, View):
    def find(self, pk: int) -> ReplenishmentSuggestion:
        row = suggestions_of(self.request.user).filter(pk=pk).first()
        if row is None:
            raise Http404
        return row


class SuggestionPage(_Suggestion):
    """One suggestion: how the stock stands, what the last year speaks for, and the decisions."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        row = self.find(pk)
        proposal = proposals([(row.warehouse_id, row.item)])[row.warehouse_id, row.item_id]
        context = {
            "title": str(row.item),
            "row": row,
            "facts": self._facts(row),
            "reasoning": reasoning(proposal, row.item.unit),
            "months": [(f"{year}-{month + 1:02d}", used) for (year, month), used in proposal.months],
            "proposal": proposal,
            "steps": self._steps(row, proposal),
            "ledger_url": self._ledger(row),
        }
        return render(request, "inventory/replenishment_detail.html", context)

    def _facts(self, row: ReplenishmentSuggestion) -> list[tuple[Any, Any]]:
        item = row.item
        decided = [(_("Request"), request_link(row)), (_("Decided by"), row.decided_by), (_("Reason"), row.reason)]
        return [
            (_("Warehouse"), row.warehouse),
            (_("Usable stock"), f"{shown(row.in_stock)} {item.unit}"),
            (_("Minimum"), shown(item.min_stock) or None),
            (_("Maximum"), shown(item.max_stock) or None),
            (_("Delivery time (days)"), item.lead_time_days),
            (_("Suggested"), f"{shown(row.quantity)} {item.unit}"),
            (_("Since"), f"{row.opened_at:%Y-%m-%d}"),
            *((label, value) for label, value in decided if value),
        ]

    def _steps(self, row: ReplenishmentSuggestion, proposal: Any) -> set[str]:
        """What this person may do now."""
        user = self.request.user
        if not ReplenishmentSuggestion.objects.within(user, replenishment.CHANGE).filter(pk=row.pk).exists():
            return set()
        steps = {"dismiss"} if row.state == State.OPEN else set()
        if row.state == State.OPEN and replenishment.can_request():
            steps.add("request")
        if row.state in (State.DISMISSED, State.ORDERED):
            steps.add("take-up")
        differs = (proposal.minimum, proposal.maximum) != (row.item.min_stock, row.item.max_stock)
        if proposal.minimum is not None and differs and user.has_perm("inventory.change_item"):
            steps.add("accept")
        return steps

    def _ledger(self, row: ReplenishmentSuggestion) -> str | None:
        if not self.request.user.has_perm("inventory.view_stockvalue"):
            return None
        return report_url("item_ledger", item=row.item, warehouse=row.warehouse)


class SuggestionStep(_Suggestion):
    """One decision, by POST; a refusal is said on the page."""

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int, step: str) -> HttpResponse:
        row, user = self.find(pk), request.user
        try:
            if step == "dismiss":
                replenishment.dismiss(row, actor=user, reason=request.POST.get("reason", ""))
                words = _("The suggestion is dismissed.")
            elif step == "take-up":
                replenishment.take_up(row, actor=user)
                words = _("The suggestion is open again.")
            elif step == "request":
                number = replenishment.request([row], actor=user)
                words = _("Purchase request %(number)s was written.") % {"number": number}
            elif step == "accept":
                item = replenishment.accept(row, actor=user)
                words = _("%(item)s: minimum and maximum are changed.") % {"item": item}
            else:
                raise Http404
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, words)
        return redirect("replenishment_detail", pk=row.pk)
