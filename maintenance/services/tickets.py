"""报修单: taking a report. One report is one ticket; it opens an order, or joins one of the same fault.

A key made with the page makes one ticket, however often the form is sent: the private token of the ticket is reckoned
from it, so that nobody can look at a stranger's ticket by sending his key.
"""

import base64
import re
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core.database.retry import atomic_with_retry
from core.errors import DomainError
from directory.models import Place
from maintenance.models import Channel, RepairCategory, RepairTicket, Urgency, WorkOrder
from maintenance.models.tickets import new_token

from . import dispatching, timeliness
from .orders import is_urgent, open_order, require_repairable
from .progress import take_step
from .report_photos import Photo, keep_photos
from .telling import MORE_URGENT, URGENT, tell_reporters, tell_workshop

__all__ = ["current_order", "report", "tell_reporters", "ticket_of", "who_of"]

BY_CALL = (Channel.PHONE, Channel.COUNTER)
"""Channels by which the dispatcher writes down what somebody tells him (R-REP-01: without a photo)."""
ROOMS = (Place.Kind.ROOM, Place.Kind.OTHER)
TITLE_LENGTH = 40
_PHONE = re.compile(r"[0-9+()\- ]{3,30}")


def current_order(ticket: RepairTicket) -> WorkOrder:
    """The order that a ticket stands for now: the one its own was joined with, if it was."""
    return ticket.order.merged_into or ticket.order


def who_of(ticket: RepairTicket) -> str:
    """How the steps of a reporter without an account are signed; its end names the ticket for certain."""
    return f"{(ticket.name or str(ticket.reporter or _('reporter')))[:24]} #{ticket.pk}"


def title_of(description: str, category: RepairCategory | None) -> str:
    """What an order is called: the first sentence of what was said, else its category."""
    first = re.split(r"[\n。！？!?;；]", description.strip(), maxsplit=1)[0].strip()
    if len(first) > TITLE_LENGTH:
        first = f"{first[: TITLE_LENGTH - 1]}…"
    return first or str(category or _("repair"))


def ticket_of(key: uuid.UUID) -> RepairTicket | None:
    """The ticket that a form with this key made already."""
    return RepairTicket.objects.filter(token=_token_of(key)).first()


def report(
    *,
    organization: Any,
    description: str,
    category: RepairCategory | None = None,
    place: Any = None,
    place_note: str = "",
    asset: Any = None,
    actor: Any = None,
    name: str = "",
    phone: str = "",
    channel: str = Channel.WEB,
    urgency: str = "",
    department: Any = None,
    photos: Sequence[Photo] = (),
    join: WorkOrder | None = None,
    client: str = "",
    request_key: uuid.UUID | None = None,
) -> RepairTicket:
    """Take one report; returns its ticket. What is urgent is told to the workshop at once (R-REP-02).

    Args:
        actor: the person with an account who reports, or writes down what a caller says; None for a stranger.
        name, phone: of the reporter; demanded as R-REP-01 says, optional after a scanned code.
        photos: read and cleaned (report_photos.read_photos).
        join: an open order of the same fault; the report then becomes one more ticket of it.
        client: digest of the address it came from.
        request_key: sent twice, it is one ticket.

    Raises DomainError naming the field when something is missing, the thing is gone, thing or place belong to another
    organization, or the order to join is done meanwhile.
    """
    key = request_key or uuid.uuid4()
    said: dict[str, Any] = {
        "organization": organization,
        "description": description.strip()[:2000],
        "category": category,
        "place": place or (asset.place if asset else None),
        "place_note": place_note.strip()[:100],
        "asset": asset,
    }
    person = {
        "reporter": None if channel in BY_CALL else actor,
        "name": (name or (actor.name if actor and channel not in BY_CALL else "")).strip()[:40],
        "phone": phone.strip()[:30],
        "channel": channel,
        "client": client,
        "token": _token_of(key) if request_key else new_token(),
    }
    if known := RepairTicket.objects.filter(token=person["token"]).first():
        return known
    _require_ours(organization, said["place"], asset)
    require_repairable(asset)
    _require_told(said, person, photos=bool(photos) or join is not None)
    try:
        return _write(said, person, actor, urgency, department, photos, join, key)
    except IntegrityError:
        if found := RepairTicket.objects.filter(token=person["token"]).first():
            return found  # the same form was sent twice in one moment
        raise


