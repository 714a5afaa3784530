"""Every page of the fixed assets at a desk and on a phone in the dark: lists, papers, forms, cards, reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from assets.models import (
    Asset,
    AssetCount,
    AssetIntake,
    AssetState,
    CompensationCase,
    CustodyChange,
    DepreciationRun,
    Disposal,
    JournalProposal,
)
from assets.services.counts.plan import open_count
from assets.urls import urlpatterns
from core import clock
from core.documents import registry
from tests.assets.test_custody import signed, submitted
from tests.factories import MAKERS, House, run
from tests.holding import make_asset, make_assets, plan_asset_count
from tests.permission_assets import Cards, make_cards

from .looking import look
from .test_procurement_pages import name_of, walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KINDS = [kind.model for kind in registry.all_types() if kind.model._meta.app_label == "assets"]
LISTS = (
    *("asset_list", "asset_intake", "assetaddition_from_intake", "asset_labels", "idle_pool", "class_list"),
    "custodychange_new",  # which hand-over it is to be
)
OF_FINANCE = ("asset_booking", "journalproposal_list", "account_balances")
OF_ACCOUNTANT = (DepreciationRun,)
BEGUN_OTHERWISE = (CustodyChange,)
"""Kinds whose form asks for more than its address."""
OPEN_COUNT = ("count", "lines", "upload")
WINDOWS = [{}, {"phone": True, "dark": True}]


def who(model: Any) -> str:
    return "accountant" if model in OF_ACCOUNTANT else "asset_manager"


def forms(things: list[Asset]) -> Iterator[tuple[str, str]]:
    """(role, address) of an empty form of each kind, and of those that begin with chosen cards."""
    for model in KINDS:
        if model not in BEGUN_OTHERWISE:
            yield who(model), reverse(name_of(model, "new"))
    chosen = "&".join(f"asset={thing.pk}" for thing in things)
    for kind in CustodyChange.Kind.values:
        if kind != CustodyChange.Kind.LOAN_RETURN:
            yield "department_head", f"{reverse('custodychange_new')}?kind={kind}&{chosen}"
    for name in ("disposal_new", "valuechange_new", "cardsplit_new", "asset_labels"):
        yield "asset_manager", f"{reverse(name)}?{chosen}"
    yield "asset_manager", f"{reverse('cardsplit_new')}?kind=merge&{chosen}"


def loan(house: House) -> Iterator[tuple[str, str]]:
    """(role, address) of a loan that is out, and of the form by which it comes back."""
    fields = {"kind": CustodyChange.Kind.LOAN, "to_user": house.other_requester, "due_on": clock.today()}
    out = signed(submitted(house, make_asset(house), **fields))
    yield "department_head", reverse("custodychange_detail", args=(out.pk,))
    kind = CustodyChange.Kind.LOAN_RETURN
    yield "department_head", f"{reverse('custodychange_new')}?kind={kind}&loan={out.pk}"


def papers(house: House) -> Iterator[tuple[str, str]]:
    """(role, address) of each kind as a draft, as a form with its lines, and as it ends."""
    for model in sorted(KINDS, key=lambda kind: kind is DepreciationRun):  # a run takes the cards of the others
        draft = None if model is DepreciationRun else MAKERS[model](house)
        done = run(house, MAKERS[model](house))
        for document in (draft, done):
            if document is not None:
                yield who(model), reverse(name_of(model, "detail"), args=(document.pk,))
        if draft is not None and model is not AssetCount:
            yield who(model), reverse(name_of(model, "edit"), args=(draft.pk,))
    submitted = run(house, MAKERS[CustodyChange](house), "submit")
    for role in ("department_head", "other_head"):
        yield role, reverse("custodychange_detail", args=(submitted.pk,))
    case = CompensationCase.objects.exclude(status="draft").latest("pk")
    yield "accountant", reverse("compensationcase_detail", args=(case.pk,))
    yield "accountant", reverse("depreciationrun_cards", args=(DepreciationRun.objects.get().pk,))
    yield "accountant", reverse("journalproposal_detail", args=(JournalProposal.objects.latest("pk").pk,))
    yield from (("accountant", reverse(name)) for name in OF_FINANCE)


def counts(house: House) -> Iterator[tuple[str, str]]:
    document = open_count(plan_asset_count(house), actor=house.asset_manager)
    yield "asset_manager", reverse("assetcount_detail", args=(document.pk,))
    yield from (("storekeeper", reverse(f"assetcount_{page}", args=(document.pk,))) for page in OPEN_COUNT)
    finished = AssetCount.objects.filter(phase=AssetCount.Phase.FINISHED, status="draft").latest("pk")
    yield "asset_manager", reverse("assetcount_proposals", args=(finished.pk,))


def cards(house: House, made: Cards) -> Iterator[tuple[str, str]]:
    """(role, address) of cards as they are, idle and gone, and of what people and classes hold."""
    gone = Asset.objects.filter(state=AssetState.DISPOSED).latest("pk")
    for card in (made.card, made.idle, gone):
        yield "asset_manager", reverse("asset_detail", args=(card.pk,))
    yield "asset_manager", f"{reverse('asset_detail', args=(made.card.pk,))}?on={clock.today()}"
    yield "asset_manager", reverse("asset_edit", args=(made.card.pk,))
    yield "asset_manager", reverse("class_property", args=(made.room.pk,))
    yield "asset_manager", reverse("custody_of_person", args=(house.requester.pk,))
    yield "department_head", reverse("idle_thing", args=(made.idle.pk,))
    yield "department_head", reverse("asset_detail", args=(made.card.pk,))
    yield "requester", reverse("asset_mine")


def goods(house: House) -> None:
    AssetIntake.objects.create(
        organization=house.organization,
        department=house.ward,
        name="打印机",
        unit="台",
        quantity=3,
        unit_price=1333,
        amount=4000,
        acquired_on=clock.today(),
        source="YS20261100001",
    )


def reports() -> list[str]:
    return [reverse(pattern.name) for pattern in urlpatterns if str(pattern.pattern).startswith("reports/")]


def lists(house: House) -> Iterator[tuple[str, str]]:
    """(role, address) of every list with a row in it where that is cheap."""
    goods(house)
    make_assets(house, 2)
    yield from (("asset_manager", reverse(name)) for name in (*LISTS, *(name_of(model, "list") for model in KINDS)))


def things(house: House) -> Iterator[tuple[str, str]]:
    made = make_cards("own", house)
    make_asset(house, user=house.requester, state=AssetState.IN_USE)
    run(house, MAKERS[Disposal](house))
    MAKERS[AssetCount](house)
    yield from (*cards(house, made), *loan(house), *counts(house))


def beginnings(house: House) -> Iterator[tuple[str, str]]:
    return forms(make_assets(house, 2))


def evaluations(house: House) -> Iterator[tuple[str, str]]:
    make_assets(house, 2)
    run(house, MAKERS[DepreciationRun](house))
    yield from (("auditor", address) for address in (reverse("report_list"), *reports()))


@pytest.mark.parametrize("window", WINDOWS, ids=["desk", "phone"])
@pytest.mark.parametrize("part", [lists, papers, things, beginnings, evaluations])
def test_every_page_of_the_fixed_assets(house: House, sign_in: Any, part: Any, window: dict[str, bool]) -> None:
    by_role: dict[str, list[str]] = {}
    for role, address in part(house):
        by_role.setdefault(role, []).append(address)
    assert by_role
    for role, addresses in by_role.items():
        walk(sign_in, role, addresses, window)


@pytest.mark.parametrize("window", WINDOWS, ids=["desk", "phone"])
def test_a_stranger_reads_a_label(house: House, live_server: Any, open_page: Any, window: dict[str, bool]) -> None:
    card = make_asset(house, serial_number="SN-77")
    page = open_page(f"{live_server.url}{reverse('asset_scan', args=(card.token,))}", **window)
    assert (card.name in page.inner_text("body"), "SN-77" in page.inner_text("body")) == (True, False)
    look(page, f"stranger-{'phone' if window else 'desk'}")


def test_empty_lists_say_what_to_do(house: House, sign_in: Any) -> None:
    names = [*LISTS[:-1], *(name_of(model, "list") for model in KINDS)]
    page = sign_in("asset_manager", "/", phone=True)
    root = page.url.rstrip("/")
    for name in names:
        page.goto(root + reverse(name))
        assert page.locator(".empty, form").last.inner_text().strip(), name
        look(page, f"empty-{name}")
