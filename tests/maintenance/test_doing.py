"""What workers do with an order: accept, give back, set out, arrive, finish (R-REP-05, R-REP-09)."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from assets.models import Asset, AssetState, Disposal
from core import clock
from core.errors import DomainError, IllegalTransition, NotAllowed
from core.models import Notice
from maintenance.models import CauseCode, OrderPhoto, PlaceCode, SpecialEquipment, WorkOrder
from maintenance.services import doing, photos
from tests.factories import House
from tests.holding import make_asset
from tests.repairing import bring, make_codes, make_order

pytestmark = pytest.mark.django_db
Outcome = WorkOrder.Outcome


def picture(colour: str = "red") -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(content, "JPEG")
    return SimpleUploadedFile("photo.jpg", content.getvalue(), content_type="image/jpeg")


def work(**fields: Any) -> doing.Work:
    cause, remedy = make_codes()
    defaults = {"action": "更换阀芯", "outcome": Outcome.FIXED, "cause": cause, "remedy": remedy, "no_material": True}
    return doing.Work(**{**defaults, **fields})


def test_from_accepting_to_done(house: House) -> None:
    order = bring(house, make_order(house), "dispatched")
    worker = house.repair_worker
    order = doing.accept(order, actor=worker)
    assert (order.state, order.accepted_at is not None) == ("accepted", True)
    order = doing.set_out(order, actor=worker)
    assert order.state == "accepted"
    order = doing.arrive(order, actor=worker)
    assert (order.state, order.arrived_at is not None) == ("on_site", True)
    order = doing.finish(order, work(), actor=worker)
    assert (order.state, order.outcome, order.no_material) == ("done", Outcome.FIXED, True)
    assert order.accepted_at <= order.arrived_at <= order.finished_at
    steps = list(order.events.values_list("step", flat=True))
    assert steps[-4:] == ["accept", "set_out", "arrive", "finish"]


def test_an_order_of_somebody_else_is_not_accepted(house: House) -> None:
    order = bring(house, make_order(house), "dispatched")
    with pytest.raises(NotAllowed):
        doing.accept(order, actor=house.requester)
    order.helpers.create(worker=house.storekeeper)
    house.storekeeper.groups.add(*house.repair_worker.groups.all())
    helper = house.again("storekeeper")
    for act in (lambda: doing.accept(order, actor=helper), lambda: doing.decline(order, actor=helper, reason="x")):
        with pytest.raises(NotAllowed):
            act()
    order.refresh_from_db()
    assert (order.state, order.worker) == ("dispatched", house.repair_worker)


def test_two_accept_at_once_the_second_is_told(house: House) -> None:
    order = bring(house, make_order(house), "dispatched")
    stale = WorkOrder.objects.get(pk=order.pk)
    doing.accept(order, actor=house.repair_worker)
    with pytest.raises(IllegalTransition, match=str(house.repair_worker)):
        doing.accept(stale, actor=house.repair_worker)
    assert order.events.filter(step="accept").count() == 1


def test_giving_back_needs_a_reason_and_leaves_nobody(house: House) -> None:
    order = bring(house, make_order(house), "accepted")
    with pytest.raises(DomainError):
        doing.decline(order, actor=house.repair_worker, reason="  ")
    order.refresh_from_db()
    assert order.worker == house.repair_worker
    order = doing.decline(order, actor=house.repair_worker, reason="没有高压证")
    assert (order.state, order.worker, order.accepted_at is None) == ("triaged", None, False)
    assert order.events.last().reason == "没有高压证"


def test_the_device_clock_is_kept_beside_ours_and_decides_nothing(house: House) -> None:
    order = bring(house, make_order(house), "accepted")
    wild = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
    order = doing.arrive(order, actor=house.repair_worker, device_at=wild)
    long_ago = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
    order = doing.finish(order, work(), actor=house.repair_worker, device_at=long_ago)
    arrived, finished = order.events.order_by("id")[4], order.events.last()
    assert (arrived.device_at, finished.device_at) == (wild, long_ago)
    assert arrived.at <= finished.at
    assert order.accepted_at <= order.arrived_at <= order.finished_at
    assert order.finished_at.year == finished.at.year


def test_a_step_sent_twice_is_one_step(house: House) -> None:
    order = bring(house, make_order(house), "dispatched")
    key = uuid.uuid4()
    first = doing.accept(order, actor=house.repair_worker, request_key=key)
    again = doing.accept(order, actor=house.repair_worker, request_key=key)
    assert first.accepted_at == again.accepted_at
    assert order.events.filter(step="accept").count() == 1


def test_arriving_by_scanning_the_thing_or_the_room(house: House) -> None:
    asset = make_asset(house)
    code = PlaceCode.objects.create(place=make_order(house).place)
    order = bring(house, make_order(house, asset=asset, place=code.place), "accepted")
    other = make_asset(house, name="别的")
    with pytest.raises(DomainError):
        doing.arrive(order, actor=house.repair_worker, code=f"https://house.example/a/{other.token}/")
    order.refresh_from_db()
    assert order.state == "accepted"
    order = doing.arrive(order, actor=house.repair_worker, code=f"https://house.example/a/{asset.token}/")
    assert str(asset) in order.events.last().reason
    second = bring(house, make_order(house, asset=asset, place=code.place), "accepted")
    second = doing.arrive(second, actor=house.repair_worker, code=f"https://house.example/r/{code.token}/")
    assert str(code.place) in second.events.last().reason


@pytest.mark.parametrize(
    ("missing", "field"),
    [
        ({"cause": None}, "cause"),
        ({"action": " "}, "action"),
        ({"outcome": ""}, "outcome"),
        ({"no_material": False}, "no_material"),
    ],
)
def test_r_rep_05_what_done_asks_for(house: House, missing: dict[str, Any], field: str) -> None:
    """R-REP-05: cause, action, and one of photo, material line, the tick that none was needed."""
    order = bring(house, make_order(house), "on_site")
    with pytest.raises(DomainError) as refusal:
        doing.finish(order, work(**missing), actor=house.repair_worker)
    assert refusal.value.field == field
    order.refresh_from_db()
    assert (order.state, order.finished_at, order.action) == ("on_site", None, "")


def test_r_rep_05_a_photo_of_the_work_is_enough(house: House) -> None:
    """R-REP-05: a photo by the worker counts, the one of the report does not."""
    order = bring(house, make_order(house), "on_site")
    row = photos.add_photo(order, picture(), "after", actor=house.repair_worker)
    OrderPhoto.objects.filter(pk=row.pk).update(moment="report")
    with pytest.raises(DomainError):
        doing.finish(order, work(no_material=False), actor=house.repair_worker)
    photos.add_photo(order, picture("blue"), "after", actor=house.repair_worker)
    order = doing.finish(order, work(no_material=False), actor=house.repair_worker)
    assert order.state == "done"


def test_photos_are_kept_once_and_only_pictures(house: House) -> None:
    order = bring(house, make_order(house), "on_site")
    photos.add_photo(order, picture(), "before", actor=house.repair_worker)
    photos.add_photo(order, picture(), "before", actor=house.repair_worker)
    assert order.photos.count() == 1
    for upload, moment in ((SimpleUploadedFile("x.jpg", b"<html>"), "after"), (picture("green"), "report")):
        with pytest.raises(DomainError):
            photos.add_photo(order, upload, moment, actor=house.repair_worker)
    with pytest.raises(NotAllowed):
        photos.add_photo(order, picture("green"), "after", actor=house.other_requester)
    assert order.photos.count() == 1


def test_r_rep_09_damage_by_a_person_names_who_is_liable(house: House) -> None:
    """R-REP-09: the liable person or class is demanded and written."""
    damage = CauseCode.objects.get_or_create(code="T-DAMAGE", defaults={"name": "人为损坏", "kind": "damage"})[0]
    order = bring(house, make_order(house), "on_site")
    with pytest.raises(DomainError) as refusal:
        doing.finish(order, work(cause=damage), actor=house.repair_worker)
    assert refusal.value.field == "liable"
    order = doing.finish(order, work(cause=damage, liable="初二（3）班"), actor=house.repair_worker)
    assert (order.state, order.liable, order.cause) == ("done", "初二（3）班", damage)


def test_no_fault_found_names_no_cause(house: House) -> None:
    nothing = CauseCode.objects.filter(kind="no_fault", active=True).order_by("code").first()
    nothing = nothing or CauseCode.objects.create(code="T-NONE", name="未发现故障", kind="no_fault")
    order = bring(house, make_order(house), "on_site")
    with pytest.raises(DomainError):
        doing.finish(order, work(outcome=Outcome.NO_FAULT), actor=house.repair_worker)
    order = doing.finish(order, work(outcome=Outcome.NO_FAULT, cause=None), actor=house.repair_worker)
    assert (order.outcome, order.cause) == (Outcome.NO_FAULT, nothing)


def test_a_thing_that_cannot_be_repaired_is_proposed_for_disposal(house: House) -> None:
    asset = make_asset(house, state=AssetState.IN_USE)
    order = bring(house, make_order(house, asset=asset), "on_site")
    given_up = work(outcome=Outcome.CANNOT, action="主板烧毁，无配件", dispose=True)
    doing.finish(order, given_up, actor=house.repair_worker)
    draft = Disposal.objects.get()
    assert (draft.status, draft.created_by, draft.department) == ("draft", house.asset_manager, asset.department)
    line = draft.lines.get()
    assert (line.asset, line.finding) == (asset, "主板烧毁，无配件")
    assert Notice.objects.filter(user=house.asset_manager).exists()
    assert Asset.objects.get(pk=asset.pk).state == AssetState.IN_USE

    again = bring(house, make_order(house, asset=asset), "on_site")
    doing.finish(again, given_up, actor=house.repair_worker)
    assert Disposal.objects.count() == 1


def test_nothing_to_dispose_of_refuses_the_whole_step(house: House) -> None:
    order = bring(house, make_order(house), "on_site")
    with pytest.raises(DomainError):
        doing.finish(order, work(outcome=Outcome.CANNOT, dispose=True), actor=house.repair_worker)
    order.refresh_from_db()
    assert (order.state, Disposal.objects.count()) == ("on_site", 0)


def test_r_rep_11_a_task_does_not_start_what_is_forbidden(house: House) -> None:
    """R-REP-11: the task that would run it is not accepted; the order that repairs it is."""
    asset = make_asset(house, name="蒸汽锅炉")
    overdue = clock.today() - dt.timedelta(days=1)
    task = bring(house, make_order(house, asset=asset, kind="task", title="开炉供汽"), "dispatched")
    repair = bring(house, make_order(house, asset=asset), "dispatched")
    SpecialEquipment.objects.create(
        organization=house.organization, asset=asset, kind="boiler", next_inspection=overdue, registered_on=overdue
    )
    with pytest.raises(DomainError):
        doing.accept(task, actor=house.repair_worker)
    task.refresh_from_db()
    assert (task.state, task.accepted_at) == ("dispatched", None)
    assert doing.accept(repair, actor=house.repair_worker).state == "accepted"


def test_the_steps_of_a_worker_at_a_desk(house: House) -> None:
    order = bring(house, make_order(house), "dispatched")
    cause, remedy = make_codes()
    client = Client()
    client.force_login(house.repair_worker)
    page = f"/repairs/orders/{order.pk}/"
    steps = {slug: reverse("workorder_step", args=(order.pk, slug)) for slug in ("accept", "set_out", "arrive")}
    assert steps["accept"] in client.get(page).content.decode()
    for path in steps.values():
        assert client.post(path, {"request_key": str(uuid.uuid4())}).status_code == 302
    done = reverse("workorder_step", args=(order.pk, "finish"))
    typed = {"outcome": "fixed", "cause": cause.pk, "remedy": remedy.pk, "action": "更换阀芯"}
    assert client.post(done, {**typed, "request_key": str(uuid.uuid4())}).status_code != 302
    order.refresh_from_db()
    assert order.state == "on_site"
    ready = {**typed, "no_material": "on", "request_key": str(uuid.uuid4())}
    assert client.post(done, ready).status_code == 302
    order.refresh_from_db()
    assert (order.state, order.cause, order.remedy) == ("done", cause, remedy)


def test_helpers_and_notes(house: House) -> None:
    order = bring(house, make_order(house), "accepted")
    with pytest.raises(DomainError):
        doing.add_helper(order, house.requester, actor=house.repair_worker)
    with pytest.raises(DomainError):
        doing.add_helper(order, house.repair_worker, actor=house.repair_worker)
    assert order.helpers.count() == 0
    house.acceptor.groups.add(*house.repair_worker.groups.all())
    doing.add_helper(order, house.again("acceptor"), actor=house.repair_worker)
    assert order.helpers.get().worker == house.acceptor
    doing.add_note(order, actor=house.again("acceptor"), text="阀门在吊顶里")
    assert order.events.last().reason == "阀门在吊顶里"
    with pytest.raises(DomainError):
        doing.add_note(order, actor=house.repair_worker, text=" ")
    with pytest.raises(NotAllowed):
        doing.add_note(order, actor=house.other_requester, text="不相干")
    assert order.events.filter(step="note").count() == 1
