"""Signatures that wait too long, papers of urgent purchases that are overdue."""

from __future__ import annotations

import datetime as dt
from io import StringIO

from django.core.management import call_command
from django.urls import reverse

from core import clock, reminders
from core.documents.models import Approver, Delegation, Signature
from core.models import Policy
from core.models.notices import Notice
from core.notices import sentence_of
from procurement.models import PurchaseRequest
from procurement.services import urgent_papers
from tests.buying import make_purchase_request, request_approved, take
from tests.factories import House, rule
from tests.inventory.screens import as_user


def waiting(house: House, days: int) -> PurchaseRequest:
    """A request that waits for the logistics head for so many days."""
    if not Signature.objects.exists():
        rule(house, PurchaseRequest, Approver.ROLE, role="logistics_head")
    request = take(make_purchase_request(house), ("submit", house.requester))
    rows = Signature.objects.filter(object_id=request.pk, content_type__model="purchaserequest", is_next=True)
    rows.update(opened_at=clock.now() - dt.timedelta(days=days, hours=1))
    return request


def told() -> list[tuple[str, str]]:
    rows = Notice.objects.exclude(code="").select_related("user").order_by("pk")
    return [(row.user.name, sentence_of(row)) for row in rows]


def test_who_can_sign_is_reminded_once_a_day(house: House) -> None:
    late = waiting(house, 3)
    waiting(house, 2)
    assert reminders.remind() == 1
    ((who, words),) = told()
    assert who == house.logistics_head.name
    assert late.number in words
    assert "3 days" in words
    assert reminders.remind() == 0
    Notice.objects.update(key="signature:of-yesterday")
    out = StringIO()
    call_command("remind_signers", stdout=out)
    assert "1 reminders" in out.getvalue()


def test_substitutes_are_reminded_too_and_a_signature_given_is_not(house: House) -> None:
    late = waiting(house, 5)
    today = clock.today()
    Delegation.objects.create(principal=house.logistics_head, substitute=house.leader, from_date=today, to_date=today)
    assert reminders.remind() == 2
    assert {who for who, _words in told()} == {house.logistics_head.name, house.leader.name}
    Notice.objects.all().delete()
    take(late, ("approve", house.logistics_head))
    assert reminders.remind() == 0


def test_the_days_are_a_dated_figure_of_the_house(house: House) -> None:
    waiting(house, 3)
    Policy.objects.create(
        organization=house.organization, key="remind_after", value=10, valid_from=clock.today(), basis="院办"
    )
    assert reminders.remind() == 0


def test_waiting_for_me_shows_what_is_overdue(house: House) -> None:
    waiting(house, 4)
    waiting(house, 0)
    page = as_user(house.logistics_head).get(reverse("waiting"))
    assert [row["signature"].overdue_days for row in page.context["rows"]] == [4, 0]
    assert page.content.decode().count("waits for 4 days") == 1


def test_overdue_papers_of_urgent_purchases(house: House) -> None:
    request = request_approved(house, urgent=True, urgent_reason="停电抢修")
    assert urgent_papers.remind() == 0
    PurchaseRequest.objects.filter(pk=request.pk).update(papers_due=clock.today() - dt.timedelta(days=1))
    assert urgent_papers.remind() == 2
    assert {who for who, _words in told()} == {house.requester.name, house.buyer.name}
    assert urgent_papers.remind() == 0
    PurchaseRequest.objects.filter(pk=request.pk).update(papers_in_on=clock.today())
    Notice.objects.all().delete()
    out = StringIO()
    call_command("remind_papers", stdout=out)
    assert "0 reminders" in out.getvalue()
