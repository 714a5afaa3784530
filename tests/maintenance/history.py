"""Years of finished repairs made quickly, straight into the tables: for benchmarks of what is asked over them.

Orders, tickets, steps, ratings, pauses, parts, working time, jobs of firms, escalations and upkeeps agree with each
other as far as lists, key figures and reports read them; numbers of papers and the stock ledger are left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from assets.models import Asset, AssetState
from core import clock
from directory.models import Department, Place, User
from inventory.models import GoodsIssue, GoodsIssueLine
from maintenance.models import (
    CauseCode,
    ContractorJob,
    Escalation,
    LabourEntry,
    MaintenancePlan,
    OrderEvent,
    OrderIssue,
    OrderPause,
    PartUse,
    PlannedUpkeep,
    PlanSubject,
    Rating,
    RemedyCode,
    RepairCategory,
    RepairTicket,
    SentEscalation,
    ServiceTarget,
    State,
    Team,
    WorkOrder,
)
from maintenance.services.shipped_targets import load_shipped
from tests.factories import House, make_person
from tests.holding import make_assets
from tests.repairing import make_codes, make_repair_category

BATCH = 1_000
YEAR = dt.timedelta(days=365)
OPENED = 60
"""Orders of the last week that somebody still has to do something about, however many years are behind them."""
HOUR = dt.timedelta(hours=1)
STATES = (
    *(State.NEW, State.TRIAGED, State.DISPATCHED, State.ACCEPTED, State.ON_SITE, State.SUSPENDED),
    *(State.DONE, State.CONFIRMED),
)
WAY = (
    # step, column of its moment, hours after the report, state after it
    ("report", "reported_at", 0, State.NEW),
    ("triage", "triaged_at", 0.2, State.TRIAGED),
    ("dispatch", "dispatched_at", 0.4, State.DISPATCHED),
    ("accept", "accepted_at", 0.7, State.ACCEPTED),
    ("arrive", "arrived_at", 1.5, State.ON_SITE),
    ("finish", "finished_at", 4, State.DONE),
    ("confirm", "confirmed_at", 24, State.CONFIRMED),
    ("close", "closed_at", 48, State.CLOSED),
)


@dataclass
class Workshop:
    """Who and what the orders of a house are about."""

    house: House
    departments: list[Department]
    rooms: list[Place]
    categories: list[RepairCategory]
    things: list[Asset]
    workers: list[User]
    reporters: list[User]
    teams: list[Team]
    targets: dict[str, ServiceTarget]
    escalation: Escalation
    subjects: list[PlanSubject]
    codes: tuple[CauseCode, RemedyCode]


def make_workshop(house: House, *, things: int = 200, buildings: int = 10) -> Workshop:
    """Buildings of thirty rooms, twenty kinds of faults, three teams of four, things and two plans for them."""
    organization = house.organization
    load_shipped()
    departments = [house.ward, house.other_ward]
    for number in range(8):
        row = Department(organization=organization, code=f"2{number:02}", name=f"病区{number}", kind="ward")
        row.save()
        departments.append(row)
    rooms = []
    for building in range(buildings):
        above = Place.objects.create(organization=organization, code=f"D{building}", name=f"{building}号楼")
        for room in range(30):
            code = f"D{building}-{room:02}"
            rooms.append(Place.objects.create(organization=organization, code=code, name=code, parent=above))
    categories = []
    for kind in range(5):
        top = make_repair_category(f"9{kind}", f"类{kind}")
        categories += [make_repair_category(f"9{kind}{item}", f"类{kind}项{item}", parent=top) for item in range(4)]
    workers = [house.repair_worker]
    workers += [
        make_person(organization, house.logistics, f"{organization.code}-w{number}", f"工{number}", "repair_worker")
        for number in range(11)
    ]
    reporters = [
        make_person(organization, department, f"{organization.code}-n{number}", f"护{number}", "requester")
        for number, department in enumerate(departments)
    ]
    teams = [Team.objects.create(organization=organization, name=f"班{number}") for number in range(3)]
    for number, team in enumerate(teams):
        team.members.set(workers[number::3])
    cards = make_assets(house, things, name="监护仪", card_type="equipment", in_use_on=dt.date(2012, 1, 5))
    Asset.objects.filter(pk__in=[card.pk for card in cards]).update(state=AssetState.IN_USE)
    targets = {row.urgency: row for row in ServiceTarget.objects.filter(organization=organization)}
    escalation = Escalation.objects.filter(organization=organization).first()
    assert escalation is not None
    subjects = []
    for number in range(2):
        plan = MaintenancePlan.objects.create(
            organization=organization,
            name=f"保养{number}",
            every=1,
            unit="month",
            category=categories[number],
            team=teams[number],
            starts_on=dt.date(2012, 1, 5),
        )
        subjects += [
            PlanSubject.objects.create(plan=plan, asset=card, next_due=clock.today() + dt.timedelta(days=60))
            for card in cards[number * 20 : number * 20 + 20]
        ]
    return Workshop(
        house, departments, rooms, categories, list(cards), workers, [house.requester, *reporters], teams, targets,
        escalation, subjects, make_codes(),
    )  # fmt: skip


def lay_years(shop: Workshop, years: Iterable[int], *, a_year: int) -> None:
    """So many orders a year for each of these years, 0 the one that ends now; the last OPENED of it are still open."""
    for back in years:
        start = clock.now() - (back + 1) * YEAR
        step = (YEAR - HOUR) / a_year
        earlier: list[WorkOrder] = []
        for first in range(0, a_year, BATCH):
            numbers = range(first, min(first + BATCH, a_year))
            orders = [
                _order(shop, number, back, start + step * (number + 1), earlier, last=a_year - number <= OPENED)
                for number in numbers
            ]
            if back == 0:
                for order in orders:
                    _leave_open(order, a_year)
            earlier = WorkOrder.objects.bulk_create(orders)
            _lay_around(shop, earlier)
        _lay_upkeep(shop, start)


def _order(
    shop: Workshop, number: int, back: int, at: dt.datetime, earlier: list[WorkOrder], *, last: bool
) -> WorkOrder:
    """A closed order; each fortieth is the rework of an earlier one, each twenty-fifth was cancelled."""
    house, (cause, remedy) = shop.house, shop.codes
    urgency = ("urgent", "normal", "normal", "low")[number % 4]
    thing = shop.things[number % len(shop.things)] if number % 5 < 2 else None
    order = WorkOrder(
        organization=house.organization,
        number=f"GD{back:02}{number:06}",
        kind=WorkOrder.Kind.UPKEEP if number % 20 == 7 else WorkOrder.Kind.REPAIR,
        state=State.CLOSED,
        channel="scan" if number % 2 else "phone",
        category=shop.categories[number % len(shop.categories)],
        urgency=urgency,
        target=shop.targets[urgency],
        title=f"设备故障 {number}",
        description="有异响,停一会儿又好",
        department=shop.departments[number % len(shop.departments)],
        place=shop.rooms[number * 7 % len(shop.rooms)],
        asset=thing,
        contact="护士站",
        phone="13800000000",
        created_by=shop.reporters[number % len(shop.reporters)],
        team=shop.teams[number % 3],
        worker=shop.workers[number % len(shop.workers)],
        cause=cause,
        remedy=remedy,
        action="更换配件",
        outcome="fixed",
        no_material=bool(number % 5),
        confirmation="auto" if number % 3 == 0 else "person",
        score=None if number % 3 == 0 else 5 - number % 3,
        labour_minutes=30 + number % 60,
        cost_labour=Decimal(20),
        cost_material=Decimal(0 if number % 5 else 25),
        accept_due=at + 0.75 * HOUR,
        **{column: at + hours * HOUR for _step, column, hours, _state in WAY},
        **{name: at + 2 * HOUR for name in ("arrive_due", "arrive_promised")},
        **{name: at + (3 + number % 3) * HOUR for name in ("finish_due", "finish_promised")},
    )
    if number % 40 == 39 and earlier:
        order.rework_of = earlier[number % len(earlier)]
    if number % 25 == 3 and not last:
        _end_at(order, State.DISPATCHED)
        order.state = State.CANCELLED
    return order


def _end_at(order: WorkOrder, state: str) -> None:
    """Take back what came after a state."""
    reached = next(
        place for place, row in enumerate(WAY) if row[3] == (State.ON_SITE if state == "suspended" else state)
    )
    order.state = state
    for _step, column, _hours, _state in WAY[reached + 1 :]:
        setattr(order, column, None)
    if order.finished_at is None:
        order.cause = order.remedy = None
        order.action = order.outcome = ""
    if order.confirmed_at is None:
        order.confirmation, order.score = "", None


def _leave_open(order: WorkOrder, a_year: int) -> None:
    place = a_year - 1 - int(order.number[-6:])
    if place < OPENED:
        _end_at(order, STATES[place % len(STATES)])


def _lay_around(shop: Workshop, orders: list[WorkOrder]) -> None:
    """What belongs to some orders."""
    tickets = RepairTicket.objects.bulk_create(
        RepairTicket(
            organization=order.organization,
            order=order,
            reporter=order.created_by,
            channel=order.channel,
            description=order.description,
            at=order.reported_at,
        )
        for order in orders
    )
    OrderEvent.objects.bulk_create(
        OrderEvent(order=order, step=step, to_state=state, actor=order.worker, at=getattr(order, column))
        for order in orders
        for step, column, _hours, state in WAY
        if getattr(order, column) is not None
    )
    finished = [order for order in orders if order.finished_at]
    Rating.objects.bulk_create(
        Rating(order=order, score=order.score, ticket=ticket, at=order.confirmed_at)
        for order, ticket in zip(orders, tickets, strict=True)
        if order.score
    )
    LabourEntry.objects.bulk_create(
        LabourEntry(order=order, worker=order.worker, minutes=order.labour_minutes, day=order.finished_at.date())
        for order in finished
        if order.finished_at
    )
    OrderPause.objects.bulk_create(_pauses(shop, orders))
    SentEscalation.objects.bulk_create(
        SentEscalation(order=order, escalation=shop.escalation, due=order.accept_due)
        for order in orders[::3]
        if order.accept_due
    )
    _lay_parts(shop, [order for order in finished if not order.no_material])
    ContractorJob.objects.bulk_create(
        ContractorJob(
            organization=order.organization,
            department=shop.house.logistics,
            created_by=shop.house.repair_dispatcher,
            number=f"WW{order.number}",
            status="posted",
            business_date=order.reported_at.date(),
            order=order,
            supplier=shop.house.supplier,
            scope="更换主管阀门",
            amount=Decimal(500),
            final_amount=Decimal(480),
        )
        for order in finished[::100]
        if order.state == State.CLOSED
    )


def _pauses(shop: Workshop, orders: list[WorkOrder]) -> Iterator[OrderPause]:
    for place, order in enumerate(orders):
        if order.state != State.SUSPENDED and (place % 20 or not order.arrived_at):
            continue
        since = order.reported_at + 2 * HOUR
        yield OrderPause(
            order=order,
            reason="parts",
            asked_by=order.worker,
            since=since,
            ended_at=None if order.state == State.SUSPENDED else since + HOUR,
            minutes=None if order.state == State.SUSPENDED else 60,
            decision="approved",
            decided_by=shop.house.logistics_head,
        )


def _lay_parts(shop: Workshop, orders: list[WorkOrder]) -> None:
    """One posted line of goods for each of these orders, built in."""
    house = shop.house
    papers = GoodsIssue.objects.bulk_create(
        GoodsIssue(
            organization=house.organization,
            department=order.department,
            warehouse=house.warehouse,
            created_by=house.storekeeper,
            number=f"CK{order.number}",
            status="posted",
            business_date=order.reported_at.date(),
        )
        for order in orders
    )
    lines = GoodsIssueLine.objects.bulk_create(
        GoodsIssueLine(
            document=paper,
            item=house.gloves,
            unit=house.gloves.unit,
            quantity=Decimal(1),
            stock_quantity=Decimal(1),
            amount=Decimal(25),
        )
        for paper in papers
    )
    OrderIssue.objects.bulk_create(
        OrderIssue(order=order, issue=paper) for order, paper in zip(orders, papers, strict=True)
    )
    PartUse.objects.bulk_create(
        PartUse(order=order, issue_line=line, used=Decimal(1), by=order.worker)
        for order, line in zip(orders, lines, strict=True)
    )


def _lay_upkeep(shop: Workshop, start: dt.datetime) -> None:
    """One upkeep a month of each subject of the plans, done in time."""
    PlannedUpkeep.objects.bulk_create(
        PlannedUpkeep(
            subject=subject,
            plan=subject.plan,
            asset=subject.asset,
            due_on=(start + dt.timedelta(days=30 * month + 10)).date(),
            done_on=(start + dt.timedelta(days=30 * month + 10)).date(),
            result="done",
        )
        for subject in shop.subjects
        for month in range(12)
    )
