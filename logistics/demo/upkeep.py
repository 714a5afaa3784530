"""Upkeep by plan, meters and special equipment of the demo hospital."""

import datetime as dt
from decimal import Decimal
from typing import Any

from assets.models import Asset
from core import clock
from maintenance.models import (
    CauseCode,
    CheckKind,
    Checklist,
    EquipmentInspection,
    MaintenancePlan,
    Meter,
    OperatorCertificate,
    OrderCheck,
    PlanSubject,
    RemedyCode,
    RepairCategory,
    SpecialEquipment,
    WorkOrder,
)
from maintenance.services import checklists, dispatching, doing, labour, meters, plans, special, special_reminders

from .agenda import moment
from .paperwork import Desk

PLANS = (
    # name, kind, every, unit, day of the year, category, thing, at most every (days), team, checklist, basis
    (
        "电梯半月维护保养",
        "calendar",
        15,
        "day",
        "",
        "08",
        "医用电梯",
        15,
        "综合班",
        "EX-LIFT15",
        "特种设备安全监察条例 第三十一条",
    ),
    ("发电机带载运行", "calendar", 1, "month", "", "02", "柴油发电机组", None, "水电班", "EX-GENSET", "院内制度"),
    ("锅炉供暖前检修", "season", None, "", "10-20", "07", "承压热水锅炉", None, "水电班", "EX-BOILER", "院内制度"),
    ("液氧储罐巡检", "calendar", 1, "week", "", "11", "液氧储罐", None, "水电班", "EX-OXYGEN", "院内制度"),
)
EQUIPMENT = (("医用电梯", "lift", 11), ("承压热水锅炉", "boiler", 10), ("液氧储罐", "vessel", 30))
METERS = (
    # name, kind, unit, at least, at most, category, usual, spread
    ("液氧汇流排压力", "gauge", "MPa", "0.40", "0.60", "11", "0.48", "0.04"),
    ("锅炉出口压力", "gauge", "MPa", "0.20", "0.70", "07", "0.45", "0.08"),
    ("总水表", "counter", "立方米", None, None, "01", "310", "40"),
)


