"""Bad workbooks, made when the tests run: each entry says what the reader must do with it (reliability b4).

A builder returns (file name, bytes). `refused` is the code of the sentence that the user must get; when it is None the
file must be read, with warnings that contain each of `notes` in English.
"""

import datetime
import io
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import xlsxwriter

HEADER = ["编码", "名称", "数量", "日期"]
DATA = [["A001", "纱布", 10, "2026-03-01"], ["A002", "棉签", 2.5, "2026/3/2"]]
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


@dataclass(frozen=True)
class Entry:
    name: str
    build: Callable[[], tuple[str, bytes]]
    refused: str | None = None
    rows: int = 2
    notes: tuple[str, ...] = ()


def book(rows, *, sheets=("Sheet1",), prepare=None, **options) -> bytes:
    """A workbook with these rows on its first sheet; prepare(workbook, first sheet) may spoil it further."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, **options}) as workbook:
        # The same rows are the same bytes, whatever the second.
        workbook.set_properties({"created": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)})
        pages = [workbook.add_worksheet(name) for name in sheets]
        for number, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    pages[0].write_string(number, column, cell)
                elif cell is not None:
                    pages[0].write(number, column, cell)
        if prepare:
            prepare(workbook, pages[0])
    return stream.getvalue()


def edited(data: bytes, changes: dict, extra: dict | None = None) -> bytes:
    """The container with members changed: name -> function of its bytes, or None to leave it out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            change = changes.get(member.filename, lambda content: content)
            if change is not None:
                new.writestr(member.filename, change(old.read(member)))
        for name, content in (extra or {}).items():
            new.writestr(name, content)
    return stream.getvalue()


def archive(members: dict) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members.items():
            new.writestr(name, content)
    return stream.getvalue()


def sheet_xml(rows: str, before: str = "", after: str = "") -> Callable[[bytes], bytes]:
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"{before}<sheetData>{rows}</sheetData>{after}</worksheet>"
    )
    return lambda _content: text.encode()


SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def good() -> bytes:
    return book([HEADER, *DATA])


def workbook(rows=None, name="表.xlsx", **options):
    return lambda: (name, book(rows or [HEADER, *DATA], **options))


def raw(content: bytes, name="表.xlsx"):
    return lambda: (name, content)


def changed(changes: dict, extra: dict | None = None, rows=None, name="表.xlsx"):
    return lambda: (name, edited(book(rows or [HEADER, *DATA]), changes, extra))


def csv(text: str, encoding="utf-8", name="表.csv"):
    return lambda: (name, text.encode(encoding))


CSV = "编码,名称,数量\nA001,纱布,10\nA002,棉签,2.5\n"


def _inline(number: int, *texts: str) -> str:
    cells = "".join(
        f'<c r="{chr(65 + index)}{number}" t="inlineStr"><is><t>{text}</t></is></c>' for index, text in enumerate(texts)
    )
    return f'<row r="{number}">{cells}</row>'


HEAD_XML = _inline(1, *HEADER)


def _duplicate_member() -> bytes:
    stream = io.BytesIO(good())
    with zipfile.ZipFile(stream, "a") as container:
        container.writestr("XL/Workbook.xml", b"<workbook/>")
    return stream.getvalue()


def _symlink() -> bytes:
    stream = io.BytesIO(good())
    with zipfile.ZipFile(stream, "a") as container:
        member = zipfile.ZipInfo("xl/media/link")
        member.external_attr = 0o120777 << 16
        container.writestr(member, "/etc/passwd")
    return stream.getvalue()


def _encrypted_flag() -> bytes:
    data = bytearray(good())
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 4)
    return bytes(data)


def _lying_size() -> bytes:
    """The directory claims 10 bytes for a member that unpacks to more."""
    data = bytearray(good())
    place = data.find(b"PK\x01\x02")
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")
    return bytes(data)


def _hidden(*, first: bool):
    def prepare(work, _sheet):
        pages = work.worksheets()
        pages[1].activate()
        (pages[0] if first else pages[1]).hide()
        target = pages[1] if first else pages[0]
        if first:
            for number, cells in enumerate([HEADER, *DATA]):
                target.write_row(number, 0, cells)

    return prepare


def _hide_rows(_work, sheet):
    sheet.set_row(1, options={"hidden": True})
    sheet.set_column(1, 1, options={"hidden": True})


