"""The door of the back office, and pages that must be drawn even when everything else fails."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_strangers_are_sent_to_the_one_login(house):
    answer = Client().get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("login"))
    assert "csrfmiddlewaretoken" in answer.content.decode()


def test_a_requester_is_told_that_his_role_does_not_open_it(house):
    answer = client_of(house.requester).get(reverse("admin:index"), follow=True)
    assert answer.status_code == 403
    assert "rights administrator" in answer.content.decode()


def test_those_who_may_enter_see_the_common_frame(house):
    answer = client_of(house.system_administrator).get(reverse("admin:index"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="navigation"' in page
    assert "css/tokens.css" in page
    assert "dark_mode.css" not in page
    assert " style=" not in page
    assert "onclick" not in page


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "409", "500", "503"])
def test_error_pages_need_no_context(name):
    page = render_to_string(f"{name}.html")
    assert "<h1>" in page
    assert "Logistics management system" in page
