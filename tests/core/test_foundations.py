"""Exact numbers, trees, sight, months and credit codes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Sum
from django.utils import timezone

from core import clock, periods
from core.errors import DomainError, NotAllowed, PeriodClosed
from core.fields import MoneyField, PriceField, QuantityField
from core.models import Delegation, Period
from core.numbers import money, price, quantity
from directory.models import Department, User
from directory.models.suppliers import validate_credit_code
from inventory.models import Item, Requisition, StockBalance, Warehouse
from tests.factories import MAKERS, House, at, make_person, make_requisition, receive, run


def test_a_tenth_is_a_tenth(house: House) -> None:
    """0.3 - 0.1 - 0.1 - 0.1 is zero, in Python and in the database."""
    item = house.item(min_stock=Decimal("0.3"))
    for _ in range(3):
        item.min_stock -= Decimal("0.1")
        item.save()
        item.refresh_from_db()
    assert item.min_stock == 0
    for number in range(100):
        house.item(f"货{number}", min_stock=Decimal("0.1"), reference_price=Decimal("0.000001"))
    rows = Item.objects.filter(name__startswith="货")
    assert rows.aggregate(a=Sum("min_stock"), b=Sum("reference_price")) == {"a": Decimal(10), "b": Decimal("0.0001")}
    assert rows.filter(min_stock=Decimal("0.1000")).count() == 100
    assert rows.filter(min_stock__gt=Decimal("0.0999"), min_stock__lt=Decimal("0.1001")).count() == 100
    assert not rows.filter(min_stock__in=[Decimal("0.2"), 1]).exists()


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        (QuantityField(), "0.00001", "places"),
        (PriceField(), "0.0000001", "places"),
        (MoneyField(), "0.005", "places"),
        (QuantityField(), "NaN", "invalid"),
        (MoneyField(), "Infinity", "invalid"),
        (MoneyField(), "zwölf", "invalid"),
        (MoneyField(), Decimal(10) ** 13, "range"),
        (QuantityField(), -(Decimal(10) ** 11), "range"),
        (PriceField(), Decimal(10) ** 9, "range"),
    ],
)
def test_what_a_number_field_refuses(field: Any, value: Any, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        field.get_prep_value(value)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        (QuantityField(), "1.5", 15_000),
        (MoneyField(), Decimal("-0.01"), -1),
        (PriceField(), 7, 7_000_000),
        (MoneyField(), None, None),
        (MoneyField(), Decimal("9999999999999.99"), 999_999_999_999_999),
    ],
)
def test_what_a_number_field_stores(field: Any, value: Any, stored: int | None) -> None:
    assert field.get_prep_value(value) == stored
    assert field.from_db_value(stored, None, None) == (None if value is None else Decimal(str(value)))


def test_rounding_is_half_up() -> None:
    """R-SYS-05"""
    assert money(Decimal("0.005")) == Decimal("0.01")
    assert money(Decimal("-0.005")) == Decimal("-0.01")
    assert price(Decimal("0.0000005")) == Decimal("0.000001")
    assert quantity(Decimal("0.00005")) == Decimal("0.0001")


def _department(house: House, code: str, parent: Department | None = None) -> Department:
    return Department.objects.create(organization=house.organization, code=code, name=code, parent=parent)


def test_a_branch_moves_with_everything_under_it(house: House) -> None:
    a, b = _department(house, "A"), _department(house, "B")
    child = _department(house, "A1", a)
    leaf = _department(house, "A11", child)
    stale = Department.objects.select_related("parent").get(pk=leaf.pk)
    child.parent = b
    child.save()
    leaf.refresh_from_db()
    assert leaf.path == f"{b.pk}.{child.pk}.{leaf.pk}."
    assert [row.pk for row in leaf.ancestors()] == [child.pk, b.pk]
    assert set(b.subtree()) == {b, child, leaf}
    assert set(a.subtree()) == {a}
    assert leaf.depth == 2
    stale.name = "改名"
    stale.save()
    leaf.refresh_from_db()
    assert (leaf.name, leaf.path) == ("改名", f"{b.pk}.{child.pk}.{leaf.pk}.")


def test_a_node_never_goes_under_itself(house: House) -> None:
    a = _department(house, "A")
    child = _department(house, "A1", a)
    a.parent = child
    with pytest.raises(ValidationError):
        a.full_clean()
    with pytest.raises(ValidationError):
        a.save()
    a.refresh_from_db()
    child.refresh_from_db()
    assert (a.path, child.path) == (f"{a.pk}.", f"{a.pk}.{child.pk}.")


def test_every_scope_sees_its_rows(house: House, other_house: House) -> None:
    """R-SYS-06"""
    mine = make_requisition(house)
    colleague = make_requisition(house, created_by=house.department_head)
    next_door = make_requisition(house, department=house.other_ward, created_by=house.other_requester)
    second_store = Warehouse.objects.create(
        organization=house.organization, code="W2", name="二号库", department=house.logistics
    )
    elsewhere = make_requisition(house, warehouse=second_store)
    foreign = make_requisition(other_house)

    def seen(person: User) -> set[Any]:
        return set(Requisition.objects.visible_to(User.objects.get(pk=person.pk)))

    assert seen(house.requester) == {mine, colleague, elsewhere}
    assert seen(house.other_requester) == {next_door}
    assert seen(house.repair_worker) == set()
    assert seen(house.storekeeper) == {mine, colleague, next_door}
    assert seen(house.auditor) == {mine, colleague, next_door, elsewhere}
    assert seen(other_house.auditor) == {foreign}
    boss = User.objects.create_superuser("root", organization=house.organization, name="root")
    assert seen(boss) == {mine, colleague, next_door, elsewhere, foreign}
    User.objects.filter(pk=boss.pk).update(is_active=False)
    assert seen(boss) == set()
    own = make_requisition(house, warehouse=second_store, department=house.logistics, created_by=house.storekeeper)
    assert own in seen(house.storekeeper)


def test_a_department_sees_those_under_it(house: House) -> None:
    house.other_ward.parent = house.ward
    house.other_ward.save()
    document = make_requisition(house, department=house.other_ward, created_by=house.other_requester)
    assert document in Requisition.objects.visible_to(house.again("requester"))
    assert document in Requisition.objects.visible_to(house.again("department_head"))


def test_stock_is_seen_by_its_keepers_and_its_house(house: House, other_house: House) -> None:
    receive(house)
    receive(other_house)
    rows = StockBalance.objects
    assert rows.visible_to(house.storekeeper).count() == 1
    assert rows.visible_to(house.accountant).count() == 1
    assert rows.visible_to(house.requester).count() == 0
    assert rows.visible_to(other_house.storekeeper).get().location.organization == other_house.organization


def test_who_signed_still_sees(house: House) -> None:
    document = run(house, make_requisition(house), "submit", "approve")
    Department.objects.filter(pk=house.ward.pk).update(head=None)
    User.objects.filter(pk=house.department_head.pk).update(department=house.other_ward)
    assert document in Requisition.objects.visible_to(house.again("department_head"))


def _month(back: int) -> tuple[int, int]:
    day = clock.today().replace(day=1)
    for _ in range(back):
        day = (day - dt.timedelta(days=1)).replace(day=1)
    return day.year, day.month


def test_months_close_in_order_and_reopen_backwards(house: House) -> None:
    """R-STK-07"""
    accountant, head, home = house.accountant, house.logistics_head, house.organization
    receive(house, business_date=dt.date(*_month(2), 3))
    with pytest.raises(DomainError, match="first"):
        periods.close(home, *_month(1), actor=accountant)
    with pytest.raises(DomainError, match="not over"):
        periods.close(home, *_month(0), actor=accountant)
    periods.close(home, *_month(2), actor=accountant)
    with pytest.raises(DomainError, match="already closed"):
        periods.close(home, *_month(2), actor=accountant)
    periods.close(home, *_month(1), actor=accountant)
    for back in (1, 2, 3):
        assert not periods.is_open(home.pk, dt.date(*_month(back), 1))
        with pytest.raises(PeriodClosed):
            receive(house, business_date=dt.date(*_month(back), 1))
    with pytest.raises(DomainError, match="last closed"):
        periods.reopen(home, *_month(2), actor=head, reason="漏单")
    with pytest.raises(DomainError, match="reason"):
        periods.reopen(home, *_month(1), actor=head, reason=" ")
    row = periods.reopen(home, *_month(1), actor=head, reason="漏单")
    assert (row.state, row.changed_by, row.reason) == ("open", head, "漏单")
    receive(house, business_date=dt.date(*_month(1), 1))
    periods.close(home, *_month(1), actor=accountant)
    row.refresh_from_db()
    history = list(row.changes.values_list("state", "changed_by", "reason"))
    assert history == [("closed", accountant.pk, ""), ("open", head.pk, "漏单"), ("closed", accountant.pk, "")]
    assert row.changes.first().changed_at == row.changed_at
    for change in (lambda: row.changes.update(reason="x"), lambda: row.changes.all()._raw_delete("default")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert list(row.changes.values_list("state", "changed_by", "reason")) == history


def test_only_the_own_accountant_closes(house: House, other_house: House) -> None:
    for actor in (other_house.accountant, house.storekeeper, house.auditor, house.logistics_head):
        with pytest.raises(NotAllowed):
            periods.close(house.organization, *_month(1), actor=actor)
    with pytest.raises(NotAllowed):
        periods.reopen(house.organization, *_month(1), actor=house.accountant, reason="漏单")
    assert not Period.objects.filter(state="closed").exists()
    periods.close(house.organization, *_month(1), actor=house.accountant)
    receive(other_house, business_date=dt.date(*_month(1), 1))


@pytest.mark.parametrize("code", ["91350100M000100Y43", " 91350100m000100y43 "])
def test_credit_codes_that_are_right(code: str) -> None:
    assert validate_credit_code(code) is None


@pytest.mark.parametrize("code", ["91350100M000100Y44", "91350100M000100Y4", "91350100I000100Y43", "", "9" * 19])
def test_credit_codes_that_are_wrong(code: str) -> None:
    with pytest.raises(ValidationError):
        validate_credit_code(code)


def test_moments_of_records_follow_the_clock(house: House) -> None:
    """A simulated year dates its papers, people and substitutes by the simulated day."""
    with at(dt.date(2025, 3, 4)):
        moment = clock.now()
        records = [maker(house) for maker in MAKERS.values()]
        records.append(make_person(house.organization, None, "N1", "新人"))
        records.append(
            Delegation.objects.create(
                principal=house.leader, substitute=house.auditor, from_date=clock.today(), to_date=clock.today()
            )
        )
    assert [type(r).objects.get(pk=r.pk).created_at for r in records] == [moment] * len(records)


def test_no_model_takes_its_time_from_anywhere_but_the_clock() -> None:
    own = [m for m in apps.get_models() if m._meta.app_label in ("core", "directory", "inventory")]
    found = [
        str(field)
        for model in own
        for field in model._meta.concrete_fields
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False) or field.default is timezone.now
    ]
    assert own
    assert found == []