def _merge_body(_work, sheet):
    sheet.merge_range(1, 1, 2, 1, "纱布")


def _title(work, sheet):
    sheet.merge_range(0, 0, 0, 3, "物资清单", work.add_format({"bold": True}))


def _merged_header(_work, sheet):
    for column, name in enumerate(HEADER[:2]):
        sheet.merge_range(0, column, 1, column, name)
    sheet.merge_range(0, 2, 0, 3, "入库")
    sheet.write_row(1, 2, HEADER[2:])


def _formulas(_work, sheet):
    sheet.write_formula(1, 2, "=5+5", None, 10)


def _chart_first() -> tuple[str, bytes]:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as work:
        chart = work.add_chart({"type": "line"})
        chart.add_series({"values": "=明细!$C$2:$C$3"})
        work.add_chartsheet("图").set_chart(chart)
        page = work.add_worksheet("明细")
        for number, cells in enumerate([HEADER, *DATA]):
            page.write_row(number, 0, cells)
    return "表.xlsx", stream.getvalue()


def _formatted_blanks(work, sheet):
    style = work.add_format({"bg_color": "#eeeeee"})
    for number in range(3, 5003):
        sheet.write_blank(number, 0, None, style)


def _bomb_cell() -> tuple[str, bytes]:
    text = "A" * (90 * 2**20)
    return "表.xlsx", edited(good(), {SHEET: sheet_xml(HEAD_XML + _inline(2, text))})


def _bomb_strings() -> tuple[str, bytes]:
    items = "<si><t>" + "长" * 30_000 + "</t></si>"
    return "表.xlsx", edited(good(), {STRINGS: lambda _old: ("<sst>" + items * 1000 + "</sst>").encode()})


def _bomb_cells() -> tuple[str, bytes]:
    row = "<row>" + "<c><v>1</v></c>" * 200 + "</row>"
    return "表.xlsx", edited(good(), {SHEET: sheet_xml(HEAD_XML + row * 30_000)})


def _too_big() -> tuple[str, bytes]:
    noise = random.Random(1).randbytes(10 * 2**20 + 1)
    return "表.xlsx", b"PK\x03\x04" + noise


def _many_rows(count: int):
    return lambda: ("表.xlsx", book([HEADER, *([f"A{number}", "物", 1, None] for number in range(count))]))


def _entity(prolog: str):
    def change(content: bytes) -> bytes:
        return content.replace(b"?>", b"?>" + prolog.encode(), 1)

    return changed({STRINGS: change})


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
UNSORTED = _inline(3, "A001", "物") + _inline(2, "A002", "物")
UNNUMBERED = (
    "<row>"
    + "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in HEADER)
    + "</row><row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"
)

