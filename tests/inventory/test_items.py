"""What stays as it is while there is stock, whoever changes it (R-STK-08)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from core import clock
from core.errors import DomainError
from inventory.models import Item, Unit
from tests.directory.test_sheets import load, reasons
from tests.factories import House, at, make_issue, receive, run

CHANGES = [("valuation", "fifo"), ("track_lots", True), ("unit", None)]


def changed(house: House, name: str, value: Any) -> Item:
    item = Item.objects.get(pk=house.gloves.pk)
    setattr(item, name, Unit.objects.create(name="箱") if name == "unit" else value)
    return item


@pytest.mark.parametrize(("name", "value"), CHANGES)
def test_form_and_code_refuse_alike(house: House, name: str, value: Any) -> None:
    receive(house, (house.gloves, 3, 5))
    item = changed(house, name, value)
    with pytest.raises(DomainError, match="only when the stock is zero") as refused:
        item.save()
    assert refused.value.field == name
    with pytest.raises(ValidationError) as form:
        item.full_clean()
    assert list(form.value.message_dict) == [name]
    stored = Item.objects.get(pk=item.pk)
    assert getattr(stored, name) == getattr(house.gloves, name)
    run(house, make_issue(house, (house.gloves, 3)))
    with at(next_year()):
        item.full_clean()
        item.save()
    assert getattr(Item.objects.get(pk=item.pk), name) == getattr(item, name)


def next_year() -> dt.date:
    return dt.date(clock.today().year + 1, 1, 2)


def test_R_STK_08_the_valuation_stays_inside_a_fiscal_year(house: House) -> None:
    """Also with nothing in stock; the record of the change is the item's history."""
    receive(house, (house.gloves, 3, 5))
    run(house, make_issue(house, (house.gloves, 3)))
    item = changed(house, "valuation", "fifo")
    with pytest.raises(DomainError, match="fiscal year") as refused:
        item.save()
    assert refused.value.field == "valuation"
    with pytest.raises(ValidationError, match="fiscal year"):
        item.full_clean()
    assert Item.objects.get(pk=item.pk).valuation == "moving_average"
    with at(next_year()):
        item.save()
    assert list(item.history.values_list("valuation", flat=True)[:2]) == ["fifo", "moving_average"]


def test_other_columns_change_freely_under_stock(house: House) -> None:
    receive(house, (house.gloves, 3, 5))
    house.gloves.name = "检查手套"
    house.gloves.save()
    assert Item.objects.get(pk=house.gloves.pk).name == "检查手套"


def test_a_sheet_is_refused_like_the_form(house: House) -> None:
    receive(house, (house.gloves, 3, 5))
    rows = [["物资编码", "品名", "类别", "单位", "计价方法"], [house.gloves.code, "医用手套", "01", "个", "先进先出"]]
    system = house.again("system_administrator")
    report = load(system, "inventory.item", rows)
    assert "only when the stock is zero" in reasons(report)
    assert Item.objects.get(pk=house.gloves.pk).valuation == "moving_average"
    run(house, make_issue(house, (house.gloves, 3)))
    with at(next_year()):
        assert reasons(load(system, "inventory.item", rows)) == ""
    assert Item.objects.get(pk=house.gloves.pk).valuation == "fifo"
