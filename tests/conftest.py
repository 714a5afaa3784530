from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import TransactionTestCase

from directory.services.roles import sync_roles

from .emptying import empty_database
from .factories import House, make_house

TransactionTestCase._fixture_teardown = empty_database
LONGEST = ("test_permissions.py", "test_demo.py", "test_links.py", "test_procurement_pages.py", "test_chain_links.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take minutes begin, so that no process waits for another at the end."""
    place = {name: index for index, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(LONGEST)))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The shipped roles stand in the database from the start; a test that empties it makes them anew (make_house)."""
    with django_db_blocker.unblock():
        sync_roles()


@pytest.fixture
def house(db: Any) -> House:
    return make_house()


@pytest.fixture
def other_house(house: House) -> House:
    """A second organization in the same installation."""
    return make_house("H2")


@pytest.fixture(autouse=True)
def _english(settings: Any) -> Iterator[None]:
    """Tests read the English sentences; the Chinese ones are checked by tests of their own."""
    settings.LANGUAGE_CODE = "en"
    return
