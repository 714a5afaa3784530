"""Makers of work orders for tests, through the services."""

from __future__ import annotations

from typing import Any

from directory.models import Place
from maintenance.models import CauseCode, RemedyCode, RepairCategory, Team, WorkOrder
from maintenance.services.orders import open_order
from maintenance.services.progress import take_step


def make_repair_category(code: str = "01", name: str = "水", **fields: Any) -> RepairCategory:
    """A category of the shared tree; one that is there stays as it is."""
    found = RepairCategory.objects.filter(code=code).first()
    return found or RepairCategory.objects.create(code=code, name=name, **fields)


def make_place(house: Any, code: str = "B1-301", name: str = "内科楼301", **fields: Any) -> Place:
    found = Place.objects.filter(organization=house.organization, code=code).first()
    return found or Place.objects.create(organization=house.organization, code=code, name=name, **fields)


def make_team(house: Any, name: str = "水电班", *members: Any) -> Team:
    """A team with the repair worker of the house, or the members named."""
    team = Team.objects.get_or_create(organization=house.organization, name=name)[0]
    team.members.add(*(members or (house.repair_worker,)))
    return team


def make_codes() -> tuple[CauseCode, RemedyCode]:
    """A cause and a remedy."""
    cause = CauseCode.objects.get_or_create(code="T-WEAR", defaults={"name": "自然磨损", "kind": "wear"})[0]
    return cause, RemedyCode.objects.get_or_create(code="T-CHANGE", defaults={"name": "更换配件"})[0]


def make_order(house: Any, **fields: Any) -> WorkOrder:
    """A dripping tap in a room of the ward, reported by its nurse."""
    defaults: dict[str, Any] = {
        "organization": house.organization,
        "title": "水龙头滴水",
        "actor": house.requester,
        "category": fields.pop("category", None) or make_repair_category(),
        "department": house.ward,
        "place": make_place(house),
        "contact": house.requester.name,
        "phone": "13800000000",
    }
    return open_order(**{**defaults, **fields})


def bring(house: Any, order: WorkOrder, state: str) -> WorkOrder:
    """Move an order on to a state of its way from the report to its end, by the people who may."""
    team = make_team(house)
    cause, remedy = make_codes()
    done = {"cause": cause, "remedy": remedy, "action": "更换阀芯", "outcome": "fixed", "no_material": True}
    way: list[tuple[str, str, Any, dict[str, Any]]] = [
        ("triage", "triaged", house.repair_dispatcher, {}),
        ("dispatch", "dispatched", house.repair_dispatcher, {"team": team, "worker": house.repair_worker}),
        ("accept", "accepted", house.repair_worker, {}),
        ("arrive", "on_site", house.repair_worker, {}),
        ("finish", "done", house.repair_worker, done),
        ("confirm", "confirmed", house.requester, {"confirmation": "person"}),
        ("close", "closed", house.repair_dispatcher, {}),
    ]
    moments = {
        "triage": "triaged_at",
        "dispatch": "dispatched_at",
        "accept": "accepted_at",
        "arrive": "arrived_at",
        "finish": "finished_at",
        "confirm": "confirmed_at",
        "close": "closed_at",
    }
    from core import clock

    for step, reached, actor, columns in way:
        if order.state == state:
            break
        written = {**columns, moments[step]: clock.now()}
        order = take_step(order, step, actor=actor, write=lambda _order, written=written: written)
        assert order.state == reached
    return order
