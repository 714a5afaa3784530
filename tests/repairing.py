"""Makers of work orders for tests, through the services."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core import clock
from directory.models import Place, Supplier
from maintenance.models import CauseCode, ContractorJob, RemedyCode, RepairCategory, Team, WorkOrder
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
    for step, reached, actor, columns in way:
        if order.state == state:
            break
        written = {**columns, moments[step]: clock.now()}
        order = take_step(order, step, actor=actor, write=lambda _order, written=written: written)
        assert order.state == reached
    return order


def make_job(house: Any, **fields: Any) -> ContractorJob:
    """A draft: a firm mends the tap, the cheaper of two; what was accepted stands on it, for whoever posts it."""
    order = fields.pop("order", None) or make_order(house)
    rival = Supplier.objects.get_or_create(code=f"R-{house.organization.code}", defaults={"name": "城东维修公司"})[0]
    amount = fields.pop("amount", Decimal(800))
    offers = fields.pop("offers", None) or ((house.supplier, 800), (rival, 950))
    document = ContractorJob.objects.create(
        **{
            "organization": house.organization,
            "department": house.logistics,
            "created_by": house.repair_dispatcher,
            "order": order,
            "supplier": house.supplier,
            "scope": "更换主管阀门",
            "amount": amount,
            "final_amount": min(Decimal(780), amount),
            "invoice_number": "FP-0001",
            "accepted_on": fields.get("business_date") or clock.today(),
            **fields,
        }
    )
    for position, (firm, amount) in enumerate(offers, start=1):
        document.lines.create(position=position, supplier=firm, amount=Decimal(amount))
    return document


REPAIR_MAKERS = {ContractorJob: make_job}
"""Makers of submittable drafts of the papers of repairs; they join those of the other apps in factories.py."""
