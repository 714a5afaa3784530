"""Building the demo hospital: organization, departments, places, people, suppliers, goods, stores, approval rules."""

import datetime as dt
import random
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from simple_history.utils import bulk_create_with_history

from assets.models import AssetAddition, AssetCount, CardSplit, CompensationCase, Disposal, ValueChange
from assets.services.catalogue import load_names, load_shipped
from core.documents.models import ApprovalRule, Approver
from core.models import Policy
from core.search import initials_of
from directory.models import Department, Organization, Place, Role, Supplier, SupplierLicence, User
from directory.services.roles import grant_role, sync_roles
from inventory.models import (
    GoodsIssue,
    GoodsReceipt,
    Item,
    ItemCategory,
    ItemUnit,
    OpeningStock,
    Quota,
    Requisition,
    StockReturn,
    StockTransfer,
    SupplierReturn,
    TransferArrival,
    Unit,
    WriteOff,
)
from inventory.models import Warehouse as WarehouseModel
from maintenance.services import catalogue as repair_catalogue
from maintenance.services import shipped_checklists, shipped_targets
from procurement.figures import RECEIPT_NEEDS_ACCEPTANCE
from procurement.models import (
    BudgetDecision,
    FrameworkAgreement,
    OrderChange,
    PaymentRequest,
    ProcurementPlan,
    PurchaseOrder,
    PurchaseRequest,
    Sourcing,
    SupplierInvoice,
)

from . import catalogue, partners, staff
from .goods import PARENT_CATEGORIES, WAREHOUSES

NAME = "仁和市第一人民医院"
REGION = "320999"
BEDS_A_WARD = 40
OFFICE_GOODS_A_BED, OFFICE_GOODS_A_HEAD = 45, 150
"""Yuan a month, of the example quotas."""
LOGISTICS_LIMIT, LEADER_LIMIT, WRITE_OFF_LIMIT = 1000, 10000, 500
"""Yuan from which the logistics head, and the leader, sign a requisition too."""
BUYING_LIMIT = 5000
"""Yuan from which the leader signs what is bought and paid."""
BOUGHT_BY_LOGISTICS = (Sourcing, FrameworkAgreement, PurchaseOrder, OrderChange, PaymentRequest)
HELD_BY_LOGISTICS = (AssetAddition, CardSplit, CompensationCase, Disposal)
_PLACES_OF_UNIT = {"米": 2, "升": 2}


@dataclass
class Hospital:
    """Everything the days need, held in memory; people by employee number, and by role for the key people."""

    organization: Any = None
    departments: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, staff.DepartmentRow] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)
    by_role: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    logins: list[tuple[str, str, str, str]] = field(default_factory=list)
    requesters: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    suppliers: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    warehouses: dict[str, Any] = field(default_factory=dict)
    keepers: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Any] = field(default_factory=dict)
    items: dict[str, Any] = field(default_factory=dict)
    products: dict[str, catalogue.Product] = field(default_factory=dict)
    by_category: dict[str, list[catalogue.Product]] = field(default_factory=lambda: defaultdict(list))
    units: dict[str, Any] = field(default_factory=dict)


def build(*, password: str, last_day: dt.date) -> Hospital:
    """Make the hospital in an empty database. password: of all people who may sign in. last_day: for licences."""
    sync_roles()
    load_shipped()
    load_names()
    house = Hospital()
    house.organization = Organization.objects.create(
        code="RH01",
        name=NAME,
        kind=Organization.Kind.HOSPITAL,
        credit_code=partners.credit_code("12", REGION, 46600101),
    )
    _places(house)
    _departments(house)
    _people(house, password)
    _suppliers(house, last_day)
    _warehouses(house)
    _goods(house)
    repair_catalogue.load_shipped()
    shipped_targets.load_shipped()
    shipped_checklists.load_shipped()
    _rules(house)
    _figures(house, last_day)
    _quotas(house, last_day)
    return house


def _places(house: Hospital) -> None:
    def make(code: str, name: str, kind: str, parent: Any = None) -> Any:
        place = Place(organization=house.organization, code=code, name=name, kind=kind, parent=parent)
        place.save()
        house.places[code] = place
        return place

    campus = make("B", "本部院区", Place.Kind.CAMPUS)
    for letter, name, floors, rooms in staff.BUILDINGS:
        building = make(letter, name, Place.Kind.BUILDING, campus)
        for number in range(1, floors + 1):
            floor = make(f"{letter}{number:02d}", f"{name}{number}层", Place.Kind.FLOOR, building)
            for serial, room in enumerate(rooms, start=1):
                make(f"{letter}{number:02d}-{serial:02d}", room, Place.Kind.ROOM, floor)


