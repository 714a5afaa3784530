"""Reading meters: counters do not fall, wrong readings are followed by right ones, abnormal ones open an order."""

import datetime as dt
import uuid
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.database.retry import atomic_with_retry
from core.errors import DomainError, NotAllowed
from core.numbers import plain
from maintenance.models import Channel, Meter, MeterReading, WorkOrder

from . import plans, sources
from .orders import NOT_REPAIRED

RECENT = 12
"""Readings from which the usual is known."""
FEWEST = 3
"""Below so many nothing is usual yet."""
MAGNITUDE = 10
"""So many times the usual is asked back: a digit too many, or a point forgotten."""
UNUSUAL = "unusual_reading"


def valid_readings(meter: Meter) -> QuerySet[MeterReading]:
    """The readings that hold: those that no later one corrects, newest first."""
    return meter.readings.filter(corrected_by=None).order_by("-at", "-id")


def is_unusual(meter: Meter, value: Decimal, former: list[Decimal]) -> bool:
    """Whether a value is ten times the usual or more: of a gauge what it shows, of a counter how much it grew.

    former: the values before, newest first.
    """
    if meter.kind == Meter.Kind.COUNTER:
        steps = [newer - older for newer, older in pairwise(former) if newer > older]
        if len(steps) < FEWEST - 1:
            return False
        return value - former[0] >= MAGNITUDE * median(steps)
    sizes = [abs(each) for each in former if each]
    if len(sizes) < FEWEST:
        return False
    usual = median(sizes)
    return abs(value) >= MAGNITUDE * usual or abs(value) * MAGNITUDE <= usual


@atomic_with_retry
def read(
    meter: Meter,
    value: Decimal,
    *,
    actor: Any,
    note: str = "",
    at: dt.datetime | None = None,
    device_at: dt.datetime | None = None,
    corrects: MeterReading | None = None,
    confirmed: bool = False,
    request_key: uuid.UUID | None = None,
) -> MeterReading:
    """Keep what a meter showed; an abnormal value opens an order, or adds a note to the one that is open.

    Args:
        at: when it was read, by our clock (a device without network sends later); now by default.
        corrects: the wrong reading that this one takes the place of; it keeps the moment of the wrong one.
        confirmed: the reader looked again at a value ten times the usual.
        request_key: sent twice, it is one reading.

    Raises NotAllowed, and DomainError for a counter that fell, a meter that is switched off, a reading that was
    corrected already, and (code `unusual_reading`) a value ten times the usual that nobody confirmed.
    """
    if request_key and (known := MeterReading.objects.filter(request_key=request_key).first()):
        return known
    if not Meter.objects.filter(pk=meter.pk).within(actor, "maintenance.add_meterreading").exists():
        raise NotAllowed(_("You may not enter readings of this meter."))
    # Its thing is read after the lock: joined to it, it would be that of before the wait.
    meter = Meter.objects.select_for_update().get(pk=meter.pk)
    _require_in_use(meter)
    at = _moment(meter, at, corrects)
    _check_counter(meter, value, at, corrects)
    former = list(valid_readings(meter).filter(at__lte=at).exclude(pk__in=[corrects.pk] if corrects else [])[:RECENT])
    if not confirmed and is_unusual(meter, value, [row.value for row in former]):
        raise DomainError(
            _("%(value)s %(unit)s is ten times off the usual (last: %(last)s). Look again, then confirm it.")
            % {"value": plain(value), "unit": meter.unit, "last": plain(former[0].value)},
            code=UNUSUAL,
            field="value",
        )
    abnormal = meter.is_abnormal(value)
    reading = MeterReading.objects.create(
        meter=meter,
        value=value,
        abnormal=abnormal,
        at=at,
        device_at=device_at,
        by=actor,
        note=note.strip()[:200],
        corrects=corrects,
        order=_open(meter, value, actor, note) if abnormal else None,
        request_key=request_key,
    )
    plans.make_due_of_meter(meter)
    return reading


def _require_in_use(meter: Meter) -> None:
    if not meter.active:
        raise DomainError(_("%(meter)s is switched off; it is not read any more.") % {"meter": meter})
    if meter.asset is not None and meter.asset.state in NOT_REPAIRED:
        raise DomainError(
            _("%(asset)s is “%(state)s”; switch its meter off.")
            % {"asset": meter.asset, "state": meter.asset.get_state_display()}
        )


def _moment(meter: Meter, at: dt.datetime | None, corrects: MeterReading | None) -> dt.datetime:
    if corrects is None:
        return min(at or clock.now(), clock.now())
    if corrects.meter_id != meter.pk:
        raise DomainError(_("That reading is of another meter."))
    if MeterReading.objects.filter(corrects=corrects).exists():
        raise DomainError(_("That reading was corrected already; reload the page."))
    return corrects.at


def _check_counter(meter: Meter, value: Decimal, at: dt.datetime, corrects: MeterReading | None) -> None:
    """A counter only grows: not below the reading before, not above the one after."""
    if meter.kind != Meter.Kind.COUNTER:
        return
    if value < 0:
        raise DomainError(_("A counter shows no number below zero."), field="value")
    others = valid_readings(meter).exclude(pk__in=[corrects.pk] if corrects else [])
    before = others.filter(at__lte=at).first()
    later = others.filter(at__gt=at).order_by("at", "id").first()
    if before is not None and value < before.value:
        raise DomainError(
            _(
                "The counter showed %(last)s %(unit)s already; it cannot fall to %(value)s. "
                "If the former reading was wrong, correct that one; for a new device make a new meter."
            )
            % {"last": plain(before.value), "value": plain(value), "unit": meter.unit},
            field="value",
        )
    if later is not None and value > later.value:
        raise DomainError(
            _("The counter showed %(later)s %(unit)s later; %(value)s before that is too much.")
            % {"later": plain(later.value), "value": plain(value), "unit": meter.unit},
            field="value",
        )


def _open(meter: Meter, value: Decimal, actor: Any, note: str) -> WorkOrder:
    """The order of an abnormal value, one at a time for each meter."""
    low = plain(meter.low) if meter.low is not None else "—"
    high = plain(meter.high) if meter.high is not None else "—"
    said = _("%(meter)s shows %(value)s %(unit)s; it should be from %(low)s to %(high)s.") % {
        "meter": meter,
        "value": plain(value),
        "unit": meter.unit,
        "low": low,
        "high": high,
    }
    return sources.open_from(
        organization=meter.organization,
        title=_("%(meter)s out of its limits") % {"meter": meter},
        channel=Channel.METER,
        key=f"meter:{meter.pk}",
        actor=actor,
        category=meter.category,
        asset=meter.asset,
        place=meter.place,
        description=f"{said}\n{note}".strip(),
    )
