"""Reporting with an account, and one's own reports."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from assets.models import Asset
from core.errors import DomainError
from core.parsing import parse_key
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.views.tables import Column, TableView
from directory.models import Place
from maintenance.forms.reporting import StaffReportForm
from maintenance.models import Channel, RepairCategory, RepairTicket
from maintenance.report_selectors import department_tickets, own_tickets, similar_orders, usual_kind, waiting_for_word
from maintenance.services import tickets
from maintenance.services.tickets import current_order

from .public_pages import MOST_BODY
from .record_form import refused
from .reporter_acts import ReporterPage
from .request_keys import key_of_form

ADD = "maintenance.add_repairticket"


class NewReport(SignedInMixin, View):
    """The form of a report. `?asset=7` and `?place=3` begin with a thing or a place.

    Before a report is taken, open orders that may be the same fault are shown; the form comes back once for them.
    """

    def get(self, request: SignedInRequest) -> HttpResponse:
        self._allowed()
        initial = self._initial()
        form = StaffReportForm(actor=request.user, initial=initial, similar=())
        return self._page(form, uuid.uuid4())

    def post(self, request: SignedInRequest) -> HttpResponse:
        self._allowed()
        user = request.user
        asset, place, category = self._asked(user)
        similar = similar_orders(user.organization, asset=asset, place=place, category=category) if place else []
        if asset is not None and not similar:
            similar = similar_orders(user.organization, asset=asset)
        form = StaffReportForm(request.POST, request.FILES, actor=user, similar=similar)
        valid = form.is_valid()
        if valid and similar and not request.POST.get("join"):
            form.add_error("join", _("This may have been reported before: join one of these, or say that it is new."))
            valid = False
        if valid:
            try:
                ticket = self._report(form)
                messages.success(request, _("Your report has arrived. Here you see how far it is."))
                return redirect("repair_ticket", ticket.pk)
            except DomainError as refusal:
                refused(form, refusal)
        return self._page(form, request.POST.get("request_key", ""), status=400)

    def _report(self, form: StaffReportForm) -> RepairTicket:
        data, user = form.cleaned_data, self.request.user
        channel = data.get("channel") or Channel.WEB
        return tickets.report(
            organization=user.organization,
            description=data["description"],
            category=form.chosen,
            place=data["place"],
            place_note=data["place_note"],
            asset=data["asset"],
            actor=user,
            name=data.get("name") or "",
            phone=data["phone"],
            channel=channel,
            urgency=data["urgency"],
            department=data.get("department"),
            photos=data["photos"],
            join=form.joined,
            request_key=key_of_form(self.request, "report"),
        )

    def _allowed(self) -> None:
        user = self.request.user
        if not user.has_perm(ADD) or user.organization_id is None:
            raise PermissionDenied

    def _initial(self) -> dict[str, Any]:
        user, asked = self.request.user, self.request.GET
        assets = Asset.objects.visible_to(user).filter(organization_id=user.organization_id)
        asset = assets.filter(pk=parse_key(asked.get("asset", ""))).first()
        place = Place.objects.filter(organization_id=user.organization_id, pk=parse_key(asked.get("place", ""))).first()
        return {
            "asset": asset,
            "place": place or (asset.place if asset else None),
            "phone": user.phone,
            "channel": Channel.WEB,
            **(usual_kind(asset) if asset else {}),
        }

    def _asked(self, user: Any) -> tuple[Any, Any, Any]:
        return asked_for(self.request.POST, user)

    def _page(self, form: StaffReportForm, key: Any, status: int = 200) -> HttpResponse:
        context = {"title": _("Report a fault"), "form": form, "request_key": key, "show_similar": bool(form.similar)}
        return render(self.request, "maintenance/report_form.html", context, status=status)


def asked_for(data: Any, user: Any) -> tuple[Any, Any, Any]:
    """(asset, place, kind of fault) that a form names, as far as this person may name them."""
    house = {"organization_id": user.organization_id}
    asset = Asset.objects.visible_to(user).filter(pk=parse_key(data.get("asset", "")), **house).first()
    place = Place.objects.filter(pk=parse_key(data.get("place", "")), **house).first()
    category = RepairCategory.objects.filter(pk=parse_key(data.get("group", ""))).first()
    return asset, place or (asset.place if asset else None), category


class SimilarReports(SignedInMixin, View):
    """GET, for the form: what was reported at this thing or place already, as a piece of a page."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        if not request.user.has_perm(ADD) or request.user.organization_id is None:
            raise PermissionDenied
        asset, place, category = asked_for(request.GET, request.user)
        known = asset is not None or (place is not None and category is not None)
        rows = similar_orders(request.user.organization, asset=asset, place=place, category=category) if known else []
        return render(request, "maintenance/similar.html", {"similar": rows, "chosen": ""})


