"""The workshop of the demo hospital: reports, dispatch, work, ratings, upkeep, readings, special equipment."""

import datetime as dt
from decimal import Decimal
from typing import Any

from assets.models import Asset, AssetState
from core import clock
from core.errors import DomainError
from directory.models import Place
from maintenance.models import (
    CauseCode,
    Channel,
    DispatchRule,
    OrderPause,
    RatingReason,
    RemedyCode,
    RepairCategory,
    RosterEntry,
    Shift,
    Team,
    WorkOrder,
)
from maintenance.services import (
    buying,
    closing,
    confirming,
    dispatching,
    doing,
    escalations,
    labour,
    parts,
    pauses,
    tasks,
    tickets,
    warranty,
)
from procurement.services.request_drafts import Part

from .agenda import moment
from .catalogue import Product
from .contracting import OWN_COST, Contracting
from .demand import works
from .faults import COMPLAINTS, REWARDS, TASKS, Fault, faults
from .keeping import Keeping, usable_stock
from .paperwork import Desk
from .purchasing import Purchasing
from .upkeep import Upkeep

A_DAY = 8.4
"""Reports on an average day: some three thousand a year."""
BY_FIRMS = 0.02
"""Share of repairs that go to a firm: some five a month."""
TEAMS = (("水电班", ("01", "02", "07", "11", "13")), ("木工班", ("03", "04", "05")), ("综合班", ()))
"""Teams and the categories that go to them by themselves; the dispatcher gives the last one the rest."""


