"""Lines of an asset addition from Excel: a layout for each kind of card, all checked before anything is written."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assets.addition_resources import LAYOUTS
from assets.models import Asset, AssetAddition, AssetCategory, AssetLife, CardType, CategoryMapping
from core.documents.services import apply_transition
from core.errors import DomainError
from core.excel.writer import Column, Sheet, write_workbook
from core.imports.services import check_upload, confirm_import, report_of
from core.resources import by_name
from directory.models import Place
from tests.factories import House, run
from tests.holding import make_addition, make_asset, make_category

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(house: House) -> AssetAddition:
    AssetLife.objects.create(category=make_category(), minimum_months=72, basis="财会〔2017〕4号")
    return AssetAddition.objects.create(
        organization=house.organization, department=house.logistics, created_by=house.asset_manager, way="opening"
    )


def upload(rows: list[dict[str, Any]]) -> SimpleUploadedFile:
    heads = list(dict.fromkeys(head for row in rows for head in row))
    data = io.BytesIO()
    columns = [Column(head, kind="date" if head.endswith("日期") else "text") for head in heads]
    write_workbook(data, [Sheet("卡片", columns, [[row.get(head) for head in heads] for row in rows])])
    return SimpleUploadedFile("cards.xlsx", data.getvalue())


def computer(**cells: Any) -> dict[str, Any]:
    return {
        "资产分类代码": "A02010105",
        "资产名称": "台式计算机",
        "价值": "6000",
        "财政拨款": "5000",
        "非财政拨款": "1000",
        "使用部门": "101",
        **cells,
    }


def check(house: House, paper: AssetAddition, rows: list[dict[str, Any]], card_type: str = CardType.EQUIPMENT) -> Any:
    return check_upload(upload(rows), resource=LAYOUTS[card_type], user=house.again("asset_manager"), parent=paper)


def load(house: House, paper: AssetAddition, rows: list[dict[str, Any]], card_type: str = CardType.EQUIPMENT) -> Any:
    job = check(house, paper, rows, card_type)
    assert report_of(job).errors == []
    return report_of(confirm_import(job, user=house.again("asset_manager")))


def test_an_opening_list_becomes_lines_and_then_cards(house: House, paper: AssetAddition) -> None:
    Place.objects.create(organization=house.organization, code="R1", name="101室")
    old = {"取得日期": dt.date(2019, 12, 31), "投入使用日期": dt.date(2020, 1, 1), "已提折旧月数": "24"}
    row = computer(**old, **{"累计折旧": "1999.92", "存放地点": "R1", "保管人": house.department_head.employee_number})
    report = load(house, paper, [row, computer(卡片编号="老0001", 出厂编号="SN1")])
    assert (report.new, report.changed) == (2, 0)
    first, second = paper.lines.order_by("position")
    assert (first.life_months, first.card_type, first.opening_accumulated) == (72, "equipment", Decimal("1999.92"))
    assert (first.custodian, first.place.code, first.in_use_on) == (house.department_head, "R1", dt.date(2020, 1, 1))
    assert (second.card_number, second.position) == ("老0001", 2)
    run(house, AssetAddition.objects.get())
    assert Asset.objects.filter(number="老0001", serial_number="SN1").exists()
    assert Asset.objects.get(months_charged=24).months_left == 48


def test_all_errors_of_all_rows_are_named_and_nothing_is_written(house: House, paper: AssetAddition) -> None:
    """R-AST-02, R-AST-04, R-AST-09, and what two rows or cards may not share."""
    Asset.objects.filter(pk=make_asset(house, serial_number="SN-OLD").pk).update(number="X9")
    rows = [
        computer(),
        computer(资产分类代码="A99999999"),
        computer(财政拨款="5000.01"),
        computer(**{"折旧年限(月)": "71"}),
        computer(使用部门="不存在"),
        computer(出厂编号="SN-A"),
        computer(出厂编号="SN-A"),
        computer(出厂编号="SN-OLD"),
        computer(取得日期="不是日期"),
        computer(价值=""),
        computer(卡片编号="X9"),
    ]
    report = report_of(check(house, paper, rows))
    by_row = {error.row: error.reason for error in report.errors}
    assert sorted(by_row) == [3, 4, 5, 6, 8, 9, 10, 11, 12]
    assert "no class" in by_row[3]
    assert "do not add up" in by_row[4]
    assert "71 months are less than the 72" in by_row[5]
    assert "same number" in by_row[8]
    assert "has the serial number" in by_row[9]
    assert "There is a card with the number" in by_row[12]
    assert {error.column for error in report.errors if error.row == 5} != {""}
    assert not paper.lines.exists()


def test_one_empty_fund_is_the_rest_and_an_old_code_names_the_new_class(house: House, paper: AssetAddition) -> None:
    old = AssetCategory.objects.create(edition="2010", code="2010104", name="台式机")
    CategoryMapping.objects.create(old=old, new=make_category())
    load(house, paper, [computer(资产分类代码="2010104", 非财政拨款=None), computer(财政拨款=None)])
    first, second = paper.lines.order_by("position")
    assert (first.category, first.old_category) == (make_category(), old)
    assert (first.nonfiscal_fund, second.fiscal_fund) == (Decimal(1000), Decimal(5000))
    CategoryMapping.objects.all().delete()
    report = report_of(check(house, paper, [computer(资产分类代码="2010104")]))
    assert "no mapping" in report.errors[0].reason


def test_vehicles_have_a_sheet_of_their_own(house: House, paper: AssetAddition) -> None:
    """R-AST-22."""
    make_category("A02030500", "乘用车", card_type=CardType.VEHICLE)
    car = {**computer(资产分类代码="A02030500", 资产名称="轿车"), "折旧年限(月)": "96"}
    own = {"vehicle identification number": "LSVAA4182E2184847", "establishment": "在编", "plate number": "鲁B12345"}
    own["use of the vehicle"] = "机要通信用车"
    report = report_of(check(house, paper, [{**car, **own, "plate number": None}], CardType.VEHICLE))
    assert [("why no plate" in error.reason) for error in report.errors] == [True]
    report = report_of(check(house, paper, [{**car, **own, "establishment": "大概"}], CardType.VEHICLE))
    assert "is not one of" in report.errors[0].reason
    report = report_of(check(house, paper, [{**computer(), **own}], CardType.VEHICLE))
    assert "has cards of the kind" in report.errors[0].reason
    assert not paper.lines.exists()
    load(house, paper, [{**car, **own}], CardType.VEHICLE)
    assert paper.lines.get().details == {
        "vin": "LSVAA4182E2184847",
        "establishment": "在编",
        "plate_number": "鲁B12345",
        "vehicle_use": "机要通信用车",
    }


@pytest.mark.parametrize("card_type", CardType.values)
def test_every_kind_has_a_template_that_is_understood_again(house: House, paper: AssetAddition, card_type: str) -> None:
    client = Client()
    client.force_login(house.again("asset_manager"))
    layout = LAYOUTS[card_type]
    assert by_name(layout.resource_name()) is layout
    url = f"{reverse('import_template', args=(layout.resource_name(),))}?parent={paper.pk}"
    answer = client.get(url)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    heads = [cell.value for cell in next(iter(book.worksheets[0].iter_rows(max_row=1)))]
    assert len(heads) == len(layout._meta.fields)
    assert client.get(f"{reverse('import_start', args=(layout.resource_name(),))}?parent={paper.pk}").status_code == 200
    assert layout.resource_name() in client.get(reverse("assetaddition_detail", args=(paper.pk,))).content.decode()


def test_the_lines_leave_in_the_columns_of_their_import(house: House, paper: AssetAddition) -> None:
    load(house, paper, [computer(出厂编号="SN1")])
    layout = LAYOUTS[CardType.EQUIPMENT](user=house.again("asset_manager"), parent=paper)
    (row,) = list(layout.to_sheet(paper.lines.all()).rows)
    assert row[:4] == ["A02010105", "台式计算机", 1, Decimal("6000.00")]


def test_who_may_not_change_the_draft_loads_nothing(house: House, other_house: House, paper: AssetAddition) -> None:
    for user in (house.again("requester"), other_house.again("asset_manager")):
        with pytest.raises(DomainError):
            check_upload(upload([computer()]), resource=LAYOUTS[CardType.EQUIPMENT], user=user, parent=paper)
    posted = run(house, make_addition(house))
    with pytest.raises(DomainError):
        check(house, posted, [computer()])
    assert not paper.lines.exists()


def test_loading_and_posting_do_not_ask_the_database_for_every_row(house: House, paper: AssetAddition) -> None:
    def cost(count: int) -> tuple[int, int]:
        draft = AssetAddition.objects.create(
            organization=house.organization, department=house.logistics, created_by=house.asset_manager
        )
        rows = [computer(出厂编号=f"{draft.pk}-{place}") for place in range(count)]
        with CaptureQueriesContext(connection) as loading:
            load(house, draft, rows)
        draft = run(house, AssetAddition.objects.get(pk=draft.pk), "submit", "approve")
        with CaptureQueriesContext(connection) as posting:
            apply_transition(draft, "post", actor=house.asset_manager)
        return len(loading), len(posting)

    cost(2)
    few, many = cost(10), cost(100)
    assert many[0] <= few[0] + 4
    assert many[1] <= few[1] + 8