class Upkeep:
    """What falls due by itself, and who does it."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.dice, self.house = desk, desk.dice, desk.house
        self.dispatcher = self.house.by_role["repair_dispatcher"][0]
        self.workers = self.house.by_role["repair_worker"]

    def open(self, teams: dict[str, Any]) -> None:
        """Files, certificates, plans and meters, as on the day the program begins."""
        house, today = self.house.organization, clock.today()
        self.categories = {row.code: row for row in RepairCategory.objects.all()}
        for name, kind, months in EQUIPMENT:
            for number, asset in enumerate(Asset.objects.filter(name=name).order_by("number")):
                row = SpecialEquipment(
                    organization=house,
                    asset=asset,
                    kind=kind,
                    equipment_code=f"3{number:03d}1050020{asset.pk:06d}"[:20],
                    registration_number=f"容{asset.pk:05d}"
                    if kind == "vessel"
                    else f"{'梯' if kind == 'lift' else '锅'}{number:02d}闽H{asset.pk:05d}",
                    registered_on=asset.in_use_on,
                    use_certificate=f"使用登记{asset.pk:06d}",
                    safety_manager=self.dispatcher,
                )
                row = special.save_equipment(row, actor=self.dispatcher)
                self._inspected(row, today - dt.timedelta(days=30 * self.dice.randrange(1, months)))
        for number, worker in enumerate(self.workers[:2]):
            OperatorCertificate.objects.create(
                organization=house,
                person=worker,
                kind=("boiler", "lift")[number],
                project_code=("G1", "T")[number],
                number=f"T3209{worker.pk:08d}",
                valid_until=today + dt.timedelta(days=200 + 300 * number),
            )
        for plan in PLANS:
            self._plan(plan, teams)
        self.meters = [self._meter(*row[:6]) for row in METERS]
        self.shown = [Decimal(180_000)] * len(METERS)

    def _inspected(self, equipment: SpecialEquipment, day: dt.date) -> None:
        months = next(months for _name, kind, months in EQUIPMENT if kind == equipment.kind)
        special.record_inspection(
            EquipmentInspection(
                equipment=equipment,
                inspected_on=day,
                agency="省特种设备检验研究院",
                report_number=f"TJ{equipment.asset_id:06d}-{day:%Y%m}",
                passed=True,
                conclusion="合格",
                next_inspection=day + dt.timedelta(days=30 * (months + 1)),
            ),
            actor=self.dispatcher,
        )

    def _renew_inspections(self) -> None:
        """The agency comes before the day; one in six is forgotten and stands still."""
        soon = clock.today() + dt.timedelta(days=25)
        for row in SpecialEquipment.objects.filter(next_inspection__lte=soon).order_by("pk"):
            if row.pk % 6 and self.desk.chance(0.2):
                self._inspected(row, clock.today())

    def _plan(self, row: tuple[Any, ...], teams: dict[str, Any]) -> None:
        name, kind, every, unit, season, category, thing, maximum, team, checklist, basis = row
        plan = MaintenancePlan(
            organization=self.house.organization,
            name=name,
            kind=kind,
            every=every,
            unit=unit,
            season_day=season,
            category=self.categories[category],
            checklist=Checklist.objects.get(code=checklist),
            team=teams[team],
            worker=teams[team].leader,
            starts_on=clock.today() + dt.timedelta(days=3),
            lead_days=3,
            tolerance_days=3,
            maximum_days=maximum,
            basis=basis,
        )
        subjects = [PlanSubject(asset=asset) for asset in Asset.objects.filter(name=thing).order_by("number")]
        plans.save_plan(plan, subjects, actor=self.dispatcher)

    def _meter(self, name: str, kind: str, unit: str, low: str | None, high: str | None, category: str) -> Meter:
        return Meter.objects.create(
            organization=self.house.organization,
            name=name,
            kind=kind,
            unit=unit,
            place=self.house.places["H01-01"],
            low=low and Decimal(low),
            high=high and Decimal(high),
            category=self.categories[category],
        )

    def read_meters(self) -> None:
        """Every morning; now and then one is out of its limits."""
        for number, (meter, row) in enumerate(zip(self.meters, METERS, strict=True)):
            value = Decimal(row[6]) + Decimal(row[7]) * Decimal(f"{self.dice.uniform(-1, 1):.3f}")
            if row[1] == "counter":
                self.shown[number] += value.quantize(Decimal(1))
                value = self.shown[number]
            elif self.desk.chance(0.006):
                value = Decimal(row[4] or 0) * Decimal("1.1")
            meters.read(meter, value.quantize(Decimal("0.01")), actor=self.workers[0], confirmed=True)

    def night(self) -> None:
        """Orders that fall due appear, and are done in the days after."""
        before = set(WorkOrder.objects.filter(kind="upkeep", state="dispatched").values_list("pk", flat=True))
        plans.make_due(clock.today())
        special_reminders.remind(clock.today())
        self._renew_inspections()
        self._catch_up()
        new = WorkOrder.objects.filter(kind="upkeep", state="dispatched").exclude(pk__in=before)
        for key in new.order_by("pk").values_list("pk", flat=True):
            if self.desk.chance(0.95):
                day = clock.today() + dt.timedelta(days=self.dice.randrange(1, 4))
                self.desk.agenda.enter(moment(day, self.dice.uniform(8.5, 15)), self._do, key)

    def _catch_up(self) -> None:
        """What was forgotten, or taken back because nobody accepted it, is mostly done some days late."""
        late = clock.now() - dt.timedelta(days=4)
        waiting = WorkOrder.objects.filter(kind="upkeep", state__in=("new", "triaged", "dispatched"))
        for key in waiting.filter(reported_at__lt=late).order_by("pk").values_list("pk", flat=True):
            if self.desk.chance(0.4):
                day = clock.today() + dt.timedelta(days=1)
                self.desk.agenda.enter(moment(day, self.dice.uniform(8.5, 15)), self._do, key)

    def _do(self, key: int) -> None:
        order = WorkOrder.objects.select_related("worker", "team").get(pk=key)
        if order.state in ("new", "triaged"):
            order = dispatching.dispatch(order, actor=self.dispatcher, worker=self.dice.choice(self.workers))
        if order.state != "dispatched" or order.worker is None:
            return
        worker = order.worker
        order = doing.arrive(doing.accept(order, actor=worker), actor=worker)
        for check in order.checks.all():
            self._answer(check, worker)
        labour.add_time(order, worker, self.dice.randrange(30, 90), actor=worker)
        work = doing.Work(
            action="按保养项目逐项完成",
            outcome=WorkOrder.Outcome.FIXED,
            cause=CauseCode.objects.get(code="N01"),
            remedy=RemedyCode.objects.get(code="R03"),
            no_material=True,
        )
        doing.finish(order, work, actor=worker)
        self.desk.tally["upkeeps done"] += 1

    def _answer(self, check: OrderCheck, worker: Any) -> None:
        """Nearly always in order; what is not opens an order of its own."""
        if check.kind == CheckKind.NUMBER:
            low = Decimal(0) if check.low is None else check.low
            high = low + 1 if check.high is None else check.high
            checklists.answer(check, actor=worker, number=((low + high) / 2).quantize(Decimal("0.01")))
        elif check.kind == CheckKind.TEXT:
            checklists.answer(check, actor=worker, words="正常")
        else:
            checklists.answer(check, actor=worker, passed=not self.desk.chance(0.01))
