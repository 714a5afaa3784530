"""What the walk of permissions finds: rows of every kind, ours and foreign, and what is typed to add more."""

from __future__ import annotations

import dataclasses
import datetime as dt
from html.parser import HTMLParser
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assets.models import AssetClass, AssetLife, CategoryMapping
from core import clock
from core.attachments import attach
from core.documents.models import ApprovalRule, Delegation, DocumentEvent, DutyConflict, Signature
from core.imports.services import check_upload
from core.models import ImportJob, Period
from core.models.attachments import Attachment
from core.resources import by_name
from directory.models import Department, Organization, Place, Role, Supplier, User
from inventory.models import (
    GoodsIssue,
    GoodsReceipt,
    Item,
    ItemCategory,
    Lot,
    MonthClosing,
    OpeningStock,
    Quota,
    Requisition,
    StockBalance,
    StockMove,
    StockSnapshot,
    StockValue,
    Unit,
    Warehouse,
    WriteOffLimit,
)
from tests.core.excel.corpus import book
from tests.factories import MAKERS, PASSWORD, House, make_house, make_person, receive, rule

from .permission_additions import addition_papers
from .permission_assets import make_cards
from .permission_buying import BUYING_WORDS, Buying, changes, house_rows, shared_rows, typed_rows
from .permission_contracts import contract_papers
from .permission_counts import count_papers
from .permission_custody import custody_papers
from .permission_dispatching import WORKSHOP_CHANGES, make_orders, typed_workshop_rows, workshop_rows
from .permission_disposals import disposal_papers, life_of_house, shared_asset_rows, typed_asset_rows
from .permission_papers import closing, in_all_states, snapshot, store_rows
from .permission_repairs import make_repairs
from .permission_reports import catalogue_rows, make_reports, typed_catalogue_rows
from .permission_timeliness import TIMING_CHANGES, make_pause, timing_rows, typed_timing_rows
from .permission_upkeep import make_upkeep, upkeep_rows
from .permission_values import value_papers, value_rows

MARKERS = {"own": "本科暗记甲", "foreign": "别科暗记乙", "other_house": "外院暗记丙"}
"""Words written into the rows of each kind of owner: whoever may not open a row must not read its word anywhere."""
HOUSE_WORDS = {"own": "本院暗记丁", "other_house": MARKERS["other_house"]}
"""Words in the rows of a whole house (departments, people, rules), which only the people of that house may read."""
NEW_PASSWORD = "another-long-password"
PDF = b"%PDF-1.4 minutes of the meeting"


def workbook(*rows: list[Any]) -> SimpleUploadedFile:
    return SimpleUploadedFile("sheet.xlsx", book(list(rows)))


