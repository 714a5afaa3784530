"""R-SYS-11: after five wrong passwords neither a sixth nor the right one opens the account for a while."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from directory.models import User
from tests.factories import PASSWORD, House

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _locks(settings: Any) -> None:
    settings.AXES_ENABLED = True


def sign_in(client: Client, person: User, password: str = PASSWORD) -> Any:
    return client.post(reverse("login"), {"username": person.employee_number, "password": password})


def test_the_right_password_does_not_open_a_locked_account(house: House) -> None:
    client = Client()
    answers = [sign_in(client, house.requester, "falsch").status_code for _turn in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    assert sign_in(client, house.requester).status_code == 429
    assert "_auth_user_id" not in client.session


def test_others_at_the_same_address_are_not_locked(house: House) -> None:
    """A whole house stands behind one address: the lock is for one account."""
    for _turn in range(5):
        sign_in(Client(), house.requester, "falsch")
    client = Client()
    assert sign_in(client, house.acceptor).status_code == 302
    assert client.session["_auth_user_id"] == str(house.acceptor.pk)


def test_a_success_forgets_the_failures(house: House) -> None:
    for _turn in range(4):
        sign_in(Client(), house.requester, "falsch")
    assert sign_in(Client(), house.requester).status_code == 302
    assert sign_in(Client(), house.requester, "falsch").status_code == 200
    assert sign_in(Client(), house.requester).status_code == 302
