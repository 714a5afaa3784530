"""No link leads to a refusal: what a page offers to a person opens for that person."""

from __future__ import annotations

import re

import pytest

from tests.factories import House, make_issue, make_receipt, make_requisition, receive, run
from tests.inventory.screens import as_user

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#?]*)')


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
