"""docs/procurement-permissions.md and docs/assets-permissions.md say who takes which step; this file writes their
tables out of the roles and holds the pages against them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission

from assets.models import (
    Asset,
    AssetAddition,
    AssetCount,
    CardSplit,
    CompensationCase,
    CustodyChange,
    DepreciationRun,
    Disposal,
    ValueChange,
)
from core.documents import registry
from core.documents.services import OWN_ACTIONS
from core.visibility import Scope
from directory.roles import PRESETS, granted
from procurement.models import Acceptance, PurchaseOrder
from tests.permission_buying_requests import BUYING

DOCS = Path(__file__).parent.parent / "docs"
BEGIN, END = "<!-- {name}: written by tests/test_permission_matrix.py -->", "<!-- end of {name} -->"
ACTIONS = {"submit": "submit", "withdraw": "submit", "approve": "approve", "post": "post", "reverse": "reverse"}
WORDS = {"view": "see", "add": "write", "submit": "submit, withdraw"}
BESIDE = (
    ("see allotments and what was booked on them", "procurement.view_budgetallotment"),
    ("see dated figures", "core.view_policy"),
    ("change dated figures", "core.change_policy"),
    ("change purchase categories", "procurement.change_purchasecategory"),
    ("change economic classes", "procurement.change_economicclass"),
    ("change projects", "procurement.change_project"),
    ("change the central catalogue", "procurement.change_centralcatalogueentry"),
    ("say which licences a category demands", "procurement.change_categorylicence"),
    ("see suppliers", "directory.view_supplier"),
    ("put suppliers on the black list", "directory.blacklist_supplier"),
    ("say what a supplier serves", "procurement.add_supplierfield"),
    ("mark suppliers", "procurement.change_supplierevaluation"),
    ("see accounts of suppliers in full", "directory.reveal_supplier"),
    ("ask for a new account of a supplier", "directory.add_supplierbankchange"),
    ("confirm a new account of a supplier", "directory.confirm_supplierbankchange"),
    ("see rejected goods", "procurement.view_rejectedgoods"),
    ("settle rejected goods", "procurement.change_rejectedgoods"),
    ("see goods that wait for asset cards", "assets.view_assetintake"),
)
"""Rights beside the papers, in the order of the chain."""
KEEPING = (
    AssetAddition,
    CustodyChange,
    ValueChange,
    CardSplit,
    DepreciationRun,
    AssetCount,
    Disposal,
    CompensationCase,
)
"""The kinds of paper about asset cards, in the order of a thing's life."""
BESIDE_CARDS = (
    ("see cards and what becomes of them", "assets.view_asset"),
    ("correct what describes a thing", "assets.change_asset"),
    ("print labels", "assets.label_asset"),
    ("take lists of cards out as a workbook", "assets.export_asset"),
    ("see goods that wait for asset cards", "assets.view_assetintake"),
    ("enter cards in the books of finance", "assets.book_asset"),
    ("see the ledger of values and its reports", "assets.view_assetvaluemove"),
    ("see what finance is to book", "assets.view_journalproposal"),
    ("take it over with the number of the voucher", "assets.take_journalproposal"),
    ("take it out as a workbook", "assets.export_journalproposal"),
    ("see balances of accounts beside the cards", "assets.view_accountbalance"),
    ("enter balances of accounts", "assets.add_accountbalance"),
    ("enter receipts on cases and take them back", "assets.add_compensationpayment"),
    ("see classes of things", "assets.view_assetcategory"),
    ("change classes of things", "assets.change_assetcategory"),
    ("change the mapping of old classes to new ones", "assets.change_categorymapping"),
    ("give classes useful lives of the house", "assets.change_assetlife"),
)
"""Rights beside the papers about cards."""
BY_NAME = {
    Acceptance: "the other acceptors, by name",
    CustodyChange: "both sides, by name; for a loan outside the leader",
}
"""Kinds that name who signs them."""
HAS_STORES = (PurchaseOrder, Acceptance)
"""Kinds that are seen by the store the goods go to."""


