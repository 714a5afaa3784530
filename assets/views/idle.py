"""余缺调剂: idle things that every department of the house may have before anything is bought (R-AST-21)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from assets.models import Asset
from assets.selectors import idle_after_days, idle_pool
from assets.services.custody_drafts import draft_transfer
from core import clock
from core.errors import DomainError
from core.views.documents import url_of
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.views.tables import Column, TableView

from .card_filter import CardFilter

ASK = "assets.add_custodychange"


class IdleFilter(CardFilter):
    """Class and place alone: everybody of the house looks here, whatever he may know of people and books."""

    department = managing_department = state = card_type = person = booked = None
    acquired_from = acquired_to = past_life = unlabelled = None


class IdlePool(TableView):
    """Everybody of the house sees what it is and whom to ask, not what it cost."""

    model = Asset
    title = gettext_lazy("Idle things for every department")
    template_name = "assets/idle_pool.html"
    columns = (
        Column("name", gettext_lazy("Asset name"), css="goods", sort=("name",)),
        Column("specification", gettext_lazy("Specification and model")),
        Column("brand", gettext_lazy("Brand")),
        Column("category", gettext_lazy("Asset category"), sort=("category__code",)),
        Column("quantity", gettext_lazy("Quantity or area"), "quantity"),
        Column("unit", gettext_lazy("Unit")),
        Column("acquired_on", gettext_lazy("Acquired on"), "day", sort=("acquired_on",)),
        Column("department", gettext_lazy("Lies with"), css="nowrap", sort=("department__code",)),
        Column("phone", gettext_lazy("Phone"), value="department.phone"),
        Column("place", gettext_lazy("Place"), sort=("place__code",)),
        Column("idle_since", gettext_lazy("Idle since"), "day", sort=("idle_since",)),
    )
    search_fields = ("name", "specification", "brand", "category__name", "category__code")
    search_initials = "initials"
    search_placeholder = gettext_lazy("Name, initials, class or specification")
    filterset_class = IdleFilter
    ordering = ("idle_since", "pk")
    empty_text = gettext_lazy("Nothing lies idle.")

    def queryset(self) -> QuerySet:
        return idle_pool(self.request.user.organization_id, clock.today())

    def card(self, row: Any) -> dict[str, Any]:
        since = _("idle since %(day)s") % {"day": f"{row.idle_since:%Y-%m-%d}"}
        meta = " · ".join(str(part) for part in (row.specification, row.department, row.place, since) if part)
        return {"title": row.name, "meta": meta}

    def url_of(self, row: Any) -> str | None:
        return reverse("idle_thing", args=(row.pk,))

    def extra_context(self) -> dict[str, Any]:
        days = idle_after_days(self.request.user.organization_id, clock.today())
        return {"days": days}


class IdleThing(SignedInMixin, View):
    """One thing of the pool; POST asks for it: a draft transfer to one's own department."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        thing, user = self._find(pk), request.user
        own = user.department_id is not None and user.department_id == thing.department_id
        context = {
            "title": thing.name,
            "asset": thing,
            "own": own,
            "may_ask": user.has_perm(ASK) and user.department_id is not None and not own,
        }
        return render(request, "assets/idle_thing.html", context)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        thing, user = self._find(pk), request.user
        if not user.has_perm(ASK):
            raise PermissionDenied
        if user.department is None or user.department_id == thing.department_id:
            messages.error(request, _("This thing is with your own department already, or you belong to none."))
            return redirect("idle_thing", thing.pk)
        try:
            paper = draft_transfer([thing], user.department, user, reason=_("Out of the idle things"))
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect("idle_thing", thing.pk)
        messages.success(
            request, _("A draft transfer of %(thing)s is made; check and submit it.") % {"thing": thing.name}
        )
        return redirect(url_of(paper))

    def _find(self, pk: int) -> Asset:
        found = idle_pool(self.request.user.organization_id, clock.today()).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found