def _departments(house: Hospital) -> None:
    for row in staff.departments():
        parent = house.departments.get(row.code[:2]) if len(row.code) > 2 else None
        department = Department(
            organization=house.organization,
            code=row.code,
            name=row.name,
            kind=row.kind,
            cost_class=row.cost_class,
            parent=parent,
            phone=f"0599-86{int(row.code):04d}",
            head_count=row.size * 3,
            bed_count=BEDS_A_WARD if row.kind == Department.Kind.WARD else 0,
        )
        department.save()
        house.departments[row.code], house.rows[row.code] = department, row


def _people(house: Hospital, password: str) -> None:
    secret = make_password(password)
    for serial, row in enumerate(staff.people()):
        person = User(
            employee_number=row.number,
            name=row.name,
            organization=house.organization,
            department=house.departments[row.department],
            job_title=row.title,
            phone=f"139{20_000_000 + serial * 7919:08d}",
        )
        person.password = secret if row.may_sign_in else make_password(None)
        person.save()
        house.people[row.number] = person
        for role in row.roles:
            grant_role(person, role)
            house.by_role[role].append(person)
            if row.may_sign_in:
                house.logins.append((role, row.number, row.name, house.departments[row.department].name))
        if "requester" in row.roles:
            house.requesters[row.department].append(person)
        if row.warehouse:
            house.keepers[row.warehouse] = person
        if "department_head" in row.roles and row.department not in staff.HEADS:
            _head(house, row.department, person)
    for code, number in staff.HEADS.items():
        _head(house, code, house.people[number])
        grant_role(house.people[number], "department_head")


def _head(house: Hospital, code: str, person: Any) -> None:
    department = house.departments[code]
    department.head = person
    department.save()


def _suppliers(house: Hospital, last_day: dt.date) -> None:
    for serial, (name, legal, contact, categories) in enumerate(partners.rows(), start=1):
        supplier = Supplier.objects.create(
            code=f"G{serial:03d}",
            name=name,
            credit_code=partners.credit_code("91", REGION, 46700000 + serial * 1373),
            legal_person=legal,
            contact=contact,
            phone=f"0599-83{serial * 317:05d}",
            address=f"仁和市经济开发区创业路{serial * 8}号",
            bank="仁和市商业银行开发区支行",
            bank_account=f"6228{480_000_000_000 + serial * 700_001:012d}",
        )
        # One licence is about to expire, so that the warning has something to warn of.
        until = last_day + dt.timedelta(days=18 if serial == 6 else 200 + serial * 41)
        SupplierLicence.objects.create(
            supplier=supplier,
            kind=SupplierLicence.Kind.BUSINESS,
            number=supplier.credit_code or "",
            issued_by="仁和市市场监督管理局",
            valid_from=until - dt.timedelta(days=1825),
            valid_until=until,
        )
        for category in categories:
            house.suppliers[category].append(supplier)


def _warehouses(house: Hospital) -> None:
    for code, name, _place in WAREHOUSES:
        warehouse = WarehouseModel.objects.create(
            organization=house.organization,
            code=code,
            name=name,
            department=house.departments["90"],
            place=house.places["H02-03" if code == "BF" else "H01-03"],
            accountant=house.by_role["accountant"][0],
        )
        warehouse.keepers.add(house.keepers[code])
        house.warehouses[code] = warehouse


def _goods(house: Hospital) -> None:
    categories, products = catalogue.read()
    tree: dict[str, Any] = {}
    for code, name in PARENT_CATEGORIES:
        tree[code] = ItemCategory(code=code, name=name)
        tree[code].save()
    for category in categories:
        tree[category.code] = ItemCategory(
            code=category.code, name=category.name, parent=tree.get(category.parent) if category.parent else None
        )
        tree[category.code].save()
    names = sorted({p.unit for p in products} | {label for p in products for label, _size in p.packs})
    house.units = {name: Unit.objects.create(name=name, places=_PLACES_OF_UNIT.get(name, 0)) for name in names}
    rows = [_item(house, product, tree[product.category]) for product in products]
    made = bulk_create_with_history(rows, Item, batch_size=200)
    house.items = {item.code: item for item in made}
    for product in products:
        house.products[product.code] = product
        house.by_category[product.category].append(product)
    ItemUnit.objects.bulk_create(
        ItemUnit(item=house.items[p.code], unit=house.units[label], factor=size)
        for p in products
        for label, size in p.packs
    )


def _item(house: Hospital, product: catalogue.Product, category: Any) -> Item:
    # A purchase takes two weeks from the suggestion to the shelf.
    minimum = nice(product.usual * (2.5 + 11 * product.weight))
    return Item(
        code=product.code,
        name=product.name,
        specification=product.specification,
        category=category,
        unit=house.units[product.unit],
        initials=initials_of(product.name),
        min_stock=minimum,
        max_stock=minimum * 3,
        shelf_life_days=product.lot_days or None,
        track_lots=bool(product.lot_days),
        trade_in_required=product.trade_in,
        valuation=Item.Valuation.FIFO if product.fifo else Item.Valuation.MOVING_AVERAGE,
        reference_price=product.price,
        storage_condition="阴凉干燥,远离火源" if product.category in ("0800", "1400") else "",
    )


