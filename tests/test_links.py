"""No link leads to a refusal: what a page offers to a person opens for that person."""

from __future__ import annotations

import re

import pytest

from assets.models import AssetState
from tests.factories import House, make_issue, make_receipt, make_requisition, receive, run
from tests.holding import (
    make_addition,
    make_asset,
    make_asset_count,
    make_case,
    make_custody_change,
    make_disposal,
)
from tests.inventory.screens import as_user
from tests.valuing import make_split, make_value_change

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#?]*)')
ABOUT_ASSETS = re.compile(r"^/(assets?\b|a/|compensation|depreciation|value-|card-|journal|account-|reports/)")


def test_every_link_of_the_first_two_steps_opens_for_every_role(house: House) -> None:
    receive(house, (house.gloves, 10, 5))
    run(house, make_requisition(house), "submit", "approve")
    run(house, make_requisition(house), "submit")
    run(house, make_issue(house), "submit")
    make_receipt(house)
    opened = 0
    for role in sorted(house.people):
        client, known, todo = as_user(house.again(role)), {"/"}, ["/"]
        for depth in range(3):
            following: set[str] = set()
            for path in todo:
                answer = client.get(path)
                assert answer.status_code < 400, f"{role}: {path} answers {answer.status_code}"
                opened += 1
                # The back office has tests of its own; its pages are opened, their links are not followed.
                if depth < 2 and not answer.streaming and not path.startswith("/admin/"):
                    following |= set(LINK.findall(answer.content.decode(errors="replace")))
            todo = sorted(following - known)
            known |= following
    assert opened > 200


def test_every_link_of_the_pages_about_assets_opens_for_every_role(house: House) -> None:
    """A paper shown to somebody names cards and people; what he may not open stands there as words."""
    make_asset(house, user=house.requester, state=AssetState.IN_USE)
    run(house, make_addition(house), "submit")
    run(house, make_custody_change(house), "submit")
    run(house, make_asset_count(house))
    run(house, make_value_change(house), "submit")
    run(house, make_split(house))
    head = {"department": house.ward, "created_by": house.department_head}
    run(house, make_disposal(house, **head))
    run(house, make_disposal(house, **head), "submit")
    run(house, make_case(house, **head), "submit", "approve")
    opened = 0
    for role in sorted(house.people):
        client, known, todo = as_user(house.again(role)), {"/"}, ["/"]
        for _depth in range(4):
            following: set[str] = set()
            for path in todo:
                answer = client.get(path)
                assert answer.status_code < 400, f"{role}: {path} answers {answer.status_code}"
                opened += 1
                if not answer.streaming:
                    found = LINK.findall(answer.content.decode(errors="replace"))
                    following |= {link for link in found if ABOUT_ASSETS.match(link)}
            todo = sorted(following - known)
            known |= following
    assert opened > 200