class MyReports(TableView):
    """What one reported oneself; `?of=department`: what was reported in the departments one looks into; `?of=waiting`:
    what of it waits to be confirmed."""

    model = RepairTicket
    title = gettext_lazy("My reports of faults")
    permission = "maintenance.view_repairticket"
    columns = (
        Column("number", gettext_lazy("Number"), "code", value=lambda row: current_order(row).number),
        Column("title", gettext_lazy("What it is about"), css="goods", value=lambda row: current_order(row).title),
        Column(
            "state",
            gettext_lazy("State"),
            "status",
            value=lambda row: (current_order(row).state, current_order(row).get_state_display()),
        ),
        Column("category", gettext_lazy("Category"), value="order.category"),
        Column("where", pgettext_lazy("work order", "Place"), value="order.where"),
        Column("at", gettext_lazy("Reported at"), "moment", sort=("at",)),
    )
    search_fields = ("order__number", "order__title", "description")
    search_placeholder = gettext_lazy("Number or words")
    ordering = ("-at", "-pk")
    empty_text = gettext_lazy("You have reported nothing yet.")

    def queryset(self) -> QuerySet:
        of, user = self.request.GET.get("of", ""), self.request.user
        if of == "department":
            return department_tickets(user)
        if of == "waiting":
            return waiting_for_word(own_tickets(user) | department_tickets(user)).distinct()
        return own_tickets(user)

    def url_of(self, row: Any) -> str | None:
        return reverse("repair_ticket", args=(row.pk,))

    def card(self, row: Any) -> dict[str, Any]:
        order = current_order(row)
        return {
            "title": order.title,
            "status": (order.state, order.get_state_display()),
            "meta": f"{order.number} · {order.where}",
        }

    def extra_context(self) -> dict[str, Any]:
        """The page that is shown names itself and leads to the other two."""
        own, of = reverse("repair_mine"), self.request.GET.get("of", "")
        views = {
            "": (_("My own"), own, "user", self.title, self.empty_text),
            "waiting": (
                *(_("To be confirmed"), f"{own}?of=waiting", "clipboard-check"),
                *(_("Repairs to confirm"), _("No repair waits to be confirmed by you.")),
            ),
            "department": (
                *(_("Of my department"), f"{own}?of=department", "users"),
                *(_("Reports of my department"), _("Your department has reported nothing yet.")),
            ),
        }
        shown = views[of] if of in views else views[""]
        return {
            "title": shown[3],
            "empty_text": shown[4],
            "actions": [
                {"label": label, "url": url, "icon": icon}
                for label, url, icon, _title, _empty in views.values()
                if url != shown[1]
            ],
            "create_url": reverse("report_new") if self.request.user.has_perm(ADD) else None,
            "create_label": _("Report a fault"),
        }


class TicketPage(SignedInMixin, View):
    """One report with its story, for who reported it and who may look into the department; POST acts on it."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return self._page(self._reporter(pk), 200)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BODY:
            raise PermissionDenied
        page = self._reporter(pk)
        if page.act(request):
            return redirect("repair_ticket", pk)
        return self._page(self._reporter(pk), 400)

    def _reporter(self, pk: int) -> ReporterPage:
        user = self.request.user
        ticket = (own_tickets(user) | department_tickets(user)).filter(pk=pk).distinct().first()
        if ticket is None:
            raise Http404
        return ReporterPage(ticket, actor=user, own=ticket.reporter_id == user.pk)

    def _page(self, page: ReporterPage, status: int) -> HttpResponse:
        order = page.order
        context = {
            **page.context(),
            "title": order.title,
            "request_key": uuid.uuid4(),
            "typed": self.request.POST,
            "order_url": reverse("workorder_detail", args=(order.pk,)) if page.opens_order() else "",
        }
        return render(self.request, "maintenance/ticket.html", context, status=status)
