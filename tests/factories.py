"""A small house for tests: one hospital, two wards, one store, one person a role, three items."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType

from assets.models import CardSplit, CustodyChange, DepreciationRun, ValueChange
from core import clock
from core.documents.models import ApprovalRule, Approver
from core.documents.registry import all_types
from core.documents.services import apply_transition
from directory.models import Department, Organization, Role, Supplier, User
from directory.services.roles import sync_roles
from inventory.models import (
    GoodsIssue,
    GoodsReceipt,
    Item,
    ItemCategory,
    OpeningStock,
    Requisition,
    StockCount,
    StockReturn,
    StockTransfer,
    SupplierReturn,
    TransferArrival,
    Unit,
    Warehouse,
)
from procurement.models import Acceptance, BudgetDecision, PaymentRequest, SupplierInvoice
from tests.buying import BUYING_MAKERS
from tests.counting import make_count
from tests.holding import HOLDING_MAKERS
from tests.losses import LOSS_MAKERS
from tests.movements import make_arrival, make_stock_return, make_supplier_return, make_transfer
from tests.repairing import REPAIR_MAKERS
from tests.valuing import VALUE_MAKERS

PASSWORD = "a-long-test-password"
_serial = itertools.count(1)


@dataclass
class House:
    """Everything a test of one hospital needs; people by the code of their role."""

    organization: Organization
    logistics: Department
    ward: Department
    other_ward: Department
    warehouse: Warehouse
    people: dict[str, User]
    supplier: Supplier
    gloves: Item
    paper: Item
    vaccine: Item
    extra: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def again(self, code: str) -> User:
        """A fresh copy of a person, without cached permissions."""
        return User.objects.get(pk=self.people[code].pk)

    def item(self, name: str = "拖把", **fields: Any) -> Item:
        """One more item, in pieces."""
        number = next(_serial)
        defaults = {"code": f"T{number:04d}", "category": self.gloves.category, "unit": self.gloves.unit}
        return Item.objects.create(name=name, **{**defaults, **fields})


def make_person(organization: Organization, department: Department | None, number: str, name: str, *roles: str) -> User:
    user = User.objects.create_user(number, PASSWORD, name=name, organization=organization, department=department)
    if roles:
        user.groups.add(*Group.objects.filter(role__code__in=roles))
    return user


def make_house(code: str = "H1") -> House:
    """Build the house; `code` keeps several houses in one database apart."""
    sync_roles()
    organization = Organization.objects.create(code=code, name=f"第一人民医院{code}")
    logistics = Department.objects.create(organization=organization, code="900", name="总务科", kind="logistics")
    ward = Department.objects.create(organization=organization, code="101", name="内科一病区", kind="ward")
    other_ward = Department.objects.create(organization=organization, code="102", name="外科一病区", kind="ward")
    places = {"requester": ward, "department_head": ward, "acceptor": ward}
    people = {
        role.code: make_person(
            organization,
            places.get(role.code, logistics),
            f"{code}-{role.code}",
            f"{role.group.name} {code}",
            role.code,
        )
        for role in Role.objects.select_related("group")
    }
    people["second_storekeeper"] = make_person(organization, logistics, f"{code}-keeper2", "仓管二", "storekeeper")
    people["other_requester"] = make_person(organization, other_ward, f"{code}-nurse2", "外科护士", "requester")
    people["other_head"] = make_person(organization, other_ward, f"{code}-head2", "外科护士长", "department_head")
    for department, head in ((ward, "department_head"), (other_ward, "other_head"), (logistics, "logistics_head")):
        department.head = people[head]
        department.save()
    warehouse = Warehouse.objects.create(organization=organization, code="W1", name="总务仓库", department=logistics)
    warehouse.keepers.add(people["storekeeper"], people["second_storekeeper"])
    pieces = Unit.objects.get_or_create(name="个")[0]
    category = ItemCategory.objects.get_or_create(code="01", defaults={"name": "办公用品"})[0]
    supplier = Supplier.objects.create(code=f"S-{code}", name="康达医疗用品有限公司")

    def item(suffix: str, name: str, **fields: Any) -> Item:
        return Item.objects.create(code=f"{code}{suffix}", name=name, category=category, unit=pieces, **fields)

    house = House(
        organization=organization,
        logistics=logistics,
        ward=ward,
        other_ward=other_ward,
        warehouse=warehouse,
        people=people,
        supplier=supplier,
        gloves=item("001", "医用手套", specification="M 100只", reference_price=Decimal("25")),
        paper=item(
            "002", "复印纸", specification="A4 70g", valuation=Item.Valuation.FIFO, reference_price=Decimal("20")
        ),
        vaccine=item("003", "消毒液", track_lots=True, shelf_life_days=365, reference_price=Decimal("8")),
    )
    rule(house, Requisition, Approver.HEAD)
    rule(house, Requisition, Approver.ROLE, order=2, from_amount=1000, role="logistics_head")
    return house


def rule(
    house: House, model: type, approver: str, *, order: int = 1, from_amount: int = 0, role: str = ""
) -> ApprovalRule:
    """An approval rule of the house."""
    return ApprovalRule.objects.create(
        organization=house.organization,
        content_type=ContentType.objects.get_for_model(model),
        approver=approver,
        order=order,
        from_amount=from_amount,
        role=Role.objects.get(code=role).group if role else None,
    )


def make_requisition(house: House, *lines: tuple[Item, Any], **fields: Any) -> Requisition:
    document = Requisition.objects.create(
        **{
            "organization": house.organization,
            "department": house.ward,
            "warehouse": house.warehouse,
            "purpose": "日常使用",
            "created_by": house.requester,
            **fields,
        }
    )
    for position, (item, quantity) in enumerate(lines or [(house.gloves, 4)], start=1):
        document.lines.create(position=position, item=item, unit=item.unit, quantity=Decimal(quantity))
    return document


def _incoming(house: House, model: type, lines: tuple, fields: dict[str, Any]) -> Any:
    document = model.objects.create(
        **{
            "organization": house.organization,
            "department": house.logistics,
            "warehouse": house.warehouse,
            "created_by": house.storekeeper,
            **fields,
        }
    )
    for position, (item, quantity, price, *lot) in enumerate(lines or [(house.gloves, 100, 25)], start=1):
        number, expires = lot or ("", None)
        document.lines.create(
            position=position,
            item=item,
            unit=item.unit,
            quantity=Decimal(quantity),
            unit_price=Decimal(str(price)),
            lot_number=number,
            expires_on=expires,
        )
    return document


def make_receipt(house: House, *lines: tuple, **fields: Any) -> GoodsReceipt:
    """A draft receipt; lines are (item, quantity, unit price[, lot number, expires on])."""
    document = _incoming(house, GoodsReceipt, lines, {"supplier": house.supplier, **fields})
    document.accepted_by.add(house.acceptor, house.second_storekeeper)
    return document


def make_opening(house: House, *lines: tuple, **fields: Any) -> OpeningStock:
    return _incoming(house, OpeningStock, lines, fields)


def make_issue(
    house: House, *lines: tuple[Item, Any], requisition: Requisition | None = None, **fields: Any
) -> GoodsIssue:
    """A draft issue; with a requisition its lines refer to the requisition's line of the same item."""
    document = GoodsIssue.objects.create(
        **{
            "organization": house.organization,
            "department": house.ward,
            "warehouse": house.warehouse,
            "requisition": requisition,
            "created_by": house.storekeeper,
            **fields,
        }
    )
    asked = {line.item_id: line for line in requisition.lines.all()} if requisition else {}
    for position, (item, quantity) in enumerate(lines or [(house.gloves, 4)], start=1):
        document.lines.create(
            position=position,
            item=item,
            unit=item.unit,
            quantity=Decimal(quantity),
            requisition_line=asked.get(item.pk),
        )
    return document


