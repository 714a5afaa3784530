"""What leaves the application opens in Excel typed, framed and harmless."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import repeat

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from core.errors import DomainError
from core.excel import writer
from core.excel.annotate import annotate_workbook
from core.excel.download import workbook_response
from core.excel.reader import ColumnNames, FileRefused, read_workbook
from core.excel.writer import Column, Sheet, Strong, clean_text, write_workbook
from tests.core.excel.corpus import DATA, HEADER, book

LEDGER = [
    Column("编码", kind="code", width=10),
    Column("名称"),
    Column("收入", children=[Column("数量", kind="quantity", total=True), Column("金额", kind="money", total=True)]),
    Column(
        "发出",
        children=[
            Column("日期", kind="date"),
            Column("其中", children=[Column("单价", kind="price"), Column("次", kind="integer")]),
        ],
    ),
    Column("记录时间", kind="datetime"),
]
NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
ROWS = [
    ("A1", "纱布", Decimal("10.0000"), Decimal("12.50"), date(2026, 3, 1), Decimal("1.250000"), 3, NOON),
    ("A2", "=1+1", Decimal("0.5000"), Decimal("0.10"), None, None, None, None),
]


def written(*sheets: Sheet):
    stream = io.BytesIO()
    write_workbook(stream, sheets)
    return stream


def opened(*sheets: Sheet):
    return load_workbook(written(*sheets))


def test_a_ledger_has_titles_a_merged_header_typed_cells_and_totals():
    with override("en"):
        page = opened(Sheet("明细账", LEDGER, iter(ROWS), title=["明细账", "2026-03"], freeze=2))["明细账"]
    assert page["A1"].value == "明细账"
    assert page["A2"].value == "2026-03"
    merged = {str(cells) for cells in page.merged_cells.ranges}
    assert merged == {"A1:H1", "A2:H2", "A3:A5", "B3:B5", "C3:D3", "C4:C5", "D4:D5", "E3:G3", "E4:E5", "F4:G4", "H3:H5"}
    assert [page["C3"].value, page["C4"].value, page["F4"].value, page["G5"].value] == ["收入", "数量", "其中", "次"]
    assert [cell.value for cell in page[6]] == [
        "A1", "纱布", 10, 12.5, datetime(2026, 3, 1), 1.25, 3, datetime(2026, 3, 1, 12),  # noqa: DTZ001
    ]  # fmt: skip
    formats = [cell.number_format.split(";")[0] for cell in page[6]][:6]
    assert formats == ["@", "@", "#,##0", "#,##0.00", "yyyy-mm-dd", "#,##0.00####"]
    assert page["C7"].number_format == "#,##0.####;[Red]-#,##0.####"
    assert (page["B7"].value, page["B7"].data_type) == ("=1+1", "s")
    assert [cell.value for cell in page[8]][:4] == ["Total", None, 10.5, 12.6]
    assert page["C8"].font.bold
    assert page.freeze_panes == "C6"
    assert page.auto_filter.ref == "A5:H7"


def test_the_sheet_is_ready_to_print():
    with override("en"):
        page = opened(Sheet("s", LEDGER, ROWS, title=["t"])).active
    assert page.print_title_rows == "$2:$4"
    assert page.page_setup.orientation == "landscape"
    assert page.page_setup.paperSize == 9
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.page_setup.fitToHeight == 0
    assert page.oddFooter.center.text == "Page &P of &N"
    assert page.column_dimensions["A"].width == pytest.approx(10, abs=1)


def test_given_totals_notes_and_strong_rows_are_written_as_they_stand():
    rows = [("A", Decimal(1)), Strong(("小计", Decimal(1))), ("B", Decimal(2))]
    columns = [Column("名称"), Column("数量", kind="quantity", total=True)]
    page = opened(Sheet("s", columns, rows, notes=["说明"])).active
    assert [cell.value for cell in page["B"]][1:5] == [1, 1, 2, 3], "a subtotal is not counted twice"
    assert page["A3"].font.bold
    assert page["A6"].value == "说明"
    page = opened(Sheet("s", columns, rows, totals=["期末", Decimal(9)])).active
    assert [page["A5"].value, page["B5"].value] == ["期末", 9]


def test_an_empty_export_still_has_its_header():
    page = opened(Sheet("空", [Column("甲")], [])).active
    assert page["A1"].value == "甲"
    assert page.auto_filter.ref is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=20))
def test_text_stays_text_and_comes_back_unchanged(texts):
    stream = written(Sheet("s", [Column("甲"), Column("乙", kind="code")], [(text, "x") for text in texts]))
    page = load_workbook(stream).active
    expected = [clean_text(text) for text in texts]
    for cell, text in zip(page["A"][1:], expected, strict=True):
        assert cell.data_type in ("s", "n", "inlineStr")
        assert cell.data_type != "f"
        assert (cell.value or "").replace("\r", "") == text.replace("\r", "") or "_x" in (cell.value or "")
    data = stream.getvalue()
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"<hyperlink" not in sheet


@pytest.mark.parametrize(
    "text", ["=HYPERLINK(1)", "+1", "-1", "@x", "http://a.b/", "mailto:a@b.c", "\t=1", "007", "1e5"]
)
def test_dangerous_texts_are_plain_cells(text):
    table = read_workbook(
        written(Sheet("s", [Column("甲"), Column("乙")], [(text, "x")])).getvalue(), filename="a.xlsx"
    )
    assert table.rows[0].cells == [text, "x"]


def test_overlong_and_broken_texts_are_cut_not_fatal():
    texts = ["长" * 40_000, "a\x00b\x01c\x0bd", "\ud800x", "行\r\n行", "𠮷" * 20_000]
    page = opened(Sheet("s", [Column("甲")], [(text,) for text in texts])).active
    assert [len(cell.value) for cell in page["A"][1:]] == [32_767, 4, 1, 3, 16_383]


def test_values_that_do_not_fit_their_column_are_written_as_text():
    columns = [Column("数", kind="integer"), Column("日", kind="date"), Column("是", kind="boolean")]
    with override("en"):
        page = opened(Sheet("s", columns, [(10**18, date(1850, 1, 1), True), ("—", "—", None)])).active
    assert [cell.value for cell in page[2]] == ["1000000000000000000", "1850-01-01", "Yes"]
    assert [cell.value for cell in page[3]] == ["—", "—", None]


def test_sheet_names_are_made_legal_and_unique():
    names = ["a/b:c", "同名", "同名", "x" * 40, "x" * 40, "''", ""]
    pages = opened(*(Sheet(name, [Column("c")], []) for name in names)).sheetnames
    assert pages == ["a b c", "同名", "同名 (2)", "x" * 31, "x" * 27 + " (2)", "Sheet", "Sheet (2)"]


def test_choices_become_a_drop_down_list():
    page = opened(Sheet("s", [Column("单位", choices=["箱", "个"])], [])).active
    assert page.data_validations.dataValidation[0].formula1 == '"箱,个"'


def test_more_rows_than_fit_are_refused(monkeypatch):
    monkeypatch.setattr(writer, "MAX_ROWS", 10)
    with pytest.raises(DomainError, match="10"):
        written(Sheet("s", [Column("c")], repeat((1,))))


def test_memory_does_not_grow_with_the_rows():
    import tracemalloc

    columns = [Column("甲"), Column("乙", kind="money", total=True)]
    tracemalloc.start()
    try:
        write_workbook("/dev/null", [Sheet("s", columns, (("物资", Decimal("1.50")) for _ in range(5_000)))])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5 * 2**20


def test_a_download_names_its_file_in_chinese():
    response = workbook_response("收发存汇总表", [Sheet("s", [Column("甲")], [("x",)])])
    assert "filename*=utf-8''%E6%94%B6" in response["Content-Disposition"]
    assert b"".join(response.streaming_content).startswith(b"PK")


def test_the_users_own_workbook_comes_back_with_reasons():
    def prepare(work, sheet):
        sheet.set_column(0, 0, 33)
        sheet.write(0, 0, "标题", work.add_format({"bold": True, "bg_color": "#00FF00"}))

    original = book([["标题"], HEADER, *DATA], prepare=prepare)
    with override("en"):
        marked = annotate_workbook(original, {4: "=坏", 3: "数量不对"}, 2, filename="a.xlsx", sheet="Sheet1")
    page = load_workbook(io.BytesIO(marked)).active
    assert [page["E2"].value, page["E3"].value, page["E4"].value] == ["Error reason", "数量不对", "=坏"]
    assert page["E4"].data_type == "s"
    assert page.column_dimensions["A"].width > 30
    assert page["A1"].font.bold
    assert page["B3"].fill.start_color.rgb == "FFFDE9E7"
    columns = [ColumnNames("code", ["编码"], True)]
    assert len(read_workbook(marked, filename="a.xlsx", columns=columns).rows) == 2, (
        "it can be corrected and sent again"
    )


def test_a_workbook_marked_twice_keeps_one_column_of_reasons():
    once = annotate_workbook(book([HEADER, *DATA]), {2: "一", 3: "二"}, 1, filename="a.xlsx", sheet="Sheet1")
    with override("en"):
        twice = annotate_workbook(once, {3: "三"}, 1, filename="a.xlsx", sheet="Sheet1")
    page = load_workbook(io.BytesIO(twice)).active
    assert [cell.value for cell in page["E"]] == ["Error reason", None, "三"]
    assert page.max_column == 5
    assert page["A2"].fill.fill_type is None
    assert page["A3"].fill.fill_type == "solid"
    assert (
        read_workbook(twice, filename="a.xlsx", columns=[ColumnNames(name, [name]) for name in HEADER]).warnings == []
    )


def test_a_csv_comes_back_as_a_workbook_with_reasons():
    marked = annotate_workbook("编码,名称\n=1,b\n".encode(), {2: "错"}, 1, filename="a.csv")
    page = load_workbook(io.BytesIO(marked)).active
    assert [cell.value for cell in page[2]] == ["=1", "b", "错"]
    assert page["A2"].data_type == "s"


def test_a_damaged_workbook_cannot_be_marked():
    with pytest.raises(FileRefused):
        annotate_workbook(b"PK\x03\x04", {2: "错"}, 1, filename="a.xlsx", sheet="Sheet1")