class PermissionHouse:
    """Two hospitals; in the first, two stores and two wards. `rows[object][model]` holds what pages are opened with."""

    def __init__(self) -> None:
        self.home, self.abroad = make_house("H1"), make_house("H2")
        for house, word in ((self.home, HOUSE_WORDS["own"]), (self.abroad, HOUSE_WORDS["other_house"])):
            for row in (house.ward, house.requester, house.department_head):
                row.name = f"{row.name}{word}"
                row.save()
        self.houses = {"own": self.home, "foreign": self._second_store(), "other_house": self.abroad}
        self.principals = {
            **self.home.people,
            "other_storekeeper": self.houses["foreign"].storekeeper,
            "outsider": self.abroad.logistics_head,
            "anonymous": None,
        }
        self.superuser = User.objects.create_superuser("rescue", PASSWORD, name="Rescue")
        self.documents: dict[tuple[str, str, str], Any] = {}
        self.rows: dict[str, dict[type, Any]] = {name: {} for name in MARKERS}
        for owner, house in self.houses.items():
            self._papers(owner, house)
        for owner in ("own", "other_house"):
            self._masters(owner, self.houses[owner])
        for owner, house in self.houses.items():
            close = self.rows["other_house" if owner == "other_house" else "own"][MonthClosing]
            self.rows[owner][StockSnapshot] = snapshot(close, house)
        self._shared()
        self.rows["own"].update(catalogue_rows())
        self.orders = {owner: make_orders(owner, house) for owner, house in self.houses.items()}
        for owner, word in HOUSE_WORDS.items():
            self.rows[owner].update(workshop_rows(self.houses[owner], word))
            self.rows[owner].update(timing_rows(self.houses[owner], word))
        self._traces()
        self.cards = {owner: make_cards(owner, house) for owner, house in self.houses.items()}
        for owner, house in self.houses.items():
            self.documents |= custody_papers(owner, house) | addition_papers(owner, house)
            self.documents |= count_papers(owner, house) | contract_papers(owner, house)
        self.reports = {owner: make_reports(owner, house) for owner, house in self.houses.items()}
        self._disposals()
        self._values()
        self.repairs = {owner: make_repairs(owner, house) for owner, house in self.houses.items()}
        self.pauses = {owner: make_pause(house) for owner, house in self.houses.items()}
        self.upkeep = {owner: make_upkeep(self.houses[owner], word) for owner, word in HOUSE_WORDS.items()}
        for owner, made in self.upkeep.items():
            self.rows[owner].update(upkeep_rows(made))
        self.new = new_rows(self) | typed_rows(self.home) | typed_catalogue_rows() | typed_asset_rows(self.home)
        self.new |= typed_workshop_rows(self.home) | typed_timing_rows(self.home)
        self.changes = changes() | WORKSHOP_CHANGES | TIMING_CHANGES

    def _disposals(self) -> None:
        """Disposals and cases of every owner, and the classes that all cards share."""
        self.rows["own"].update(shared_asset_rows())
        for owner, house in self.houses.items():
            made, rows = disposal_papers(owner, house)
            self.documents |= made
            self.rows[owner].update(rows)
        for owner in HOUSE_WORDS:
            self.rows[owner][AssetLife] = life_of_house(self.houses[owner], HOUSE_WORDS[owner])

    def _values(self) -> None:
        """Papers of every owner; what is of a whole organization is the same for both of its wards."""
        for owner, house in self.houses.items():
            self.documents |= value_papers(owner, house)
        for house, owners in ((self.home, ("own", "foreign")), (self.abroad, ("other_house",))):
            rows, runs = value_rows(house)
            for owner in owners:
                self.rows[owner].update(rows)
                self.documents |= {("depreciationrun", owner, state): row for state, row in runs.items()}

    def _second_store(self) -> House:
        home = self.home
        keeper = make_person(home.organization, home.logistics, "H1-keeper3", "二库仓管", "storekeeper")
        store = Warehouse.objects.create(
            organization=home.organization, code="W2", name="第二仓库", department=home.logistics
        )
        store.keepers.add(keeper)
        acceptor = make_person(home.organization, home.other_ward, "H1-acceptor2", "外科验收员", "acceptor")
        people = {
            **home.people,
            "storekeeper": keeper,
            "acceptor": acceptor,
            "requester": home.other_requester,
            "department_head": home.other_head,
        }
        return dataclasses.replace(home, ward=home.other_ward, warehouse=store, people=people)

    def _papers(self, owner: str, house: House) -> None:
        word, expires = MARKERS[owner], clock.today() + dt.timedelta(days=300)
        shelf = house.item(f"拖把{owner}")
        self._in_all_states(owner, house, OpeningStock, (shelf, 20, 3), note=word)
        receive(house, (house.gloves, 500, 25), (house.vaccine, 50, 8, f"L-{owner}", expires), note=word)
        self._in_all_states(owner, house, GoodsReceipt, note=word, invoice_number=word)
        self._in_all_states(owner, house, Requisition, note=word, purpose=word)
        self._in_all_states(owner, house, GoodsIssue, note=word, purpose=word)
        move = StockMove.objects.filter(target__warehouse=house.warehouse).first()
        found = self.rows[owner]
        found[StockMove], found[Lot] = move, Lot.objects.get(number=f"L-{owner}")
        found[StockBalance] = StockBalance.objects.filter(location__warehouse=house.warehouse).first()
        found[StockValue] = StockValue.objects.filter(warehouse=house.warehouse).first()
        asked = self.documents["requisition", owner, "submitted"]
        kind = ContentType.objects.get_for_model(Requisition)
        found[Signature] = Signature.objects.get(content_type=kind, object_id=asked.pk, is_next=True)
        found[DocumentEvent] = DocumentEvent.objects.filter(content_type=kind, object_id=asked.pk).first()
        upload = SimpleUploadedFile(f"{word}.pdf", PDF + owner.encode())
        found[Attachment] = attach(self.documents["requisition", owner, "draft"], upload, actor=house.requester)
        house_word = HOUSE_WORDS.get(owner, HOUSE_WORDS["own"])
        rows, made = store_rows(owner, house, word, house_word)
        buying = Buying(owner, house, BUYING_WORDS[owner])
        found.update(rows | buying.found)
        self.documents |= made | buying.made
        if owner in HOUSE_WORDS:
            found.update(house_rows(house, house_word, self.home.supplier))

    def _in_all_states(self, owner: str, house: House, model: Any, *lines: Any, **fields: Any) -> None:
        self.documents |= in_all_states(owner, house, model, lambda: MAKERS[model](house, *lines, **fields))

    def _masters(self, owner: str, house: House) -> None:
        word, organization, found = HOUSE_WORDS[owner], house.organization, self.rows[owner]
        today = clock.today()
        found[Organization] = organization
        found[Department] = Department.objects.create(organization=organization, code="777", name=f"{word}科")
        found[Place] = Place.objects.create(organization=organization, code="777", name=f"{word}楼")
        found[Warehouse] = Warehouse.objects.create(
            organization=organization, code="W7", name=f"{word}库", department=house.logistics
        )
        found[User] = make_person(organization, found[Department], f"{organization.code}-777", f"{word}员")
        found[ApprovalRule] = rule(house, GoodsIssue, "head", order=3, from_amount=900_000)
        found[ApprovalRule].basis = word
        found[ApprovalRule].save()
        groups = Group.objects.filter(role__code__in=("requester", "repair_worker")).order_by("pk")
        found[DutyConflict] = DutyConflict.objects.create(
            organization=organization, role_a=groups[0], role_b=groups[1], severity="warn", basis=word
        )
        found[Delegation] = Delegation.objects.create(
            principal=house.requester, substitute=house.acceptor, from_date=today, to_date=today, reason=word
        )
        found[Period] = Period.objects.create(
            organization=organization, year=today.year - 1, month=1, state=Period.State.CLOSED, reason=word
        )
        found[MonthClosing] = closing(house, word)
        found[WriteOffLimit] = WriteOffLimit.objects.create(
            organization=organization, valid_from=today, amount=1_000_000, basis=word
        )
        found[Quota] = Quota.objects.create(
            organization=organization,
            department=house.ward,
            item=house.paper,
            limit_quantity=1000,
            valid_from=today,
            note=word,
        )
        sheet = workbook(["code", "name", "category", "unit"], [f"{organization.code}-X", f"{word}扫帚", "01", "个"])
        found[ImportJob] = check_upload(sheet, resource=by_name("inventory.item"), user=house.storekeeper)

    def _shared(self) -> None:
        """Rows that belong to no house."""
        found = self.rows["own"]
        found[Supplier], found[Item] = self.home.supplier, self.home.gloves
        found.update(shared_rows(self.home))
        found[ItemCategory], found[Unit] = self.home.gloves.category, self.home.gloves.unit
        found[Role] = Role.objects.get(code="requester")
        found[AssetClass] = AssetClass.objects.first() or AssetClass.objects.create(
            raw_code="1", code="1", name="房屋", edition="test", source_row=1
        )

    def _traces(self) -> None:
        """Every row with a history has a version, and the log of sign-ins has a row of each kind."""
        found = self.rows["own"]
        for row in [row for rows in self.rows.values() for row in rows.values() if hasattr(row, "history")]:
            if not row.history.exists():
                row.save()
        address = {"ip_address": "10.0.0.1", "username": "x", "user_agent": "test", "path_info": "/login/"}
        found[AccessAttempt] = AccessAttempt.objects.create(**address, failures_since_start=1)
        found[AccessLog] = AccessLog.objects.create(**address)
        found[AccessFailureLog] = AccessFailureLog.objects.create(**address)

    # ---- what a page is opened with ----

    def document(self, kind: str, owner: str, state: str) -> Any:
        return self.documents[kind, owner, state]

    def row(self, model: Any, owner: str, state: str = "draft") -> Any:
        """The row of a model with this owner; a document in this state."""
        owner = "own" if owner == "none" else owner
        return self.documents.get((model._meta.model_name, owner, state)) or self.rows[owner][model]


