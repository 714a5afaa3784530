"""The asset register of the demo hospital: its opening, depreciation month by month, hand-overs, a count, disposals."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.db import connection

from assets.models import (
    Asset,
    AssetAddition,
    AssetAdditionLine,
    AssetCategory,
    AssetCount,
    AssetIntake,
    AssetMove,
    AssetState,
    AssetValueMove,
    CompensationCase,
    CustodyChange,
    DepreciationRun,
    Disposal,
)
from assets.services import booking, compensation, depreciation, disposals, schedule
from assets.services.addition_lines import LineCheck
from assets.services.counts.entries import Sighting, Stranger, record
from assets.services.counts.plan import open_count
from assets.services.counts.proposals import Proposal, differences, write_proposals
from assets.services.counts.results import finish_count
from core import clock
from core.documents.lifecycle import Status
from core.documents.services import apply_transition
from core.errors import DomainError
from core.numbers import ZERO, money

from . import estate
from .hospital import BEDS_A_WARD
from .paperwork import Desk

RUNS_SHOWN = 12
"""Months of depreciation that stand in the register on the last day, however short the run of the stores is."""
DAMAGES = ("搬运时跌落,外壳破裂", "洒水致主板烧毁", "借用后遗失电源适配器")
FINDINGS = ("主板烧毁,无维修价值", "配件停产,无法修复", "锈蚀严重,存在安全隐患")


def _count_rows() -> None:
    """PostgreSQL plans by statistics, which it does not gather of rows that one long transaction has just written."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in (Asset, AssetMove, AssetValueMove, AssetAdditionLine):
                cursor.execute(f"ANALYZE {model._meta.db_table}")


