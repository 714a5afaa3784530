"""Every bad workbook gets its own sentence, good ones are read whole, and the application survives them all."""

import resource
import subprocess
import sys
import time
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from django.utils.translation import override

from core.excel import reader
from core.excel.cells import BadCell, cell_name, decode, encode
from core.excel.layout import normalise
from core.excel.messages import NOTICES, REFUSALS
from core.excel.reader import ColumnNames, FileRefused, read_workbook
from tests.core.excel.corpus import DATA, ENTRIES, HEADER, SHEET, Entry, book, changed, edited, sheet_xml

COLUMNS = (
    ColumnNames("code", ["编码", "Code"], required=True),
    ColumnNames("name", ["名称", "Name"], required=True),
    ColumnNames("quantity", ["数量", "Quantity"]),
    ColumnNames("date", ["日期", "Date"]),
)
REAL = Path(__file__).resolve().parents[3] / "assets" / "data" / "高等学校固定资产分类与代码.xlsx"


def read(data: bytes, name: str = "表.xlsx", columns=COLUMNS):
    return read_workbook(data, filename=name, columns=columns)


def cells_of(rows, *, prepare=None, changes=None):
    data = book(rows, prepare=prepare)
    return [row.cells for row in read(edited(data, changes) if changes else data).rows]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_file_of_the_corpus(entry: Entry):
    name, data = entry.build()
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with override("en"):
        if entry.refused:
            with pytest.raises(FileRefused) as caught:
                read(data, name)
            assert caught.value.code == entry.refused
            assert len(str(caught.value)) > 20
        else:
            table = read(data, name)
            assert len(table.rows) == entry.rows
            for note in entry.notes:
                assert any(note in warning for warning in table.warnings), table.warnings
    assert time.monotonic() - started < 20
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 64, f"the application grew by {grown:.0f} MB"


def test_the_corpus_is_large_and_every_sentence_is_used():
    used = {entry.refused for entry in ENTRIES} - {None}
    assert len(ENTRIES) >= 60
    assert set(REFUSALS) - used <= {"too_heavy"}
    assert not set(REFUSALS) & set(NOTICES)


def test_a_published_workbook_with_page_breaks_is_read_completely():
    columns = [
        ColumnNames("code", ["分类代码"], True),
        ColumnNames("name", ["分类名称"]),
        ColumnNames("gb", ["国标名称"]),
    ]
    table = read_workbook(REAL, filename=REAL.name, columns=columns)
    assert len(table.rows) == 18_091
    assert table.rows[0] == (2, [1010000020000000, "土地及植物", "土地、海域及无居民海岛"])
    assert table.rows[-1].cells == [6056030170199000, "其他知识产权", "无形资产"]
    assert all(isinstance(row.cells[0], int) for row in table.rows)
    assert len(table.warnings) == 3


def test_rows_keep_the_numbers_of_the_users_workbook():
    table = read(book([["标题"], HEADER, DATA[0], [], DATA[1]]))
    assert (table.sheet, table.header_row) == ("Sheet1", 2)
    assert [row.number for row in table.rows] == [3, 5]
    assert table.columns == ["code", "name", "quantity", "date"]
    assert table.letters == ["A", "B", "C", "D"]
    assert table.rows[0].cells == ["A001", "纱布", 10, "2026-03-01"]


def test_cells_are_typed():
    def prepare(work, sheet):
        sheet.write_datetime(1, 3, datetime(2026, 3, 1), work.add_format({"num_format": "yyyy-mm-dd"}))  # noqa: DTZ001
        sheet.write_number(1, 0, 123, work.add_format({"num_format": "00000"}))
        sheet.write_boolean(2, 1, True)
        sheet.write_rich_string(2, 0, "a", work.add_format({"bold": True}), "b")

    rows = cells_of([HEADER, ["", "=1+1", 0.5, ""], ["", "", 1e15, ""]], prepare=prepare)
    assert rows == [["00123", "=1+1", 0.5, date(2026, 3, 1)], ["ab", True, 10**15, None]]


def test_excel_errors_and_uncalculated_formulas_are_not_blanks():
    error = '<row r="2"><c r="A2" t="e"><v>#N/A</v></c><c r="B2"><f>1+1</f><v></v></c><c r="C2"><f>1</f></c></row>'
    spoiled = changed({SHEET: lambda old: old.replace(b'<row r="3"', error.encode() + b'<row r="3"')})
    name, data = spoiled()
    data = edited(
        data, {SHEET: lambda old: old.replace(b'<row r="2" spans="1:4">', b'<row r="2" spans="1:4" x="">', 1)}
    )
    with pytest.raises(FileRefused, match=r".") as caught:
        read(data, name)
    assert caught.value.code == "damaged", "two rows with one number"
    header = "".join(
        f'<c r="{letter}1" t="inlineStr"><is><t>{text}</t></is></c>'
        for letter, text in zip("ABCD", HEADER, strict=True)
    )
    data = edited(book([HEADER]), {SHEET: sheet_xml(f'<row r="1">{header}</row>{error}')})
    assert read(data).rows[0].cells == [BadCell("error", "#N/A"), BadCell("formula"), BadCell("formula"), None]


