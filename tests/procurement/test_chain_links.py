"""A paper of the chain leads only where the reader may go: a link for whoever may open it, plain words for others."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.documents.models import Signature
from core.documents.registry import all_types
from core.documents.routes import waiting_for
from core.views.documents import url_of
from core.views.links import link, opened_facts, opened_rows
from tests.buying import (
    accepted,
    invoiced,
    make_acceptance,
    make_framework,
    make_invoice,
    make_order_change,
    make_payment,
    order_approved,
    take,
)
from tests.factories import House
from tests.inventory.screens import as_user

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#?]*)')


def chain(house: House) -> Any:
    """Two purchases: one paid for in part of its papers, one with everything waiting for a signature."""
    order = order_approved(house)
    invoice = invoiced(house, accepted(house, order).order)
    take(make_payment(house, invoice), ("submit", house.buyer))
    second = order_approved(house)
    take(make_acceptance(house, second), ("submit", house.acceptor))
    take(make_order_change(house), ("submit", house.buyer))
    take(make_invoice(house), ("submit", house.buyer))
    framework = make_framework(house, sourcing=order.sourcing)
    take(framework, ("submit", house.buyer))
    return order


def test_every_link_of_a_paper_of_the_chain_opens_for_its_reader(house: House) -> None:
    chain(house)
    kinds = [kind.model for kind in all_types() if kind.model._meta.app_label == "procurement"]
    opened = 0
    for role in sorted(house.people):
        person = house.again(role)
        client, known = as_user(person), set()
        pages = [url_of(row) for model in kinds for row in model.objects.visible_to(person)]  # type: ignore[attr-defined]
        pages += [reverse("waiting_document", args=(row.pk,)) for row in waiting_for(person)]
        for page in pages:
            answer = client.get(page)
            assert answer.status_code == 200, f"{role}: {page} answers {answer.status_code}"
            for path in set(LINK.findall(answer.content.decode())) - known:
                known.add(path)
                opened += 1
                status = client.get(path).status_code
                assert status < 400, f"{role}: {page} leads to {path}, which answers {status}"
    assert opened > 200
    assert Signature.objects.filter(is_next=True).count() >= 4


def test_an_order_names_its_sourcing_and_leads_there_whoever_may_go(house: House) -> None:
    order = chain(house)
    page, target = reverse("purchaseorder_detail", args=(order.pk,)), url_of(order.sourcing)
    for role, may in (("buyer", True), ("auditor", True), ("acceptor", False), ("storekeeper", False)):
        client = as_user(house.again(role))
        words = client.get(page).content.decode()
        assert order.sourcing.number in words, role
        assert (f'href="{target}"' in words) is may, role
        assert (client.get(target).status_code == 200) is may, role


def test_links_cost_one_query_a_kind(house: House) -> None:
    order = chain(house)
    papers = [order, order.sourcing, order.lines.get().request_line.document]
    for times in (1, 8):
        facts = [("", link(paper)) for paper in papers * times] + [("", "words"), ("", None), ("", {"value": 1})]
        with CaptureQueriesContext(connection) as queries:
            shown = opened_facts(facts, house.again("requester"))
        selects = [query for query in queries if "procurement_" in query["sql"].partition("WHERE")[0]]
        assert len(selects) == 3
        assert shown[-3:] == facts[-3:]
    (row,) = opened_rows([{"cells": [link(order.sourcing), 5], "note": "n"}], house.again("requester"))
    assert row == {"cells": [str(order.sourcing), 5], "note": "n"}
