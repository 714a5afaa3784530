"""How a document is cut into sheets: nothing lost, subtotals that add up, words measured on the safe side."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.printing import PAPERS, Form, cut, em, fitted, lines_needed

SHARES = [0.05, 0.35, 0.4, 0.2]


def sheets_of(paper: str, count: int, words: str = "复印纸", **form):
    rows = [[number] for number in range(count)]
    amounts = [Decimal(number) for number in range(count)]
    return cut(Form(PAPERS[paper], SHARES, **form), rows, [["", "BG001", words, "1.00"]] * count, amounts)


@pytest.mark.parametrize("paper", sorted(PAPERS))
@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 10, 11, 12, 30, 31, 32, 33, 34, 200])
def test_every_row_stands_on_one_sheet(paper: str, count: int) -> None:
    sheets = sheets_of(paper, count, facts=[("科室", "急诊科")], places=[("制单", "")] * 5, remark="备注" * 40)
    assert [row for sheet in sheets for row in sheet.rows] == [[number] for number in range(count)]
    assert sum(sheet.subtotal for sheet in sheets) == sum(range(count))
    assert [sheet.first_line for sheet in sheets] == [sum(len(s.rows) for s in sheets[:n]) for n in range(len(sheets))]
    assert [(sheet.number, sheet.count) for sheet in sheets] == [(n + 1, len(sheets)) for n in range(len(sheets))]
    assert [sheet.is_last for sheet in sheets] == [False] * (len(sheets) - 1) + [True]
    assert all(sheet.rows for sheet in sheets) or count == 0
    assert len(sheets) == 1 or len(sheets[0].rows) > 5


def test_an_almost_empty_form_is_filled_up() -> None:
    (half,) = sheets_of("half", 1)
    (a4,) = sheets_of("a4", 1)
    assert len(half.blanks) > 6
    assert len(a4.blanks) == 11
    (empty,) = sheets_of("half", 0)
    assert (empty.rows, empty.subtotal, empty.is_alone) == ([], 0, True)


def test_a_row_that_fills_a_sheet_leaves_the_total_alone() -> None:
    form = Form(PAPERS["half"], SHARES, remark="备注" * 250)
    tall = "长" * 20 * int((form.room() - 5) // PAPERS["half"].line)
    sheets = cut(form, [[0]], [["", "", tall, ""]], [Decimal(5)])
    assert [len(sheet.rows) for sheet in sheets] == [1, 0]
    assert [sheet.subtotal for sheet in sheets] == [5, 0]


def test_very_long_words_are_set_smaller() -> None:
    form = Form(PAPERS["half"], SHARES)
    assert fitted(form, [["", "", "复印纸", ""]])[1] == 100
    smaller, percent = fitted(form, [["", "", "长" * 600, ""]])
    assert percent < 100
    assert smaller.row_height(["", "", "长" * 600, ""]) <= smaller.room()


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 5, 1),
        ("复印纸", 5, 1),
        ("复印纸复印纸", 5, 2),
        ("一\n二", 5, 2),
        ("A4 70g", 5, 1),
        ("STERILE-STERILE", 5, 4),
        ("abcdef-abcdef-abcdef", 5, 3),
        ("复印纸 STERILE", 6, 2),
    ],
)
def test_lines_needed(text: str, width: float, lines: int) -> None:
    assert lines_needed(text, width) == lines


def test_letters_are_never_measured_too_narrow() -> None:
    assert em("复印纸，") == 4
    assert em("1") >= 0.555  # of the fonts named in tokens.css
    assert em("W") >= 0.9
