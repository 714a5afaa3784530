"""Classes of both editions, what became of old codes, and how long things of a class live (R-AST-04, R-AST-09)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assets.models import AssetCategory, AssetClass, AssetLife, CardType, CategoryMapping
from assets.services.catalogue import MAPPING_BASIS, hang_right, load_names, load_shipped
from assets.services.classes import ClassBook
from assets.services.lives import LifeTable
from core.errors import DomainError
from core.excel.writer import Column, Sheet, write_workbook
from core.imports.services import check_upload, confirm_import, report_of
from core.resources import by_name
from tests.factories import House

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 1)


@pytest.fixture
def classes(house: House, tmp_path) -> House:
    load_shipped()
    return house


def category(code: str) -> AssetCategory:
    return AssetCategory.objects.get(code=code)


def sheet(tmp_path, rows: list[list], columns: tuple[str, ...] = ("代码", "名称", "计量单位", "说明")):
    path = tmp_path / "classes.xlsx"
    with path.open("wb") as target:
        write_workbook(target, [Sheet("Sheet1", [Column(name, kind="text") for name in columns], rows)])
    return SimpleUploadedFile("classes.xlsx", path.read_bytes())


def load(house: House, upload, name: str = "assets.assetcategory"):
    user = house.again("asset_manager")
    return report_of(confirm_import(check_upload(upload, resource=by_name(name), user=user), user=user))


def test_the_shipped_tables_stand_in_their_tree_and_are_loaded_once(classes: House) -> None:
    made = (AssetCategory.objects.count(), AssetLife.objects.count(), CategoryMapping.objects.count())
    assert AssetCategory.objects.filter(edition="2022").count() == 136
    assert [row.code for row in category("A02010105").ancestors()] == ["A02010100", "A02010000", "A02000000"]
    assert category("A02061804").parent.code == "A02060000"
    assert AssetLife.objects.count() == 55
    assert set(CategoryMapping.objects.values_list("basis", flat=True)) == {MAPPING_BASIS}
    again = load_shipped()
    assert again == dict.fromkeys(again, 0)
    assert made == (AssetCategory.objects.count(), AssetLife.objects.count(), CategoryMapping.objects.count())


def test_the_shipped_names_are_those_of_the_published_workbook(house: House) -> None:
    assert (load_names(), load_names()) == (18091, 0)
    assert AssetClass.objects.count() == 18091
    flat = AssetClass.objects.get(source_row=4)
    assert (flat.name, flat.code, flat.raw_code, flat.initials) == ("平原", "1010901", "1010901020101000", "PY")


def test_what_the_house_changed_or_deleted_is_not_loaded_again(classes: House) -> None:
    AssetCategory.objects.filter(code="A02010105").update(name="电脑")
    CategoryMapping.objects.get(old__code="2010104").delete()
    load_shipped()
    assert category("A02010105").name == "电脑"
    assert not CategoryMapping.objects.filter(old__code="2010104").exists()


@pytest.mark.parametrize(
    ("code", "content", "months"),
    [
        ("A02010105", "", 72),
        ("A02061804", "", 60),
        ("A02320000", "", 60),
        ("A05010301", "", 180),
        ("A05030000", "", 60),
        ("A01020000", "", 96),
        ("A01010100", "钢筋混凝土结构", 600),
        ("A01010100", "砖混结构", 360),
        ("A01010100", "其他", 96),
        ("2010104", "", 72),
    ],
)
def test_the_table_of_lives_is_found_up_the_tree_and_over_the_mapping(
    classes: House, code: str, content: str, months: int
) -> None:
    """R-AST-09: 财会〔2017〕4号 is keyed to codes of 2010."""
    life = LifeTable(classes.organization.pk, DAY).minimum(category(code).pk, content)
    assert life is not None
    assert (life[0], "财会〔2017〕4号" in life[1]) == (months, True)


@pytest.mark.parametrize("code", ["A08010000", "A02390000", "A01030000"])
def test_no_life_is_made_up_where_no_table_names_one(classes: House, code: str) -> None:
    assert LifeTable(classes.organization.pk, DAY).minimum(category(code).pk) is None


def test_a_row_of_the_house_goes_first_from_its_day_on(classes: House, other_house: House) -> None:
    AssetLife.objects.create(
        organization=classes.organization,
        category=category("A02010100"),
        minimum_months=48,
        valid_from=dt.date(2026, 1, 1),
        basis="财资〔2026〕1号",
    )
    computer = category("A02010105")
    assert LifeTable(classes.organization.pk, DAY).minimum(computer.pk) == (48, "财资〔2026〕1号")
    assert LifeTable(classes.organization.pk, dt.date(2025, 12, 31)).minimum(computer.pk)[0] == 72
    assert LifeTable(other_house.organization.pk, DAY).minimum(computer.pk)[0] == 72


def test_lives_of_many_cards_cost_three_queries(classes: House, django_assert_num_queries) -> None:
    table, keys = LifeTable(classes.organization.pk, DAY), list(AssetCategory.objects.values_list("pk", flat=True))
    with django_assert_num_queries(3):
        known = [table.minimum(key) for key in keys]
    assert sum(life is not None for life in known) > 500


def test_only_leaves_of_the_active_edition_are_taken(classes: House) -> None:
    """R-AST-04: an unknown code, a class with classes under it and one out of use are refused."""
    book = ClassBook()
    assert book.named("A02010105")[0].name == "台式计算机"
    assert book.named("台式计算机")[0].code == "A02010105"
    AssetCategory.objects.filter(code="A02010104").update(active=False)
    for text, word in (("A02010100", "under it"), ("A99999999", "no class"), ("没有的", "no class"), ("", "no class")):
        with pytest.raises(DomainError, match=word):
            book.named(text)
    with pytest.raises(DomainError, match="no longer in use"):
        ClassBook().named("A02010104")


def test_a_code_of_2010_is_taken_where_one_leaf_took_its_place(classes: House) -> None:
    """R-AST-04: with a mapping the class of 2022 is named, without one it is refused in words."""
    assert [row.code for row in ClassBook().named("2010104")] == ["A02010105", "2010104"]
    assert ClassBook().named("3220100")[0].code == "A02320000"
    with pytest.raises(DomainError, match="several classes of 2022"):
        ClassBook().named("2010201")
    CategoryMapping.objects.all().delete()
    with pytest.raises(DomainError, match="no mapping"):
        ClassBook().named("2010104")


def test_the_full_official_sheet_is_loaded_in_any_order_and_fills_the_tree(classes: House, tmp_path) -> None:
    rows = [
        ["A02060101", "示例电机", "台", "一种"],
        ["A02061800", "制冷空调设备", "台", ""],
        ["A02060100", "电机", "台", ""],
        ["A02010105", "台式计算机", "台", "含主机"],
    ]
    report = load(classes, sheet(tmp_path, rows))
    assert (report.new, report.changed, report.error_count) == (3, 1, 0)
    assert category("A02060101").parent.code == "A02060100"
    assert category("A02061804").parent.code == "A02061800"
    assert category("A02061804").path.startswith(category("A02061800").path)
    assert category("A02060101").card_type == CardType.EQUIPMENT
    assert (category("A02010105").unit, category("A02010105").remark) == ("台", "含主机")
    assert hang_right("2022") == 0


def test_all_wrong_codes_of_a_sheet_are_named_and_nothing_is_written(classes: House, tmp_path) -> None:
    rows = [
        ["A0206", "短", "", ""],
        ["B02060000", "错", "", ""],
        ["A02069900", "对", "", ""],
        ["A02069901", "", "", ""],
    ]
    user = classes.again("asset_manager")
    job = check_upload(sheet(tmp_path, rows), resource=by_name("assets.assetcategory"), user=user)
    assert sorted({error.row for error in report_of(job).errors}) == [2, 3, 5]
    assert not AssetCategory.objects.filter(code="A02069900").exists()


def test_who_may_only_look_may_not_load_classes(classes: House, tmp_path) -> None:
    from core.errors import NotAllowed

    with pytest.raises(NotAllowed):
        check_upload(
            sheet(tmp_path, [["A02069900", "电", "", ""]]),
            resource=by_name("assets.assetcategory"),
            user=classes.again("requester"),
        )
    assert not AssetCategory.objects.filter(code="A02069900").exists()


def test_a_mapping_comes_in_from_a_sheet(classes: House, tmp_path) -> None:
    upload = sheet(tmp_path, [["2010202", "A02010200", "省财政厅"]], ("旧代码", "新代码", "依据"))
    assert load(classes, upload, "assets.categorymapping").new == 1
    assert ClassBook().named("2010202")[0].code == "A02010200"
