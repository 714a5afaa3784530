"""What the phone of a worker shows: his orders, those his team may grab, and everything he does on them.

A fixed number of queries, however many orders there are.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import clock
from core.documents.lifecycle import Status
from core.numbers import ZERO, limits, plain
from core.views.documents import url_of
from directory.models import User
from inventory.models import GoodsIssueLine, Requisition, RequisitionLine, StockReturnLine, Warehouse
from inventory.selectors import requestable_warehouses

from .knowledge_selectors import short_memories
from .models import (
    AT_WORK,
    FINISHED,
    CauseCode,
    OrderEvent,
    OrderHelper,
    OrderIssue,
    OrderPause,
    OrderPhoto,
    OrderRequisition,
    PartUse,
    PlaceCode,
    RemedyCode,
    State,
    Urgency,
    WorkOrder,
)
from .order_selectors import RELATED, deadline_of, standing_still, workers_of
from .services.parts import WAITING
from .services.photos import BY_WORKERS
from .services.special import is_forbidden

MOST = 100
"""Orders of one section; nobody works on more at once."""
DAYS_BACK = 7
"""Days for which a finished order stays, so that its parts can be settled."""
STORES_BACK = 90
"""Days of which the requisitions say which store is asked most often."""
Record = dict[str, Any]
FULFILMENT = Requisition.Fulfilment


def my_orders(user: Any) -> list[WorkOrder]:
    """What this worker was given, has in hand, may grab, and finished today; oldest report first."""
    hands = Q(worker=user) | Q(pk__in=OrderHelper.objects.filter(worker=user).values("order"))
    midnight = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    unsettled = Q(state__in=(State.DONE, State.CONFIRMED)) | Q(state=State.CLOSED, finished_at__gte=midnight)
    recent = unsettled & Q(finished_at__gte=midnight - dt.timedelta(days=DAYS_BACK))
    offered = Q(state=State.DISPATCHED, worker=None, contractor=None, team__in=user.repair_teams.values("pk"))
    wanted = (
        hands & Q(state__in=(State.DISPATCHED, *AT_WORK)),
        hands & recent,
        offered,
    )
    found: dict[int, WorkOrder] = {}
    for condition in wanted:
        rows = WorkOrder.objects.filter(condition, organization=user.organization_id).select_related(*RELATED)
        chosen = rows.order_by("reported_at", "pk").prefetch_related(
            Prefetch("helpers", OrderHelper.objects.select_related("worker").order_by("pk")),
            "checks",
            Prefetch("photos", OrderPhoto.objects.select_related("attachment")),
            Prefetch("pauses", OrderPause.objects.filter(ended_at=None)),
        )
        found.update({row.pk: row for row in chosen[:MOST]})
    return sorted(found.values(), key=lambda row: (row.finish_due or row.reported_at, row.pk))


def records(orders: Sequence[WorkOrder], user: User) -> list[Record]:
    """Those orders as static/js/repair-work.js reads them."""
    keys = [order.pk for order in orders]
    parts, asked = parts_of(keys), asked_of(keys)
    codes, memories = _codes_of(orders), short_memories(orders)
    still = set(standing_still().filter(order__in=keys).values_list("order", flat=True))
    left = OrderEvent.objects.filter(order__in=keys, step="set_out", at__gte=F("order__dispatched_at"))
    on_the_way = set(left.values_list("order", flat=True))
    return [
        {
            **_record(order, user, still=order.pk in still),
            "set_out": order.pk in on_the_way,
            "parts": parts[order.pk],
            "asked": asked[order.pk],
            "codes": codes[order.pk],
            "memory": memories.get(order.pk, ""),
        }
        for order in orders
    ]


def section_of(order: WorkOrder, user: User) -> str:
    """Where on his page an order stands."""
    if order.state in FINISHED:
        return "done"
    if order.state == State.DISPATCHED:
        return "new" if order.worker_id == user.pk else "pool" if order.worker_id is None else "hand"
    return "hand"


def _record(order: WorkOrder, user: User, *, still: bool) -> Record:
    deadline = deadline_of(order, stands=still)
    pause = next(iter(order.pauses.all()), None)
    return {
        "id": order.pk,
        "number": order.number,
        "title": order.title,
        "section": section_of(order, user),
        "state": order.state,
        "state_word": order.get_state_display(),
        "kind": order.kind,
        "forbidden": _("forbidden to use") if is_forbidden(order.asset) else "",
        "urgent": order.urgency == Urgency.URGENT,
        "urgency": order.get_urgency_display(),
        "category": str(order.category or ""),
        "category_path": order.category.path if order.category else "",
        "description": order.description,
        "where": order.where,
        "department": str(order.department or ""),
        "asset": str(order.asset or ""),
        "contact": order.contact,
        "phone": order.phone,
        "reported": f"{timezone.localtime(order.reported_at):%m-%d %H:%M}",
        "due": f"{deadline.what} {deadline.words}" if deadline else "",
        "tone": deadline.tone if deadline else "",
        "mine": order.worker_id == user.pk,
        "people": [{"id": row.pk, "name": str(row)} for row in _people_of(order)],
        "minutes": order.labour_minutes,
        "pause": pause.get_reason_display() if pause else "",
        "checks": [check_record(row) for row in order.checks.all()],
        "photos": [
            {
                "moment": row.moment,
                "word": row.get_moment_display(),
                "url": reverse("attachment", args=(row.attachment.key,)),
            }
            for row in order.photos.all()
        ],
        "shown": any(row.moment in BY_WORKERS for row in order.photos.all()),
        "action": order.action,
        "outcome": order.get_outcome_display(),
        "url": reverse("workorder_detail", args=(order.pk,)),
    }


def _people_of(order: WorkOrder) -> Iterable[User]:
    """Who works on it: the worker first, then the helpers."""
    return [person for person in (order.worker, *(row.worker for row in order.helpers.all())) if person is not None]


def check_record(row: Any) -> Record:
    """A check line with its answer; numbers as text."""
    return {
        "id": row.pk,
        "text": row.text,
        "kind": row.kind,
        "unit": row.unit,
        "limits": limits(row.low, row.high),
        "low": plain(row.low) if row.low is not None else "",
        "high": plain(row.high) if row.high is not None else "",
        "required": row.required,
        "passed": row.passed,
        "number": plain(row.number) if row.number is not None else "",
        "words": row.words,
    }


def parts_of(keys: Sequence[int]) -> dict[int, list[Record]]:
    """The lines of posted issues of orders, by order, with what was used, returned and is on its way back."""
    order_of = dict(OrderIssue.objects.filter(order__in=keys).values_list("issue", "order"))
    lines = GoodsIssueLine.objects.filter(document__in=order_of, document__status=Status.POSTED)
    used = dict(PartUse.objects.filter(order__in=keys).values_list("issue_line", "used"))
    coming: dict[int, Decimal] = defaultdict(lambda: ZERO)
    back = StockReturnLine.objects.filter(issue_line__document__in=order_of, document__status__in=WAITING)
    for key, quantity in back.values_list("issue_line", "stock_quantity"):
        coming[key] += quantity
    found: dict[int, list[Record]] = defaultdict(list)
    for line in lines.select_related("item__unit", "document").order_by("document_id", "position"):
        spent = used.get(line.pk, ZERO)
        kept = line.stock_quantity - line.returned_quantity
        found[order_of[line.document_id]].append(
            {
                "line": line.pk,
                "item": str(line.item),
                "unit": str(line.item.unit),
                "issued": plain(line.stock_quantity),
                "used": plain(spent),
                "returned": plain(line.returned_quantity),
                "coming": plain(coming[line.pk]),
                "open": plain(max(kept - spent - coming[line.pk], ZERO)),
                "kept": plain(kept),
                "paper": str(line.document),
            }
        )
    return found


def asked_of(keys: Sequence[int]) -> dict[int, list[Record]]:
    """Requisitions whose goods the store has not given out yet, by order."""
    links = OrderRequisition.objects.filter(order__in=keys, requisition__status__in=WAITING).filter(
        requisition__fulfilment__in=(FULFILMENT.NONE, FULFILMENT.PARTIAL)
    )
    lines = RequisitionLine.objects.select_related("item__unit")
    rows = links.select_related("requisition__warehouse").prefetch_related(Prefetch("requisition__lines", lines))
    found: dict[int, list[Record]] = defaultdict(list)
    for link in rows.order_by("pk"):
        document = link.requisition
        words = [f"{line.item} {plain(line.stock_quantity)} {line.item.unit}" for line in document.lines.all()]
        found[link.order_id].append(
            {
                "number": str(document),
                "status": document.get_status_display(),
                "store": str(document.warehouse),
                "words": _(", ").join(words),
                "url": url_of(document),
            }
        )
    return found


def _codes_of(orders: Sequence[WorkOrder]) -> dict[int, list[str]]:
    """What the codes on the thing and in the room of each order say, so that a phone without network can tell."""
    places = {order.place_id for order in orders if order.place_id}
    tokens = dict(PlaceCode.objects.filter(place__in=places).values_list("place", "token"))
    found: dict[int, list[str]] = {}
    for order in orders:
        said = [order.asset.token, order.asset.number] if order.asset else []
        if order.place_id in tokens:
            said.append(tokens[order.place_id])
        found[order.pk] = said
    return found


def choices_for(user: Any) -> Record:
    """What the forms of the page offer: causes, remedies, outcomes, reasons of a pause, stores and colleagues."""

    def coded(model: Any) -> list[Record]:
        rows = model.objects.filter(active=True).select_related("category").order_by("code")
        return [
            {"id": row.pk, "name": row.name, "path": row.category.path if row.category else ""}
            | ({"kind": row.kind} if hasattr(row, "kind") else {})
            for row in rows
        ]

    return {
        "causes": coded(CauseCode),
        "remedies": coded(RemedyCode),
        "outcomes": [{"id": value, "name": str(word)} for value, word in WorkOrder.Outcome.choices],
        "reasons": [{"id": value, "name": str(word)} for value, word in OrderPause.Reason.choices],
        "stores": [{"id": row.pk, "name": row.name} for row in _stores_of(user)],
        "people": [{"id": row.pk, "name": str(row)} for row in workers_of(user.organization_id).exclude(pk=user.pk)],
    }


def _stores_of(user: Any) -> list[Warehouse]:
    """The stores that may be asked for parts; the one that repairs of the house asked most often lately comes first."""
    lately = clock.now() - dt.timedelta(days=STORES_BACK)
    links = OrderRequisition.objects.filter(order__organization=user.organization_id, order__reported_at__gte=lately)
    asked = dict(links.values_list("requisition__warehouse").annotate(Count("pk")).order_by())
    rows = requestable_warehouses(user).order_by("code")
    return sorted(rows, key=lambda row: -asked.get(row.pk, 0))
