"""Papers as they leave the printer: true sizes, nothing cut off, totals of pages and of the whole, red reversals."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from core import clock
from core.documents.models import Delegation
from core.documents.services import apply_transition
from core.printing import PAPERS
from core.templatetags.display import capital_amount, money
from inventory.models import GoodsIssue, GoodsReceipt, Item
from tests.factories import House, make_issue, make_receipt, make_requisition, receive, run

from .printed import printed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = {"half": (241, 140), "a5": (210, 148), "a4": (210, 297)}
LONG_NAME = "一次性使用医用外科口罩（挂耳式，独立包装，灭菌级，儿童适用，蓝色三层）"
LONG_CODE = "YY0469-2011/BFE>=98%/PFE>=30%/17.5cmx9.5cm/EO-STERILE/10PCSxBAG"
CUT_OFF = """() => [...document.querySelectorAll('.sheet')].map(sheet => {
    const box = sheet.getBoundingClientRect(), style = getComputedStyle(sheet);
    const bottom = box.bottom - parseFloat(style.paddingBottom), right = box.right - parseFloat(style.paddingRight);
    const foot = sheet.querySelector('.sheet-foot').getBoundingClientRect();
    const over = [...sheet.querySelectorAll('.sheet-foot, .sheet-lines, td, dd, h1, .sheet-number, .sheet-remark')]
        .filter(part => { const its = part.getBoundingClientRect();
            return its.bottom > bottom + 1 || its.right > right + 1 || part.scrollWidth > part.clientWidth + 1; });
    const table = sheet.querySelector('.sheet-lines').getBoundingClientRect();
    const squeezed = table.bottom > foot.top + 1 ? ['table over foot'] : [];
    return [...over.map(part => part.className + ': ' + part.textContent.slice(0, 40)), ...squeezed];
}).flat()"""


def long_lines(house: House, count: int) -> list[tuple[Item, int, str]]:
    """Every third line has a long name, every fourth a long specification, every fifth a large amount."""
    rows = []
    for place in range(count):
        item = house.item(
            LONG_NAME if place % 3 == 0 else f"清洁用品{place}",
            specification=LONG_CODE if place % 4 == 0 else "500ml×24瓶",
        )
        rows.append((item, 12345 if place % 5 == 0 else 3, "876.54" if place % 5 == 0 else "1.25"))
    return rows


def paper_of(document: Any, **params: Any) -> str:
    query = "&".join(f"{name}={value}" for name, value in params.items())
    return f"{reverse(f'{document._meta.model_name}_print', args=(document.pk,))}?{query}"


@pytest.mark.parametrize("count", [1, 30, 200])
def test_a_receipt_on_every_paper(house: House, sign_in: Any, tmp_path: Path, count: int) -> None:
    document = receive(
        house, *long_lines(house, count), note="随货同行单与发票已核对；" * 8, invoice_number="24312000000012345678"
    )
    total = sum((line.amount for line in document.lines.all()), Decimal(0))
    page = sign_in("storekeeper", paper_of(document))
    counts = {}
    for code, size in SIZES.items():
        page.goto(page.url.split("?")[0] + f"?paper={code}")
        page.emulate_media(media="print")
        assert page.evaluate(CUT_OFF) == [], code
        sheet = printed(page, tmp_path, f"receipt-{count}-{code}")
        counts[code] = len(sheet.pages)
        assert set(sheet.pages) == {size}
        assert len(sheet.pages) == page.locator(".sheet").count()
        assert all(document.number in words and str(house.organization) in words for words in sheet.words)
        subtotals = [Decimal(text.replace(",", "")) for text in page.locator(".sheet-subtotal .num").all_inner_texts()]
        assert (len(subtotals), sum(subtotals)) == ((0, 0) if counts[code] == 1 else (counts[code], total))
        assert capital_amount(total) in sheet.words[-1]
        assert money(total) in sheet.words[-1]
        numbers = page.locator(".sheet-lines tbody .sheet-place").all_inner_texts()
        assert [int(text) for text in numbers if text] == list(range(1, count + 1))
    assert counts["half"] >= counts["a4"]
    assert (counts["half"] == 1) == (count == 1)
    assert page.problems == []


def test_every_copy_on_plain_paper(house: House, sign_in: Any, tmp_path: Path) -> None:
    document = receive(house, *long_lines(house, 30))
    page = sign_in("storekeeper", paper_of(document, paper="a5"))
    single = printed(page, tmp_path, "one-copy")
    page.goto(page.url + "&copies=1")
    every = printed(page, tmp_path, "every-copy")
    assert len(every.pages) == 3 * len(single.pages)
    small = page.locator(".sheet-small span:first-child").all_inner_texts()
    assert len(set(small)) == 3


def test_a_reversed_receipt_has_a_red_paper(house: House, sign_in: Any, tmp_path: Path) -> None:
    document = receive(house, (house.gloves, 10, "5.5"), (house.vaccine, 2, "3", "B2", dt.date(2027, 5, 1)))
    document = run(house, document, "reverse")
    page = sign_in("storekeeper", paper_of(document, paper="half"))
    plain = printed(page, tmp_path, "reversed-plain")
    assert "61.00" in plain.words[0]
    assert "-61.00" not in plain.words[0]
    assert page.locator(".sheet-state").count() == 1
    page.goto(page.url + "&red=1")
    red = printed(page, tmp_path, "reversed-red")
    assert red.pages == [(241, 140)]
    for words in ("-61.00", "-55.00", "-10", "负陆拾壹元整", "测试原因", "B2", "2027-05-01"):
        assert words in red.words[0], words
    colour = "node => getComputedStyle(node).color"
    assert page.locator(".sheet-grand .num").evaluate(colour) == "rgb(179, 38, 30)"
    assert page.locator(".sheet-state").count() == 0


def test_who_approved_and_for_whom(house: House, sign_in: Any, tmp_path: Path) -> None:
    today = clock.today()
    Delegation.objects.create(
        principal=house.department_head,
        substitute=house.other_head,
        from_date=today,
        to_date=today + dt.timedelta(days=7),
    )
    receive(house, (house.gloves, 10, 5), (house.vaccine, 20, 8, "B2", dt.date(2027, 5, 1)))
    request = run(house, make_requisition(house, (house.gloves, 4), (house.vaccine, 3)), "submit")
    request = apply_transition(request, "approve", actor=house.other_head)
    issue = make_issue(house, (house.gloves, 3), (house.vaccine, 3), requisition=request, received_by="赵护士")
    for step in ("submit", "post"):
        issue = apply_transition(issue, step, actor=house.storekeeper)
    page = sign_in("storekeeper", paper_of(request, paper="a5"))
    asked = printed(page, tmp_path, "requisition")
    assert asked.pages == [(210, 148)]
    names = page.locator(".sheet-signatures dd").nth(1).inner_text()
    assert names.index(house.other_head.name) < names.index(house.department_head.name)
    page = sign_in("storekeeper", paper_of(issue, paper="half"))
    given = printed(page, tmp_path, "issue")
    assert page.evaluate(CUT_OFF) == []
    places = " ".join(page.locator(".sheet-signatures dd").all_inner_texts())
    assert house.other_head.name in places
    assert house.department_head.name in places
    facts = " ".join(page.locator(".sheet-facts dd").all_inner_texts())
    assert "automatic" in facts or "自动" in facts
    assert "赵护士" in places
    for words in (request.number, issue.number, "B2", "2027-05-01", capital_amount(Decimal("39"))):
        assert words in given.words[0], words


@pytest.mark.parametrize("code", sorted(PAPERS))
def test_nothing_is_lost_from_extreme_words(house: House, sign_in: Any, tmp_path: Path, code: str) -> None:
    """The longest purpose, remark, names and amounts that may be entered still leave every sheet whole."""
    longest = {field.name: field.max_length for field in (*Item._meta.fields, *GoodsIssue._meta.fields)}
    name, code_word = (LONG_NAME * 3)[: longest["name"]], LONG_CODE[: longest["specification"]]
    document = make_issue(
        house,
        *((house.item(name, specification=code_word), 9999999) for _place in range(25)),
        purpose=("病区改造期间的临时物资调配，" * 20)[: longest["purpose"]],
        note=("Remark with words, 备注与说明；" * 30)[: longest["note"]],
        received_by="欧阳娜娜与上官婉儿以及司马相如三人共同领取并当面清点"[: longest["received_by"]],
    )
    document = run(house, document, "submit")
    GoodsIssue.objects.get(pk=document.pk).lines.update(amount=Decimal("99999999.99"), unit_cost=Decimal("10.000001"))
    page = sign_in("storekeeper", paper_of(document, paper=code))
    page.emulate_media(media="print")
    sheet = printed(page, tmp_path, f"extreme-{code}")
    assert page.evaluate(CUT_OFF) == []
    assert set(sheet.pages) == {SIZES[code]}
    assert len(sheet.pages) == page.locator(".sheet").count() > 1
    assert page.locator(".sheet-grand .num").all_inner_texts() == ["2,499,999,999.75"]


def test_a_draft_is_not_printed(house: House, sign_in: Any) -> None:
    document = make_receipt(house)
    page = sign_in("storekeeper", paper_of(document))
    assert page.locator(".sheet").count() == 0
    assert GoodsReceipt.objects.get().number is None
