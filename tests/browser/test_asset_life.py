"""The life of a thing in a real browser: goods become cards, are used, depreciated, handed on, mended, counted, sold.

The asset manager makes the cards and the papers, the accountant books and depreciates, the nurse, the head of the other
ward, the head of logistics and the leader sign, the last three on phones. Goods that were accepted already stand at the
beginning; nothing else is made behind the screens.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from assets.models import (
    Asset,
    AssetAddition,
    AssetCount,
    AssetCountEntry,
    AssetIntake,
    AssetMove,
    AssetState,
    AssetValueMove,
    CustodyChange,
    DepreciationRun,
    Disposal,
    JournalProposal,
)
from core import clock
from core.documents.models import Approver
from core.verification import findings
from directory.models import Place
from inventory.models import GoodsIssue, Requisition, StockMove
from tests.factories import House, receive, rule
from tests.holding import make_category

from .looking import look
from .test_purchase_chain import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAID = Decimal("24000.00")


def goods_waiting(house: House) -> AssetIntake:
    """Two monitors the ward accepted today, paid by the treasury."""
    return AssetIntake.objects.create(
        organization=house.organization,
        department=house.ward,
        name="监护仪",
        specification="十二英寸",
        unit="台",
        quantity=2,
        unit_price=PAID / 2,
        amount=PAID,
        supplier=house.supplier,
        acquired_on=clock.today(),
        source="YS20261100001",
        fund_source="fiscal",
        warranty_months=12,
        class_code=make_category("A02320300", "医用电子生理参数检测仪器设备").code,
    )


def next_month(monkeypatch: pytest.MonkeyPatch) -> None:
    """For server and people it is the second of the next month from here on."""
    day = (clock.today().replace(day=1) + dt.timedelta(days=32)).replace(day=2)
    monkeypatch.setattr(clock, "now", lambda: dt.datetime.combine(day, dt.time(4), tzinfo=dt.UTC))


def make_cards(house: House, manager: Person, head: Person) -> list[Asset]:
    """Accepted goods become the lines of an addition; its posting makes the cards."""
    page = manager.go("/assets/intake/")
    expect(page.locator("main")).to_contain_text("监护仪")
    page = manager.go("/asset-additions/from-intake/")
    page.locator("input[name=line]").check()
    page.locator(".form-actions .btn-primary").click()
    manager.pick("for_custodian", house.asset_manager.name)
    manager.pick("for_place", "一病室")
    page.locator("details.line-more summary").first.click()
    page.locator("[name=lines-0-life_months]").fill("60")
    manager.submit()
    addition = AssetAddition.objects.get()
    assert (addition.status, addition.total_amount, Asset.objects.count()) == ("submitted", PAID, 0)
    address = f"/asset-additions/{addition.pk}/"
    head.step(address, "approve")
    manager.step(address, "post")
    cards = list(Asset.objects.order_by("number"))
    assert [(card.original_value, card.fiscal_fund, card.custodian) for card in cards] == [
        (PAID / 2, PAID / 2, house.asset_manager)
    ] * 2
    assert AssetIntake.objects.get().state == "carded"
    assert AssetMove.objects.count() == AssetValueMove.objects.count() == 2
    return cards


def book(accountant: Person) -> None:
    page = accountant.go(f"/assets/booking/?paper={AssetAddition.objects.get().pk}")
    page.locator("[name=voucher_number]").fill("记-11-0031")
    page.locator("button[name=all]").click()
    accountant.told()
    assert set(Asset.objects.values_list("voucher_number", "booked_on")) == {("记-11-0031", clock.today())}


def issue(house: House, manager: Person, nurse: Person, card: Asset) -> None:
    """The nurse confirms on her phone what she gets; before that the card still says the store."""
    manager.go(f"/asset-custody/new/?kind=issue&asset={card.pk}")
    manager.pick("to_user", house.requester.name)
    manager.submit()
    paper = CustodyChange.objects.get()
    card.refresh_from_db()
    assert (paper.status, card.user, card.state) == ("submitted", None, AssetState.IN_STOCK)
    nurse.step(f"/asset-custody/{paper.pk}/", "approve")
    look(nurse.page, "life-issued-phone")
    card.refresh_from_db()
    assert (card.user, card.state, card.claimed_by) == (house.requester, AssetState.IN_USE, "")
    assert card.name in nurse.go("/assets/mine/").locator("main").inner_text()


def depreciate(accountant: Person, cards: list[Asset]) -> None:
    """The accountant computes and posts the month that is over; finance takes its line over later."""
    accountant.go("/depreciation-runs/new/")
    accountant.submit()
    run = DepreciationRun.objects.get()
    look(accountant.page, "life-run-desk")
    assert {card.accumulated for card in Asset.objects.all()} == {Decimal(0)}
    accountant.step(f"/depreciation-runs/{run.pk}/", "post")
    month = PAID / 2 / 60
    assert [card.accumulated for card in Asset.objects.order_by("number")] == [month] * len(cards)
    proposal = JournalProposal.objects.get(number=DepreciationRun.objects.get().number)
    assert (proposal.credit_account, proposal.amount) == ("1602", month * 2)


def transfer(house: House, ward_head: Person, other_head: Person, card: Asset) -> None:
    """The head of the ward gives it away; the head of the other ward confirms on a phone."""
    ward_head.go(f"/asset-custody/new/?kind=transfer&asset={card.pk}")
    ward_head.pick("to_department", house.other_ward.name)
    ward_head.submit()
    paper = CustodyChange.objects.get(kind="transfer")
    card.refresh_from_db()
    assert (paper.status, card.department) == ("submitted", house.ward)
    other_head.step(f"/asset-custody/{paper.pk}/", "approve")
    card.refresh_from_db()
    assert (card.department, card.user, card.custodian) == (house.other_ward, None, house.other_head)


def mend(house: House, ward_head: Person, keeper: Person, other_nurse: Person, card: Asset) -> None:
    """Parts of the store go to the ward for this thing: the card's number stands on the paper."""
    page = other_nurse.go("/requisitions/new/")
    page.locator("[data-role=item] input[role=combobox]").fill("电池")
    page.locator("li[role=option]:visible").first.click()
    page.locator("[data-role=quantity] input").fill("1")
    page.locator("input[name=purpose]").fill(f"维修 {card.number}")
    other_nurse.submit()
    ward_head.step(f"/requisitions/{Requisition.objects.get().pk}/", "approve")
    page = keeper.go("/requisitions/to-issue/")
    page.locator("tbody tr").first.click()
    page.locator(".form-actions .btn-primary").click()
    keeper.told()
    assert GoodsIssue.objects.get().requisition.purpose == f"维修 {card.number}"
    used = StockMove.objects.filter(department=house.other_ward).latest("pk")
    assert (used.quantity, used.amount) == (1, 180)


