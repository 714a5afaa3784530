"""Counting assets on a phone: one page that goes on working without a connection, and what it talks to."""

import uuid
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from assets.count_selectors import found_words, lines_in_order, parts_of
from assets.forms.custody import people_of
from assets.models import AssetCount, AssetCountLine, Condition
from assets.services.counts.entries import Outcome, Sighting, Stranger, is_counting, may_count, record
from assets.services.counts.finding import belongs_to, cards_by_code, code_of, refuse_stranger
from core import deliveries
from core.attachments import attach, clean_name
from core.deliveries import key_of, text_of
from core.errors import DomainError, NotAllowed, ValueRefused
from core.parsing import parse_decimal, parse_key, parse_text
from core.search import initials_of
from core.views.documents import VisibleDocumentMixin, url_of
from core.views.offline import works_offline
from core.views.signed_in import SignedInRequest
from directory.models import Department, Place

from .counts import RELATED, scope_words

MOST_IN_PAGE = 3000
"""Lines that a phone carries at once; a larger count is taken by department."""
MOST_CHOICES = 5000


def line_record(line: AssetCountLine, user: Any) -> dict[str, Any]:
    """A line as static/js/asset-counting.js reads it; `own`: this person holds the thing and does not count it."""
    asset = line.asset
    return {
        "id": line.pk,
        "number": asset.number,
        "token": asset.token,
        "name": asset.name,
        "spec": asset.specification,
        "initials": asset.initials or initials_of(asset.name),
        "department": str(line.book_department),
        "user": str(line.book_user or ""),
        "place": str(line.book_place or ""),
        "place_id": line.book_place_id,
        "result": line.result,
        "word": str(line.get_result_display()) if line.result else "",
        "elsewhere": found_words(line),
        "outside": line.outside,
        "own": user.pk in (line.book_user_id, line.book_custodian_id),
        "by": str(line.counted_by or ""),
    }


def lines_for(document: AssetCount, user: Any, part: int | None) -> list[dict[str, Any]]:
    """The lines of a part as they stand now, in the order of the walk."""
    rows = lines_in_order(document)
    if part is not None:
        rows = rows.filter(book_department=part) | rows.filter(outside=True)
    return [line_record(line, user) for line in rows[:MOST_IN_PAGE]]


def _choices(rows: QuerySet, *fields: str) -> list[dict[str, Any]]:
    """What a phone offers to choose from, known by words that are unique: code or number, and name."""
    found = rows.order_by(fields[0]).values_list("pk", *fields)[:MOST_CHOICES]
    return [{"id": key, "words": f"{code} {name}"} for key, code, name in found]


class CountingPage(VisibleDocumentMixin, View):
    """Everything that is to be counted, in the page itself, so that the connection may go; ?department= one part."""

    model = AssetCount
    related = RELATED

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.find(pk)
        if not (is_counting(document) and may_count(document, request.user)):
            messages.info(request, _("%(document)s is not open for you to count.") % {"document": document})
            return redirect(url_of(document))
        part = parse_key(request.GET.get("department", ""))
        context = {
            "title": _("Count assets: %(what)s") % {"what": scope_words(document)},
            "document": document,
            "back_url": url_of(document),
            "upload_url": url_of(document, "upload"),
        }
        if part is None and document.lines.count() > MOST_IN_PAGE:
            return render(request, "assets/count_parts.html", context | {"parts": parts_of(document)})
        return works_offline(render(request, "assets/counting.html", context | self._everything(document, part)))

    def _everything(self, document: AssetCount, part: int | None) -> dict[str, Any]:
        user, house = self.request.user, document.organization_id
        places = Place.objects.filter(organization=house, active=True)
        departments = Department.objects.filter(organization=house, active=True)
        choices = {
            "places": _choices(places, "code", "name"),
            "people": _choices(people_of(user), "employee_number", "name"),
            "departments": _choices(departments, "code", "name"),
        }
        query = f"?department={part}" if part is not None else ""
        return {
            "lines": lines_for(document, user, part),
            "choices": choices,
            "conditions": Condition.choices,
            "departments": choices["departments"],
            "person_key": user.pk,
            "send_url": url_of(document, "entries") + query,
            "find_url": url_of(document, "find"),
            "photo_url": url_of(document, "photo"),
            "login_url": f"{reverse('login')}?next={self.request.path}",
        }


