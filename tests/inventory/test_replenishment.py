"""Suggestions to reorder: one an item and warehouse, with its reasoning, decided by people (R-STK-20)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from core.errors import DomainError, NotAllowed
from inventory.models import Item, ReplenishmentSuggestion
from inventory.replenishment_selectors import Proposal, proposals, reasoning
from inventory.services import replenishment
from tests.factories import House, at, make_issue, make_receipt, receive, run

from .reporting import second_warehouse
from .screens import as_user, said

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 10)


@pytest.fixture(autouse=True)
def _nobody_buys() -> Iterator[None]:
    kept = list(replenishment._requesters)
    replenishment._requesters.clear()
    yield
    replenishment._requesters[:] = kept


def buyer(told: list[Any]) -> Any:
    """Somebody who takes purchase requests and remembers them."""

    def write(suggestions: Any, *, actor: Any) -> str:
        told.append(([(row.item, row.quantity) for row in suggestions], actor))
        return f"CG{len(told):03d}"

    return write


def with_limits(item: Item, minimum: Any, maximum: Any = None) -> Item:
    item.min_stock = Decimal(minimum)
    item.max_stock = None if maximum is None else Decimal(maximum)
    item.save()
    return item


def refresh(house: House) -> dict[str, int]:
    return dict(replenishment.refresh(house.organization))


def the_one(house: House) -> ReplenishmentSuggestion:
    return ReplenishmentSuggestion.objects.get(organization=house.organization)


def low(house: House) -> ReplenishmentSuggestion:
    """8 gloves where 10 is the minimum and 50 the maximum."""
    with_limits(house.gloves, 10, 50)
    receive(house, (house.gloves, 8, 5))
    refresh(house)
    return the_one(house)


def test_R_STK_20_one_open_suggestion_not_one_a_day(house: House) -> None:
    with at(TODAY):
        low(house)
    for number in range(1, 4):
        with at(TODAY + dt.timedelta(days=number)):
            run(house, make_issue(house, (house.gloves, 1)))
            assert refresh(house) == {"kept": 1, "opened": 0}
    row = the_one(house)
    assert (row.state, row.in_stock, row.minimum, row.quantity) == ("open", 5, 10, 45)
    assert row.opened_at.date() == TODAY
    with at(TODAY + dt.timedelta(days=5)):
        receive(house, (house.gloves, 5, 5))
        assert refresh(house) == {"filled": 1, "opened": 0}
        run(house, make_issue(house, (house.gloves, 1)))
        assert refresh(house)["opened"] == 1
    assert list(ReplenishmentSuggestion.objects.order_by("pk").values_list("state", flat=True)) == ["filled", "open"]


def test_what_is_at_its_minimum_or_has_none_is_left_alone(house: House, other_house: House) -> None:
    with_limits(house.gloves, 10)
    with_limits(house.vaccine, 5)  # never kept anywhere
    receive(house, (house.gloves, 10, 5), (house.paper, 1, 5))
    assert refresh(house) == {"opened": 0}
    with_limits(other_house.gloves, 10)
    receive(other_house, (other_house.gloves, 1, 5))
    assert refresh(house) == {"opened": 0}
    assert not ReplenishmentSuggestion.objects.exists()


def test_expired_and_kept_back_lots_are_no_stock(house: House) -> None:
    from inventory.models import Lot
    from inventory.services.quality import keep_back

    with_limits(house.vaccine, 5, 20)
    with at(dt.date(2026, 10, 1)):
        receive(
            house, (house.vaccine, 9, 8, "A1", dt.date(2026, 10, 20)), (house.vaccine, 4, 8, "B2", dt.date(2027, 1, 1))
        )
        receive(house, (house.vaccine, 3, 8, "C3", dt.date(2027, 1, 1)))
    with at(TODAY):
        assert refresh(house) == {"opened": 0}
        keep_back(Lot.objects.get(number="B2"), kind="frozen", reason="召回", actor=house.logistics_head)
        refresh(house)
        row = the_one(house)
        assert (row.in_stock, row.quantity) == (3, 17)


def test_each_warehouse_has_its_own(house: House) -> None:
    second = second_warehouse(house)
    second.keepers.add(house.storekeeper)
    with_limits(house.gloves, 10, 30)
    receive(house, (house.gloves, 4, 5))
    receive(house, (house.gloves, 7, 5), warehouse=second)
    refresh(house)
    found = ReplenishmentSuggestion.objects.order_by("warehouse__code")
    assert [(row.warehouse.code, row.quantity) for row in found] == [("W1", 26), ("W2", 23)]
    assert [row.warehouse for row in ReplenishmentSuggestion.objects.visible_to(house.second_storekeeper)] == [
        house.warehouse,
        second,
    ]
    assert not ReplenishmentSuggestion.objects.visible_to(house.requester).exists()


def test_a_dismissed_one_stays_away_until_the_stock_was_there_again(house: House) -> None:
    row = low(house)
    with pytest.raises(DomainError, match="reason"):
        replenishment.dismiss(row, actor=house.storekeeper, reason=" ")
    for who in ("auditor", "accountant", "requester"):
        with pytest.raises(NotAllowed):
            replenishment.dismiss(row, actor=house.people[who], reason="x")
    assert the_one(house).state == "open"
    replenishment.dismiss(row, actor=house.storekeeper, reason="改用新规格")
    assert refresh(house) == {"kept": 1, "opened": 0}
    row = the_one(house)
    assert (row.state, row.reason, row.decided_by) == ("dismissed", "改用新规格", house.storekeeper)
    replenishment.take_up(row, actor=house.storekeeper)
    assert (the_one(house).state, the_one(house).reason) == ("open", "")
    replenishment.dismiss(row, actor=house.storekeeper, reason="改用新规格")
    receive(house, (house.gloves, 5, 5))
    refresh(house)
    run(house, make_issue(house, (house.gloves, 6)))
    refresh(house)
    assert list(ReplenishmentSuggestion.objects.order_by("pk").values_list("state", flat=True)) == ["filled", "open"]


def test_turned_into_one_purchase_request(house: House) -> None:
    with_limits(house.paper, 3, 9)
    receive(house, (house.paper, 1, 20))
    with_limits(house.gloves, 10, 50)
    receive(house, (house.gloves, 8, 5))
    refresh(house)
    rows = list(ReplenishmentSuggestion.objects.order_by("pk"))
    with pytest.raises(DomainError, match="nobody"):
        replenishment.request(rows, actor=house.buyer)
    told: list[Any] = []
    replenishment.register_requester(buyer(told))
    with pytest.raises(NotAllowed):
        replenishment.request(rows, actor=house.auditor)
    with pytest.raises(DomainError, match="nothing"):
        replenishment.request([], actor=house.buyer)
    assert told == []
    assert replenishment.request(rows, actor=house.buyer) == "CG001"
    assert told == [([(row.item, row.quantity) for row in rows], house.buyer)]
    assert set(ReplenishmentSuggestion.objects.values_list("state", "reference")) == {("ordered", "CG001")}
    with pytest.raises(DomainError, match="requested"):
        replenishment.request(rows, actor=house.buyer)
    assert refresh(house) == {"kept": 2, "opened": 0}
    receive(house, (house.gloves, 42, 5), (house.paper, 8, 20))
    assert refresh(house) == {"filled": 2, "opened": 0}


def test_a_request_that_is_refused_leaves_everything_open(house: House) -> None:
    row = low(house)

    def refuse(suggestions: Any, *, actor: Any) -> str:
        raise DomainError("no budget")

    replenishment.register_requester(refuse)
    with pytest.raises(DomainError, match="no budget"):
        replenishment.request([row], actor=house.buyer)
    assert (the_one(house).state, the_one(house).reference) == ("open", "")


# ---- what the last year speaks for ----


def year_of_use(house: House) -> None:
    """Delivered on the first of every month from January on, used 10 a month, 24 in March; reversals do not count."""
    for month in range(1, 11):
        with at(dt.date(2026, month, 1)):
            receive(house, (house.gloves, 40, 5))
        with at(dt.date(2026, month, 20)):
            run(house, make_issue(house, (house.gloves, 24 if month == 3 else 10)))
    with at(dt.date(2026, 5, 21)):
        run(house, run(house, make_issue(house, (house.gloves, 30))), "reverse")


def proposed(house: House) -> Proposal:
    return proposals([(house.warehouse.pk, house.gloves)])[house.warehouse.pk, house.gloves.pk]


def test_the_proposal_and_its_reasoning(house: House) -> None:
    """Used 9 x 10 + 24 = 114 in 10 months = 11.4 a month; deliveries about every 31 days; 24 / 30 x 31 = 24.8: minimum
    25, maximum 25 + 11.4 = 36.4: 37."""
    year_of_use(house)
    with at(TODAY):
        found = proposed(house)
        assert [used for _month, used in found.months] == [10, 10, 24, 10, 10, 10, 10, 10, 10, 10]
        assert (found.used, found.lead_days, found.lead_source, found.deliveries) == (114, 31, "deliveries", 10)
        assert (found.minimum, found.maximum) == (25, 37)
        told = " ".join(reasoning(found, house.gloves.unit))
        assert "Used 114 个 in 10 months: 12 a month, at most 24 (2026-03)" in told
        assert "24 ÷ 30 × 31 = 25" in told
        house.gloves.lead_time_days = 10
        assert (proposed(house).minimum, proposed(house).lead_source) == (8, "entered")


def test_too_short_a_history_proposes_nothing(house: House) -> None:
    with at(dt.date(2026, 10, 5)):
        receive(house, (house.gloves, 40, 5))
        run(house, make_issue(house, (house.gloves, 10)))
    with at(TODAY):
        found = proposed(house)
        assert (found.months, found.minimum, found.maximum, found.lead_source) == ([], None, None, "assumed")
        assert "Nothing is proposed" in reasoning(found, house.gloves.unit)[0]


def test_accepting_changes_the_item_and_the_suggestion(house: House) -> None:
    year_of_use(house)
    with_limits(house.gloves, 290, 300)
    with at(TODAY):
        refresh(house)
        row = the_one(house)
        assert (row.in_stock, row.quantity) == (286, 14)
        with pytest.raises(NotAllowed):
            replenishment.accept(row, actor=house.buyer)
        assert Item.objects.get(pk=house.gloves.pk).min_stock == 290
        replenishment.accept(row, actor=house.storekeeper)
        item = Item.objects.get(pk=house.gloves.pk)
        assert (item.min_stock, item.max_stock, item.lead_time_days) == (25, 37, 31)
        assert item.history.first().history_user == house.storekeeper
        assert the_one(house).state == "filled"


def test_without_a_maximum_a_months_use_is_suggested(house: House) -> None:
    year_of_use(house)
    with_limits(house.gloves, 300)
    with at(TODAY):
        refresh(house)
        assert the_one(house).quantity == 26  # 300 + 11.4 - 286, in whole pieces


def test_the_number_of_statements_does_not_grow(house: House, django_assert_max_num_queries: Any) -> None:
    with_limits(house.gloves, 10)
    receive(house, (house.gloves, 8, 5))
    with django_assert_max_num_queries(20) as few:
        refresh(house)
    items = [house.item(f"物品{number}", min_stock=Decimal(5)) for number in range(8)]
    run(house, make_receipt(house, *((item, 2, 3) for item in items)))
    with django_assert_max_num_queries(len(few) + 2):
        refresh(house)
    assert ReplenishmentSuggestion.objects.count() == 9


# ---- screens ----


def test_the_list_and_the_page(house: House, other_house: House) -> None:
    row = low(house)
    keeper = as_user(house.storekeeper)
    page = keeper.get(reverse("replenishment_list")).content.decode()
    assert "医用手套" in page
    assert reverse("replenishment_request") not in page  # nobody takes purchase requests yet
    detail = reverse("replenishment_detail", args=(row.pk,))
    text = keeper.get(detail).content.decode()
    assert "Nothing is proposed" in text
    assert "/request/" not in text
    replenishment.register_requester(buyer([]))
    assert reverse("replenishment_request") in keeper.get(reverse("replenishment_list")).content.decode()
    assert "/request/" in keeper.get(detail).content.decode()
    assert "/dismiss/" not in as_user(house.auditor).get(detail).content.decode()
    assert as_user(other_house.storekeeper).get(detail).status_code == 404
    assert as_user(house.requester).get(reverse("replenishment_list")).status_code == 403
    assert keeper.get(reverse("replenishment_export")).status_code == 200
    assert (
        as_user(house.logistics_head).get(reverse("admin:inventory_replenishmentsuggestion_changelist")).status_code
        == 200
    )


def test_deciding_on_the_screen(house: House) -> None:
    row = low(house)
    keeper = as_user(house.storekeeper)

    def step(name: str, **data: Any) -> Any:
        return keeper.post(reverse("replenishment_step", args=(row.pk, name)), data, follow=True)

    assert "reason" in said(step("dismiss", reason=""))
    assert "nobody" in said(step("request"))
    assert "Nothing is proposed" in said(step("accept"))
    assert step("explode").status_code == 404
    assert the_one(house).state == "open"
    assert "dismissed" in said(step("dismiss", reason="改用新规格"))
    assert "“dismissed” now" in said(step("dismiss", reason="again"))
    page = keeper.get(reverse("replenishment_list")).content.decode()
    assert "医用手套" not in page
    assert "医用手套" in keeper.get(reverse("replenishment_list"), {"state": "dismissed"}).content.decode()
    assert "open again" in said(step("take-up"))
    told: list[Any] = []
    replenishment.register_requester(buyer(told))
    done = keeper.post(reverse("replenishment_request"), follow=True)
    assert "CG001" in said(done)
    assert (the_one(house).reference, len(told)) == ("CG001", 1)
    assert as_user(house.auditor).post(reverse("replenishment_refresh")).status_code == 403


def test_every_night_and_on_demand(house: House, capsys: pytest.CaptureFixture) -> None:
    with_limits(house.gloves, 10)
    receive(house, (house.gloves, 8, 5))
    call_command("replenishment")
    assert "1 opened" in capsys.readouterr().out
    told = said(as_user(house.storekeeper).post(reverse("replenishment_refresh"), follow=True))
    assert "0 new, 1 as before" in told
    assert the_one(house).state == "open"