MAKERS = {
    Requisition: make_requisition,
    GoodsReceipt: make_receipt,
    OpeningStock: make_opening,
    GoodsIssue: make_issue,
    StockReturn: make_stock_return,
    SupplierReturn: make_supplier_return,
    StockTransfer: make_transfer,
    TransferArrival: make_arrival,
    StockCount: make_count,
    **LOSS_MAKERS,
    **BUYING_MAKERS,
    **HOLDING_MAKERS,
    **VALUE_MAKERS,
    **REPAIR_MAKERS,
}
"""A maker of a submittable draft for every registered kind; the contract tests fail for a kind without one."""


def signer_of(house: House, document: Any) -> User:
    """A person who can give the next signature of the documents the makers make."""
    signers = {
        Requisition: house.department_head,
        BudgetDecision: house.leader,
        Acceptance: house.asset_manager,
        SupplierInvoice: house.accountant,
        CustodyChange: house.other_head,
    }
    return signers.get(type(document), house.logistics_head)


OF_ACCOUNTANT = (BudgetDecision, DepreciationRun, PaymentRequest)
"""Kinds that the accountant posts and reverses."""
OF_ASSET_MANAGER = (*HOLDING_MAKERS, ValueChange, CardSplit)
"""Kinds that the asset manager posts and reverses."""
ACCEPTED_BY_ASSET_MANAGER = tuple(REPAIR_MAKERS)
"""Kinds that the asset manager posts, but the logistics head reverses."""


def run(house: House, document: Any, *steps: str) -> Any:
    """Take steps as the people who may: the maker submits, a signer approves, the storekeeper posts."""
    kind = next(kind for kind in all_types() if kind.model is type(document))
    before = document.status
    for step in steps or [s for s in ("submit", "approve", "post") if s in kind.steps]:
        if step == "approve" and document.status == "approved":
            continue  # approved with its requisition
        if step == "post" and document.status == "posted" != before:
            continue  # the last signature posted it
        actors = {
            "submit": document.created_by,
            "withdraw": document.created_by,
            "cancel": document.created_by,
            "approve": signer_of(house, document),
            "reject": signer_of(house, document),
            "post": house.accountant if isinstance(document, OF_ACCOUNTANT) else house.storekeeper,
            **(
                {"post": house.asset_manager}
                if isinstance(document, (*OF_ASSET_MANAGER, *ACCEPTED_BY_ASSET_MANAGER))
                else {}
            ),
        }
        by_accountant = isinstance(document, (OpeningStock, *OF_ACCOUNTANT))
        by_manager = isinstance(document, OF_ASSET_MANAGER)
        others = house.accountant if by_accountant else house.asset_manager if by_manager else house.logistics_head
        actor = actors.get(step, others)
        document = apply_transition(document, step, actor=actor, reason="测试原因")
    return document


def receive(house: House, *lines: tuple, **fields: Any) -> GoodsReceipt:
    """A posted receipt."""
    return run(house, make_receipt(house, *lines, **fields))


def at(day: dt.date, hour: int = 10) -> Any:
    """Run a block as if it were that day."""
    return clock.pretend(dt.datetime(day.year, day.month, day.day, hour - 8, tzinfo=dt.UTC))
