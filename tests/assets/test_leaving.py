"""R-AST-11: nobody's account is closed while he uses or keeps anything, whatever way it is closed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from assets.models import Asset, AssetState
from assets.services import custody_notices
from core import clock
from core.models import Notice
from directory.models import User
from directory.services import leaving
from tests.assets.test_custody import signed, submitted, thing
from tests.directory.test_sheets import load, reasons
from tests.factories import House, run
from tests.inventory.screens import as_user, said
from tests.losses import make_loan

pytestmark = pytest.mark.django_db


def change(house: House, person: User, **fields: Any) -> Any:
    """What the administrator sends from the page of a person."""
    data = {
        "organization": person.organization_id,
        "employee_number": person.employee_number,
        "name": person.name,
        "department": person.department_id,
        "is_active": "on",
        **fields,
    }
    data = {name: value for name, value in data.items() if value not in (None, "")}
    client = as_user(house.again("system_administrator"))
    return client.post(reverse("admin:directory_user_change", args=(person.pk,)), data, follow=True)


@pytest.mark.parametrize("role", ["user", "custodian"])
@pytest.mark.parametrize("fields", [{"is_active": ""}, {"active_until": "today"}, {"active_until": "later"}])
def test_who_holds_a_thing_is_not_closed(house: House, role: str, fields: dict[str, str]) -> None:
    """R-AST-11: the refusal names the things and leads to the page where they are handed over."""
    asset = thing(house, state=AssetState.IN_USE, **{role: house.requester})
    days = {"today": clock.today(), "later": clock.today() + dt.timedelta(days=30)}
    sent = {name: str(days.get(value, value)) for name, value in fields.items()}
    page = change(house, house.requester, **sent).content.decode()
    assert asset.number in page
    assert reverse("custody_of_person", args=(house.requester.pk,)) in page
    person = User.objects.get(pk=house.requester.pk)
    assert (person.is_active, person.active_until) == (True, None)


def test_who_handed_over_is_closed(house: House) -> None:
    """R-AST-11"""
    asset = thing(house, state=AssetState.IN_USE, user=house.requester)
    signed(submitted(house, asset, kind="user", to_department=None, to_user=house.acceptor))
    change(house, house.requester, is_active="", active_until=str(clock.today()))
    person = User.objects.get(pk=house.requester.pk)
    assert (person.is_active, person.active_until) == (False, clock.today())


def test_disposed_things_hold_nobody(house: House) -> None:
    thing(house, state=AssetState.DISPOSED, user=house.requester)
    assert leaving.holdings_of(house.requester) == []


def test_a_sheet_closes_nobody_who_holds_something(house: House) -> None:
    """R-AST-11: the same refusal in an import, beside the row."""
    asset = thing(house, custodian=house.requester)
    rows = [["工号", "姓名", "离职日期"], [house.requester.employee_number, house.requester.name, clock.today()]]
    report = load(house.again("system_administrator"), "directory.user", rows)
    assert asset.number in reasons(report)
    assert User.objects.get(pk=house.requester.pk).active_until is None
    free = [["工号", "姓名", "离职日期"], [house.acceptor.employee_number, house.acceptor.name, clock.today()]]
    assert reasons(load(house.again("system_administrator"), "directory.user", free)) == ""
    assert User.objects.get(pk=house.acceptor.pk).active_until == clock.today()


def test_a_later_day_or_other_changes_are_free(house: House) -> None:
    """Whoever had a day already may get a later one, and what does not close the account is not asked."""
    last = clock.today() + dt.timedelta(days=10)
    User.objects.filter(pk=house.requester.pk).update(active_until=last)
    thing(house, user=house.requester)
    later = last + dt.timedelta(days=90)
    change(house, house.again("requester"), active_until=str(later), phone="13800000000")
    assert User.objects.get(pk=house.requester.pk).active_until == later
    page = change(house, house.again("requester"), active_until=str(last)).content.decode()
    assert "still holds" in page
    assert User.objects.get(pk=house.requester.pk).active_until == later


def test_who_moves_is_reminded_of_what_he_holds(house: House) -> None:
    """R-AST-11: another department is a warning with a link, no refusal."""
    asset = thing(house, user=house.requester)
    page = change(house, house.requester, department=house.other_ward.pk)
    assert asset.number in said(page)
    assert User.objects.get(pk=house.requester.pk).department == house.other_ward
    assert said(change(house, house.acceptor, department=house.other_ward.pk)).count("still holds") == 0


def test_who_leaves_on_a_known_day_is_told_in_time(house: House) -> None:
    """R-AST-11: a last day that was known when he came closes the account by itself; two weeks before, all are told."""
    asset = thing(house, user=house.requester)
    last = clock.today() + dt.timedelta(days=20)
    User.objects.filter(pk=house.requester.pk).update(active_until=last)
    assert custody_notices.remind_of_leavers() == 0
    near = last - dt.timedelta(days=14)
    assert custody_notices.remind_of_leavers(near) == 3
    assert custody_notices.remind_of_leavers(near) == 0
    told = set(Notice.objects.filter(code="leaving_with_things").values_list("user", flat=True))
    assert told == {house.requester.pk, house.department_head.pk, house.asset_manager.pk}
    Notice.objects.all().delete()
    Asset.objects.filter(pk=asset.pk).update(user=None)
    assert custody_notices.remind_of_leavers(near) == 0


def test_borrowed_tools_hold_somebody_too(house: House) -> None:
    loan = run(house, make_loan(house))
    borrower = loan.borrower
    assert [holding.count for holding in leaving.holdings_of(borrower)] == [1]
    page = change(house, borrower, is_active="").content.decode()
    assert loan.number in page
    assert User.objects.get(pk=borrower.pk).is_active
