"""What repairs say on the first page, and how the place of an order is named."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from maintenance.models import Channel
from maintenance.views.order_story import story_of
from maintenance.views.overview import repair_numbers, repair_shortcuts
from tests.factories import House
from tests.repairing import bring, make_order, make_place

pytestmark = pytest.mark.django_db


def numbers_of(user: object) -> dict[str, int]:
    """What stands on the first page of a person, by the address behind each number."""
    return {str(number.url): number.value for number in repair_numbers(user)}


def test_each_role_sees_its_own_numbers_and_they_lead_to_as_many_rows(house: House) -> None:
    make_order(house)
    for state in ("triaged", "dispatched", "on_site", "done"):
        bring(house, make_order(house), state)
    listed = reverse("workorder_list")
    counted = numbers_of(house.repair_dispatcher)
    assert counted[f"{listed}?state=new&state=triaged"] == 2
    client = Client()
    client.force_login(house.repair_dispatcher)
    for address, count in counted.items():
        if address.startswith(listed):
            assert client.get(address).context["page_obj"].paginator.count == count
    work = [number.value for number in repair_numbers(house.repair_worker) if number.url == reverse("repair_work")]
    assert work == [1, 1]
    assert not any(address.startswith(listed) for address in numbers_of(house.requester))


def test_everybody_reports_from_the_first_page_and_workers_open_their_repairs(house: House) -> None:
    assert [str(row.url) for row in repair_shortcuts(house.requester)] == [reverse("report_new")]
    urls = [str(row.url) for row in repair_shortcuts(house.repair_worker)]
    assert urls == [reverse("repair_work"), reverse("report_new")]


def test_an_order_names_the_building_its_room_is_in(house: House) -> None:
    campus = make_place(house, "K", "本部", kind="campus")
    building = make_place(house, "K1", "内科楼", kind="building", parent=campus)
    floor = make_place(house, "K1-3", "内科楼三层", kind="floor", parent=building)
    room = make_place(house, "K1-301", "治疗室", parent=floor)
    bare = make_place(house, "K1-9", "机房", parent=building)
    assert make_order(house, place=room, place_note="窗边").where == "内科楼三层 治疗室 窗边"
    assert make_order(house, place=bare).where == "内科楼 机房"
    assert make_order(house, place=building).where == "内科楼"


def test_my_reports_name_what_they_show_and_lead_to_the_other_two(house: House) -> None:
    client = Client()
    client.force_login(house.requester)
    own = reverse("repair_mine")
    seen = {of: client.get(f"{own}?of={of}").context for of in ("", "waiting", "department", "nonsense")}
    assert len({str(seen[of]["title"]) for of in ("", "waiting", "department")}) == 3
    assert len({str(seen[of]["empty_text"]) for of in ("", "waiting", "department")}) == 3
    assert str(seen["nonsense"]["title"]) == str(seen[""]["title"])
    assert [action["url"] for action in seen["waiting"]["actions"]] == [own, f"{own}?of=department"]


def test_the_story_says_in_words_which_part_of_the_program_took_a_step(house: House) -> None:
    order = make_order(house, actor=None, who="plan")
    assert str(story_of(order)[0]["who"]) == str(Channel.PLAN.label)