def count(house: House, manager: Person, keeper: Person, head: Person, card: Asset) -> None:
    """The ward is counted; the keeper scans the label on a phone and the thing is where the card says."""
    manager.go("/asset-counts/new/")
    manager.pick("scope_department", house.other_ward.name)
    manager.pick("supervisor", house.accountant.name)
    manager.pick("counter_1", house.storekeeper.name)
    manager.pick("counter_2", house.second_storekeeper.name)
    manager.page.locator("button[value=save], .form-actions .btn-primary").first.click()
    expect(manager.page.locator(".document-head")).to_be_visible()
    paper = AssetCount.objects.get()
    address = f"/asset-counts/{paper.pk}/"
    press(manager, address, "open")
    page = keeper.go(f"{address}count/")
    expect(page.locator(".count-line")).to_have_count(1)
    page.locator("#count-scan").click()
    typed = page.locator("#scan-dialog [data-scan-typed] input")
    typed.fill(f"https://house.example/a/{card.token}/")
    typed.press("Enter")
    expect(page.locator("#send-state")).to_have_class("send-state is-sent")
    entry = AssetCountEntry.objects.get()
    assert (entry.line.asset, entry.scanned, entry.counted_by) == (card, True, house.storekeeper)
    press(manager, address, "finish")
    manager.step(address, "submit")
    head.step(address, "approve")
    manager.step(address, "post")
    paper.refresh_from_db()
    assert (paper.status, paper.lines.get().result) == ("posted", "match")


