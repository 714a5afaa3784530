"""Reporting a fault without an account, after scanning the code of a thing or of a place."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from assets.models import Asset
from core.errors import DomainError
from directory.models import Organization, Place
from maintenance.forms.reporting import PublicReportForm
from maintenance.models import Channel, PlaceCode, RepairTicket
from maintenance.report_selectors import similar_orders, usual_kind
from maintenance.services import limits, special, tickets
from maintenance.services.orders import NOT_REPAIRED

from .public_pages import StrangerView, signed_in_here
from .record_form import refused

SALT = "maintenance.report"
LEAST_SECONDS = 3
"""People need longer to say what is broken."""
OLDEST_SECONDS = 12 * 3600


@dataclass(frozen=True)
class Subject:
    """What the scanned code stands on: a thing or a place; gone: no repair is taken for it any more."""

    token: str
    organization: Organization
    name: str
    gone: bool
    asset: Asset | None = None
    place: Place | None = None


class PublicReport(StrangerView):
    """GET: the form. POST: one report. Every page carries a stamp that makes one ticket, however often it is sent."""

    def organization(self) -> Organization:
        return self.subject.organization

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        if self.subject.gone:
            return self._gone()
        person = signed_in_here(request, self.subject.organization)
        initial = {"name": person.name, "phone": person.phone} if person else {}
        if self.subject.asset:
            initial |= usual_kind(self.subject.asset)
        return self._page(PublicReportForm(initial=initial, similar=self._similar()), new_stamp(token))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        if self.subject.gone:
            return self._gone()
        form = PublicReportForm(request.POST, request.FILES, similar=self._similar())
        try:
            key = key_of_stamp(request.POST.get("stamp", ""), token)
        except signing.BadSignature:
            form.add_error(None, _("This page was open for too long. Please send it once more."))
            return self._page(form, new_stamp(token), status=400)
        if known := tickets.ticket_of(key):
            return self._thanks(known)
        stamp = request.POST["stamp"]
        if problem := self._machine(form, stamp):
            form.add_error(None, problem)
        if not form.is_valid():
            return self._page(form, stamp, status=400)
        try:
            place = limits.claim(self.subject.organization, self.client)
        except limits.TooMany as refusal:
            form.add_error(None, str(refusal))
            return self._page(form, stamp, status=429)
        try:
            ticket = self._report(form, key)
        except DomainError as refusal:
            limits.give_back(place)
            refused(form, refusal)
            return self._page(form, stamp, status=400)
        return self._thanks(ticket)

    def _report(self, form: PublicReportForm, key: uuid.UUID) -> RepairTicket:
        data = form.cleaned_data
        return tickets.report(
            organization=self.subject.organization,
            description=data["description"],
            category=form.chosen,
            place=self.subject.place,
            place_note=data["place_note"],
            asset=self.subject.asset,
            actor=signed_in_here(self.request, self.subject.organization),
            name=data["name"],
            phone=data["phone"],
            channel=Channel.SCAN,
            photos=data["photos"],
            join=form.joined,
            client=self.client,
            request_key=key,
        )

    @staticmethod
    def _machine(form: PublicReportForm, stamp: str) -> str:
        """Why a form looks as if no person had sent it, in a sentence that helps a person; "" if it does not."""
        if form.data.get("website", "").strip():
            return _("A field that people cannot see was filled in, perhaps by your browser. Please send it once more.")
        try:
            signing.loads(stamp, salt=SALT, max_age=LEAST_SECONDS)
        except signing.SignatureExpired:
            return ""
        return _("That was very quick. Look at it once more and send it again.")

    def _similar(self) -> list[Any]:
        subject = self.subject
        return similar_orders(subject.organization, asset=subject.asset, place=subject.place)

    def _thanks(self, ticket: RepairTicket) -> HttpResponse:
        messages.success(self.request, _("Your report has arrived. Here you see how far it is."))
        return redirect("report_follow", ticket.token)

    def _gone(self) -> HttpResponse:
        return self.plain(
            _(
                "No repair can be reported for %(thing)s: it is no longer in use here. Scan the code on the thing that"
                " broke or on the wall of its room, or tell the workshop."
            )
            % {"thing": self.subject.name},
            410,
        )

    def _page(self, form: PublicReportForm, stamp: str, status: int = 200) -> HttpResponse:
        context = {
            "title": _("Report a fault"),
            "house": self.subject.organization.name,
            "thing": self.subject.name,
            "forbidden": special.is_forbidden(self.subject.asset),
            "is_place": self.subject.asset is None,
            "form": form,
            "stamp": stamp,
        }
        return render(self.request, "maintenance/public_report.html", context, status=status)


class ReportThing(PublicReport):
    """The code is on a thing."""

    def find(self, token: str) -> Subject | None:
        asset = Asset.objects.select_related("organization", "place").filter(token=token).first()
        if asset is None:
            return None
        return Subject(token, asset.organization, asset.name, asset.state in NOT_REPAIRED, asset=asset)


class ReportPlace(PublicReport):
    """The code is on the wall of a room."""

    def find(self, token: str) -> Subject | None:
        code = PlaceCode.objects.select_related("place__organization").filter(token=token).first()
        if code is None:
            return None
        place = code.place
        return Subject(token, place.organization, place.described, not place.active, place=place)


def new_stamp(token: str) -> str:
    """What a page carries: its own key and the code it was opened with, signed with the moment."""
    return signing.dumps([uuid.uuid4().hex, token], salt=SALT)


def key_of_stamp(stamp: str, token: str) -> uuid.UUID:
    """The key of a page; raises BadSignature for what we did not make, for another code, or an old page."""
    key, opened = signing.loads(stamp, salt=SALT, max_age=OLDEST_SECONDS)
    if opened != token:
        raise signing.BadSignature("another code")
    return uuid.UUID(hex=key)
