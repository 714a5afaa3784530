"""The money of the demo hospital: the budget of each year, a transfer, plans, and the agreement for office goods."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from core import clock
from core.documents.lifecycle import Status
from core.documents.services import apply_transition
from core.numbers import price
from procurement.models import (
    BudgetAllotment,
    BudgetDecision,
    EconomicClass,
    FrameworkAgreement,
    ProcurementPlan,
    PurchaseCategory,
    Treatment,
)
from procurement.services.categories import load_shipped

from .agenda import office_moment
from .paperwork import Desk

CLASSES = {
    "30201": "办公费",
    "30213": "维修(护)费",
    "30218": "专用材料费",
    "31002": "办公设备购置",
}
STORE_CLASS = {"ZW": "30201", "WX": "30213", "BF": "30218"}
"""Out of which economic class each store buys."""
ALLOTMENTS = (
    ("90", "30201", 1_900_000),
    ("90", "30213", 700_000),
    ("90", "30218", 1_900_000),
    ("6003", "31002", 260_000),
    ("6003", "30213", 40_000),
    ("9001", "30213", 60_000),
    ("4001", "30213", 30_000),
    ("5001", "30213", 30_000),
)
"""Department, economic class, yuan a year."""
TRANSFERRED = Decimal(20_000)
AGREED = ("0101", "0102", "0800")
"""Categories whose goods are called off from agreements."""
AGREED_MOST = 6000
PLANNED = (("台式计算机", "i5 16G 512G", 12, 4600), ("激光打印机", "A4 双面", 6, 1850))
"""What the information department plans: name, specification, pieces, yuan each."""
MONTHLY = (("空调滤网清洗", "诊区 12 台", 12, 35), ("候诊区地面打蜡", "每月两次", 2, 180))
"""What the emergency department plans every month, likewise."""


class Budgeting:
    """What comes before buying: money, plans, agreed prices."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.house = desk, desk.house
        self.accountant = self.house.by_role["accountant"][0]
        self.agreements: dict[str, Any] = {}
        load_shipped()
        self.classes = {
            code: EconomicClass.objects.get_or_create(code=code, defaults={"name": name})[0]
            for code, name in CLASSES.items()
        }

    def open_year(self) -> None:
        """In the first days of a year its budget is granted, and the agreements of the year are made."""
        year = clock.today().year
        lines = [
            {"department": self.house.departments[code], "economic_class": self.classes[kind], "amount": Decimal(yuan)}
            for code, kind, yuan in ALLOTMENTS
        ]
        self._decide(BudgetDecision.Kind.INITIAL, f"院办〔{year}〕1号 年度预算批复", lines)
        for category in AGREED:
            self._agree(category, year)

    def _decide(self, kind: str, basis: str, lines: list[dict[str, Any]]) -> None:
        document = BudgetDecision.objects.create(
            organization=self.house.organization,
            department=self.accountant.department,
            created_by=self.accountant,
            kind=kind,
            year=clock.today().year,
            basis=basis,
        )
        self.desk.date(document)
        for position, line in enumerate(lines, start=1):
            document.lines.create(position=position, **line)
        apply_transition(self.carry(document, self.accountant), "post", actor=self.accountant)

    def carry(self, document: Any, maker: Any) -> Any:
        """Submit and sign at once, by as many as have to."""
        document = apply_transition(document, "submit", actor=maker)
        while document.status == Status.SUBMITTED:
            document = apply_transition(document, "approve", actor=self.desk.signer(document))
        return document

    def allotment(self, department: str, kind: str) -> BudgetAllotment:
        return BudgetAllotment.objects.get(
            organization=self.house.organization,
            year=clock.today().year,
            department=self.house.departments[department],
            economic_class=self.classes[kind],
        )

    def transfer(self) -> None:
        """Some of the money for repairs is moved to office goods."""
        store = self.house.departments["90"]
        self._decide(
            BudgetDecision.Kind.TRANSFER,
            "院长办公会纪要 预算调剂",
            [
                {"department": store, "economic_class": self.classes["30213"], "amount": -TRANSFERRED},
                {"department": store, "economic_class": self.classes["30201"], "amount": TRANSFERRED},
            ],
        )
        self.desk.tally["budget transfers"] += 1

    def _agree(self, category: str, year: int) -> None:
        """An agreement over all goods of a category with its first supplier, a little below the usual price."""
        buyer = self.house.by_role["buyer"][0]
        products = self.house.by_category[category]
        lines = [
            {
                "item": self.house.items[product.code],
                "unit": self.house.units[product.unit],
                "factor": Decimal(1),
                "quantity": Decimal(AGREED_MOST * 10),
                "unit_price": price(max((product.price * Decimal("0.98")).quantize(Decimal("0.01")), Decimal("0.01"))),
            }
            for product in products
        ]
        document = self.desk.new_draft(
            FrameworkAgreement,
            buyer,
            lines,
            department=buyer.department,
            title=f"{year}年度框架协议 {category}",
            supplier=self.house.suppliers[category][0],
            basis=f"院采购〔{year}〕框架采购结果",
            valid_from=dt.date(year, 1, 1),
            valid_until=dt.date(year, 12, 31),
        )
        self.agreements[category] = self.carry(document, buyer)

    def plan(self, then: Callable[[Any], None]) -> None:
        """The information department plans what it will buy this year; when the plan is approved, `then` gets it."""
        units = self.house.units
        columns = {
            "unit": units.get("台") or units["个"],
            "category": PurchaseCategory.objects.filter(code__startswith="A0201").order_by("code").first(),
            "treatment": Treatment.ASSET,
            "allotment": self.allotment("6003", "31002"),
            "reason": "更新到期设备",
        }
        self._submit_plan("6003", PLANNED, columns, then, title="年度采购计划")

    def plan_month(self, then: Callable[[Any], None]) -> None:
        """The emergency department plans the services of the month."""
        columns = {
            "unit": self.house.units["个"],
            "treatment": Treatment.SERVICE,
            "allotment": self.allotment("4001", "30213"),
            "reason": "日常维护",
        }
        month = clock.today().month
        self._submit_plan("4001", MONTHLY, columns, then, title=f"{month}月采购计划", month=month)
        self.desk.tally["monthly plans"] += 1

    def _submit_plan(
        self,
        department: str,
        wanted: Sequence[tuple[str, str, int, int]],
        columns: dict[str, Any],
        then: Callable[[Any], None],
        **head: Any,
    ) -> None:
        """A plan of a department over things by name, in the columns they share; whoever approves last calls `then`."""
        maker = self.house.requesters[department][0]
        lines = [
            {**columns, "name": name, "specification": words, "quantity": Decimal(pieces), "unit_price": Decimal(yuan)}
            for name, words, pieces, yuan in wanted
        ]
        document = self.desk.new_draft(
            ProcurementPlan, maker, lines, department=maker.department, year=clock.today().year, **head
        )
        document = apply_transition(document, "submit", actor=maker)
        self.desk.pass_on(document, then, hours=8)


def soon(desk: Desk, hours: float) -> dt.datetime:
    """A moment inside office hours, so many hours from now."""
    return office_moment(desk.dice, hours)