def _token_of(key: uuid.UUID) -> str:
    digest = salted_hmac("maintenance.ticket", key.hex, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()


def _order_key(key: uuid.UUID) -> uuid.UUID:
    """The key of the order of a report: its own kind, so that no stranger can name the order of a meter."""
    return uuid.UUID(bytes=salted_hmac("maintenance.order", key.hex, algorithm="sha256").digest()[:16])


def _require_ours(organization: Any, place: Any, asset: Any) -> None:
    if asset is not None and asset.organization_id != organization.pk:
        raise DomainError(_("This thing belongs to another organization."), field="asset")
    if place is not None and place.organization_id != organization.pk:
        raise DomainError(_("This place belongs to another organization."), field="place")


def _require_told(said: dict[str, Any], person: dict[str, Any], *, photos: bool) -> None:
    """R-REP-01: phone, category, building, room and description; a photo unless somebody calls or stands there.

    Whoever scanned a code on the wall stands before the fault: his code says where, and phone and photo are his choice.
    """
    if person["phone"] and not _PHONE.fullmatch(person["phone"]):
        raise DomainError(_("A phone number has digits only."), field="phone")
    if not said["description"]:
        raise DomainError(_("Say in a few words what is broken."), field="description")
    if said["category"] is None:
        raise DomainError(_("Choose what kind of fault it is."), field="category")
    if person["channel"] == Channel.SCAN:
        return
    if not person["phone"]:
        raise DomainError(_("A phone number is needed, so that the worker can ask."), field="phone")
    place = said["place"]
    if place is None:
        raise DomainError(_("Choose the building and the room."), field="place")
    if place.kind not in ROOMS and not said["place_note"]:
        raise DomainError(_("“%(place)s” is no room: say where exactly.") % {"place": place}, field="place_note")
    if not photos and person["channel"] not in BY_CALL:
        sentence = _("Add a photo; without one a fault is only reported by phone or at the counter.")
        raise DomainError(sentence, field="photos")


@atomic_with_retry
def _write(
    said: dict[str, Any],
    person: dict[str, Any],
    actor: Any,
    urgency: str,
    department: Any,
    photos: Sequence[Photo],
    join: WorkOrder | None,
    key: uuid.UUID,
) -> RepairTicket:
    if join is not None:
        order = _joined(join, said)
    else:
        order = open_order(
            **said,
            title=title_of(said["description"], said["category"]),
            actor=actor,
            who=person["name"] or _("reporter"),
            channel=person["channel"],
            urgency=urgency,
            request_key=_order_key(key),
            department=department or _asking(said["asset"], person["reporter"]),
            contact=person["name"],
            phone=person["phone"],
        )
    ticket = RepairTicket.objects.create(
        organization=said["organization"],
        order=order,
        description=said["description"],
        joined=join is not None,
        **person,
    )
    if join is not None:
        _add_to_story(order, ticket, said, key)
    elif order.urgency == Urgency.URGENT:
        tell_workshop(order, URGENT, people=_proposed(order))
    keep_photos(order, photos, actor=actor)
    if join is None:
        dispatching.after_report(order)
    return ticket


def _asking(asset: Any, reporter: Any) -> Any:
    """Who asks where nobody said so: the department that uses the thing, else that of the reporter."""
    return asset.department if asset is not None else getattr(reporter, "department", None)


def _joined(join: WorkOrder, said: dict[str, Any]) -> WorkOrder:
    """The order to join, locked. Raises DomainError when it is of another organization, or done or given up."""
    order = WorkOrder.objects.select_for_update(of=("self",)).get(pk=join.pk)
    if order.organization_id != said["organization"].pk:
        raise DomainError(_("This report belongs to another organization."), field="join")
    if not order.is_open:
        raise DomainError(_("That fault is no longer being worked on; send your report as a new one."), field="join")
    return order


def _add_to_story(order: WorkOrder, ticket: RepairTicket, said: dict[str, Any], key: uuid.UUID) -> None:
    """The workers read what the next reporter says; what makes it urgent makes the order urgent (R-REP-02)."""
    words = _("reported too: %(words)s") % {"words": said["description"][:400]}
    take_step(order, "note", actor=None, who=who_of(ticket), reason=words, request_key=_order_key(key))
    urgent = is_urgent(order.category, said["description"]) or is_urgent(said["category"], said["description"])
    if urgent and order.urgency != Urgency.URGENT:
        order = take_step(
            order,
            "urgency",
            actor=None,
            who=who_of(ticket),
            reason=_("A further report names a danger."),
            write=lambda _order: {"urgency": Urgency.URGENT},
            after=_renewed,
        )
        tell_workshop(order, MORE_URGENT, people=[order.worker_id] if order.worker_id else [])


def _renewed(order: WorkOrder, _event: Any) -> None:
    timeliness.renew(order)


def _proposed(order: WorkOrder) -> list[int]:
    """Keys of those to whom the rules would give an order: they hear of what is urgent before it is dispatched."""
    proposal = dispatching.propose(order)
    team, worker = proposal.team, proposal.worker
    people = list(team.members.filter(is_active=True).values_list("pk", flat=True)) if team else []
    return [*people, worker.pk] if worker else people