class _Fields(HTMLParser):
    """Reads what a browser would send of one form."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.wanted, self.inside, self.data = form, False, {}
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        values = dict(attrs)
        if tag == "form":
            self.inside = self.wanted in (values.get("id"), values.get("class"))
        name = values.get("name") or ""
        if not self.inside:
            return
        if tag == "input" and name and values.get("type") not in ("submit", "file"):
            if values.get("type") not in ("checkbox", "radio") or "checked" in values:
                self.data.setdefault(name, []).append(values.get("value") or "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in values and self._select:
            self.data.setdefault(self._select, []).append(values.get("value") or "")
        elif tag == "textarea":
            self._area = name
            self.data[name] = [""]

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"
        self._select = "" if tag == "select" else self._select
        self._area = "" if tag == "textarea" else self._area

    def handle_data(self, data: str) -> None:
        if self._area:
            self.data[self._area][0] += data.removeprefix("\n")


def filled_form(client: Client, path: str, model: Any) -> dict[str, Any]:
    """The fields of a form of the back office as they stand on its page."""
    reader = _Fields(f"{model._meta.model_name}_form")
    reader.feed(client.get(path).content.decode())
    return {name: value for name, value in reader.data.items() if not name.startswith(("_", "csrf"))}


def typed_form(client: Client, path: str) -> dict[str, Any]:
    """The fields of a form of the front of house as they stand on its page; the line that scripts copy left out."""
    reader = _Fields("document-form")
    response = client.get(path)
    assert response.status_code == 200, f"{path} answers {response.status_code} to who should fill it in"
    reader.feed(response.content.decode())
    return {name: value for name, value in reader.data.items() if "__prefix__" not in name and name[:4] != "csrf"}


TEXT_OF = {
    ApprovalRule: "basis",
    DutyConflict: "basis",
    Delegation: "reason",
    WriteOffLimit: "basis",
    Quota: "note",
    User: "job_title",
    Role: "description",
    AssetClass: "name",
    AssetLife: "basis",
    CategoryMapping: "basis",
    Unit: "name",
}
"""The field that a change in the back office alters; `note` for documents, `name` for all others."""


def changed_field(model: Any) -> str:
    return TEXT_OF.get(model) or ("note" if issubclass(model, tuple(MAKERS)) else "name")


def new_rows(world: PermissionHouse) -> dict[type, dict[str, Any]]:
    """What is typed to add a row of each model in the back office."""
    home, today = world.home, clock.today().isoformat()
    kind = ContentType.objects.get_for_model(GoodsIssue).pk
    groups = list(Group.objects.filter(role__code__in=("leader", "repair_worker")).values_list("pk", flat=True))
    house = {"organization": home.organization.pk}
    return {
        ApprovalRule: {
            **house,
            "content_type": kind,
            "from_amount": "5",
            "order": "7",
            "approver": "head",
            "active": "on",
        },
        DutyConflict: {**house, "scope": "person", "role_a": groups[0], "role_b": groups[1], "severity": "warn"},
        Delegation: {
            "principal": home.leader.pk,
            "substitute": home.buyer.pk,
            "from_date": today,
            "to_date": today,
        },
        Department: {**house, "code": "888", "name": "新科室", "kind": "ward", "active": "on"},
        Place: {**house, "code": "888", "name": "新楼", "kind": "building", "active": "on"},
        User: {**house, "employee_number": "H1-888", "name": "新人", "is_active": "on"},
        Supplier: {"code": "S-888", "name": "新供应商", "active": "on"},
        Role: {"name": "新角色", "code": "fresh", "scope": "own"},
        Organization: {"code": "H9", "name": "新医院", "kind": "hospital", "active": "on"},
        Unit: {"name": "新单位", "places": "0"},
        ItemCategory: {"code": "88", "name": "新分类", "active": "on"},
        Item: {
            "code": "H1888",
            "name": "新物品",
            "category": home.gloves.category_id,
            "unit": home.gloves.unit_id,
            "valuation": home.gloves.valuation,
            "active": "on",
        },
        Quota: {
            **house,
            "department": home.ward.pk,
            "item": home.vaccine.pk,
            "limit_quantity": "5",
            "valid_from": today,
        },
        WriteOffLimit: {
            **house,
            "valid_from": (clock.today() + dt.timedelta(days=1)).isoformat(),
            "basis": "上级规定",
        },
        Warehouse: {**house, "code": "W8", "name": "新仓库", "department": home.logistics.pk, "active": "on"},
        AssetClass: {"raw_code": "8888", "code": "8888", "name": "新分类", "edition": "test", "source_row": "9"},
    }
