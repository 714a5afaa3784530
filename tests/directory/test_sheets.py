"""The sheets a new house is filled with: round trips, trees in any order, and whose rows they may touch."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.excel.writer import write_workbook
from core.imports.services import check_upload, confirm_import, report_of
from core.resources import by_name
from directory.models import Department, Place, Supplier, SupplierLicence, User
from inventory.models import Item, ItemCategory, ItemUnit, OpeningStockLine, Unit, Warehouse
from tests.core.excel.corpus import book
from tests.factories import House, make_opening, make_receipt


def load(user: User, name: str, rows: list[list[Any]] | bytes, parent: Any = None) -> Any:
    """Check and, if nothing speaks against it, confirm; returns the report."""
    data = rows if isinstance(rows, bytes) else book(rows)
    upload = SimpleUploadedFile("表.xlsx", data)
    job = check_upload(upload, resource=by_name(name), user=user, parent=parent)
    return report_of(confirm_import(job, user=user, again=True) if job.status == "checked" else job)


def reasons(report: Any) -> str:
    return "\n".join(error.reason for error in report.errors)


@pytest.fixture
def system(house: House) -> User:
    return house.again("system_administrator")


FILES: list[tuple[str, list[list[Any]]]] = [
    ("directory.department", [["科室编码", "科室名称", "上级科室"], ["0102", "二级", "0101"], ["0101", "一级", ""]]),
    ("directory.place", [["地点编码", "地点名称", "上级地点"], ["A-1", "一层", "A"], ["A", "门诊楼", ""]]),
    ("directory.user", [["工号", "姓名", "科室"], ["9001", "王五", "101"]]),
    ("directory.supplier", [["供应商编码", "供货单位", "联系人"], ["G7", "康宁公司", "赵六"]]),
    ("inventory.unit", [["计量单位", "小数位数"], ["箱", 0], ["千克", 2]]),
    ("inventory.itemcategory", [["类别编码", "类别名称", "上级类别"], ["0201", "洗涤", "02"], ["02", "清洁", ""]]),
    ("inventory.item", [["物资编码", "品名", "规格型号", "类别", "单位"], ["WZ1", "拖把", "大号", "01", "个"]]),
    (
        "inventory.warehouse",
        [["仓库编码", "库房名称", "科室", "保管员"], ["W8", "被服库", "900", "H1-storekeeper"]],
    ),
]


@pytest.mark.parametrize(("name", "rows"), FILES, ids=[name for name, _rows in FILES])
def test_every_sheet_goes_in_and_comes_out_unchanged(system: User, name: str, rows: list[list[Any]]) -> None:
    report = load(system, name, rows)
    assert (reasons(report), report.new) == ("", len(rows) - 1)
    resource = by_name(name)
    out = io.BytesIO()
    write_workbook(out, [resource(user=system).to_sheet(resource(user=system).scope())])
    again = load(system, name, out.getvalue())
    assert (reasons(again), again.new, again.changed) == ("", 0, 0)
    assert again.unchanged > 0


def test_trees_are_read_in_any_order(system: User) -> None:
    load(system, "directory.department", FILES[0][1])
    below = Department.objects.get(code="0102")
    assert (below.parent.name, below.organization) == ("一级", system.organization)
    assert below.path == f"{below.parent.path}{below.pk}."


def test_a_wrong_row_keeps_everything_out(system: User) -> None:
    rows = [["工号", "姓名", "科室"], ["9001", "王五", "101"], ["9002", "赵六", "没有这个科室"]]
    report = load(system, "directory.user", rows)
    assert "没有这个科室" in reasons(report)
    assert not User.objects.filter(employee_number="9001").exists()


def test_another_house_is_neither_seen_nor_touched(house: House, other_house: House, system: User) -> None:
    other_house.ward.code = "X77"
    other_house.ward.save()
    report = load(system, "directory.user", [["工号", "姓名", "科室"], ["9001", "王五", "X77"]])
    absent = load(system, "directory.user", [["工号", "姓名", "科室"], ["9001", "王五", "X78"]])
    assert reasons(report).replace("X77", "X78") == reasons(absent)
    load(system, "directory.department", [["科室编码", "科室名称"], ["X77", "我们的"]])
    other_house.ward.refresh_from_db()
    assert other_house.ward.name == "内科一病区"
    assert Department.objects.get(code="X77", organization=house.organization).name == "我们的"


def test_new_people_have_no_password_and_no_rights(system: User) -> None:
    load(system, "directory.user", FILES[2][1])
    person = User.objects.get(employee_number="9001")
    assert (person.organization, person.department.code) == (system.organization, "101")
    assert not person.has_usable_password()
    assert person.roles == []


def test_roles_in_a_sheet_need_the_right_to_grant(house: House, system: User) -> None:
    rows = [["工号", "姓名", "角色"], [house.requester.employee_number, house.requester.name, "storekeeper"]]
    report = load(system, "directory.user", rows)
    assert "rights administrator" in reasons(report)
    assert {role.code for role in house.again("requester").roles} == {"requester"}


def test_a_number_of_another_house_is_refused_without_naming_anybody(system: User, other_house: House) -> None:
    taken = other_house.requester
    rows = [["工号", "姓名"], ["9001", "王五"], [taken.employee_number, "赵六"]]
    report = load(system, "directory.user", rows)
    (error,) = report.errors
    assert "already used in another organization" in error.reason
    assert f"H1-{taken.employee_number}" in error.reason
    assert taken.name not in error.reason
    assert not User.objects.filter(name__in=("王五", "赵六")).exists()
    taken.refresh_from_db()
    assert taken.organization == other_house.organization


def test_the_form_refuses_a_number_of_another_house(system: User, other_house: House) -> None:
    taken = other_house.requester
    client = Client()
    client.force_login(system)
    form = {"organization": system.organization_id, "employee_number": taken.employee_number, "name": "赵六"}
    page = client.post(reverse("admin:directory_user_add"), form).content.decode()
    assert "already used in another organization" in page
    assert taken.name not in page
    assert not User.objects.filter(name="赵六").exists()
    form["employee_number"] = system.employee_number
    page = client.post(reverse("admin:directory_user_add"), form).content.decode()
    assert "another organization" not in page
    assert not User.objects.filter(name="赵六").exists()
    client.post(reverse("admin:directory_user_add"), {**form, "employee_number": "9001"})
    assert User.objects.get(name="赵六").organization == system.organization


def test_licences_are_found_by_their_supplier(system: User, house: House) -> None:
    rows = [
        ["供应商编码", "证照类型", "证照编号", "有效期至"],
        [house.supplier.code, "business", "91-1", "2027年3月5日"],
    ]
    report = load(system, "directory.supplierlicence", rows)
    assert reasons(report) == ""
    assert SupplierLicence.objects.get().valid_until.isoformat() == "2027-03-05"


def test_unit_conversions(system: User) -> None:
    Unit.objects.create(name="箱")
    head = ["物资编码", "物资名称", "类别", "计量单位", "换算关系"]
    report = load(system, "inventory.item", [head, ["WZ1", "手套", "01", "个", "箱＝24；桶=6"]])
    assert "桶" in reasons(report)
    assert not Item.objects.filter(code="WZ1").exists()
    assert reasons(load(system, "inventory.item", [head, ["WZ1", "手套", "01", "个", "箱＝24"]])) == ""
    assert ItemUnit.objects.get(item__code="WZ1").factor == 24
    assert load(system, "inventory.item", [head, ["WZ1", "手套", "01", "个", "箱=24"]]).unchanged == 1
    assert load(system, "inventory.item", [head, ["WZ1", "手套", "01", "个", "箱=12"]]).changed == 1
    assert ItemUnit.objects.get(item__code="WZ1").factor == 12
    load(system, "inventory.item", [head[:4], ["WZ1", "手套", "01", "个"]])
    assert ItemUnit.objects.get(item__code="WZ1").factor == 12
    unknown = load(system, "inventory.item", [head[:4], ["WZ2", "手套", "01", "卷"]])
    assert "卷" in reasons(unknown)


def test_keepers_come_with_their_warehouse(system: User, house: House) -> None:
    load(system, "inventory.warehouse", FILES[7][1])
    warehouse = Warehouse.objects.get(code="W8")
    assert [person.pk for person in warehouse.keepers.all()] == [house.storekeeper.pk]
    assert warehouse.location.is_physical


def test_opening_stock_goes_into_a_draft_in_units_and_packs(house: House) -> None:
    box = Unit.objects.create(name="箱")
    ItemUnit.objects.create(item=house.gloves, unit=box, factor=Decimal(24))
    document = make_opening(house, (house.paper, 1, 1))
    keeper = house.again("storekeeper")
    rows = [["物资编码", "单位", "数量", "单价"], [house.gloves.code, "箱", 2, 48], [house.paper.code, "个", 5, 20]]
    report = load(keeper, "inventory.openingstockline", rows, parent=document)
    assert reasons(report) == ""
    line = OpeningStockLine.objects.get(document=document, item=house.gloves)
    assert (line.factor, line.stock_quantity, line.amount) == (24, 48, 96)
    bad = load(keeper, "inventory.openingstockline", [rows[0], [house.paper.code, "箱", 1, 1]], parent=document)
    assert "箱" in reasons(bad)


def test_receipt_lines(house: House) -> None:
    document = make_receipt(house)
    rows = [["品名", "单位", "数量", "单价"], [house.paper.code, "个", 5, "20.5"]]
    report = load(house.again("storekeeper"), "inventory.goodsreceiptline", rows, parent=document)
    assert reasons(report) == ""
    assert document.lines.get(item=house.paper).amount == Decimal("102.5")


def test_codes_of_suppliers_and_categories_are_kept(system: User) -> None:
    for name, rows in FILES[3:6]:
        load(system, name, rows)
    assert Supplier.objects.get(code="G7").initials == "KNGS"
    assert ItemCategory.objects.get(code="0201").parent.code == "02"
    assert not Place.objects.exists()