def holds(role: str, permission: str) -> bool:
    """Whether a shipped role has a permission, by the patterns of the roles."""
    app, codename = permission.split(".")
    return any(label == app and fnmatchcase(codename, pattern) for label, pattern in granted(role))


def reach(preset: Any, model: Any, action: str) -> str:
    """How far the right of a role over a kind reaches: all, department, store, own; empty without the right."""
    name, app = model._meta.model_name, model._meta.app_label
    if not holds(preset.code, f"{app}.{action}_{name}"):
        return ""
    stays = registry.is_document(model) and registry.for_model(model).stays_in_department
    approves = action == "cancel" and holds(preset.code, f"{app}.approve_{name}")
    if preset.scope == Scope.ORGANIZATION:
        return "department" if stays and action in OWN_ACTIONS and not approves else "all"
    if preset.scope == Scope.WAREHOUSE:
        return "store" if model in HAS_STORES else "own"
    return "department" if preset.scope == Scope.DEPARTMENT else "own"


@dataclass(frozen=True)
class Page:
    """A page with three tables: of these kinds, their signatures, and the rights beside them as (words, right)."""

    name: str
    kinds: tuple[Any, ...]
    beside: tuple[tuple[str, str], ...]

    @property
    def path(self) -> Path:
        return DOCS / self.name


PAGES = (
    Page("procurement-permissions.md", BUYING, BESIDE),
    Page("assets-permissions.md", KEEPING, BESIDE_CARDS),
)


def papers(page: Page) -> Iterator[list[str]]:
    """A line for each kind and the steps that are the same people's: what it is, then a word for each role."""
    for model in page.kinds:
        steps = registry.for_model(model).steps
        taken = list(dict.fromkeys(ACTIONS[step] for step in steps if step in ACTIONS))
        same: dict[tuple[str, ...], list[str]] = {}
        for action in ("view", "add", "change", *taken, "cancel"):
            cells = tuple(reach(preset, model, action) for preset in PRESETS)
            if action == "add":
                cells = tuple("yes" if cell else "" for cell in cells)
            same.setdefault(cells, []).append(WORDS.get(action, action))
        for cells, words in same.items():
            yield [f"{model._meta.verbose_name}: {', '.join(words)}", *(cell or "·" for cell in cells)]


def rights(page: Page) -> Iterator[list[str]]:
    """A line for each right beside the papers."""
    for words, permission in page.beside:
        yield [words, *("yes" if holds(preset.code, permission) else "·" for preset in PRESETS)]


def signatures(page: Page) -> Iterator[list[str]]:
    """A line for each kind: who signs it in a house that changed nothing (directory/services/opening.py)."""
    for model in page.kinds:
        kind = registry.for_model(model)
        if kind.signers is not None:
            yield [f"{model._meta.verbose_name}", BY_NAME[model]]
            continue
        if kind.preapproved is not None and not kind.tiers:
            yield [f"{model._meta.verbose_name}", "nobody: it is reckoned, not decided"]
            continue
        tiers = ((0, "logistics_head"), *kind.tiers) if kind.posts_to_ledger else kind.tiers
        signed = [f"{role.replace('_', ' ')}" + (f" from {yuan} yuan" if yuan else "") for yuan, role in tiers]
        yield [f"{model._meta.verbose_name}", ", then ".join(signed)]


