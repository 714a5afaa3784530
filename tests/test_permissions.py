"""Who may open and change what, over every address: tests/permissions.csv says it, this walk proves it."""

from __future__ import annotations

import os
import re
import zlib
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from core.documents import registry

from .permission_additions import ADDITION_WORDS
from .permission_assets import ASSET_WORDS
from .permission_buying import ACCOUNT, BUYING_WORDS, SEALED
from .permission_buying_requests import BUYING
from .permission_contracts import JOB_WORDS
from .permission_dispatching import REPAIR_WORDS
from .permission_disposals import PAPER_WORDS
from .permission_house import HOUSE_WORDS, MARKERS, PermissionHouse
from .permission_requests import Requests
from .permission_walk import TABLE, Row, WriteWatch, addresses, ask, checksum, rows_of

WORDS_OF_PAPERS = PAPER_WORDS | {"assetaddition": ADDITION_WORDS, "contractorjob": JOB_WORDS}
"""Words in papers, by kind and owner."""
PRINCIPALS, ROWS = rows_of(TABLE.read_text(encoding="utf-8"))
REVEALING = {"buyer", "accountant"}
"""Who may see the bank account of a supplier in full (R-SYS-18)."""
OWN_AFFAIRS = {"profile", "password_change", "login", "report_new", "report_thing", "report_place"}
"""What everybody writes about himself alone, the auditor too; and a fault that anybody who sees it reports."""


def test_every_address_stands_in_the_table_and_every_line_of_it_has_an_address() -> None:
    known = {address.name for address in addresses()}
    listed = {row.url for row in ROWS}
    assert not known - listed, f"addresses that tests/permissions.csv does not name: {sorted(known - listed)}"
    assert not listed - known, f"lines of tests/permissions.csv without an address: {sorted(listed - known)}"


def test_every_address_is_opened_and_sent_to() -> None:
    methods = {(row.url, row.method) for row in ROWS}
    missing = [f"{row.url} {method}" for row in ROWS for method in ("GET", "POST") if (row.url, method) not in methods]
    assert not missing, f"say in tests/permissions.csv what comes of: {sorted(set(missing))}"


def test_every_address_of_a_row_is_tried_with_a_foreign_row() -> None:
    """An address that takes a key is tried with the row of another organization, unless its rows belong to nobody."""
    tried = {row.url for row in ROWS if row.object == "other_house"}
    keyed = {address.name for address in addresses() if address.arguments & {"pk", "object_id", "key", "uidb64"}}
    missing = {name for name in keyed - tried if not SHARED.search(name)}
    assert not missing, f"tests/permissions.csv tries these with our own rows only: {sorted(missing)}"


SHARED = re.compile(
    r"^admin[:/](axes[_/]|assets[_/](assetclass|assetcategory|categorymapping)[_/])|"
    r"^admin[:/](directory[_/](supplier|role)|inventory[_/](unit|itemcategory|item))([_/](?!list)|$)|"
    r"^admin[:/]maintenance[_/](repaircategory|causecode|remedycode|ratingreason)[_/]|"
    r"^admin[:/]procurement[_/](purchasecategory|economicclass|categorylicence|itemcategorylink|supplierfield)[_/]|"
    r"^(supplier|bank_change)_"
)


def test_every_step_of_every_kind_is_tried() -> None:
    tried = {(row.url, row.case, row.object) for row in ROWS if row.method == "POST"}
    known = {address.name for address in addresses()}
    for kind in registry.all_types():
        name = kind.model._meta.model_name
        if kind.automatic:
            assert not {f"{name}_step", f"{name}_new", f"{name}_edit"} & known, f"nobody writes {name} by hand"
            continue
        for url in (f"{name}_step", f"admin:{kind.model._meta.app_label}_{name}_step"):
            for step in (*kind.steps, "delete"):
                for owner in ("own", "foreign", "other_house"):
                    assert (url, step, owner) in tried, f"tests/permissions.csv lacks {url} {step} {owner}"


def test_the_auditor_changes_nothing() -> None:
    assert [row.key for row in ROWS if row.expected["auditor"] == "done" and row.url not in OWN_AFFAIRS] == []


def owners_opened(principal: str, *kinds: str) -> set[str]:
    """The owners of whom this person may open a paper of any of these kinds."""
    pages = {f"{kind}_detail" for kind in kinds}
    return {row.object for row in ROWS if row.url in pages and row.method == "GET" and row.expected[principal] == "ok"}


