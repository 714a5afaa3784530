"""Screens of depreciation, changes of value, splits, journal proposals and the reconciliation with finance."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from assets.models import AccountBalance, Asset, CardSplit, DepreciationRun, JournalProposal, ValueChange
from assets.services import balances, journal
from core import clock, periods
from core.documents.lifecycle import Status
from core.errors import DomainError, NotAllowed
from core.models.periods import Period
from inventory import closing_selectors
from tests.factories import at, run
from tests.holding import make_asset, make_assets
from tests.valuing import depreciate, make_merge, make_run, make_split, make_value_change

pytestmark = pytest.mark.django_db


def as_(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def last_month() -> dt.date:
    return clock.today().replace(day=1) - dt.timedelta(days=1)


def book(asset, day):
    Asset.objects.filter(pk=asset.pk).update(booked_on=day, voucher_number="记-1")


def lines(*rows, prefix="lines"):
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def test_a_run_from_form_to_posting(house):
    day = last_month()
    make_assets(house, 3, in_use_on=day)
    client = as_(house.accountant)
    page = client.get(reverse("depreciationrun_new"))
    assert page.status_code == 200
    sent = {"year": day.year, "month": day.month, "note": "", "then": "submit"}
    answer = client.post(reverse("depreciationrun_new"), sent, follow=True)
    document = DepreciationRun.objects.get()
    assert (document.status, document.amount, document.asset_count) == ("approved", Decimal("249.99"), 3)
    assert "Not posted yet" in answer.content.decode()
    rows = client.get(reverse("depreciationrun_cards", args=(document.pk,)))
    assert rows.status_code == 200
    before = rows.content.decode()
    client.post(reverse("depreciationrun_step", args=(document.pk, "post")))
    document.refresh_from_db()
    assert document.status == "posted"
    page = client.get(reverse("depreciationrun_detail", args=(document.pk,))).content.decode()
    assert "249.99" in page
    assert "Not posted yet" not in page
    after = client.get(reverse("depreciationrun_cards", args=(document.pk,)) + "?expense_account=5001&q=计算机")
    assert "83.33" in before
    assert "83.33" in after.content.decode()
    sheet = client.get(reverse("depreciationrun_cards_export", args=(document.pk,)))
    cells = list(load_workbook(BytesIO(sheet.getvalue())).active.values)
    assert sum(row.count(83.33) for row in cells) == 3
    for name in ("list", "export"):
        assert client.get(reverse(f"depreciationrun_{name}")).status_code == 200
    assert client.get(reverse("depreciationrun_print", args=(document.pk,))).status_code == 200


def test_a_new_run_of_the_month_replaces_the_open_one(house):
    day = last_month()
    make_asset(house, in_use_on=day)
    client = as_(house.accountant)
    sent = {"year": day.year, "month": day.month, "note": "", "then": "submit"}
    client.post(reverse("depreciationrun_new"), sent)
    client.post(reverse("depreciationrun_new"), sent)
    assert sorted(DepreciationRun.objects.values_list("status", flat=True)) == ["approved", "cancelled"]
    run(house, DepreciationRun.objects.get(status="approved"), "post")
    answer = client.post(reverse("depreciationrun_new"), sent)
    assert "already" in answer.content.decode()
    assert DepreciationRun.objects.count() == 2


def test_a_month_to_come_is_refused_at_the_form(house):
    today = clock.today()
    answer = as_(house.accountant).post(reverse("depreciationrun_new"), {"year": today.year, "month": today.month})
    assert "is not over; its run follows" in answer.content.decode()
    assert not DepreciationRun.objects.exists()


def test_a_list_of_run_cards_does_not_ask_by_row(house, django_assert_max_num_queries):
    make_assets(house, 60, in_use_on=last_month())
    document = depreciate(house)
    client = as_(house.accountant)
    client.get(reverse("depreciationrun_cards", args=(document.pk,)))
    with django_assert_max_num_queries(30):
        client.get(reverse("depreciationrun_cards", args=(document.pk,)))


def test_a_change_of_value_by_the_form(house):
    asset = make_asset(house, in_use_on=clock.today())
    client = as_(house.asset_manager)
    assert client.get(reverse("valuechange_new") + f"?asset={asset.pk}&kind=life").status_code == 200
    head = {"kind": "enlargement", "business_date": clock.today(), "reason": "加固", "then": "submit"}
    row = {"asset": asset.pk, "fiscal_change": "1,200.00", "nonfiscal_change": "0", "accumulated_change": "0"}
    answer = client.post(reverse("valuechange_new"), head | lines(row), follow=True)
    assert answer.status_code == 200
    document = ValueChange.objects.get()
    assert (document.status, document.lines.get().change) == ("submitted", 1200)
    for person in (house.asset_manager, house.logistics_head):
        seen = as_(person)
        assert seen.get(reverse("valuechange_detail", args=(document.pk,))).status_code == 200
        assert seen.get(reverse("valuechange_list")).status_code == 200
    assert client.get(reverse("valuechange_print", args=(document.pk,))).status_code == 200
    signer = as_(house.logistics_head)
    assert "加固" in signer.get(reverse("waiting")).content.decode()


def test_a_change_above_zero_of_the_depreciation_is_refused(house):
    asset = make_asset(house, in_use_on=clock.today())
    head = {"kind": "removal", "business_date": clock.today(), "reason": "拆除"}
    row = {"asset": asset.pk, "fiscal_change": "-100", "nonfiscal_change": "0", "accumulated_change": "5"}
    answer = as_(house.asset_manager).post(reverse("valuechange_new"), head | lines(row))
    assert "below zero" in answer.content.decode()
    assert not ValueChange.objects.exists()


def test_a_split_and_a_merge_by_the_form(house):
    card = make_asset(house, in_use_on=clock.today(), quantity=Decimal(2))
    other = make_asset(house, in_use_on=clock.today(), quantity=Decimal(1))
    client = as_(house.asset_manager)
    for query in ("", f"?asset={card.pk}", "?kind=merge"):
        assert client.get(reverse("cardsplit_new") + query).status_code == 200
    split_form = client.get(reverse("cardsplit_new") + f"?asset={card.pk}").context["formset"]
    first = {"name": card.name, "quantity": card.quantity, "original_value": card.original_value}
    assert [row.initial.get("name") for row in split_form.forms] == [card.name, None]
    assert split_form.forms[0].initial.items() >= first.items()
    joining = client.get(reverse("cardsplit_new") + f"?kind=merge&asset={other.pk}&asset={card.pk}").context
    assert joining["form"].initial["asset"] == other.pk
    assert [row.initial["asset"] for row in joining["formset"].forms] == [card.pk]
    head = {"kind": "split", "asset": card.pk, "business_date": clock.today(), "reason": "分开", "then": "submit"}
    part = {"quantity": "1", "original_value": "3000", "fiscal_fund": "3000", "accumulated": ""}
    client.post(reverse("cardsplit_new"), head | lines(part, {**part, "name": "显示器"}))
    split = CardSplit.objects.get()
    assert split.status == "submitted"
    run(house, split, "approve", "post")
    assert client.get(reverse("cardsplit_detail", args=(split.pk,))).status_code == 200
    twin = make_asset(house, in_use_on=clock.today())
    head = {"kind": "merge", "asset": other.pk, "business_date": clock.today(), "reason": "重复", "then": "submit"}
    client.post(reverse("cardsplit_new"), head | lines({"asset": twin.pk}))
    merge = CardSplit.objects.get(kind="merge")
    assert merge.status == "submitted"
    for name in ("detail", "print"):
        assert client.get(reverse(f"cardsplit_{name}", args=(merge.pk,))).status_code == 200
    assert client.get(reverse("cardsplit_list")).status_code == 200


@pytest.mark.parametrize("name", ["valuechange", "cardsplit", "depreciationrun"])
def test_lists_do_not_ask_by_row(house, name):
    makers = {"valuechange": make_value_change, "cardsplit": make_split}
    client, url = as_(house.asset_manager), reverse(f"{name}_list")

    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    day = dt.date(2025, 1, 1)

    def more(count):
        for _number in range(count):
            if name == "depreciationrun":
                month = DepreciationRun.objects.count()
                make_run(house, 2015 + month // 12, month % 12 + 1)
            else:
                makers[name](house, business_date=day)

    more(10)
    asked()
    few = asked()
    more(30)
    assert asked() == few


def test_finance_takes_proposals_over(house):
    """R-ACC-06: under a voucher number, each line once; a reversal makes the contra line."""
    make_asset(house, in_use_on=last_month())
    document = depreciate(house)
    proposal = JournalProposal.objects.get()
    client = as_(house.accountant)
    assert document.number in client.get(reverse("journalproposal_list") + "?state=waiting").content.decode()
    assert client.get(reverse("journalproposal_export")).status_code == 200
    url = reverse("journalproposal_detail", args=(proposal.pk,))
    assert client.get(url).status_code == 200
    client.post(url, {"line": proposal.pk, "voucher_number": ""})
    proposal.refresh_from_db()
    assert proposal.voucher_number == ""
    client.post(url, {"line": proposal.pk, "voucher_number": "记-11-7"})
    proposal.refresh_from_db()
    assert (proposal.voucher_number, proposal.taken_by) == ("记-11-7", house.accountant)
    with pytest.raises(DomainError, match="already"):
        journal.take_over([proposal.pk], voucher_number="记-11-8", actor=house.accountant)
    assert document.number not in client.get(reverse("journalproposal_list") + "?state=waiting").content.decode()
    run(house, document, "reverse")
    contra = JournalProposal.objects.exclude(pk=proposal.pk).get()
    assert (contra.debit_account, contra.credit_account, contra.amount) == ("1602", "5001", proposal.amount)
    assert contra.voucher_number == ""
    auditor = as_(house.auditor)
    assert auditor.post(url, {"line": contra.pk, "voucher_number": "X"}).status_code == 302
    contra.refresh_from_db()
    assert contra.voucher_number == ""


# ---- R-ACC-01 and the month close ----


def test_the_cards_are_compared_with_finance(house):
    """R-ACC-01: booked cards alone, by account, at the end of the month."""
    day = last_month()
    booked = make_asset(house, in_use_on=day)
    make_asset(house, in_use_on=day)
    book(booked, day)
    intangible = make_asset(house, in_use_on=day, account="1701", original_value="900.00")
    book(intangible, day)
    depreciate(house)
    client = as_(house.accountant)
    for impossible in ("0001-01", "9999-12", "2026-13"):
        assert client.get(reverse("account_balances"), {"month": impossible}).status_code == 200
    words = f"{day:%Y-%m}"
    page = client.get(reverse("account_balances") + f"?month={words}").content.decode()
    assert "6,000.00" in page
    assert "1 card is not booked" in page
    sent = {"month": words, "1601-amount": "6,000.00", "1602-amount": "83.00", "1701-amount": "900"}
    client.post(reverse("account_balances"), sent)
    found = {line.account: line for line in balances.compare(house.organization.pk, day.year, day.month)}
    assert [found[account].difference for account in ("1601", "1602", "1701", "1702")] == [
        0,
        Decimal("-0.33"),
        0,
        None,
    ]
    assert found["1602"].is_unexplained
    sheet = client.get(reverse("account_balances_export") + f"?month={words}")
    assert "1602" in str(list(load_workbook(BytesIO(sheet.getvalue())).active.values))
    assert as_(house.auditor).post(reverse("account_balances"), sent | {"1602-amount": "1"}).status_code == 403
    with pytest.raises(NotAllowed):
        balances.enter(house.organization, day.year, day.month, {"1601": (Decimal(1), "")}, actor=house.asset_manager)
    assert AccountBalance.objects.count() == 3


def test_a_difference_keeps_the_month_open_until_it_is_explained(house):
    """R-ACC-01"""
    day = last_month()
    asset = make_asset(house, in_use_on=day)
    book(asset, day)
    depreciate(house)
    check = {row.code: row for row in closing_selectors.checklist(house.organization, day.year, day.month)}["accounts"]
    assert check.level == closing_selectors.WARN
    values = {"1601": (Decimal(6500), ""), "1602": (Decimal("83.33"), "")}
    balances.enter(house.organization, day.year, day.month, values, actor=house.accountant)
    check = {row.code: row for row in closing_selectors.checklist(house.organization, day.year, day.month)}["accounts"]
    assert check.level == closing_selectors.BLOCK
    page = as_(house.accountant).get(reverse("month_close") + f"?month={day:%Y-%m}").content.decode()
    assert "differs by 500.00 yuan" in page
    with pytest.raises(DomainError, match="1601"):
        periods.close(house.organization, day.year, day.month, actor=house.accountant)
    assert not Period.objects.filter(state="closed").exists()
    values = {"1601": (Decimal(6500), "暂估入账，下月冲回"), "1602": (Decimal("83.33"), "")}
    balances.enter(house.organization, day.year, day.month, values, actor=house.accountant)
    periods.close(house.organization, day.year, day.month, actor=house.accountant)
    assert Period.objects.get(state="closed").month == day.month
    with pytest.raises(DomainError, match="closed"):
        balances.enter(house.organization, day.year, day.month, values, actor=house.accountant)


def test_a_month_waits_for_its_run(house):
    """A month is not closed without its run, once the house depreciates; and its run stays once it is closed."""
    with at(dt.date(2025, 6, 10)):
        make_asset(house, in_use_on=dt.date(2025, 1, 5))
        checks = closing_selectors.checklist(house.organization, 2025, 4)
        assert "depreciation" not in {check.code for check in checks}
        depreciate(house, 2025, 4)
        periods.close(house.organization, 2025, 4, actor=house.accountant)
        check = {row.code: row for row in closing_selectors.checklist(house.organization, 2025, 5)}["depreciation"]
        assert check.level == closing_selectors.BLOCK
        with pytest.raises(DomainError, match="2025-05"):
            periods.close(house.organization, 2025, 5, actor=house.accountant)
        april = DepreciationRun.objects.get()
        with pytest.raises(DomainError, match="closed"):
            run(house, april, "reverse")
        april.refresh_from_db()
        assert april.status == Status.POSTED
        depreciate(house, 2025, 5)
        periods.close(house.organization, 2025, 5, actor=house.accountant)
    assert Period.objects.filter(state="closed").count() == 2


def test_the_back_office_only_looks(house):
    asset = make_asset(house, in_use_on=last_month())
    depreciate(house)
    run(house, make_value_change(house, (asset, {"fiscal_change": Decimal(72)})))
    run(house, make_merge(house, make_asset(house), make_asset(house)), "submit")
    house.accountant.user_permissions.add(*Permission.objects.filter(codename="view_cardsplit"))
    client = as_(house.accountant)
    for model in ("assetvaluemove", "journalproposal", "accountbalance", "valuechange", "cardsplit", "depreciationrun"):
        assert client.get(reverse(f"admin:assets_{model}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:assets_{model}_add")).status_code == 403
    for document in (ValueChange.objects.get(), CardSplit.objects.get(), DepreciationRun.objects.get()):
        name = f"admin:assets_{document._meta.model_name}_change"
        assert client.get(reverse(name, args=(document.pk,))).status_code == 200
