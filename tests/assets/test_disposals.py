"""资产处置单: what has to be said, decided and booked before a thing leaves the house (R-AST-12 to R-AST-15)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from assets.models import Asset, AssetState, CardType, CompensationCase, CustodyChange, Disposal, DisposalWay
from assets.services import claims, disposals, journal
from assets.services.disposal_verification import verify_disposals
from assets.services.verification import verify_custody
from core import clock
from core.documents.services import apply_transition
from core.errors import DomainError
from directory.models import User
from tests.factories import at, run
from tests.holding import make_asset, make_assets, make_case, make_disposal
from tests.valuing import depreciate

pytestmark = pytest.mark.django_db


def refused(house, document, step="submit", *, field=None, match=None):
    """The step is refused, and neither paper nor cards changed."""
    before = list(Asset.objects.order_by("pk").values("pk", "state", "original_value", "claimed_by"))
    status = Disposal.objects.get(pk=document.pk).status
    with pytest.raises(DomainError, match=match) as caught:
        apply_transition(document, step, actor=house.asset_manager, reason="x")
    assert field is None or caught.value.field == field
    assert Disposal.objects.get(pk=document.pk).status == status
    assert list(Asset.objects.order_by("pk").values("pk", "state", "original_value", "claimed_by")) == before


def test_a_disposal_takes_the_card_out_of_custody_value_and_depreciation(house):
    """R-AST-15; the card stays readable for ever."""
    asset = make_asset(house, user=house.requester, state=AssetState.IN_USE)
    document = run(house, make_disposal(house, asset))
    asset.refresh_from_db()
    assert (asset.state, asset.user, asset.disposal_way) == (AssetState.DISPOSED, None, DisposalWay.SCRAP)
    assert (asset.original_value, asset.accumulated, asset.net_value) == (0, 0, 0)
    assert (asset.disposed_on, asset.claimed_by) == (document.business_date, "")
    line = document.lines.get()
    assert (line.original_value, line.net_value) == (6000, 6000)
    assert Asset.objects.visible_to(house.again("asset_manager")).filter(pk=asset.pk).exists()


def test_the_journal_proposal_of_a_scrapping_goes_over_1902(house):
    """R-ACC-03, R-ACC-05, domain 1.6: 1902 against 1601, 5301 against 1902; money over costs goes to the treasury."""
    document = make_disposal(house)
    document.lines.update(proceeds=Decimal("120.00"), costs=Decimal("20.00"))
    document = run(house, document)
    found = journal.lines_of(document).order_by("position").values_list("debit_account", "credit_account", "amount")
    assert list(found) == [
        ("1902", "1601", Decimal("6000.00")),
        ("5301", "1902", Decimal("6000.00")),
        ("1002", "1902", Decimal("120.00")),
        ("1902", "1002", Decimal("20.00")),
        ("1902", "2103", Decimal("100.00")),
    ]


def test_a_reversal_brings_thing_value_and_funds_back(house):
    asset = make_asset(house, fiscal_fund=Decimal(4000), nonfiscal_fund=Decimal(2000))
    document = run(house, make_disposal(house, asset))
    run(house, document, "reverse")
    asset.refresh_from_db()
    assert (asset.state, asset.disposal_way, asset.disposed_on) == (AssetState.IN_STOCK, "", None)
    assert (asset.original_value, asset.fiscal_fund, asset.nonfiscal_fund) == (6000, 4000, 2000)
    debit = dict.fromkeys(("1902", "5301", "1601"), Decimal(0))
    for row in journal.lines_of(document):
        debit[row.debit_account] += row.amount
        debit[row.credit_account] -= row.amount
    assert set(debit.values()) == {Decimal(0)}


def test_no_execution_without_number_and_date_of_the_decision(house):
    """R-AST-12."""
    for missing in ({"approval_number": ""}, {"approved_on": None}):
        document = run(house, make_disposal(house, **missing), "submit", "approve")
        refused(house, document, "post", field="approval_number")


def test_above_the_own_authority_somebody_outside_decides(house):
    """R-AST-12: by the sum of original values, not of net values; houses, land and vehicles always."""
    expensive = make_disposal(house, *make_assets(house, 2, original_value="30000.00"))
    car = make_disposal(house, make_asset(house, card_type=CardType.VEHICLE), small_batches_reason="车辆另批")
    for document in (expensive, car):
        approved = document
        for step in ("submit", "approve"):
            approved = run(house, approved, step)
        if approved.status == "submitted":
            approved = apply_transition(approved, "approve", actor=house.leader)
        refused(house, approved, "post", field="approved_outside")
        Disposal.objects.filter(pk=approved.pk).update(approved_outside="市卫健委")
        posted = apply_transition(approved, "post", actor=house.asset_manager)
        assert posted.status == "posted"


def test_small_batches_have_to_be_explained(house):
    """R-AST-13: two batches of one department in a month that together cross a limit."""
    run(house, make_disposal(house, *make_assets(house, 5)), "submit")
    second = make_disposal(house, *make_assets(house, 4))
    refused(house, second, field="small_batches_reason", match="50,000.00")
    Disposal.objects.filter(pk=second.pk).update(small_batches_reason="分两次鉴定")
    assert run(house, second, "submit").status == "submitted"


def test_the_later_half_sent_first_counts_with_the_earlier(house):
    """R-AST-13: the order in which batches are sent changes nothing."""
    run(house, make_disposal(house, *make_assets(house, 5)), "submit")
    with at(clock.today() - dt.timedelta(days=3)):
        things = make_assets(house, 4)
    earlier = make_disposal(house, *things, business_date=clock.today() - dt.timedelta(days=2))
    refused(house, earlier, field="small_batches_reason", match="50,000.00")


def test_batches_long_apart_or_of_another_way_do_not_count_together(house):
    """R-AST-13."""
    old = make_disposal(house, *make_assets(house, 5))
    run(house, old, "submit")
    Disposal.objects.filter(pk=old.pk).update(business_date=clock.today() - dt.timedelta(days=31))
    assert disposals.limit_crossed(make_disposal(house, *make_assets(house, 4)), []) is None
    gift = make_disposal(house, *make_assets(house, 5), way=DisposalWay.DONATION, receiver="希望小学")
    run(house, gift, "submit")
    lines = disposals.lines_of(make_disposal(house, *make_assets(house, 4)))
    assert disposals.limit_crossed(lines[0].document, lines) is None


def test_a_sale_needs_its_valuation_report(house):
    """R-AST-14."""
    document = make_disposal(house, way=DisposalWay.SALE, receiver="某公司")
    refused(house, document, field="valuation_number", match="valuation")
    Disposal.objects.filter(pk=document.pk).update(valuation_number="评报字9号")
    refused(house, document, field="valuation_number", match="Attach")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"technical_appraisal": " "}, "technical_appraisal"),
        ({"reason": " "}, "reason"),
        ({"way": DisposalWay.DONATION}, "receiver"),
    ],
)
def test_what_a_disposal_has_to_say(house, fields, field):
    refused(house, make_disposal(house, **fields), field=field)


def test_scrapping_before_the_life_is_over_needs_a_finding(house):
    document = make_disposal(house)
    document.lines.update(finding="")
    refused(house, document, field="finding")


def test_what_is_missing_is_only_written_off_as_lost(house):
    asset = make_asset(house, state=AssetState.MISSING)
    refused(house, make_disposal(house, asset), field="asset", match="missing")
    assert run(house, make_disposal(house, asset, way=DisposalWay.LOSS), "submit").status == "submitted"


@pytest.mark.parametrize("state", [AssetState.DISPOSED, AssetState.LENT])
def test_what_is_gone_or_lent_is_not_disposed_of(house, state):
    refused(house, make_disposal(house, make_asset(house, state=state)), field="asset")


def test_somebody_who_left_gets_nothing_back_by_a_reversal(house):
    """R-AST-11"""
    holders = {"user": house.requester, "custodian": house.department_head, "state": AssetState.IN_USE}
    asset = make_asset(house, **holders)
    posted = run(house, make_disposal(house, asset))
    User.objects.filter(pk=house.requester.pk).update(is_active=False)
    run(house, posted, "reverse")
    asset.refresh_from_db()
    assert (asset.user, asset.custodian, asset.state) == (None, house.department_head, AssetState.IDLE)
    assert asset.idle_since == clock.today()
    assert list(verify_custody()) == []


def test_a_thing_on_a_disposal_is_on_no_other_paper(house):
    asset = make_asset(house)
    first = run(house, make_disposal(house, asset), "submit")
    refused(house, make_disposal(house, asset), match="not finished yet")
    asset.refresh_from_db()
    assert claims.holder_of(asset) == first
    for step in ("approve", "reject"):
        run(house, first, step)
    asset.refresh_from_db()
    assert asset.claimed_by == ""
    assert CustodyChange.objects.count() == 0


def test_the_screens_of_a_disposal(house, client):
    asset = make_asset(house, in_use_on=clock.today() - dt.timedelta(days=10))
    client.force_login(house.asset_manager)
    page = client.get(f"{reverse('disposal_new')}?asset={asset.pk}")
    assert page.status_code == 200
    assert f'value="{asset.pk}"' in page.content.decode()
    data = {
        **{
            "way": "scrap",
            "reason": "主板损坏",
            "business_date": f"{clock.today()}",
            "technical_appraisal": "无法修复",
        },
        **{"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-asset": asset.pk, "lines-0-finding": "烧毁"},
        "then": "submit",
    }
    answer = client.post(reverse("disposal_new"), data, follow=True)
    document = Disposal.objects.get()
    assert document.status == "submitted", answer.context.get("form") and answer.context["form"].errors
    document = run(house, document, "approve")
    client.force_login(house.again("asset_manager"))
    page = client.get(reverse("disposal_detail", args=[document.pk]))
    assert "decision_form" in page.context
    wrong = client.post(reverse("disposal_carry_out", args=[document.pk]), {"approval_number": ""})
    assert wrong.status_code == 200
    assert Disposal.objects.get().status == "approved"
    sent = {"approval_number": "院办9号", "approved_on": f"{clock.today()}", "approved_outside": ""}
    client.post(reverse("disposal_carry_out", args=[document.pk]), sent)
    asset.refresh_from_db()
    assert (Disposal.objects.get().status, asset.state) == ("posted", AssetState.DISPOSED)
    for name in ("disposal_list", "disposal_export"):
        assert client.get(reverse(name)).status_code == 200
    assert client.get(reverse("disposal_print", args=[document.pk])).status_code == 200


def test_a_thing_is_depreciated_until_the_month_before_it_leaves(house):
    """R-AST-06, R-AST-15: the run before has to be there, the run of the month must not have taken it."""
    with at(dt.date(2026, 6, 10)):
        asset = make_asset(house, in_use_on=dt.date(2026, 6, 10))
    with at(dt.date(2026, 7, 2)):
        depreciate(house, 2026, 6)
    late = {"approved_on": dt.date(2026, 6, 1)}
    with at(dt.date(2026, 8, 3)):
        document = run(house, make_disposal(house, asset, **late), "submit", "approve")
        refused(house, document, "post", field="business_date", match="2026-07")
        july = depreciate(house, 2026, 7)
        assert july.amount == Decimal("83.33")
        assert run(house, document, "post").status == "posted"
    asset.refresh_from_db()
    assert document.lines.get().accumulated == Decimal("166.66")


def test_a_thing_that_the_run_of_the_month_took_leaves_in_the_next(house):
    """R-AST-06."""
    with at(dt.date(2026, 6, 10)):
        asset = make_asset(house, in_use_on=dt.date(2026, 6, 10))
    with at(dt.date(2026, 7, 2)):
        depreciate(house, 2026, 6)
        document = make_disposal(house, asset, business_date=dt.date(2026, 6, 30), approved_on=dt.date(2026, 6, 1))
        document = run(house, document, "submit", "approve")
        refused(house, document, "post", field="business_date", match="next month")


def test_verification_finds_a_thing_that_never_left_and_a_wrong_receipt_sum(house):
    document = run(house, make_disposal(house))
    case = make_case(house)
    assert list(verify_disposals()) == []
    Asset.objects.filter(disposal_lines__document=document).update(state=AssetState.IN_USE)
    CompensationCase.objects.filter(pk=case.pk).update(amount=Decimal(10), paid=Decimal(5))
    assert [finding.table for finding in verify_disposals()] == ["assets.DisposalLine", "assets.CompensationCase"]