def press(person: Person, address: str, act: str) -> None:
    """Press a button of a page that is no step of the paper, through its question where it asks one."""
    page = person.go(address)
    page.locator(f'form[action$="/{act}/"] button').first.click()
    question = page.locator("dialog[open] button").last
    if page.locator("dialog[open]").count():
        question.click()
    person.told()


def dispose(house: House, manager: Person, head: Person, leader: Person, card: Asset) -> Disposal:
    """Scrapped on a decision; what the scrap dealer pays goes to the treasury account (2103)."""
    page = manager.go(f"/asset-disposals/new/?asset={card.pk}")
    page.locator("[name=reason]").fill("主板损坏")
    page.locator("[name=technical_appraisal]").fill("设备科鉴定:无法修复")
    page.locator("[name=lines-0-proceeds]").fill("500")
    page.locator("[name=lines-0-costs]").fill("80")
    page.locator("[name=lines-0-finding]").fill("无法修复")
    manager.submit()
    paper = Disposal.objects.get()
    address = f"/asset-disposals/{paper.pk}/"
    head.step(address, "approve")
    paper.refresh_from_db()
    assert paper.status == "submitted"
    leader.step(address, "approve")
    card.refresh_from_db()
    assert card.state == AssetState.IN_USE
    page = manager.go(address)
    page.locator("[name=approval_number]").fill("院办〔2026〕12号")
    page.locator("[name=approved_on]").fill(f"{clock.today()}")
    page.locator('form[action$="/carry-out/"] .btn-primary').click()
    manager.told()
    card.refresh_from_db()
    assert (card.state, card.user, card.net_value) == (AssetState.DISPOSED, None, 0)
    paper.refresh_from_db()
    return paper


def take_over(house: House, accountant: Person, paper: Disposal) -> None:
    rows = JournalProposal.objects.filter(number=paper.number).order_by("position")
    assert list(rows.values_list("debit_account", "credit_account", "amount")) == [
        ("1602", "1601", Decimal("200.00")),
        ("1902", "1601", Decimal("11800.00")),
        ("5301", "1902", Decimal("11800.00")),
        ("1002", "1902", Decimal("500.00")),
        ("1902", "1002", Decimal("80.00")),
        ("1902", "2103", Decimal("420.00")),
    ]
    page = accountant.go(f"/journal-proposals/{rows[0].pk}/")
    page.locator("[name=voucher_number]").fill("记-12-0004")
    page.locator("main form button.btn-primary").click()
    accountant.told()
    assert set(rows.values_list("voucher_number", "taken_by")) == {("记-12-0004", house.accountant.pk)}


def test_the_life_of_a_thing(house: House, sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rule(house, Disposal, Approver.ROLE, role="logistics_head")
    rule(house, Disposal, Approver.ROLE, order=2, from_amount=10_000, role="leader")
    goods_waiting(house)
    Place.objects.create(organization=house.organization, code="101", name="一病室")
    receive(house, (house.item("监护仪电池"), 5, 180))
    manager, accountant = Person(sign_in, "asset_manager"), Person(sign_in, "accountant")
    head, leader = Person(sign_in, "logistics_head", phone=True), Person(sign_in, "leader", phone=True)
    nurse, ward_head = Person(sign_in, "requester", phone=True), Person(sign_in, "department_head")
    other_head, other_nurse = Person(sign_in, "other_head", phone=True), Person(sign_in, "other_requester")
    keeper, counter = Person(sign_in, "storekeeper"), Person(sign_in, "storekeeper", phone=True)

    cards = make_cards(house, manager, head)
    book(accountant)
    issue(house, manager, nurse, cards[0])
    next_month(monkeypatch)
    depreciate(accountant, cards)
    transfer(house, ward_head, other_head, cards[0])
    mend(house, other_head, keeper, other_nurse, cards[0])
    count(house, manager, counter, head, cards[0])
    paper = dispose(house, manager, head, leader, cards[0])
    take_over(house, accountant, paper)

    story = manager.go(f"/assets/{cards[0].pk}/").locator(".story").inner_text()
    for number in (paper.number, *CustodyChange.objects.values_list("number", flat=True)):
        assert number in story
    look(manager.page, "life-card-desk")
    assert list(findings()) == []
    everybody = (manager, accountant, head, leader, nurse, ward_head, other_head, other_nurse, keeper, counter)
    assert [person.page.problems for person in everybody] == [[]] * len(everybody)
