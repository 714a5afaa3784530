"""The screens of the month close: who sees the checklist, who closes and reopens, what the report shows."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from core import periods
from inventory.models import MonthClosing, MonthPricing, Warehouse
from inventory.reports.closing_report import ClosingReport
from tests.factories import House, at, make_issue, make_receipt, receive, run

from .reporting import report
from .screens import as_user, said

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = dt.date(2026, 9, 10), dt.date(2026, 10, 8)


@pytest.fixture
def autumn(house: House) -> House:
    house.warehouse.valuation = Warehouse.Valuation.PERIOD_AVERAGE
    house.warehouse.save()
    with at(SEPTEMBER):
        receive(house, (house.gloves, 10, 5))
        run(house, make_issue(house, (house.gloves, 6)))
        receive(house, (house.gloves, 10, 6))
        run(house, make_issue(house, (house.gloves, 6)))
    return house


def test_the_checklist_names_and_links_what_keeps_the_month_open(autumn: House) -> None:
    with at(SEPTEMBER):
        stuck = run(autumn, make_receipt(autumn), "submit")
    with at(OCTOBER):
        client = as_user(autumn.accountant)
        page = client.get(reverse("month_close"))
        text = page.content.decode()
        assert "Month close 2026-09" in text
        assert stuck.number in text
        assert reverse("goodsreceipt_detail", args=(stuck.pk,)) in text
        assert "month-close/close/" not in text  # nothing to press while something keeps the month open
        refused = client.post(reverse("month_close_close"), {"month": "2026-09"}, follow=True)
        assert stuck.number in said(refused)
        assert not MonthClosing.objects.exists()


def test_closing_and_reopening_by_those_who_may(autumn: House) -> None:
    close, again = reverse("month_close_close"), reverse("month_close_reopen")
    with at(OCTOBER):
        for who in ("storekeeper", "requester", "rights_administrator"):
            assert as_user(autumn.people[who]).post(close, {"month": "2026-09"}).status_code == 403
            assert as_user(autumn.people[who]).get(reverse("month_close")).status_code == 403
        for who in ("logistics_head", "auditor", "leader"):
            page = as_user(autumn.people[who]).get(reverse("month_close"))
            assert (page.status_code, "month-close/close/" in page.content.decode()) == (200, False)
            assert "may not close" in said(as_user(autumn.people[who]).post(close, {"month": "2026-09"}, follow=True))
        assert not MonthClosing.objects.exists()
        accountant, head = as_user(autumn.accountant), as_user(autumn.logistics_head)
        assert "2026-03" in said(accountant.post(close, {"month": "yesterday"}, follow=True))
        done = accountant.post(close, {"month": "2026-09", "remarks": "未盘点，下月补"}, follow=True)
        assert "closed now" in said(done)
        assert "未盘点，下月补" in done.content.decode()
        assert "may not close" in said(accountant.post(again, {"month": "2026-09", "reason": "x"}, follow=True))
        assert "reason" in said(head.post(again, {"month": "2026-09", "reason": " "}, follow=True))
        assert MonthClosing.objects.filter(reopened_at=None).count() == 1
        opened = head.post(again, {"month": "2026-09", "reason": "漏记一张入库单"}, follow=True)
        assert "open again" in said(opened)
        assert "漏记一张入库单" in opened.content.decode()
        assert periods.is_open(autumn.organization.pk, SEPTEMBER)


def test_the_back_office_closes_through_the_same_door(autumn: House) -> None:
    with at(OCTOBER):
        as_user(autumn.accountant).post(reverse("admin:core_period_close"), {"month": "2026-09"})
        assert MonthClosing.objects.get().snapshots.get().amount == 44
        as_user(autumn.logistics_head).post(reverse("admin:core_period_reopen"), {"month": "2026-09", "reason": "漏记"})
        assert MonthClosing.objects.get().reopened_by == autumn.logistics_head
        for name in ("monthclosing", "stocksnapshot", "monthpricing"):
            page = as_user(autumn.accountant).get(reverse(f"admin:inventory_{name}_changelist"))
            assert page.status_code == 200
            assert as_user(autumn.accountant).get(reverse(f"admin:inventory_{name}_add")).status_code == 403


def test_the_closing_report_agrees_with_what_was_kept(autumn: House) -> None:
    with at(OCTOBER):
        periods.close(autumn.organization, 2026, 9, actor=autumn.accountant)
        receive(autumn, (autumn.gloves, 50, 9))
        closing = MonthClosing.objects.get()
        (row, _subtotal) = list(report(ClosingReport, autumn.accountant).run())
        assert {key: row.values[key] for key in ("opening", "purchased", "received", "used", "issued", "closing")} == {
            "opening": None,
            "purchased": 110,
            "received": None,
            "used": 66,
            "issued": None,
            "closing": 44,
        }
        client = as_user(autumn.accountant)
        url = f"{reverse('closing_report')}?closing={closing.pk}"
        assert "44.00" in client.get(url).content.decode()
        paper = client.get(f"{url}&format=print").content.decode()
        assert closing.digest[:16] in paper
        assert "Store accountant" in paper
        assert client.get(f"{url}&format=xlsx").status_code == 200
        assert as_user(autumn.storekeeper).get(url).status_code == 403


def test_another_house_sees_nothing_of_it(autumn: House, other_house: House) -> None:
    with at(OCTOBER):
        periods.close(autumn.organization, 2026, 9, actor=autumn.accountant)
        client = as_user(other_house.accountant)
        closing = MonthClosing.objects.get()
        assert closing.digest[:12] not in client.get(reverse("month_close")).content.decode()
        assert "66.00" not in client.get(f"{reverse('closing_report')}?closing={closing.pk}").content.decode()
        pricing = MonthPricing.objects.get()
        assert client.get(reverse("monthpricing_detail", args=(pricing.pk,))).status_code == 404


def test_the_pricing_paper(autumn: House) -> None:
    with at(OCTOBER):
        periods.close(autumn.organization, 2026, 9, actor=autumn.accountant)
        pricing = MonthPricing.objects.get()
        client = as_user(autumn.accountant)
        for name, args in (("list", ()), ("detail", (pricing.pk,)), ("print", (pricing.pk,))):
            text = client.get(reverse(f"monthpricing_{name}", args=args)).content.decode()
            assert pricing.number in text
            assert "1.71" in text
        assert client.get(reverse("monthpricing_export")).status_code == 200
        assert client.get(reverse("workbench")).status_code == 200


def test_the_checklist_takes_the_same_queries_for_many_papers(autumn: House, django_assert_max_num_queries) -> None:
    with at(OCTOBER):
        client = as_user(autumn.accountant)
        client.get(reverse("month_close"))
        with django_assert_max_num_queries(80) as few:
            client.get(reverse("month_close"))
        count = len(few)
    with at(SEPTEMBER):
        for _number in range(6):
            make_receipt(autumn)
    with at(OCTOBER), django_assert_max_num_queries(count + 2):
        client.get(reverse("month_close"))
