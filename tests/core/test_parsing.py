"""Values as people type them: what is taken, what is refused, and that nothing is guessed (rule U5)."""

import math
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import DomainError, ValueRefused
from core.excel.cells import BadCell
from core.parsing import (
    parse_bool,
    parse_code,
    parse_date,
    parse_decimal,
    parse_integer,
    parse_key,
    parse_keys,
    parse_text,
)

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.text(),
    st.text(alphabet=st.characters(categories=["Cs", "Cc", "Cf", "Zs", "Nd", "No"])),
    st.dates(),
    st.datetimes(),
    st.just(BadCell("error", "#N/A")),
    st.just(BadCell("formula")),
    st.just(BadCell("merged", "A1:A3")),
)


def refused(function, *args, **kwargs) -> str:
    with pytest.raises(ValueRefused) as caught:
        function(*args, **kwargs)
    assert str(caught.value), "a refusal must say something"
    return caught.value.code


@given(ANYTHING)
def test_any_value_is_either_read_or_refused_with_a_sentence(value):
    readers = [
        parse_text,
        parse_code,
        lambda item: parse_decimal(item, 2),
        parse_integer,
        parse_date,
        parse_bool,
    ]
    for reader in readers:
        refusal = None
        try:
            reader(value)
        except ValueRefused as error:
            refusal = error
        assert refusal is None or (isinstance(refusal, DomainError) and str(refusal) and refusal.code)


@given(st.text() | st.text(alphabet=" \t\r\n\u3000\u2028\u200b\U00018d09a中"))
@example("0\r\t\U00018d09")
def test_reading_a_text_twice_changes_nothing_more(value):
    try:
        once = parse_text(value)
    except ValueRefused:
        return
    assert parse_text(once) == once
    assert once == once.strip()
    assert "\n" not in once
    assert "  " not in once


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_a_number_survives_every_usual_spelling(number):
    full_width = f"{number:,.4f}".translate({code - 0xFEE0: code for code in range(0xFF01, 0xFF5F)})
    for spelling in (number, f"{number:f}", f"{number:,.4f}", full_width, f"  {number:f}\u00a0"):
        assert parse_decimal(spelling, 4) == number


@given(st.integers(min_value=-(10**10), max_value=10**10))
def test_excel_numbers_with_four_decimals_come_back_exactly(units):
    assert parse_decimal(units / 10_000, 4) == Decimal(units).scaleb(-4)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31)))
def test_a_day_survives_every_usual_spelling(day):
    spellings = [
        day,
        datetime.combine(day, time(10, 30)),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}-{day.month}-{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day:%Y%m%d}",
        int(f"{day:%Y%m%d}"),
        float(f"{day:%Y%m%d}"),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year} 年 {day.month} 月 {day.day} 日 08:00",
        f"{day} 00:00:00",
        (day - date(1899, 12, 30)).days,
    ]
    assert {parse_date(spelling) for spelling in spellings} == {day}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1,000", "1000.00"),
        ("12,345,678.9", "12345678.90"),
        ("１２", "12.00"),
        ("１，２３４．５", "1234.50"),
        (" 3 ", "3.00"),
        (".5", "0.50"),
        ("-2", "-2.00"),
        ("+2", "2.00"),
        (0.1 + 0.2, "0.30"),
        (99.9999999999986, "100.00"),
        (3.0, "3.00"),
        ("2.500", "2.50"),
        (Decimal("-0.00"), "0.00"),
    ],
)
def test_numbers_taken(value, expected):
    assert str(parse_decimal(value, 2)) == expected


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("1_000", "not_number"),
        ("1e3", "not_number"),
        ("NaN", "not_number"),
        ("Infinity", "not_number"),
        (math.nan, "not_finite"),
        (math.inf, "not_finite"),
        (1e308, "too_large"),
        (2**63, "too_large"),
        (2**70, "too_large"),
        (10**400, "too_large"),
        (Decimal("sNaN"), "not_finite"),
        ("9" * 30, "too_large"),
        ("9" * 60, "not_number"),
        ("12三", "not_number"),
        ("10²", "not_number"),
        ("½", "not_number"),
        ("50%", "not_number"),
        ("1,00", "not_number"),
        ("1,0000", "not_number"),
        ("1.2.3", "not_number"),
        ("-", "not_number"),
        (".", "not_number"),
        (0.005, "decimals"),
        ("0.005", "decimals"),
        (1 / 3, "decimals"),
        (True, "not_number"),
        (date(2024, 1, 2), "date_as_number"),
        (BadCell("error", "#DIV/0!"), "error_cell"),
        (BadCell("formula"), "formula"),
        (BadCell("merged", "B2:B5"), "merged"),
    ],
)
def test_numbers_refused(value, code):
    assert refused(parse_decimal, value, 2) == code