def table(head: list[str], rows: Iterator[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def tables(page: Page) -> dict[str, str]:
    """The tables of a page, by name."""
    roles = [preset.code.replace("_", " ") for preset in PRESETS]
    return {
        "papers": table(["", *roles], papers(page)),
        "signatures": table(["paper", "signed by"], signatures(page)),
        "rights": table(["", *roles], rights(page)),
    }


every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@every_page
@pytest.mark.parametrize("name", ["papers", "signatures", "rights"])
def test_the_page_says_what_the_roles_say(page: Page, name: str) -> None:
    text = page.path.read_text(encoding="utf-8")
    begin, end = BEGIN.format(name=name), END.format(name=name)
    found, wanted = text.partition(begin)[2].partition(end)[0].strip(), tables(page)[name]
    assert found == wanted, f"put this between the marks of “{name}” in {page.name}:\n{wanted}"


@every_page
@pytest.mark.django_db
def test_every_right_of_the_page_is_one(page: Page) -> None:
    """A right that was renamed would stand in the page as one that nobody has."""
    known = {
        f"{row.content_type.app_label}.{row.codename}" for row in Permission.objects.select_related("content_type")
    }
    assert {permission for _words, permission in page.beside} <= known
    assert all(apps.get_model(model._meta.label) is model for model in page.kinds)


def test_duties_that_are_kept_apart() -> None:
    """Domain 3.3: no shipped role does both of these, and auditor and rights administrator change nothing."""

    def any_of(role: str, *permissions: str) -> bool:
        return any(holds(role, f"procurement.{permission}") for permission in permissions)

    codes = [preset.code for preset in PRESETS]
    both = {
        "buys and accepts": [c for c in codes if any_of(c, "add_purchaseorder") and any_of(c, "add_acceptance")],
        "buys and approves": [
            c for c in codes if any_of(c, "add_purchaseorder") and any_of(c, "approve_purchaseorder")
        ],
        "asks for payment and pays": [
            c for c in codes if any_of(c, "add_paymentrequest") and any_of(c, "post_paymentrequest")
        ],
        "approves and pays": [
            c for c in codes if any_of(c, "approve_paymentrequest") and any_of(c, "post_paymentrequest")
        ],
        "enters invoices and checks them": [
            c for c in codes if any_of(c, "add_supplierinvoice") and any_of(c, "approve_supplierinvoice")
        ],
        "proposes a budget and approves it": [
            c for c in codes if any_of(c, "add_budgetdecision") and any_of(c, "approve_budgetdecision")
        ],
    }
    assert {words: roles for words, roles in both.items() if roles} == {}
    changing = [
        (role, pattern)
        for role in ("auditor", "rights_administrator")
        for app, pattern in granted(role)
        if app == "procurement" and not pattern.startswith("view_")
    ]
    assert changing == []


def test_administrators_see_no_papers() -> None:
    """R-SYS-14: who runs the system or gives out rights does not read what is bought."""
    seen = {
        role: [m._meta.model_name for m in BUYING if holds(role, f"procurement.view_{m._meta.model_name}")]
        for role in ("system_administrator", "rights_administrator")
    }
    assert seen == {"system_administrator": [], "rights_administrator": []}


def test_duties_about_assets_that_are_kept_apart() -> None:
    """R-AST-12 and domain 3.3: who keeps the cards neither approves, books nor takes money; who approves carries
    nothing out; stores keep no cards; auditor and administrators of rights change nothing."""

    def roles(*rights: str) -> list[str]:
        return [preset.code for preset in PRESETS if all(holds(preset.code, f"assets.{right}") for right in rights)]

    names = [model._meta.model_name for model in KEEPING if model is not CustodyChange]
    assert {name: both for name in names if (both := roles(f"approve_{name}", f"post_{name}"))} == {}
    assert {name: both for name in names if (both := roles(f"approve_{name}", f"add_{name}"))} == {}
    assert roles("post_disposal") == ["asset_manager"]
    assert roles("add_compensationpayment") == roles("book_asset") == ["accountant"]
    assert roles("post_depreciationrun") == roles("take_journalproposal") == ["accountant"]
    assert roles("add_custodychange") == ["requester", "department_head", "asset_manager"]
    changing = [
        (role, pattern)
        for role in ("auditor", "rights_administrator", "storekeeper", "buyer", "acceptor", "leader")
        for app, pattern in granted(role)
        if app == "assets" and pattern.split("_")[0] not in ("view", "export", "approve")
    ]
    assert changing == []


def test_administrators_see_no_cards() -> None:
    """R-SYS-14: who runs the system or gives out rights reads neither cards nor the papers about them."""
    models = [Asset, *KEEPING]
    for role in ("system_administrator", "rights_administrator"):
        assert [m._meta.model_name for m in models if holds(role, f"assets.view_{m._meta.model_name}")] == [], role