def test_vertical_merges_are_errors_in_every_row_that_they_leave_blank():
    def prepare(_work, sheet):
        sheet.merge_range(1, 1, 2, 1, "纱布")

    rows = cells_of([HEADER, *DATA], prepare=prepare)
    assert [row[1] for row in rows] == [BadCell("merged", "B2:B3")] * 2
    assert [row[0] for row in rows] == ["A001", "A002"]


def test_workbooks_that_count_days_from_1904():
    def prepare(work, sheet):
        sheet.write_datetime(1, 3, datetime(2026, 3, 1), work.add_format({"num_format": "yyyy-mm-dd"}))  # noqa: DTZ001

    table = read(book([HEADER, DATA[0]], prepare=prepare, date_1904=True))
    assert table.date1904
    assert table.rows[0].cells[3] == date(2026, 3, 1)


def test_without_known_columns_the_first_row_with_texts_is_the_header():
    table = read_workbook(book([["清单"], [], ["甲", "乙"], [1, 2]]), filename="a.xlsx")
    assert table.columns == ["甲", "乙"]
    assert table.rows == [(4, [1, 2])]


def test_csv_exports_come_back_without_the_protecting_quote():
    data = "编码,名称\n'=1+1,'@x\nB,'普通\n".encode()
    assert [row.cells for row in read(data, "a.csv").rows] == [["=1+1", "@x"], ["B", "'普通"]]


def test_rare_characters_and_markup_are_just_text():
    texts = ["𠮷𪚥😀", "<script>{{7*7}}${x}' OR 1=1", "=cmd|'/c calc'!A1"]
    assert [row[1] for row in cells_of([HEADER, *(["A", text] for text in texts)])] == texts


def test_refusals_are_spoken_in_the_users_language(settings):
    with pytest.raises(FileRefused) as english, override("en"):
        read(b"")
    assert "empty" in str(english.value)


def test_header_cells_are_compared_without_marks_and_blanks():
    spellings = ["编码", " 编 码*", "＊编码", "编码（必填）", "编\n码 (required)", "\u200b编码\u00a0"]
    assert {normalise(spelling) for spelling in spellings} == {"编码"}
    assert normalise("Ｃｏｄｅ") == normalise("CODE")
    assert normalise(None) == normalise(12) == ""


def test_cells_survive_the_pipe():
    for cell in ("x", 1, 0.5, True, None, date(2026, 1, 2), datetime(2026, 1, 2, 3), BadCell("error", "#N/A")):  # noqa: DTZ001
        assert decode(encode(cell)) == cell
    assert [cell_name(1, 0), cell_name(9, 26), cell_name(1, 16383)] == ["A1", "AA9", "XFD1"]


def test_the_child_knows_neither_the_database_nor_django():
    code = (
        "import sys; import core.excel.worker, core.excel.marking; "
        "print([name for name in sys.modules if name.split('.')[0] in ('django', 'sqlite3', 'psycopg', 'socket')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REAL.parents[2])
    assert done.stdout.strip() == "[]"


def test_writing_a_normal_workbook_with_another_program_is_read(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate([HEADER, *DATA]):
            sheet.write_row(number, 0, row)
    assert [row.cells[:3] for row in read_workbook(path, filename="a.xlsx", columns=COLUMNS).rows] == [
        ["A001", "纱布", 10],
        ["A002", "棉签", 2.5],
    ]


@pytest.mark.parametrize(("code", "expected"), [(-6, "damaged"), (-11, "damaged"), (1, "damaged"), (-24, "too_heavy")])
def test_a_child_that_dies_blames_the_file(monkeypatch, code, expected):
    monkeypatch.setattr("core.excel.reader._run", lambda *_args: code)
    with pytest.raises(FileRefused) as caught:
        read(book([HEADER, *DATA]))
    assert caught.value.code == expected


def test_a_child_that_hangs_is_ended(monkeypatch):
    monkeypatch.setitem(reader.WALL_SECONDS, "read", 0.01)
    with pytest.raises(FileRefused) as caught:
        read(book([HEADER, *DATA]))
    assert caught.value.code == "too_heavy"


def test_the_child_cannot_take_more_memory_than_it_may():
    code = "import sys; from core.excel.worker import *; limit_this_process('read'); bytearray(800 * 2**20)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=REAL.parents[2]
    )
    assert "MemoryError" in done.stderr
