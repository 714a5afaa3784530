"""Import and export of whole models: strict, all or nothing, and cheap in queries."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from openpyxl import load_workbook

from core.errors import DomainError
from core.excel.reader import FileRefused, Row, Table
from core.excel.writer import write_workbook
from core.imports.template import template_sheets
from core.resources import BaseResource, all_resources, by_name, for_model, register
from core.search import initials_of
from directory.models import Department, Supplier
from inventory.models import Item, ItemCategory, OpeningStock, OpeningStockLine
from tests.core.excel.corpus import book
from tests.factories import make_opening


class SupplierSheet(BaseResource):
    class Meta:
        model = Supplier
        fields = ("code", "name", "credit_code", "phone", "blacklisted_until", "active", "note")
        import_id_fields = ("code",)

    column_synonyms = {"code": ("供应商编码",)}
    column_examples = {"code": "G0001", "name": "示例公司", "active": "是"}
    computed_fields = ("initials",)

    def before_save_instance(self, instance, row, **kwargs):
        instance.initials = initials_of(instance.name)


class ItemSheet(BaseResource):
    class Meta:
        model = Item
        fields = (
            "code",
            "name",
            "specification",
            "category",
            "unit",
            "min_stock",
            "max_stock",
            "reference_price",
            "valuation",
            "shelf_life_days",
            "track_lots",
            "note",
        )
        import_id_fields = ("code",)

    computed_fields = ("initials",)
    column_options = {"min_stock": {"minimum": 0}}

    def before_save_instance(self, instance, row, **kwargs):
        instance.initials = initials_of(instance.name)


class DepartmentSheet(BaseResource):
    class Meta:
        model = Department
        fields = ("code", "name", "parent", "kind", "head", "phone")
        import_id_fields = ("code",)


class CategorySheet(BaseResource):
    class Meta:
        model = ItemCategory
        fields = ("code", "name", "parent")
        import_id_fields = ("code",)


class OpeningLineSheet(BaseResource):
    class Meta:
        model = OpeningStockLine
        fields = ("item", "unit", "quantity", "unit_price", "lot_number", "expires_on")
        import_id_fields = ("item", "lot_number")

    parent_field = "document"
    computed_fields = ("stock_quantity", "amount")

    def before_save_instance(self, instance, row, **kwargs):
        instance.stock_quantity = instance.quantity * instance.factor
        instance.amount = round(instance.quantity * instance.unit_price, 2)


def table(columns, *rows, sheet="Sheet1"):
    letters = [chr(65 + index) for index in range(len(columns))]
    numbered = [Row(number, list(cells)) for number, cells in enumerate(rows, 2)]
    return Table(sheet, 1, list(columns), list(columns), letters, numbered)


def imported(resource, columns, *rows, dry_run=False):
    return resource.import_table(table(columns, *rows), dry_run=dry_run)


def reasons(report):
    return [(error.row, error.column, error.reason) for error in report.errors]


SUPPLIER = ("code", "name", "phone", "blacklisted_until", "active")


@pytest.fixture
def buyer(house):
    return house.again("buyer")


def test_new_changed_and_unchanged_records_are_told_apart(buyer):
    first = imported(
        SupplierSheet(user=buyer), SUPPLIER, ["G1", "甲", 1380000, "2026/3/1", "是"], ["G2", "乙", None, None, None]
    )
    assert (first.new, first.changed, first.unchanged, first.errors) == (2, 0, 0, [])
    record = Supplier.objects.get(code="G1")
    assert (record.phone, record.blacklisted_until, record.active) == ("1380000", date(2026, 3, 1), True)
    assert record.initials == "J"
    assert record.history.get().history_user_id == buyer.pk
    again = imported(
        SupplierSheet(user=buyer),
        SUPPLIER,
        ["G1", "甲甲", 1380000, "2026/3/1", "是"],
        ["G2", "乙", None, None, None],
        ["G3", "丙", "", "", ""],
    )
    assert (again.new, again.changed, again.unchanged) == (1, 1, 1)
    assert [(change.row, change.column, change.before, change.after) for change in again.changes] == [
        (2, "name", "甲", "甲甲")
    ]
    record.refresh_from_db()
    assert (record.name, record.initials) == ("甲甲", "JJ")
    assert [entry.history_type for entry in record.history.all()] == ["~", "+"]
    assert Supplier.objects.get(code="G2").history.count() == 1


def test_a_check_writes_nothing(buyer):
    report = imported(SupplierSheet(user=buyer), SUPPLIER, ["G1", "甲", "", "", ""], dry_run=True)
    assert (report.ok, report.new) == (True, 1)
    assert not Supplier.objects.filter(code="G1").exists()
    assert not Supplier.history.filter(code="G1").exists()


def test_one_bad_row_keeps_all_out_and_all_errors_are_told(buyer):
    report = imported(
        SupplierSheet(user=buyer),
        SUPPLIER,
        ["G1", "甲", "", "", ""],
        ["G2", "", "1" * 31, "2/3/2026", "也许"],
        [None, "丙", "", "", ""],
        ["G4", "丁", "", "", ""],
    )
    assert [(row, column) for row, column, _reason in reasons(report)] == [
        (3, "name"), (3, "phone"), (3, "black list until"), (3, "active"), (4, "code"),
    ]  # fmt: skip
    assert report.errors[1].letter == "C"
    assert report.errors[1].value == "1" * 31
    assert report.bad_rows == 2
    assert "phone：Too long" in report.reasons()[3]
    assert Supplier.objects.filter(code__startswith="G").count() == 0


def test_duplicates_in_the_file(buyer):
    report = imported(
        SupplierSheet(user=buyer),
        ("code", "name"),
        ["G1", "甲"],
        ["G1", "甲 "],
        ["G1", "乙"],
        ["g1", "甲"],
        ["Ｇ２", "丙"],
        ["G2", "丁"],
    )
    assert [error.row for error in report.errors] == [4, 5, 7]
    assert "Row 2" in report.errors[0].reason
    assert "capitals" in report.errors[1].reason
    assert "Row 6" in report.errors[2].reason
    assert any("repeat" in warning for warning in report.warnings)


def test_a_key_that_differs_from_a_stored_one_only_in_case_is_refused(buyer):
    Supplier.objects.create(code="AbC", name="已有")
    report = imported(SupplierSheet(user=buyer), ("code", "name"), ["aBc", "新"])
    assert "AbC" in report.errors[0].reason
    assert Supplier.objects.filter(code__iexact="abc").count() == 1


def test_other_unique_columns_are_checked_in_the_file_and_in_the_database(buyer):
    code = "91110000600037341L"
    sheet = SupplierSheet(user=buyer)
    Supplier.objects.create(code="OLD", name="旧", credit_code=code)
    report = imported(sheet, ("code", "name", "credit_code"), ["G1", "甲", code], ["G2", "乙", ""], ["G3", "丙", None])
    assert [(error.row, error.column) for error in report.errors] == [(2, "unified social credit code")]
    assert not Supplier.objects.filter(code="G2").exists()
    Supplier.objects.get(code="OLD").delete()
    report = imported(
        SupplierSheet(user=buyer), ("code", "name", "credit_code"), ["G1", "甲", code], ["G2", "乙", code]
    )
    assert [error.row for error in report.errors] == [3]
    assert "Row 2" in report.errors[0].reason


def test_totals_and_the_template_example_are_not_data(buyer):
    report = imported(
        SupplierSheet(user=buyer),
        ("code", "name", "active"),
        ["G0001", "示例公司", "是"],
        ["G1", "甲", ""],
        ["合 计：", None, None],
        dry_run=True,
    )
    assert [error.row for error in report.errors] == [4]
    assert "totals" in report.errors[0].reason
    assert any("example" in warning for warning in report.warnings)
    assert report.total == 2


def test_second_thoughts_are_gathered_into_one_sentence(buyer):
    rows = [[1000 + number, "公司", "", 46082, ""] for number in range(30)]
    report = imported(SupplierSheet(user=buyer), SUPPLIER, *rows)
    assert report.ok
    assert len(report.warnings) == 2
    assert all("30 cells, first in row 2" in warning for warning in report.warnings)
    assert Supplier.objects.filter(code="1000", blacklisted_until=date(2026, 3, 1)).exists()


def test_foreign_keys_are_named_by_code_or_name(house):
    columns = ("code", "name", "category", "unit", "valuation", "min_stock", "reference_price")
    good = [
        ["X1", "纱布", "01", "个", "First in, first out", "１０", 1.25],
        ["X2", "棉签", "办公用品", "个", "", "", ""],
    ]
    bad = ["X3", "胶布", "没有", "件", "猜", -1, "abc"]
    report = imported(ItemSheet(user=None), columns, *good, bad)
    assert {(error.row, error.column) for error in report.errors} == {
        (4, "category"),
        (4, "stock unit"),
        (4, "minimum stock"),
        (4, "reference price (yuan)"),
        (4, "valuation"),
    }
    assert not Item.objects.filter(code__startswith="X").exists()
    assert imported(ItemSheet(user=None), columns, *good).errors == []
    item = Item.objects.get(code="X1")
    assert (item.valuation, item.min_stock, item.reference_price) == ("fifo", 10, Decimal("1.25"))
    assert Item.objects.get(code="X2").valuation == "moving_average"


def test_a_name_that_several_records_bear_is_refused(house):
    ItemCategory.objects.create(code="02", name="办公用品")
    report = imported(ItemSheet(user=None), ("code", "name", "category", "unit"), ["X1", "纱布", "办公用品", "个"])
    assert "Several" in report.errors[0].reason


def test_what_the_user_may_not_see_cannot_be_named(house, other_house):
    user = house.again("system_administrator")
    theirs = Department.objects.create(organization=other_house.organization, code="777", name="别院", kind="office")
    report = imported(
        DepartmentSheet(user=user), ("code", "name", "parent"), ["N1", "新科", "777"], ["N2", "新科二", "别院"]
    )
    absent = imported(DepartmentSheet(user=user), ("code", "name", "parent"), ["N1", "新科", "778"])
    assert [error.column for error in report.errors] == ["parent", "parent"]
    assert report.errors[0].reason.replace("777", "778") == absent.errors[0].reason
    assert theirs.children.count() == 0


def test_records_of_another_organization_are_neither_changed_nor_met(house, other_house):
    user = house.again("system_administrator")
    Department.objects.create(organization=other_house.organization, code="N1", name="别院的科")
    report = imported(DepartmentSheet(user=user), ("code", "name"), ["N1", "本院的科"])
    assert (report.new, report.errors) == (1, [])
    assert set(Department.objects.filter(code="N1").values_list("organization__code", "name")) == {
        ("H1", "本院的科"),
        ("H2", "别院的科"),
    }


def test_rights_to_add_and_to_change_are_asked_for_each_row(house):
    clerk = house.again("requester")
    report = imported(
        SupplierSheet(user=clerk), ("code", "name"), ["G1", "甲"], [f"S-{house.organization.code}", "改名"]
    )
    assert [error.row for error in report.errors] == [2, 3]
    house.supplier.refresh_from_db()
    assert house.supplier.name != "改名"


def test_a_tree_is_read_in_any_order(house):
    rows = [["C3", "三级", "C2"], ["C1", "一级", ""], ["C2", "二级", "一级"], ["D1", "又一", "01"]]
    report = imported(CategorySheet(user=None), ("code", "name", "parent"), *rows)
    assert (report.new, report.errors) == (4, [])
    nodes = {node.code: node for node in ItemCategory.objects.all()}
    assert nodes["C3"].path == f"{nodes['C1'].pk}.{nodes['C2'].pk}.{nodes['C3'].pk}."
    assert nodes["D1"].path == f"{nodes['01'].path}{nodes['D1'].pk}."
    moved = imported(CategorySheet(user=None), ("code", "name", "parent"), ["C2", "二级", "01"])
    assert (moved.changed, moved.errors) == (1, [])
    assert ItemCategory.objects.get(code="C3").path.startswith(nodes["01"].path)


def test_a_circle_in_a_tree_is_refused(house):
    report = imported(CategorySheet(user=None), ("code", "name", "parent"), ["C1", "一", "C2"], ["C2", "二", "C1"])
    assert report.errors
    assert not ItemCategory.objects.filter(code="C1").exists()
    imported(CategorySheet(user=None), ("code", "name", "parent"), ["C1", "一", ""], ["C2", "二", ""])
    report = imported(CategorySheet(user=None), ("code", "name", "parent"), ["C1", "一", "C2"], ["C2", "二", "C1"])
    assert len(report.errors) == 1
    assert set(ItemCategory.objects.filter(code__in=("C1", "C2")).values_list("parent", flat=True)) == {None}


def test_lines_go_into_a_draft_document_and_are_found_again(house):
    document = make_opening(house, (house.gloves, 5, 25))
    sheet = OpeningLineSheet(user=house.storekeeper, parent=document)
    columns = ("item", "unit", "quantity", "unit_price", "lot_number")
    report = sheet.import_table(
        table(columns, [house.gloves.code, "个", 8, 25, ""], [house.vaccine.code, "个", "1,000", 8, "L1"]),
        dry_run=False,
    )
    assert (report.new, report.changed, report.errors) == (1, 1, [])
    lines = list(document.lines.values_list("position", "item__code", "quantity", "amount"))
    assert lines == [(1, house.gloves.code, 8, 200), (2, house.vaccine.code, 1000, 8000)]
    assert OpeningLineSheet.import_permission() == "inventory.change_openingstock"


def test_what_only_the_database_notices_is_told_with_its_row(house):
    document = make_opening(house, (house.gloves, 5, 25))
    sheet = OpeningLineSheet(user=house.storekeeper, parent=document)
    rows = [[house.paper.code, "个", 8, 25, ""], [house.vaccine.code, "个", 0, 8, "L1"]]
    report = sheet.import_table(table(("item", "unit", "quantity", "unit_price", "lot_number"), *rows), dry_run=False)
    assert [error.row for error in report.errors] == [3]
    assert document.lines.count() == 1


def test_models_whose_save_must_run_are_saved_row_by_row(house, buyer):
    class OneByOne(SupplierSheet):
        class Meta(SupplierSheet.Meta):
            use_bulk = False

        def before_save_instance(self, instance, row, **kwargs):
            """Supplier.save() makes the initials itself."""

    report = imported(OneByOne(user=buyer), ("code", "name"), ["G1", "甲"], ["G2", "乙"])
    assert (report.new, report.errors) == (2, [])
    record = Supplier.objects.get(code="G1")
    assert (record.initials, record.history.get().history_user_id) == ("J", buyer.pk)

    class Clashing(OneByOne):
        def before_save_instance(self, instance, row, **kwargs):
            instance.code = "G1"

    report = imported(Clashing(user=buyer), ("code", "name"), ["G8", "丙"], ["G9", "丁"])
    assert [error.row for error in report.errors] == [2, 3]
    assert "database refuses" in report.errors[0].reason
    assert Supplier.objects.get(code="G1").name == "甲"


def test_queries_grow_with_thousands_of_rows_not_with_rows(house):
    def queries(count, start):
        rows = [[f"Q{start + number:06}", f"物资{number}", "", "01", "个", 1, 2, "1.25"] for number in range(count)]
        columns = ("code", "name", "specification", "category", "unit", "min_stock", "max_stock", "reference_price")
        with CaptureQueriesContext(connection) as captured:
            report = imported(ItemSheet(user=None), columns, *rows)
        assert (report.ok, report.new) == (True, count)
        return len(captured)

    few, many = queries(10, 0), queries(2500, 1000)
    assert many - few <= 12
    assert Item.history.filter(code__startswith="Q").count() == 2510


def test_export_and_import_are_the_same_data(house, buyer):
    imported(
        SupplierSheet(user=buyer),
        ("code", "name", "phone", "blacklisted_until", "note"),
        ["0007", "=甲", "010-1", date(2026, 3, 1), "行"],
        ["8", "乙", "", None, ""],
    )
    stream = io.BytesIO()
    write_workbook(stream, [SupplierSheet(user=buyer).to_sheet(Supplier.objects.visible_to(buyer))])
    sheet = SupplierSheet(user=buyer)
    report = sheet.import_table(sheet.read(stream.getvalue(), "a.xlsx"), dry_run=False)
    assert (report.new, report.changed, report.unchanged) == (0, 0, 3)
    page = load_workbook(stream).active
    assert [cell.value for cell in page[1]][:3] == ["code", "name", "unified social credit code"]
    assert page["A2"].value == "0007"


def test_export_costs_one_query(house):
    with CaptureQueriesContext(connection) as captured:
        rows = list(ItemSheet().to_sheet(Item.objects.all()).rows)
    assert len(captured) == 1
    assert rows[0][3:5] == ["01", "个"]
    assert rows[0][7] == Decimal("25.000000")


def test_the_template_explains_itself_and_can_be_sent_back(house, buyer):
    sheet = SupplierSheet(user=buyer)
    stream = io.BytesIO()
    write_workbook(stream, template_sheets(sheet))
    workbook = load_workbook(stream)
    assert [cell.value for cell in workbook.worksheets[0][1]][:2] == ["code*", "name*"]
    assert workbook.sheetnames[1] == "How to fill in"
    notes = {row[0].value: [cell.value for cell in row] for row in workbook.worksheets[1].iter_rows(min_row=4)}
    assert "供应商编码" in notes["code"][5]
    assert notes["name"][1] == "Yes"
    table_read = sheet.read(stream.getvalue(), "模板.xlsx")
    assert table_read.warnings == []
    report = sheet.import_table(table_read, dry_run=False)
    assert (report.total, report.errors) == (0, [])


def test_headers_are_known_in_every_language(house):
    names = {column.key: column.names for column in SupplierSheet().column_names()}
    assert "code" in names["code"]
    assert "供应商编码" in names["code"]
    with override("zh-hans"):
        assert SupplierSheet().column_names()[0].required


def test_a_missing_column_is_refused_by_name(buyer):
    with pytest.raises(FileRefused, match="name"):
        SupplierSheet(user=buyer).read(book([["编号", "code"], ["x", "G1"]]), "a.xlsx")


def test_mistyped_declarations_are_refused():
    def declare(meta, **attributes):
        class Meta:
            model = Supplier
            fields = ("code", "name")
            import_id_fields = ("code",)

        for name, value in meta.items():
            setattr(Meta, name, value)
        return type(BaseResource)("Broken", (BaseResource,), {"Meta": Meta, **attributes})

    def prepared(self, instance, row, **kwargs):
        instance.initials = ""

    for resource in (
        declare({"clean_model_instance": True}, before_save_instance=prepared),
        declare({"fields": None}, before_save_instance=prepared),
        declare({}, before_save_instance=prepared, column_synonyms={"nmae": ("名称",)}),
        declare({}, before_save_instance=prepared, required_columns=("phon",)),
        declare({}),
    ):
        with pytest.raises(ImproperlyConfigured):
            register(resource)
    with pytest.raises(TypeError):
        declare({}, column_options={"name": {"max_lenght": 3}})


def test_the_registry_knows_resources_by_model_and_name():
    for resource in all_resources():
        assert by_name(resource.resource_name()) is resource
        assert for_model(resource._meta.model) is resource
    with pytest.raises(KeyError):
        for_model(OpeningStock)


def test_only_the_strict_way_in_exists(buyer):
    with pytest.raises(ImproperlyConfigured):
        SupplierSheet(user=buyer).import_data(None)

    class Frozen(SupplierSheet):
        export_only = True

    with pytest.raises(DomainError):
        imported(Frozen(user=buyer), ("code", "name"), ["G1", "甲"])


GOOD_QUANTITIES = [1, 2.5, "3", "１２", "1,000", " 7 ", "7\u00a0", "0.0001", 0.1 + 0.2]
BAD_QUANTITIES = [
    "1_000", "1e3", "NaN", "Infinity", "十二", "12个", "50%", "1,00", -1, 0, "-2", 0.00001, "0.00001", 1e15, True,
    date(2026, 3, 1), "2026-03-01", "=1+1", "''5", None,
]  # fmt: skip
GOOD_DATES = [
    "2026/3/5",
    "2026-3-5",
    "2026.3.5",
    "20260305",
    20260305,
    "2026年3月5日",
    "2026年3月",
    date(2026, 3, 5),
    46086,
    None,
]
BAD_DATES = ["2/3/2026", 60, -5, 3_000_000, "明年", "2026-02-30", "1989-12-31", "3000-01-01", 2026.3, True]
BAD_CODES = [1.101011990030776e17, 123456789012345678, "1.2E+17", date(2026, 1, 2), "a\u202eb", "长" * 41]


def lines_of(house, column, values):
    """A real workbook of opening stock, one line a value; (rows that were refused, report)."""
    document = make_opening(house, (house.gloves, 5, 25))
    usual = {
        "item": house.vaccine.code,
        "unit": "个",
        "quantity": 1,
        "unit_price": 8,
        "lot_number": "",
        "expires_on": None,
    }
    rows = [list({**usual, "lot_number": f"L{number}", column: value}.values()) for number, value in enumerate(values)]

    def prepare(workbook, sheet):
        style = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, place, cell, style)

    plain = [[None if isinstance(cell, date) else cell for cell in row] for row in rows]
    sheet = OpeningLineSheet(user=house.again("storekeeper"), parent=document)
    report = sheet.import_table(sheet.read(book([list(usual), *plain], prepare=prepare), "期初.xlsx"), dry_run=False)
    expected_lines = 1 + len(values) if report.ok else 1
    assert document.lines.count() == expected_lines
    return {error.row - 2 for error in report.errors}, report


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [
        ("quantity", GOOD_QUANTITIES, BAD_QUANTITIES),
        ("expires_on", GOOD_DATES, BAD_DATES),
        ("lot_number", ["L-x", "Ｌ９", "00123"], BAD_CODES),
    ],
)
def test_cells_of_a_real_workbook(house, column, good, bad):
    refused, report = lines_of(house, column, good)
    assert (refused, report.new) == (set(), len(good))
    refused, report = lines_of(house, column, bad)
    assert refused == set(range(len(bad))), [(bad[error.row - 2], error.reason) for error in report.errors]
    assert all(error.column and error.reason for error in report.errors if bad[error.row - 2] not in (0, -1, "-2"))