def blind_to(principal: str) -> set[str]:
    """The markers that this person must never read: those of the owners whose requests he may not open, those of the
    owners none of whose papers of procurement he may open, what is sealed, and accounts he may not reveal."""
    asked = owners_opened(principal, "requisition")
    bought = owners_opened(principal, *(model._meta.model_name for model in BUYING))
    hidden = {SEALED} | ({HOUSE_WORDS["own"]} if principal in ("anonymous", "outsider") else set())
    hidden |= {word for owner, word in MARKERS.items() if owner not in asked}
    hidden |= {word for owner, word in BUYING_WORDS.items() if owner not in bought}
    carded = owners_opened(principal, "asset")
    hidden |= {word for owner, word in ASSET_WORDS.items() if owner not in carded}
    told = owners_opened(principal, "workorder")
    hidden |= {word for owner, word in REPAIR_WORDS.items() if owner not in told}
    for kind, words in WORDS_OF_PAPERS.items():
        opened = owners_opened(principal, kind)
        hidden |= {word for owner, word in words.items() if owner not in opened}
    return hidden | (set() if principal in REVEALING else {ACCOUNT})


@pytest.fixture
def world(db: Any) -> PermissionHouse:
    return PermissionHouse()


def chosen(everyone: bool) -> dict[str, list[Row]]:
    """Whom to send each row as: everyone, or in the everyday run one person for each outcome of the row, in turn.

    What is refused to the auditor is always sent, so that every address that writes is tried by who must never write.
    """
    chosen: dict[str, list[Row]] = {principal: [] for principal in PRINCIPALS}
    for row in ROWS:
        turn = zlib.crc32("|".join(row.key).encode())
        by_outcome: dict[str, list[str]] = {}
        for principal in PRINCIPALS:
            by_outcome.setdefault(row.expected[principal], []).append(principal)
        few = {people[turn % len(people)] for people in by_outcome.values()}
        if row.method == "POST" and row.object in ("none", "own"):
            few.add("auditor")
        for principal in PRINCIPALS if everyone else few:
            chosen[principal].append(row)
    return chosen


class Walk:
    """Sends rows as one principal after the other and collects what differs from the table."""

    def __init__(self, world: PermissionHouse) -> None:
        self.world, self.requests = world, Requests(world)
        self.watch = WriteWatch()
        self.before = checksum()
        self.faults: list[str] = []

    def as_principal(self, principal: str, rows: list[Row]) -> None:
        client, person = Client(), self.world.principals[principal]
        if person is not None:
            client.force_login(person)
        self.before = checksum()
        hidden = blind_to(principal)
        for row in rows:
            self._one(client, principal, row, hidden)
        if checksum() != self.before:
            self.faults.append(f"{principal}: the walk left something behind in the database")

    def _one(self, client: Client, principal: str, row: Row, hidden: set[str]) -> None:
        where = f"{' '.join(part for part in row.key if part)} as {principal}"
        try:
            path, data = self.requests.of(row)
            answer = ask(client, row, path, data, self.watch, self.before)
        except Exception as error:
            self.faults.append(f"{where}: {type(error).__name__}: {error}"[:300])
            return
        expected, wrote = row.expected[principal], f" and wrote {sorted(answer.changed)}" if answer.changed else ""
        if answer.outcome != expected:
            self.faults.append(f"{where} ({path}): expected {expected}, got {answer.outcome}{wrote}")
        elif wrote and expected != "done":
            self.faults.append(f"{where} ({path}): answered {expected}{wrote}")
        forbidden = hidden | (words_of(row.object) if closed(row, answer.outcome) else set())
        read = {word for word in forbidden if word in answer.text and word not in str(data)}
        if read:
            self.faults.append(f"{where} ({path}): answered {answer.outcome} and shows {sorted(read)}")


def words_of(owner: str) -> set[str]:
    """The words in the rows of an owner."""
    of_papers = {words[owner] for words in WORDS_OF_PAPERS.values()}
    return {MARKERS[owner], BUYING_WORDS[owner], ASSET_WORDS[owner], REPAIR_WORDS[owner]} | of_papers


def closed(row: Row, outcome: str) -> bool:
    """Whether an answer must say nothing about the row it was asked for: as if the row did not exist."""
    return row.object in MARKERS and outcome in ("login", "absent", "403", "404")


def test_everybody_gets_what_the_table_says_and_nothing_else(world: PermissionHouse) -> None:
    walk = Walk(world)
    everyone = os.environ.get("PERMISSIONS") == "all"
    with connection.execute_wrapper(walk.watch):
        for principal, rows in chosen(everyone).items():
            walk.as_principal(principal, rows)
    count = len(walk.faults)
    assert not walk.faults, f"{count} answers differ from tests/permissions.csv:\n" + "\n".join(walk.faults)