class Holding:
    """The desk of the asset manager."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.dice, self.house = desk, desk.dice, desk.house
        self.manager = self.house.by_role["asset_manager"][0]
        self.accountant = self.house.by_role["accountant"][0]
        self.heads = {code: self._head(code) for code in self.house.departments}

    def _head(self, code: str) -> Any:
        """Whoever answers for the things of a department: its head, or the head above."""
        department = self.house.departments[code]
        return department.head or self.house.by_role["logistics_head"][0]

    # ---- the register opens ----

    def open_register(self) -> None:
        """Everything that is there already, on one paper, approved, made into cards and booked."""
        paper = self._paper(AssetAddition, self.manager, way="opening", source="系统启用资产清查")
        check = LineCheck(paper)
        beds = {code: BEDS_A_WARD for code, row in self.house.rows.items() if row.kind == "ward"}
        classes = {row.code: row for row in AssetCategory.objects.filter(edition="2022")}
        things = estate.things(self.house.rows, beds, clock.today(), self.dice)
        lines: list[AssetAdditionLine] = []
        for thing in things:
            pieces = [1] * thing.pieces if thing.personal else [thing.pieces]
            for number in pieces:
                lines.append(self._line(paper, check, classes, thing, number, len(lines) + 1))
        AssetAdditionLine.objects.bulk_create(lines, batch_size=500)
        paper = self._carry(paper, self.manager)
        _count_rows()
        booking.book_addition(paper, voucher_number="记-0001", booked_on=clock.today(), actor=self.accountant)
        self._lay_idle()

    def _line(
        self, paper: Any, check: LineCheck, classes: dict[str, Any], thing: estate.Thing, pieces: int, position: int
    ) -> AssetAdditionLine:
        used = schedule.month_index(clock.today()) - schedule.month_index(thing.used_on) + 1
        months = min(used, thing.life)
        accumulated = thing.yuan if months == thing.life else months * money(thing.yuan / thing.life)
        users = self.house.requesters[thing.department]
        line = AssetAdditionLine(
            document=paper,
            position=position,
            pieces=pieces,
            name=thing.name,
            category=classes[thing.category],
            specification=thing.specification,
            unit=thing.unit,
            acquired_on=thing.used_on,
            in_use_on=thing.used_on,
            original_value=thing.yuan,
            fiscal_fund=thing.yuan,
            life_months=thing.life or None,
            opening_accumulated=accumulated if thing.life else ZERO,
            opening_months=months if thing.life else 0,
            department=self.house.departments[thing.department],
            managing_department=self.house.departments["90"],
            user=self.dice.choice(users) if thing.personal and users else None,
            custodian=self.heads[thing.department],
            place=self._place(thing.department),
            situated_at="仁和市人民路88号院内" if thing.details else "",
            details=thing.details,
        )
        check.complete(line)
        return line

    def _place(self, code: str) -> Any:
        building, floor = self.house.rows[code].place.split()
        rooms = [key for key in self.house.places if key.startswith(f"{building}{int(floor):02d}-")]
        return self.house.places[self.dice.choice(rooms)]

    def _lay_idle(self) -> None:
        """Some things are not used any more: their departments gave them back before the register opened."""
        keys = list(
            Asset.objects.filter(name__in=("便携式计算机", "文件柜")).order_by("pk").values_list("pk", flat=True)
        )
        for asset in Asset.objects.filter(pk__in=self.dice.sample(keys, k=6)).order_by("pk"):
            self._change_hands(asset, "return", reason="科室合并,暂时不用")

    # ---- every month ----

    def depreciate(self) -> None:
        """The accountant runs the month that is next, if it is over."""
        index = depreciation.month_to_run(self.house.organization.pk)
        if index >= schedule.month_index(clock.today()):
            return
        day = schedule.first_day(index)
        run = self._paper(
            DepreciationRun,
            self.accountant,
            year=day.year,
            month=day.month,
            business_date=depreciation.last_day(index),
        )
        for step in ("submit", "post"):
            run = apply_transition(run, step, actor=self.accountant)
        self.desk.tally["depreciation runs"] += 1

    def make_cards(self) -> None:
        """Cards for what was accepted since, each purchase on its own paper."""
        for row in AssetIntake.objects.filter(state=AssetIntake.State.WAITING).order_by("pk"):
            paper = self._paper(AssetAddition, self.manager, way="purchase", source=row.source)
            category = AssetCategory.objects.get(edition="2022", code="A02050000")
            line = AssetAdditionLine(
                document=paper,
                intake=row,
                pieces=int(row.quantity),
                name=row.name,
                category=category,
                specification=row.specification[:120],
                unit=row.unit,
                acquired_on=row.acquired_on,
                in_use_on=clock.today(),
                supplier=row.supplier,
                original_value=money(row.amount / row.quantity),
                fiscal_fund=money(row.amount / row.quantity),
                life_months=120,
                department=row.department,
                managing_department=self.house.departments["90"],
                custodian=row.department.head or self.house.by_role["logistics_head"][0],
                place=self._place(row.department.code),
            )
            LineCheck(paper).complete(line)
            line.save()
            self._carry(paper, self.manager)

    # ---- now and then ----

    def hand_over(self) -> None:
        """A thing goes to another department; both sides confirm."""
        asset = self._some("病人监护仪", "输液泵", "激光打印机", "台式计算机")
        if asset is None:
            return
        codes = [code for code in self.house.rows if self.house.departments[code].pk != asset.department_id]
        target = self.house.departments[self.dice.choice(codes)]
        self._change_hands(asset, "transfer", to_department=target, reason="工作需要,科室间调剂")

    def _change_hands(self, asset: Asset, kind: str, **fields: Any) -> None:
        paper = self._paper(CustodyChange, self.manager, department=asset.department, kind=kind, **fields)
        paper.lines.create(position=1, asset=asset)
        try:
            self._carry(paper, self.manager)
        except DomainError:
            self._give_up(paper, self.manager)

    def dispose(self) -> None:
        """Old things are appraised and scrapped on a decision."""
        rows = Asset.objects.filter(claimed_by="", state__in=(AssetState.IN_USE, AssetState.IDLE), life_months__gt=0)
        old = list(rows.filter(name__in=("激光打印机", "台式计算机", "壁挂电视机"), months_left=0).order_by("pk")[:40])
        if len(old) < 3:
            return
        paper = self._paper(
            Disposal,
            self.manager,
            way="scrap",
            reason="超过使用年限且无法修复",
            technical_appraisal="信息科、维修班联合鉴定:无维修价值",
            small_batches_reason="按季度集中处置",
        )
        for position, asset in enumerate(self.dice.sample(old, k=3), start=1):
            paper.lines.create(position=position, asset=asset, finding=self.dice.choice(FINDINGS), proceeds=Decimal(30))
        try:
            paper = self._carry(paper, self.manager, post=False)
            disposals.decide_and_carry_out(
                paper,
                approval_number=f"院办〔{clock.today().year}〕{self.dice.randrange(10, 90)}号",
                approved_on=clock.today(),
                approved_outside="",
                actor=self.manager,
            )
        except DomainError:
            self._give_up(paper, self.manager)

    def compensate(self) -> None:
        """Something was broken; the person pays in two instalments."""
        asset = self._some("便携式计算机", "台式计算机")
        if asset is None or not asset.net_value:
            return
        case = compensation.open_case(
            organization=self.house.organization,
            department=asset.department,
            asset=asset,
            damage=self.dice.choice(DAMAGES),
            responsible=asset.user or self.dice.choice(self.house.requesters["1001"]),
            actor=self.manager,
        )
        CompensationCase.objects.filter(pk=case.pk).update(finding="本人陈述与现场查看一致,属使用不当", instalments=2)
        case.refresh_from_db()
        case = self._carry(self.desk.date(case), self.manager, post=False)
        half = money(case.amount / 2)
        compensation.receive(
            case, amount=half, paid_on=clock.today(), receipt_number=f"SJ{case.pk:06d}", actor=self.accountant
        )

    def count(self) -> None:
        """A ward is counted by two people of logistics: nearly everything is there, one thing lies elsewhere, one is
        missing, one has no card."""
        ward = self.house.departments["1002"]
        counters = [self.house.people["3005"], self.house.people["3001"]]
        paper = self._paper(
            AssetCount,
            self.manager,
            kind="partial",
            scope_department=ward,
            supervisor=self.house.by_role["auditor"][0],
            note="年度抽查",
        )
        paper.counters.set(counters)
        open_count(paper, actor=self.manager)
        lines = list(paper.lines.order_by("pk"))
        missing, moved = lines[3], lines[11]
        elsewhere = self.house.places["Z05-03"]
        seen = [
            Sighting(
                self._key(),
                present=line is not missing,
                line_id=line.pk,
                place_id=elsewhere.pk if line is moved else line.book_place_id,
            )
            for line in lines
        ]
        stranger = Stranger(self._key(), "折叠轮椅", Decimal(1), department_id=ward.pk, place_id=elsewhere.pk)
        record(paper, [*seen, stranger], actor=counters[0])
        finish_count(paper, actor=self.manager)
        paper.refresh_from_db()
        proposal = Proposal(cause="科室内挪用未登记", finding="经科室确认", treatment="更正卡片")
        found = {line.pk: proposal for line in differences(paper)}
        category = AssetCategory.objects.get(edition="2022", code="A02320000")
        unknown = Proposal(
            cause="患者家属捐赠未入账",
            finding="经科室确认",
            treatment="补建卡片",
            category_id=category.pk,
            value=Decimal(600),
        )
        write_proposals(
            paper, found, dict.fromkeys(paper.surpluses.values_list("pk", flat=True), unknown), actor=self.manager
        )
        paper.refresh_from_db()
        self._carry(paper, self.manager)
        self.desk.tally["asset counts"] += 1

    # ---- pieces ----

    def _key(self) -> uuid.UUID:
        return uuid.UUID(int=self.dice.getrandbits(128), version=4)

    def _some(self, *names: str) -> Asset | None:
        rows = Asset.objects.filter(name__in=names, claimed_by="", state=AssetState.IN_USE, user=None)
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:400])
        return rows.select_related("department", "user").get(pk=self.dice.choice(keys)) if keys else None

    def _paper(self, model: Any, maker: Any, **fields: Any) -> Any:
        fields.setdefault("department", maker.department)
        fields.setdefault("business_date", clock.today())
        document = model.objects.create(organization=self.house.organization, created_by=maker, **fields)
        return self.desk.date(document)

    def _carry(self, document: Any, maker: Any, *, post: bool = True) -> Any:
        """Submit, sign as often as needed, post where the last signature did not."""
        document = apply_transition(document, "submit", actor=maker)
        while document.status == Status.SUBMITTED:
            document = apply_transition(document, "approve", actor=self.desk.signer(document))
        if post and document.status == Status.APPROVED:
            document = apply_transition(document, "post", actor=maker)
        self.desk.tally[document._meta.model_name] += 1
        return document

    def _give_up(self, document: Any, maker: Any) -> None:
        document.refresh_from_db()
        self.desk.tally["refused"] += 1
        if document.status in (Status.DRAFT, Status.SUBMITTED, Status.APPROVED):
            apply_transition(document, "cancel", actor=maker, reason="情况有变,作废")


def months_before(day: dt.date, months: int) -> dt.date:
    """The first day of the month that many months before the month of a day."""
    return schedule.first_day(schedule.month_index(day) - months)
