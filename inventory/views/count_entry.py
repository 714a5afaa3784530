"""Counting on a phone: one page that goes on working without a connection, and what it talks to."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from core import deliveries
from core.deliveries import key_of, text_of
from core.errors import DomainError, NotAllowed, ValueRefused
from core.numbers import ZERO, plain
from core.parsing import parse_code, parse_date, parse_decimal, parse_text
from core.views.documents import VisibleDocumentMixin, url_of
from core.views.offline import works_offline
from core.views.signed_in import SignedInRequest
from inventory.models import StockBalance, StockCount, StockCountEntry
from inventory.services.counts.entries import Counted, Outcome, is_counting, may_count, record

RELATED = ("organization", "warehouse", "supervisor", "category", "shelf")


def line_record(line: Any, book: Any = None) -> dict[str, Any]:
    """A line as static/js/counting.js reads it; never with a book quantity in a blind count."""
    item = line.item
    known = {
        "id": line.pk,
        "code": item.code,
        "name": item.name,
        "spec": item.specification,
        "initials": item.initials,
        "barcode": item.barcode,
        "unit": item.unit.name,
        "places": item.unit.places,
        "lot": line.lot.number,
        "expires": f"{line.lot.expires_on:%Y-%m-%d}" if line.lot.expires_on else "",
        "shelf": line.shelf.code if line.shelf else "",
        "round": line.round,
        "again": line.second_needed,
        "unexpected": line.unexpected,
        "counted": None if line.counted_quantity is None else plain(line.counted_quantity),
        "by": line.counted_by.name if line.counted_by else "",
    }
    return known if book is None else {**known, "book": plain(book)}


def lines_for(document: StockCount, user: Any) -> list[dict[str, Any]]:
    """Every line as it stands now; `mine` marks those this person counted in the round before."""
    rows = document.lines.select_related("item__unit", "lot", "shelf", "counted_by").order_by("position", "id")
    books: dict[int, Any] = {}
    if not document.blind:
        balances = StockBalance.objects.filter(location__warehouse=document.warehouse_id)
        books = dict(balances.values_list("lot_id", "quantity"))
    entries = StockCountEntry.objects.filter(line__document=document, counted_by=user).order_by()
    own = set(entries.values_list("line_id", "round").distinct())
    found = []
    for line in rows:
        known = line_record(line, None if document.blind else books.get(line.lot_id, ZERO))
        found.append({**known, "mine": (line.pk, line.round - 1) in own})
    return found


class CountingPage(VisibleDocumentMixin, View):
    """Everything that is to be counted, in the page itself, so that the connection may go."""

    model = StockCount
    related = RELATED

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.find(pk)
        if not (is_counting(document) and may_count(document, request.user)):
            messages.info(request, _("%(document)s is not open for you to count.") % {"document": document})
            return redirect(url_of(document))
        context = {
            "title": _("Count %(warehouse)s") % {"warehouse": document.warehouse},
            "document": document,
            "lines": lines_for(document, request.user),
            "send_url": url_of(document, "entries"),
            "person_key": request.user.pk,
            "back_url": url_of(document),
            "upload_url": url_of(document, "upload"),
            "login_url": f"{reverse('login')}?next={request.path}",
        }
        return works_offline(render(request, "inventory/counting.html", context))


class CountEntries(VisibleDocumentMixin, View):
    """POST {sent_at, source, entries: […]} keeps what was counted; GET tells how the lines stand."""

    model = StockCount
    related = RELATED

    def get(self, request: SignedInRequest, pk: int) -> JsonResponse:
        document = self.find(pk)
        if not may_count(document, request.user):
            return JsonResponse({"message": _("You do not count here.")}, status=403)
        return JsonResponse({"counting": is_counting(document), "lines": lines_for(document, request.user)})

    def post(self, request: SignedInRequest, pk: int) -> JsonResponse:
        document = self.find(pk)
        try:
            sent = deliveries.delivery_of(request.body)
        except ValueError:
            return JsonResponse({"message": _("What was sent could not be read.")}, status=400)
        read = [_read(entry) for entry in sent["entries"]]
        numbers = [entry for entry in read if isinstance(entry, Counted)]
        source = StockCountEntry.Source.SCREEN if sent.get("source") == "screen" else StockCountEntry.Source.PHONE
        behind = deliveries.seconds_behind(sent.get("sent_at"))
        try:
            kept = record(document, numbers, actor=request.user, source=source, clock_difference=behind)
        except NotAllowed as refusal:
            return JsonResponse({"message": str(refusal)}, status=403)
        results = [_result(outcome) for outcome in kept]
        results += [entry for entry in read if isinstance(entry, dict)]
        return JsonResponse({"results": results})


def _read(entry: Any) -> Counted | dict[str, Any]:
    """One number as it was sent, or the refusal of one that cannot be read."""
    key = entry.get("client_id") if isinstance(entry, dict) else None
    try:
        client_id = uuid.UUID(str(key))
    except ValueError:
        return {"client_id": str(key)[:36], "refusal": _("What was sent could not be read.")}
    try:
        quantity = parse_decimal(text_of(entry, "quantity"), 4, minimum=0)
        if quantity is None:
            raise ValueRefused(_("Enter what you counted; 0 if nothing is there."))
        return Counted(
            client_id,
            quantity,
            deliveries.moment_of(entry.get("counted_at")),
            line_id=key_of(entry, "line"),
            code=parse_code(text_of(entry, "code"), max_length=40),
            lot_number=parse_text(text_of(entry, "lot_number"), max_length=40),
            expires_on=parse_date(text_of(entry, "expires_on")),
            round=key_of(entry, "round"),
        )
    except DomainError as refusal:
        return {"client_id": str(client_id), "refusal": str(refusal)}


def _result(outcome: Outcome) -> dict[str, Any]:
    if outcome.line is None:
        return {"client_id": str(outcome.client_id), "refusal": outcome.refusal}
    return {"client_id": str(outcome.client_id), "line": line_record(outcome.line)}
