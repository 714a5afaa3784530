"""Every page of procurement at a desk and on a phone in the dark: lists, papers, forms, reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from core.documents import registry
from procurement.models import (
    Acceptance,
    BudgetAllotment,
    BudgetDecision,
    OrderChange,
    PaymentRequest,
    ProcurementPlan,
    PurchaseOrder,
    PurchaseRequest,
    RejectedGoods,
    Sourcing,
    SupplierInvoice,
)
from procurement.urls.reports import urlpatterns as reports
from procurement.views import order_acts
from tests.factories import House
from tests.permission_buying import Buying

from .looking import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KINDS = [kind.model for kind in registry.all_types() if kind.model._meta.app_label == "procurement"]
CHOOSERS = (
    *("purchaseorder_choose", "purchaseorder_from_requests", "orderchange_choose", "supplierinvoice_choose"),
    *("paymentrequest_choose", "sourcing_choose", "plan_merge", "urgent_papers", "budgets", "supplier_list"),
    "rejectedgoods_list",
)
WRITERS = {
    BudgetDecision: "accountant",
    ProcurementPlan: "requester",
    PurchaseRequest: "requester",
    Acceptance: "acceptor",
}
ON_AN_ORDER = (Acceptance, OrderChange, SupplierInvoice, PaymentRequest)
SEEN_BY = {Acceptance: "acceptor", PaymentRequest: "accountant", BudgetDecision: "accountant"}
SOURCING_PAGES = {
    "preparing": ("sourcing_invite", "sourcing_edit"),
    "sealed": ("sourcing_quotations", "sourcing_upload", "sourcing_letter", "sourcing_opening"),
    "draft": ("sourcing_award",),
    "direct": ("sourcing_result",),
}


def name_of(model: Any, screen: str) -> str:
    return f"{model._meta.model_name}_{screen}"


def walk(sign_in: Any, role: str, addresses: list[str], window: dict[str, bool]) -> None:
    """One person opens these addresses one after the other and looks at each."""
    page = sign_in(role, addresses[0], **window)
    root = page.url.removesuffix(addresses[0])
    for address in addresses:
        answer = page.goto(root + address)
        assert (answer.status, page.url) == (200, root + address), f"{role} {address}"
        look(page, f"{role}{address.replace('/', '-').replace('?', '-')}{'phone' if window else 'desk'}")


def lists_and_choosers() -> list[str]:
    return [reverse(name) for name in (*(name_of(model, "list") for model in KINDS), *CHOOSERS)]


def forms(buying: Buying) -> Iterator[tuple[str, str]]:
    """(role, address) of an empty form of each kind that begins with one, and of a draft of each kind."""
    for model in KINDS:
        if model in (Sourcing, PurchaseOrder):
            continue  # they begin with lines and awards: the choosers
        order = buying.delivered if model in (SupplierInvoice, PaymentRequest) else buying.open_order
        query = f"?order={order.pk}" if model in ON_AN_ORDER else ""
        yield WRITERS.get(model, "buyer"), reverse(name_of(model, "new")) + query


def papers(buying: Buying) -> Iterator[tuple[str, str]]:
    """(role, address) of each kind as a draft and as it ends, and the pages that lead on from them."""
    for (name, _owner, state), document in buying.made.items():
        model = type(document)
        if name in {kind._meta.model_name for kind in KINDS} and state != "submitted":
            yield SEEN_BY.get(model, "buyer"), reverse(name_of(model, "detail"), args=(document.pk,))
    for state, names in SOURCING_PAGES.items():
        document = buying.made["sourcing", "own", state]
        yield from (("buyer", reverse(name, args=(document.pk,))) for name in names)
    for act in order_acts.ACTS:
        order = buying.made["purchaseorder", "own", "bond held" if act == "bond-returned" else "bonded"]
        yield "buyer", reverse("purchaseorder_act", args=(order.pk, act))
    plan = buying.made["procurementplan", "own", "approved"]
    yield "requester", reverse("procurementplan_drop", args=(plan.pk,))
    yield "accountant", reverse("budgetallotment_detail", args=(buying.found[BudgetAllotment].pk,))
    yield "buyer", reverse("rejectedgoods_settle", args=(buying.found[RejectedGoods].pk,))
    for screen in ("page", "blacklist", "mark"):
        yield "buyer", reverse(f"supplier_{screen}", args=(buying.house.supplier.pk,))


@pytest.mark.parametrize("window", [{}, {"phone": True, "dark": True}], ids=["desk", "phone"])
def test_every_page_of_procurement(house: House, sign_in: Any, window: dict[str, bool]) -> None:
    buying = Buying("own", house, "科室采购")
    by_role: dict[str, list[str]] = {"buyer": lists_and_choosers()}
    for role, address in (*forms(buying), *papers(buying)):
        by_role.setdefault(role, []).append(address)
    by_role["auditor"] = [reverse(pattern.name) for pattern in reports if pattern.name]
    for role, addresses in by_role.items():
        walk(sign_in, role, addresses, window)


def test_empty_lists_say_what_to_do(house: House, sign_in: Any) -> None:
    for role, address in (("buyer", reverse("paymentrequest_choose")), ("acceptor", reverse("acceptance_choose"))):
        page = sign_in(role, address, phone=True)
        assert "。" in page.locator(".empty").inner_text().rstrip("。"), address
        look(page, f"empty-{role}")