def nice(number: float) -> Decimal:
    """A round number near this one, at least 2: 37 becomes 40, 1180 becomes 1200."""
    step = 1 if number < 10 else 5 if number < 50 else 10 if number < 200 else 100
    return Decimal(max(2, round(number / step) * step))


def _rules(house: Hospital) -> None:
    groups = {role.code: role.group for role in Role.objects.select_related("group")}
    rows = (
        (Requisition, 1, 0, Approver.HEAD, ""),
        (Requisition, 2, LOGISTICS_LIMIT, Approver.ROLE, "logistics_head"),
        (Requisition, 3, LEADER_LIMIT, Approver.ROLE, "leader"),
        (GoodsReceipt, 1, 0, Approver.ROLE, "accountant"),
        (OpeningStock, 1, 0, Approver.ROLE, "accountant"),
        (OpeningStock, 2, 0, Approver.ROLE, "logistics_head"),
        (GoodsIssue, 1, 0, Approver.ROLE, "logistics_head"),
        (StockReturn, 1, 0, Approver.ROLE, "logistics_head"),
        (SupplierReturn, 1, 0, Approver.ROLE, "accountant"),
        (StockTransfer, 1, 0, Approver.ROLE, "logistics_head"),
        (TransferArrival, 1, 0, Approver.ROLE, "logistics_head"),
        (WriteOff, 1, 0, Approver.ROLE, "logistics_head"),
        (WriteOff, 2, WRITE_OFF_LIMIT, Approver.ROLE, "leader"),
        (BudgetDecision, 1, 0, Approver.ROLE, "leader"),
        (ProcurementPlan, 1, 0, Approver.HEAD, ""),
        (ProcurementPlan, 2, 0, Approver.ROLE, "logistics_head"),
        (ProcurementPlan, 3, BUYING_LIMIT, Approver.ROLE, "leader"),
        (PurchaseRequest, 1, 0, Approver.HEAD, ""),
        (PurchaseRequest, 2, BUYING_LIMIT, Approver.ROLE, "leader"),
        (SupplierInvoice, 1, 0, Approver.ROLE, "accountant"),
        (ValueChange, 1, 0, Approver.ROLE, "accountant"),
        (AssetCount, 1, 0, Approver.ROLE, "leader"),
        (Disposal, 2, LEADER_LIMIT, Approver.ROLE, "leader"),
        *((kind, 1, 0, Approver.ROLE, "logistics_head") for kind in HELD_BY_LOGISTICS),
        *((kind, 1, 0, Approver.ROLE, "logistics_head") for kind in BOUGHT_BY_LOGISTICS),
        *((kind, 2, BUYING_LIMIT, Approver.ROLE, "leader") for kind in BOUGHT_BY_LOGISTICS),
    )
    ApprovalRule.objects.create(
        organization=house.organization,
        content_type=ContentType.objects.get_for_model(Requisition),
        order=4,
        only_escalated=True,
        approver=Approver.ROLE,
        role=groups["leader"],
        basis="演示数据:超定额由单位领导审批",
    )
    for model, order, amount, approver, role in rows:
        ApprovalRule.objects.create(
            organization=house.organization,
            content_type=ContentType.objects.get_for_model(model),
            order=order,
            from_amount=amount,
            approver=approver,
            role=groups[role] if role else None,
            basis="演示数据:示例审批规则",
        )


def _figures(house: Hospital, last_day: dt.date) -> None:
    """This hospital buys through orders only: no purchase comes into its stores without an acceptance (R-STK-01)."""
    Policy.objects.create(
        organization=house.organization,
        key=RECEIPT_NEEDS_ACCEPTANCE,
        valid_from=dt.date(last_day.year - 2, 1, 1),
        value=Decimal(1),
        basis="院办〔2024〕12号 采购与验收管理办法",
    )


def _quotas(house: Hospital, last_day: dt.date) -> None:
    """Wards may use office goods for so much a bed and month, offices for so much a head."""
    category = ItemCategory.objects.get(code="01")
    for code, department in house.departments.items():
        if house.rows[code].kind not in ("ward", "office"):
            continue
        by_bed = house.rows[code].kind == "ward"
        Quota.objects.create(
            organization=house.organization,
            department=department,
            category=category,
            period=Quota.Period.MONTH,
            basis=Quota.Basis.BED if by_bed else Quota.Basis.HEAD,
            limit_amount=OFFICE_GOODS_A_BED if by_bed else OFFICE_GOODS_A_HEAD,
            valid_from=last_day.replace(month=1, day=1) - dt.timedelta(days=366),
            note="演示数据:示例定额",
        )


def dice(seed: int) -> random.Random:
    """The one source of chance of a run."""
    return random.Random(seed)  # noqa: S311 - a simulation, not a secret
