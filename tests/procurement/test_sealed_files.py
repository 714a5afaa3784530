"""Sealed means files too: a supplier's paper is read by nobody but who sent it until the opening (R-PRC-07)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core import clock
from core.attachments import attach
from core.models import Attachment
from directory.models import User
from procurement.models import Sourcing
from procurement.services import quotations
from tests.buying import rivals
from tests.factories import House
from tests.procurement.test_sourcing import TOMORROW, begin, collecting, opened, quoted

pytestmark = pytest.mark.django_db
NAME = "康泰报价单.pdf"


def enter(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def send(house: House, document: Sourcing, name: str = NAME, actor: Any = None) -> str:
    """Attach a file as the buyer; the address it is handed out at."""
    upload = SimpleUploadedFile(name, b"%PDF-1.7 " + name.encode())
    row = attach(document, upload, actor=actor or house.buyer)
    return reverse("attachment", args=(row.key,))


def listed(person: Any, document: Sourcing) -> bool:
    answer = enter(person).get(reverse("sourcing_detail", args=(document.pk,)))
    assert answer.status_code == 200
    return NAME in answer.content.decode()


def others(house: House) -> list[Any]:
    """Everybody else who sees the sourcing: another buyer, who decides, who audits, and somebody with every right."""
    colleague = User.objects.create_user("buyer2", name="采购二", organization=house.organization)
    colleague.groups.set(house.buyer.groups.all())
    colleague.department = house.buyer.department
    colleague.save()
    boss = User.objects.create_superuser("root", name="root", organization=house.organization)
    return [colleague, house.logistics_head, house.leader, house.auditor, boss]


def test_R_PRC_07_only_its_sender_reads_a_file_before_the_opening(house: House) -> None:
    document = quoted(house)
    url = send(house, document)
    assert listed(house.buyer, document)
    assert enter(house.buyer).get(url).status_code == 200
    for person in others(house):
        assert not listed(person, document), person
        assert enter(person).get(url).status_code == 404, person


def test_R_PRC_07_the_witness_reads_it_with_the_opening_not_before(house: House) -> None:
    document = quoted(house)
    url = send(house, document)
    quotations.ask_opening(document, house.accountant, actor=house.buyer)
    assert not listed(house.accountant, document)
    assert enter(house.accountant).get(url).status_code == 404
    quotations.confirm_opening(document, actor=house.accountant)
    for person in (house.accountant, house.leader, house.auditor):
        assert listed(person, document), person
        assert enter(person).get(url).status_code == 200, person


def test_R_PRC_07_neither_paper_nor_search_names_a_sealed_file(house: House) -> None:
    document = quoted(house)
    send(house, document)
    for person in (house.leader, house.auditor, house.logistics_head):
        client = enter(person)
        # A draft has no paper yet; the answer leads back to its page.
        paper = client.get(reverse("sourcing_print", args=(document.pk,)), follow=True)
        found = [client.get(reverse("search"), {"q": words}) for words in ("康泰报价", NAME, document.title)]
        assert paper.status_code == 200
        assert NAME not in paper.content.decode()
        # The box shows what was searched for; a file never makes a section of results.
        assert all(answer.context["sections"] == [] for answer in found[:2])


def test_what_was_attached_before_the_suppliers_were_asked_stays_readable(house: House) -> None:
    document = begin(house)
    url = send(house, document)
    assert listed(house.leader, document)
    quotations.invite(document, rivals(house), actor=house.buyer)
    document = quotations.start_collecting(document, deadline=clock.now() + TOMORROW, actor=house.buyer)
    assert listed(house.leader, document)
    assert enter(house.leader).get(url).status_code == 200


def test_files_of_an_enquiry_that_failed_unopened_stay_sealed(house: House) -> None:
    document = collecting(house)
    url = send(house, document)
    quotations.fail(document, reason="报价不足三家", actor=house.buyer)
    assert not listed(house.leader, document)
    assert enter(house.leader).get(url).status_code == 404
    assert Attachment.objects.count() == 1


def test_files_after_the_opening_are_for_all_who_see_it(house: House) -> None:
    document = opened(house)
    url = send(house, document)
    assert listed(house.leader, document)
    assert enter(house.leader).get(url).status_code == 200
    assert enter(house.other_requester).get(url).status_code == 404
