"""Reading one meter after another on a phone; works on while the connection is gone (static/js/outbox.js)."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from core import deliveries
from core.deliveries import key_of, text_of
from core.errors import DomainError
from core.numbers import limits, plain
from core.parsing import parse_decimal, parse_key, parse_text
from core.views.offline import works_offline
from core.views.signed_in import SignedInMixin, SignedInRequest
from maintenance.models import Meter, MeterReading
from maintenance.services import meters

from .meters import with_last

MOST = 500
PLACES = 4


def readable(user: Any) -> Any:
    """The meters whose readings a person may enter."""
    return Meter.objects.within(user, "maintenance.add_meterreading").filter(active=True)


def record_of(meter: Any, value: Decimal | None, at: dt.datetime | None) -> dict[str, Any]:
    """A meter as the page shows it: what it showed last and when, and its limits."""
    return {
        "id": meter.pk,
        "name": meter.name,
        "unit": meter.unit,
        "where": " · ".join(str(part) for part in (meter.asset, meter.where) if part),
        "limits": limits(meter.low, meter.high),
        "last": "" if value is None else plain(value),
        "at": timezone.localtime(at).strftime("%m-%d %H:%M") if at else "",
    }


class ReadingPage(SignedInMixin, View):
    """GET: all meters, or ?meter= one. POST {sent_at, entries: [{client_id, meter, value, note, confirmed, at}]}."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        self._require()
        rows = (
            readable(request.user)
            .select_related("asset", "place__parent__parent")
            .order_by("place__code", "name", "pk")
        )
        if key := parse_key(request.GET.get("meter", "")):
            rows = rows.filter(pk=key)
        context = {
            "title": _("Read meters"),
            "meters": [record_of(meter, meter.last_value, meter.last_at) for meter in with_last(rows)[:MOST]],
            "send_url": reverse("meter_reading"),
            "login_url": f"{reverse('login')}?next={request.path}",
            "person_key": request.user.pk,
        }
        return works_offline(render(request, "maintenance/meter_reading.html", context))

    def post(self, request: SignedInRequest) -> JsonResponse:
        if not request.user.has_perm("maintenance.add_meterreading"):
            return JsonResponse({"message": _("You do not read meters here.")}, status=403)
        try:
            sent = deliveries.delivery_of(request.body)
        except ValueError:
            return JsonResponse({"message": _("What was sent could not be read.")}, status=400)
        behind = deliveries.seconds_behind(sent.get("sent_at"))
        return JsonResponse({"results": [self._keep(entry, behind) for entry in sent["entries"]]})

    def _require(self) -> None:
        if not self.request.user.has_perm("maintenance.add_meterreading"):
            raise PermissionDenied

    def _keep(self, entry: Any, behind: int) -> dict[str, Any]:
        """One entry: kept, or refused with a sentence; `ask` when it is only to be confirmed."""
        key = entry.get("client_id") if isinstance(entry, dict) else None
        said = {"client_id": str(key)[:36]}
        try:
            client_id = uuid.UUID(str(key))
        except ValueError:
            return said | {"refusal": _("What was sent could not be read.")}
        meter = readable(self.request.user).filter(pk=key_of(entry, "meter")).first()
        if meter is None:
            return said | {"refusal": _("This meter is not read any more.")}
        try:
            reading = self._read(meter, entry, client_id, behind)
        except DomainError as refusal:
            return said | {"refusal": str(refusal), "ask": refusal.code == meters.UNUSUAL}
        return said | {
            "meter": record_of(meter, reading.value, reading.at),
            "abnormal": reading.abnormal,
            "order": _number(reading),
        }

    def _read(self, meter: Meter, entry: dict[str, Any], client_id: uuid.UUID, behind: int) -> MeterReading:
        value = parse_decimal(text_of(entry, "value"), PLACES)
        if value is None:
            raise DomainError(_("Enter what the meter shows."))
        device_at = deliveries.moment_of(entry.get("at"))
        difference = deliveries.counted_difference(behind)
        last = meters.valid_readings(meter).first()
        at = deliveries.corrected(device_at, since=last.at if last else None, clock_difference=difference)
        return meters.read(
            meter,
            value,
            actor=self.request.user,
            note=parse_text(text_of(entry, "note"), max_length=200) or "",
            at=at,
            device_at=device_at,
            confirmed=entry.get("confirmed") is True,
            request_key=client_id,
        )


def _number(reading: MeterReading) -> str:
    return str(reading.order) if reading.order else ""