class CountEntries(VisibleDocumentMixin, View):
    """POST {sent_at, entries: […]} keeps what was seen; GET tells how the lines stand."""

    model = AssetCount
    related = RELATED

    def get(self, request: SignedInRequest, pk: int) -> JsonResponse:
        document = self.find(pk)
        if not may_count(document, request.user):
            return JsonResponse({"message": _("You do not count here.")}, status=403)
        part = parse_key(request.GET.get("department", ""))
        return JsonResponse({"counting": is_counting(document), "lines": lines_for(document, request.user, part)})

    def post(self, request: SignedInRequest, pk: int) -> JsonResponse:
        document = self.find(pk)
        try:
            sent = deliveries.delivery_of(request.body)
        except ValueError:
            return JsonResponse({"message": _("What was sent could not be read.")}, status=400)
        read = [_read(entry) for entry in sent["entries"]]
        entries = [entry for entry in read if not isinstance(entry, dict)]
        behind = deliveries.seconds_behind(sent.get("sent_at"))
        try:
            kept = record(document, entries, actor=request.user, clock_difference=behind)
        except NotAllowed as refusal:
            return JsonResponse({"message": str(refusal)}, status=403)
        shown = {line.pk: line for line in lines_in_order(document).filter(pk__in=_lines_of(kept))}
        results = [self._result(outcome, shown) for outcome in kept]
        return JsonResponse({"results": [*results, *(entry for entry in read if isinstance(entry, dict))]})

    def _result(self, outcome: Outcome, shown: dict[int, AssetCountLine]) -> dict[str, Any]:
        said: dict[str, Any] = {"client_id": str(outcome.client_id)}
        if outcome.refusal:
            return said | {"refusal": outcome.refusal}
        if outcome.line is not None:
            return said | {"line": line_record(shown[outcome.line.pk], self.request.user)}
        return said | {"thing": str(outcome.surplus)}


def _lines_of(outcomes: list[Outcome]) -> list[int]:
    return [outcome.line.pk for outcome in outcomes if outcome.line is not None]


class CountFind(VisibleDocumentMixin, View):
    """GET ?code=: what a label belongs to that is not on the list, asked while there is a connection."""

    model = AssetCount
    related = RELATED

    def get(self, request: SignedInRequest, pk: int) -> JsonResponse:
        document = self.find(pk)
        if not may_count(document, request.user):
            return JsonResponse({"message": _("You do not count here.")}, status=403)
        code = code_of(request.GET.get("code", ""))
        found = cards_by_code([code], document)
        card = found.get(code) or found.get(code.upper())
        try:
            refuse_stranger(document, card, code)
        except DomainError as refusal:
            return JsonResponse({"known": False, "text": str(refusal)})
        words = {"asset": card, "where": belongs_to(card) if card else ""}
        return JsonResponse({"known": True, "text": _("%(asset)s belongs to: %(where)s. Found here.") % words})


class CountPhoto(VisibleDocumentMixin, View):
    """POST a photo with the name of what it shows; it joins the files of the count."""

    model = AssetCount
    related = RELATED
    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> JsonResponse:
        document = self.find(pk)
        upload = request.FILES.get("file")
        if not isinstance(upload, UploadedFile):
            return JsonResponse({"message": _("Choose a file first.")}, status=400)
        try:
            ending = (upload.name or "").rsplit(".", 1)[-1]
            upload.name = clean_name(parse_text(request.POST.get("what", ""), max_length=100) or "", ending)
            row = attach(document, upload, actor=request.user)
        except DomainError as refusal:
            return JsonResponse({"message": str(refusal)}, status=400)
        return JsonResponse({"name": row.name})


def _read(entry: Any) -> Sighting | Stranger | dict[str, Any]:
    """One entry as it was sent, or the refusal of one that cannot be read."""
    key = entry.get("client_id") if isinstance(entry, dict) else None
    try:
        client_id = uuid.UUID(str(key))
    except ValueError:
        return {"client_id": str(key)[:36], "refusal": _("What was sent could not be read.")}
    try:
        return _stranger(client_id, entry) if "name" in entry else _sighting(client_id, entry)
    except DomainError as refusal:
        return {"client_id": str(client_id), "refusal": str(refusal)}


def _common(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "place_id": key_of(entry, "place"),
        "department_id": key_of(entry, "department"),
        "condition": text_of(entry, "condition") or Condition.GOOD,
        "note": parse_text(text_of(entry, "note"), max_length=200),
        "counted_at": deliveries.moment_of(entry.get("counted_at")),
    }


def _sighting(client_id: uuid.UUID, entry: dict[str, Any]) -> Sighting:
    if not isinstance(entry.get("present"), bool):
        raise ValueRefused(_("What was sent could not be read."))
    return Sighting(
        client_id,
        entry["present"],
        line_id=key_of(entry, "line"),
        code=text_of(entry, "code")[:500],
        user_id=key_of(entry, "user"),
        unused=entry.get("unused") is True,
        scanned=entry.get("scanned") is True,
        **_common(entry),
    )


def _stranger(client_id: uuid.UUID, entry: dict[str, Any]) -> Stranger:
    quantity = parse_decimal(text_of(entry, "quantity"), 4, minimum=0)
    return Stranger(
        client_id,
        parse_text(text_of(entry, "name"), max_length=100),
        Decimal(1) if quantity is None else quantity,
        parse_text(text_of(entry, "specification"), max_length=120),
        value=parse_decimal(text_of(entry, "value"), 2, minimum=0),
        **_common(entry),
    )