def test_number_limits():
    assert refused(parse_decimal, "-0.01", 2, minimum=0) == "too_small"
    assert refused(parse_decimal, 11, 2, maximum=10) == "too_large"
    assert parse_decimal(10, 2, minimum=0, maximum=10) == Decimal(10)
    assert refused(parse_integer, "1.5") == "decimals"
    assert parse_integer("1,500") == 1500


@pytest.mark.parametrize("empty", [None, "", "   ", "\u00a0", "\u3000", "\u200b", "\ufeff", "\t\r\n"])
def test_blank_cells_are_empty(empty):
    assert parse_decimal(empty, 2) is None
    assert parse_integer(empty) is None
    assert parse_date(empty) is None
    assert parse_bool(empty) is None
    assert parse_text(empty) == ""
    assert parse_code(empty) == ""


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2/3/2026", "ambiguous_date"),
        ("02-03-26", "ambiguous_date"),
        (60, "not_date"),
        (-5, "not_date"),
        (3_000_000, "not_date"),
        (20241301, "not_date"),
        ("20240230", "not_date"),
        ("2024/2/30", "not_date"),
        ("2024/3-5", "not_date"),
        ("明天", "not_date"),
        ("46082", "not_date"),
        ("1989-12-31", "date_range"),
        (date(2101, 1, 1), "date_range"),
        (True, "type"),
        (math.nan, "not_finite"),
    ],
)
def test_dates_refused(value, code):
    if value is True:
        assert refused(parse_date, value) == "not_date"
    else:
        assert refused(parse_date, value) == code


def test_dates_taken():
    assert parse_date("2024年3月") == date(2024, 3, 1)
    assert parse_date("2024-03") == date(2024, 3, 1)
    notes = []
    assert parse_date(46082, note=notes.append) == date(2026, 3, 1)
    assert len(notes) == 1
    assert refused(parse_date, 46082, serials=False) == "not_date"
    assert refused(parse_date, "2026-03-01", latest=date(2026, 2, 28)) == "date_range"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("  试剂 ", "试剂"),
        ("a\u00a0b", "a b"),
        ("A\u200bB\ufeff", "AB"),
        ("行一\r\n行二", "行一 行二"),
        ("\ttab\t", "tab"),
        ("𠮷𪚥😀", "𠮷𪚥😀"),
        ("=cmd|'/c calc'!A1", "=cmd|'/c calc'!A1"),
        ("<script>{{7*7}}", "<script>{{7*7}}"),
        (123.0, "123"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (True, "TRUE"),
        (date(2024, 1, 2), "2024-01-02"),
        (datetime(2024, 1, 2, 3, 4, 5), "2024-01-02 03:04:05"),  # noqa: DTZ001 - Excel knows no zones
    ],
)
def test_texts_taken(value, expected):
    assert parse_text(value) == expected


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("a\x00b", "control"),
        ("a\x01b", "control"),
        ("\ud800", "surrogate"),
        ("abc\u202egpj.exe", "direction"),
        ("字" * 33, "too_long"),
        (1.101011990030776e17, "lost_digits"),
        (110101199003077561, "lost_digits"),
        (10**400, "lost_digits"),
        (BadCell("error", "#REF!"), "error_cell"),
    ],
)
def test_texts_refused(value, code):
    assert refused(parse_text, value, max_length=32) == code


def test_text_keeps_lines_where_lines_are_allowed():
    assert parse_text(" 一 \r\n 二 ", multiline=True) == "一\n二"


def test_codes():
    notes = []
    assert parse_code(123.0, note=notes.append) == "123"
    assert len(notes) == 1
    assert parse_code("ＷＺ－００１") == "WZ-001"
    assert parse_code("00123") == "00123"
    assert parse_code("1E5", note=notes.append) == "1E5"
    assert len(notes) == 2
    assert parse_code(1010000020000000, long_numbers=True) == "1010000020000000"
    assert refused(parse_code, 1010000020000000) == "lost_digits"
    assert refused(parse_code, "1.01012E+17") == "lost_digits"
    assert refused(parse_code, date(2024, 1, 2)) == "date_as_code"


def test_yes_and_no():
    assert [parse_bool(value) for value in ("是", "Yes", "Ｙ", "TRUE", 1, 1.0, "√", True)] == [True] * 8
    assert [parse_bool(value) for value in ("否", "no", "N", "false", 0, "×", False)] == [False] * 7
    assert refused(parse_bool, "也许") == "not_bool"
    assert refused(parse_bool, 2) == "not_bool"


def test_only_a_key_is_a_key():
    assert [parse_key(text) for text in ("7", "007", "9" * 18)] == [7, 7, 10**18 - 1]
    assert [parse_key(text) for text in ("", "-1", "1.0", "٣", "1e3", "9" * 19, "9" * 5000)] == [None] * 7
    assert parse_keys(["3", "x", "9" * 5000, "1"]) == [3, 1]