class Repairing:
    """Everybody around one repair: whoever reports, the dispatcher, the workers."""

    def __init__(self, desk: Desk, keeping: Keeping, purchasing: Purchasing) -> None:
        self.desk, self.dice, self.house = desk, desk.dice, desk.house
        self.keeping, self.purchasing = keeping, purchasing
        self.contracting = Contracting(desk)
        self.dispatcher = self.house.by_role["repair_dispatcher"][0]
        self.head = self.house.by_role["logistics_head"][0]
        self.workers = self.house.by_role["repair_worker"]
        self.kinds = faults()
        self.upkeep = Upkeep(desk)

    # ---- before the first day ----

    def open(self) -> None:
        """Teams, shifts, rules; the code tables and times of service ship with the program."""
        self.categories = {row.code: row for row in RepairCategory.objects.all()}
        self.causes = {row.code: row for row in CauseCode.objects.all()}
        self.remedies = {row.code: row for row in RemedyCode.objects.all()}
        self.praise = list(RatingReason.objects.filter(good=True).values_list("code", flat=True))
        self.blame = list(RatingReason.objects.filter(good=False).values_list("code", flat=True))
        house = self.house.organization
        self.teams = {}
        for number, (name, codes) in enumerate(TEAMS):
            members = self.workers[number::3] or self.workers[:1]
            team = Team.objects.create(organization=house, name=name, leader=members[0], phone=f"660{number}")
            team.members.set(members)
            self.teams[name] = team
            for code in codes:
                DispatchRule.objects.create(
                    organization=house, position=10 + number, category=self.categories[code], team=team, by_itself=True
                )
        hours = (("白班", dt.time(8), dt.time(17, 30)), ("夜班", dt.time(17, 30), dt.time(8)))
        self.shifts = [Shift.objects.create(organization=house, name=n, starts=a, ends=b) for n, a, b in hours]
        self.upkeep.open(self.teams)

    def roster(self, monday: dt.date) -> None:
        """Everybody has the day shift of the working days; one of them the night."""
        rows = []
        for number in range(7):
            day = monday + dt.timedelta(days=number)
            night = self.workers[day.toordinal() % len(self.workers)]
            for team in self.teams.values():
                for worker in team.members.all():
                    if worker != night and works(day):
                        rows.append((team, worker, day, self.shifts[0]))
            rows.append((night.repair_teams.get(), night, day, self.shifts[1]))
        RosterEntry.objects.bulk_create(
            RosterEntry(organization=self.house.organization, team=team, worker=worker, day=day, shift=shift)
            for team, worker, day, shift in rows
        )

    # ---- one repair ----

    def report(self) -> None:
        """Somebody scans a code, calls, or stands at the counter."""
        fault = self.dice.choices(self.kinds, weights=[kind.weight for kind in self.kinds])[0]
        code = self.dice.choice(
            [code for code, row in self.house.rows.items() if row.profile in ("ward", "clinic", "office", "surgery")]
        )
        person = self.dice.choice(self.house.requesters[code] or [self.house.people["2001"]])
        asset = self._thing(fault, code)
        scanned = self.desk.chance(0.55)
        ticket = tickets.report(
            organization=self.house.organization,
            description=f"{fault.title}。{fault.description}",
            category=self.categories[fault.category],
            place=asset.place if asset else self._room(code),
            asset=asset,
            department=self.house.departments[code],
            actor=person if scanned else self.dispatcher,
            name=person.name,
            phone=f"138{self.dice.randrange(10**8):08d}",
            channel=Channel.SCAN if scanned else self.dice.choice((Channel.PHONE, Channel.PHONE, Channel.COUNTER)),
        )
        self.desk.tally["repair tickets"] += 1
        self._later(0.3, self.dispatch, ticket.order, fault, ticket)

    def _thing(self, fault: Fault, code: str) -> Asset | None:
        """The thing that broke, where the fault is of one."""
        names = {"0301": "电动病床", "0302": "床头柜", "0601": "分体空调", "0602": "分体空调", "0803": "医用电梯"}
        if fault.category not in names:
            return None
        rows = Asset.objects.filter(name=names[fault.category], state__in=(AssetState.IN_USE, AssetState.IN_STOCK))
        own = rows.filter(department=self.house.departments[code]) if fault.category != "0803" else rows
        keys = list(own.order_by("pk").values_list("pk", flat=True)[:40])
        return Asset.objects.select_related("place", "department").get(pk=self.dice.choice(keys)) if keys else None

    def _room(self, code: str) -> Place:
        building, floor = self.house.rows[code].place.split()
        rooms = [key for key in self.house.places if key.startswith(f"{building}{int(floor):02d}-")]
        found: Place = self.house.places[self.dice.choice(rooms)]
        return found

    def _later(self, hours: float, action: Any, *args: Any) -> None:
        """Go on after some hours of the day; who works by day goes on in the morning."""
        when = clock.now().astimezone(moment(clock.today(), 0).tzinfo) + dt.timedelta(
            hours=hours * self.dice.uniform(0.4, 1.6)
        )
        if when.hour >= 18 or when.hour < 7:
            when = moment(when.date() + dt.timedelta(days=1 if when.hour >= 18 else 0), 8 + self.dice.uniform(0, 1.5))
        self.desk.agenda.enter(when, action, *args)

    def dispatch(self, order: WorkOrder, fault: Fault, ticket: Any) -> None:
        """What no rule gave to a team, and what was taken back because nobody grabbed it, the dispatcher gives."""
        order.refresh_from_db()
        if order.state in ("new", "triaged"):
            if self.desk.chance(0.01):
                confirming.cancel(order, actor=self.dispatcher, reason="科室来电:自行恢复,不用来了")
                return
            order = self._hand_out(order)
        self._later(0.25, self.accept, order, fault, ticket)

    def _hand_out(self, order: WorkOrder) -> WorkOrder:
        worker = self.dice.choice(self.workers)
        why = OWN_COST if warranty.owed(order) else ""
        return dispatching.dispatch(order, actor=self.dispatcher, worker=worker, warranty_reason=why)

    def _take_up(self, order: WorkOrder) -> None:
        """What readings, failed checks and reminders opened; who reports by himself is dispatched at once."""
        order.refresh_from_db()
        if order.state in ("new", "triaged"):
            fault = Fault("", "", "", "W01", "R19", "已处理并复查合格", 60, "", 1)
            self._later(0.25, self.accept, self._hand_out(order), fault, None)

    def accept(self, order: WorkOrder, fault: Fault, ticket: Any) -> None:
        order.refresh_from_db()
        if order.state in ("new", "triaged"):
            self.dispatch(order, fault, ticket)
            return
        if order.state != "dispatched":
            return
        if order.worker_id is None:
            team = order.team or self.teams["综合班"]
            order = dispatching.grab(order, actor=self.dice.choice(list(team.members.all())))
        else:
            order = doing.accept(order, actor=order.worker)
        self._later(0.6, self.arrive, order, fault, ticket)

    def arrive(self, order: WorkOrder, fault: Fault, ticket: Any) -> None:
        order.refresh_from_db()
        if order.state != "accepted":
            return
        order = doing.arrive(order, actor=order.worker)
        if self.desk.chance(BY_FIRMS):
            self._later(1, self.give_out, order, fault, ticket)
            return
        if self.desk.chance(0.05):
            self._later(1, self.pause, order, fault, ticket)
            return
        if fault.part and self.desk.chance(0.5):
            self._take_part(order, fault)
        self._later(0.8 + fault.minutes / 60, self.finish, order, fault, ticket)

    def give_out(self, order: WorkOrder, fault: Fault, ticket: Any) -> None:
        """More than the workshop can do: it rests until the firm is decided on and comes."""
        order.refresh_from_db()
        if order.state != "on_site":
            return
        reason = OrderPause.Reason.CONTRACTOR
        order = pauses.suspend(order, actor=order.worker, reason=reason, note="需专业厂家处理,已联系外委")
        self._later(3, self._decide, order)
        self.contracting.give(order, fault, lambda: self._later(20, self.resume, order, fault, ticket))

    def pause(self, order: WorkOrder, fault: Fault, ticket: Any) -> None:
        """Parts have to be bought, or the patient is asleep; the head of logistics lets the clock stand."""
        if fault.part:
            self._buy(order, fault)
        order = pauses.suspend(
            order, actor=order.worker, reason=OrderPause.Reason.PARTS, note="配件需采购,预计三天到货"
        )
        self._later(3, self._decide, order)
        self._later(60, self.resume, order, fault, ticket)

    def _buy(self, order: WorkOrder, fault: Fault) -> None:
        """A part for the store of the workshop; its foreman asks for it from the order."""
        item = self.house.items[self._part(fault).code]
        lines = [Part(Decimal(2), item.unit, item=item, warehouse=self.house.warehouses["WX"])]
        draft = buying.ask_to_buy(order, lines, actor=self.dispatcher)
        if draft:
            self.purchasing.for_repair(draft, self.dispatcher)

    def _part(self, fault: Fault) -> Product:
        """What a repair of this kind needs, one of its class."""
        return self.dice.choice([product for product in self.house.by_category[fault.part] if not product.fifo])

    def _decide(self, order: WorkOrder) -> None:
        pause = order.pauses.filter(decision="pending").first()
        if pause:
            approved = self.desk.chance(0.85)
            pauses.decide(pause, actor=self.head, approved=approved, note="" if approved else "库内有货,请先领用")

    def resume(self, order: WorkOrder, fault: Fault, ticket: Any) -> None:
        order.refresh_from_db()
        if order.state == "suspended":
            pauses.resume(order, actor=order.worker)
            self._later(1, self.finish, order, fault, ticket)

    def _take_part(self, order: WorkOrder, fault: Fault) -> None:
        """One piece from the store of the workshop, if there is any."""
        item = self.house.items[self._part(fault).code]
        warehouse = self.house.warehouses["WX"]
        if usable_stock(warehouse, [item.pk]).get(item.pk, Decimal(0)) < 1:
            return
        try:
            paper = parts.take_parts(order, [parts.Wanted(item, Decimal(1))], actor=order.worker, warehouse=warehouse)
        except DomainError:
            self.desk.tally["parts not on hand"] += 1
            return
        self.desk.tally["documents"] += 1
        self._later(0.3, self.keeping.issue, paper)

    def finish(self, order: WorkOrder, fault: Fault, ticket: Any) -> None:
        order.refresh_from_db()
        if order.state != "on_site":
            return
        worker = order.worker
        lines = parts.issued_lines(order)
        parts.use_parts(order, {line.pk: line.stock_quantity - line.returned_quantity for line in lines}, actor=worker)
        labour.add_time(order, worker, max(int(fault.minutes * self.dice.uniform(0.6, 1.8)), 5), actor=worker)
        work = doing.Work(
            action=fault.action,
            outcome=WorkOrder.Outcome.FIXED,
            cause=self.causes[fault.cause],
            remedy=self.remedies[fault.remedy],
            no_material=not lines,
        )
        order = doing.finish(order, work, actor=worker)
        self.desk.tally["repairs done"] += 1
        self.contracting.finished(order)
        if self.desk.chance(0.7):
            self._later(5, self.confirm, order, fault, ticket)

    def confirm(self, order: WorkOrder, fault: Fault, ticket: Any) -> None:
        """Most are content; some call the worker back; many never answer, and the order confirms itself."""
        order.refresh_from_db()
        if order.state != "done":
            return
        if ticket and self.desk.chance(0.03):
            order = confirming.refuse_work(order, reason="还是老样子,没修好", ticket=ticket)
            self._later(2, self.arrive, order, fault, ticket)
            return
        order = confirming.confirm(order, ticket=ticket, actor=None if ticket else self.dispatcher)
        if ticket and self.desk.chance(0.75):
            self._rate(order, ticket)
        self._later(4, self.close, order)

    def _rate(self, order: WorkOrder, ticket: Any) -> None:
        score = self.dice.choices((5, 4, 3, 2, 1), weights=(62, 24, 9, 3, 2))[0]
        reasons = self.dice.sample(self.praise if score > 3 else self.blame, k=1)
        comment = self.dice.choice(REWARDS if score > 3 else COMPLAINTS)
        confirming.rate(order, score=score, reasons=reasons, comment=comment, ticket=ticket)
        self.desk.tally["ratings"] += 1

    def close(self, order: WorkOrder) -> None:
        """Parts on their way and work of firms keep an order open; the night looks again."""
        order.refresh_from_db()
        if order.state == "confirmed" and not closing.obstacles(order):
            closing.close(order, actor=self.dispatcher)

    # ---- tasks, nights ----

    def task(self) -> None:
        """Something to carry or to set up."""
        order = tasks.open_task(
            actor=self.dispatcher,
            title=self.dice.choice(TASKS),
            finish_due=clock.now() + dt.timedelta(hours=30),
            worker=self.dice.choice(self.workers),
            department=self.house.departments["6001"],
        )
        fault = Fault("", "", "", "W01", "R19", "已按要求完成", 90, "", 1)
        self._later(1, self.accept, order, fault, None)

    def look_around(self) -> None:
        """What the program does by itself every few minutes: delays are told, what nobody grabs is taken back."""
        escalations.run(clock.now())

    def night(self) -> None:
        """What the program does by itself every night."""
        closing.close_silent(clock.now())
        self.upkeep.night()
        waiting = WorkOrder.objects.filter(kind__in=("repair", "task"), state__in=("new", "triaged"))
        for order in waiting.filter(reported_at__lt=clock.now() - dt.timedelta(hours=30)).order_by("pk"):
            if self.desk.chance(0.8):
                self._later(10, self._take_up, order)