CONTAINER = [
    Entry("01 empty file", raw(b""), "empty_file"),
    Entry("02 csv named xlsx", csv(CSV, name="表.xlsx"), "renamed_text"),
    Entry("03 html named xls", raw(b"<html><table><tr><td>1</td></tr></table></html>", "表.xls"), "web_page"),
    Entry("03 html named xlsx", raw(b"\xef\xbb\xbf\n<table><tr><td>1</td></tr></table>"), "web_page"),
    Entry("03 xml spreadsheet", raw(b'<?xml version="1.0"?><Workbook/>', "表.xls"), "web_page"),
    Entry("04 old xls", raw(OLE2, "表.xls"), "old_excel"),
    Entry("04 old xls named xlsx", raw(OLE2), "old_excel"),
    Entry("05 password", raw(OLE2 + "EncryptedPackage".encode("utf-16-le")), "password"),
    Entry("06 macros", changed({}, {"xl/vbaProject.bin": b"x"}, name="表.xlsm"), "macros"),
    Entry(
        "06 macros by content type",
        changed({"[Content_Types].xml": lambda old: old.replace(b"sheet.main", b"sheet.macroEnabled.main")}),
        "macros",
    ),
    Entry("07 xlsb", raw(archive({"[Content_Types].xml": "", "xl/workbook.bin": "x"}), "表.xlsb"), "binary_excel"),
    Entry("08 ods", raw(archive({"mimetype": "x", "content.xml": "<x/>"}), "表.ods"), "open_document"),
    Entry("09 wps et", raw(OLE2, "表.et"), "old_excel"),
    Entry("10 truncated", lambda: ("表.xlsx", good()[:-400]), "damaged"),
    Entry("10 half", lambda: ("表.xlsx", good()[: len(good()) // 2]), "damaged"),
    Entry("11 zip without workbook", raw(archive({"readme.txt": "hello"})), "not_workbook"),
    Entry("11 empty zip", raw(archive({})), "not_workbook"),
    Entry("11 word document", raw(archive({"[Content_Types].xml": "", "word/document.xml": ""})), "not_workbook"),
    Entry("12 member outside", changed({}, {"../../x": b"x"}), "suspicious"),
    Entry("12 member absolute", changed({}, {"/etc/x": b"x"}), "suspicious"),
    Entry("12 member with drive", changed({}, {"c:/x": b"x"}), "suspicious"),
    Entry("13 symlink", lambda: ("表.xlsx", _symlink()), "suspicious"),
    Entry("14 member twice", lambda: ("表.xlsx", _duplicate_member()), "suspicious"),
    Entry("15 10,000 members", changed({}, {f"xl/media/{index}": b"" for index in range(10_000)}), "suspicious"),
    Entry("16 encrypted zip", lambda: ("表.xlsx", _encrypted_flag()), "password"),
    Entry("17 nested zip", lambda: ("表.xlsx", archive({"表.xlsx": good()})), "not_workbook"),
    Entry("18 bomb in one cell", _bomb_cell, "bomb"),
    Entry("19 bomb in strings", _bomb_strings, "bomb"),
    Entry("20 bomb of cells", _bomb_cells, "bomb"),
    Entry("lying member size", lambda: ("表.xlsx", _lying_size()), "damaged"),
    Entry("21 billion laughs", _entity('<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'), "suspicious"),
    Entry("22 entity file", _entity('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), "suspicious"),
    Entry("23 entity http", _entity('<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:9/">]>'), "suspicious"),
    Entry("utf-16 xml", changed({SHEET: lambda old: old.decode().encode("utf-16")}), "suspicious"),
    Entry("24 far cells", changed({SHEET: sheet_xml(FAR)}), "far_cell"),
    Entry("25 wrong dimension", changed({SHEET: lambda old: old.replace(b'"A1:D3"', b'"A1:A1"')})),
    Entry("25 huge dimension", changed({SHEET: lambda old: old.replace(b'"A1:D3"', b'"A1:XFD1048576"')})),
    Entry("26 no shared strings", changed({STRINGS: None}), "damaged"),
    Entry("27 string index", changed({SHEET: lambda old: old.replace(b"<v>0</v>", b"<v>999</v>")}), "damaged"),
    Entry("28 300 sheets", workbook(sheets=[f"S{index}" for index in range(300)]), "suspicious"),
    Entry("29 no sheets", changed({"xl/workbook.xml": lambda _old: b"<workbook/>"}), "no_sheets"),
    Entry("30 first hidden", workbook(sheets=["藏", "明"], prepare=_hidden(first=True)), notes=("Hidden sheets",)),
    Entry(
        "30 all hidden",
        changed({"xl/workbook.xml": lambda old: old.replace(b"<sheet ", b'<sheet state="veryHidden" ')}),
        "only_hidden_sheets",
    ),
    Entry("31 chart sheet first", _chart_first, notes=("图",)),
    Entry("32 links", changed({}, {"xl/externalLinks/externalLink1.xml": b"<x/>"}), notes=("Links",)),
    Entry("33 too big", _too_big, "file_too_big"),
    Entry("34 picture", raw(b"\x89PNG\r\n\x1a\n" + bytes(100)), "not_spreadsheet"),
    Entry("34 pdf", raw(b"%PDF-1.7 ...", "表.csv"), "not_spreadsheet"),
    Entry("35 exe", raw(b"MZ", "报表.xlsx.exe"), "bad_ending"),
    Entry("35 right to left name", raw(b"x", "报表\u202excod.xlsx"), "bad_ending"),
    Entry("35 nul name", raw(b"x", "报表\x00.xlsx"), "bad_ending"),
    Entry("xlsx named csv", lambda: ("表.csv", good()), "wrong_ending"),
    Entry("xlsx named xls", lambda: ("表.xls", good())),
    Entry("rows out of order", changed({SHEET: sheet_xml(HEAD_XML + UNSORTED)}), "damaged"),
    Entry("cells without references", changed({SHEET: sheet_xml(UNNUMBERED)})),
    Entry("broken xml", changed({SHEET: lambda old: old[:-30]}), "damaged"),
]

LAYOUT = [
    Entry("36 no header", workbook([["x", "y"], [1, 2]]), "no_header"),
    Entry("37 title above", workbook([[], [], HEADER, *DATA], prepare=_title), notes=("row 3",)),
    Entry("37 two titles", workbook([["某院"], ["2026 年"], [], HEADER, *DATA]), notes=("row 4",)),
    Entry("38 duplicate header", workbook([["编码", "名称", "编码"], ["1", "x", "2"]]), "duplicate_column"),
    Entry("39 missing column", workbook([["名称", "数量"], ["x", 1]]), "missing_columns"),
    Entry("40 extra columns", workbook([[*HEADER, "心情"], [*DATA[0], "好"], DATA[1]]), notes=("心情",)),
    Entry("41 reordered", workbook([["数量", "编码", "名称"], [1, "a", "b"], [2, "c", "d"]])),
    Entry("42 spelled header", workbook([["*编 码", "名\n称（必填）", " 数量\u00a0", "日期 "], *DATA])),
    Entry("43 English header", workbook([["Code", "NAME", "Quantity", "Date"], *DATA])),
    Entry("44 merged body", workbook(prepare=_merge_body)),
    Entry("45 hidden rows", workbook(prepare=_hide_rows), notes=("hidden or filtered", "Hidden columns")),
    Entry("46 blank rows", workbook([HEADER, [], DATA[0], [], [], ["  ", " ", None], DATA[1]])),
    Entry("47 formatted blank rows", workbook(prepare=_formatted_blanks)),
    Entry("49 repeated header", workbook([HEADER, DATA[0], [], HEADER, DATA[1]]), notes=("repeated header",)),
    Entry("50 20,000 rows", _many_rows(20_000), rows=20_000),
    Entry("50 20,001 rows", _many_rows(20_001), "too_many_rows"),
    Entry("50 100,000 rows", _many_rows(100_000), "too_many_rows"),
    Entry("51 201 columns", workbook([[*HEADER, *map(str, range(197))], *DATA]), "too_many_columns"),
    Entry("52 other sheet name", workbook(sheets=["我的表"])),
    Entry("52 second sheet", workbook(sheets=["封面", "明细"], prepare=_hidden(first=False)), notes=("Hidden",)),
    Entry("54 formulas with results", workbook(prepare=_formulas), notes=("formulas",)),
    Entry("merged header of two rows", workbook([[], [], *DATA], prepare=_merged_header), notes=("row 2",)),
    Entry("only a header", workbook([HEADER]), "no_rows"),
    Entry("empty sheet", workbook([[]]), "empty_sheet"),
]

TEXT = [
    Entry("103 csv utf-8", csv(CSV)),
    Entry("103 csv utf-8 mark", csv(CSV, "utf-8-sig")),
    Entry("103 csv gb18030", csv(CSV, "gb18030")),
    Entry("103 csv utf-16", csv(CSV, "utf-16")),
    Entry("104 csv semicolons", csv(CSV.replace(",", ";"))),
    Entry("104 csv tabs", csv(CSV.replace(",", "\t"), name="表.txt")),
    Entry("104 csv open quote", csv(CSV + '"A003,' + "x" * 50_000), "broken_csv"),
    Entry("104 one long line", csv("编码,名称," + "x" * 5_000_000), "broken_csv"),
    Entry("104 201 columns", csv("编码,名称," + ",".join(map(str, range(300)))), "too_many_columns"),
    Entry("csv binary", raw(b"\x81\x00\x02\x03" * 50, "表.csv"), "not_spreadsheet"),
    Entry("csv unknown encoding", raw("编码,名称\n".encode() + b"\xff\xff\xff,1\n", "表.csv"), "encoding"),
    Entry("csv 30,000 rows", csv(CSV + "A,b,1\n" * 30_000), "too_many_rows"),
    Entry("csv blank", csv("\n\n  \n"), "empty_sheet"),
]

ENTRIES = [*CONTAINER, *LAYOUT, *TEXT]
