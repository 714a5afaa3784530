"""The one format of money, quantities, dates, statuses and codes."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from core.templatetags import display

D = Decimal


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (D("0"), "0.00"),
        (D("1234.5"), "1,234.50"),
        (D("1234567.005"), "1,234,567.01"),
        (D("-1234.5"), "-1,234.50"),
        (D("-0.001"), "0.00"),
        (7, "7.00"),
        ("12.30", "12.30"),
        (None, ""),
        ("", ""),
        ("many", ""),
        (D("NaN"), ""),
    ],
)
def test_money(value, shown):
    assert display.money(value) == shown


def test_money_keeps_its_separators_in_chinese():
    with translation.override("zh-hans"):
        assert Template("{{ amount|money }}").render(Context({"amount": D("1234.5")})) == "1,234.50"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (D("1200.5000"), "1,200.5"),
        (D("100"), "100"),
        (D("1E+2"), "100"),
        (D("0.0001"), "0.0001"),
        (D("0.00005"), "0.0001"),
        (D("0.00"), "0"),
        (D("-3.10"), "-3.1"),
        (None, ""),
    ],
)
def test_quantity(value, shown):
    assert display.quantity(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (D("12.5"), "12.50"),
        (D("0.123456"), "0.123456"),
        (D("1234"), "1,234.00"),
        (D("3.3333335"), "3.333334"),
        ("", ""),
    ],
)
def test_price(value, shown):
    assert display.price(value) == shown


def test_days_and_moments_are_local():
    evening = datetime(2026, 11, 23, 18, 5, tzinfo=UTC)  # already the 24th in Shanghai
    assert display.moment(evening) == "2026-11-24 02:05"
    assert display.day(evening) == "2026-11-24"
    assert display.day(date(2026, 1, 2)) == "2026-01-02"
    assert display.moment(date(2026, 1, 2)) == "2026-01-02"
    assert (display.day(None), display.moment("")) == ("", "")


@pytest.mark.parametrize(
    ("value", "spelled"),
    [
        ("0", "零元整"),
        ("0.004", "零元整"),
        ("0.005", "壹分"),
        ("0.01", "壹分"),
        ("0.10", "壹角"),
        ("0.15", "壹角伍分"),
        ("1", "壹元整"),
        ("10.00", "壹拾元整"),
        ("10.05", "壹拾元零伍分"),
        ("100.50", "壹佰元伍角"),
        ("1010.01", "壹仟零壹拾元零壹分"),
        ("1234.56", "壹仟贰佰叁拾肆元伍角陆分"),
        ("5258.13", "伍仟贰佰伍拾捌元壹角叁分"),
        ("10000", "壹万元整"),
        ("10001.10", "壹万零壹元壹角"),
        ("100000001", "壹亿零壹元整"),
        ("20000000.05", "贰仟万元零伍分"),
        ("99999.995", "壹拾万元整"),
        ("-12.30", "负壹拾贰元叁角"),
        ("-0.05", "负伍分"),
        ("9999999999999999.99", "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_capital_amount(value, spelled):
    assert display.capital_amount(D(value)) == spelled


def test_capital_amount_beyond_the_spelling_shows_figures():
    assert display.capital_amount(D("10000000000000000")) == "10,000,000,000,000,000.00"
    assert display.capital_amount(None) == ""


@pytest.mark.parametrize(
    ("value", "shown"), [("13812345678", "138****5678"), ("66221234", "******34"), ("", ""), (None, ""), ("8", "8")]
)
def test_mask_phone(value, shown):
    assert display.mask_phone(value) == shown


def render(source, **context):
    return Template(source).render(Context(context))


def test_icon_is_decoration_unless_it_has_a_label():
    assert 'aria-hidden="true"' in render('{% icon "bell" %}')
    labelled = render('{% icon "bell" label %}', label="<通知>")
    assert 'role="img"' in labelled
    assert 'aria-label="&lt;通知&gt;"' in labelled
    assert "icons.svg#bell" in labelled


def test_status_chip_has_a_word_and_an_icon():
    chip = render('{% status_chip "posted" "已过账" %}')
    assert "chip-success" in chip
    assert "已过账" in chip
    assert "#checks" in chip
    assert "&lt;b&gt;" in render("{% status_chip value value %}", value="<b>")


def test_cells_follow_the_kind_of_their_column():
    columns = [
        {"key": "number", "kind": "code"},
        {"key": "amount", "kind": "money", "css": "strong"},
        {"key": "status", "kind": "status"},
        {"key": "share", "kind": "percent"},
        {"key": "trade", "kind": "flag"},
        {"key": "note"},
    ]
    source = (
        "{% for column, value in cells|beside:columns %}[{{ column|cell_class }}|{% cell column value %}]{% endfor %}"
    )
    shown = render(
        source,
        columns=columns,
        cells=["CK1", {"value": D("2"), "url": "/x?a=1&b=2"}, ("draft", "草稿"), D("0.125"), False, None],
    )
    assert "[code|CK1]" in shown
    assert '[num strong|<a href="/x?a=1&amp;b=2">2.00</a>]' in shown
    assert "草稿" in shown
    assert "[num|12.5%]" in shown
    assert shown.endswith("[|][|]")
    assert "&lt;i&gt;" in render("{% cell column value %}", column={}, value="<i>")


def test_a_missing_cell_is_not_hidden():
    with pytest.raises(ValueError, match="shorter"):
        display.beside([1], [{}, {}])


def test_codes_are_pictures_without_styles():
    for picture in (render("{% qr_svg text %}", text="CK202611-00012"), render("{% barcode_svg text %}", text="CK1")):
        assert "<svg" in picture
        assert "style=" not in picture
    assert 'aria-label="&quot;&gt;x"' in render("{% qr_svg text %}", text='">x')
