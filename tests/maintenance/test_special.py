"""Special equipment: forbidden to use, inspections, reminders, certificates (R-REP-11, R-REP-12, R-REP-14)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.urls import reverse

from core import clock
from core.errors import DomainError, NotAllowed
from core.models.notices import Notice
from core.reports import reports_for
from maintenance.models import EquipmentInspection, OperatorCertificate, RosterEntry, Shift, SpecialEquipment, WorkOrder
from maintenance.services import dispatching, special, special_reminders
from tests.holding import make_asset
from tests.repairing import bring, make_order, make_team

from .upkeep import days, inspect, make_certificate, make_equipment

pytestmark = pytest.mark.django_db
FORBIDDEN = [
    {"next_inspection": days(-1)},
    {"next_inspection": None},
    {"passed": False, "conclusion": "不合格"},
    {"stopped_reason": "安全阀泄漏"},
]


@pytest.mark.parametrize("state", FORBIDDEN)
def test_what_may_not_be_used_is_refused_with_its_basis(house, state):
    """R-REP-11."""
    equipment = make_equipment(house, **state)
    assert equipment.is_forbidden
    with pytest.raises(DomainError, match="第四十条") as refusal:
        special.require_usable(equipment.asset)
    assert refusal.value.code == "R-REP-11"


def test_on_its_last_day_it_may_still_be_used(house):
    """R-REP-11: past means the day after."""
    equipment = make_equipment(house, next_inspection=clock.today())
    special.require_usable(equipment.asset)
    special.require_usable(make_asset(house))
    special.require_usable(None)
    assert not equipment.is_forbidden


def test_a_task_that_would_start_it_is_blocked_and_a_repair_is_not(house):
    """R-REP-11."""
    equipment = make_equipment(house, next_inspection=days(-1))
    team = make_team(house)
    task = make_order(house, kind="task", asset=equipment.asset, title="试运行")
    with pytest.raises(DomainError):
        dispatching.dispatch(task, actor=house.again("repair_dispatcher"), team=team, worker=house.repair_worker)
    task.refresh_from_db()
    assert task.state == "new"
    repair = make_order(house, asset=equipment.asset, title="安全阀校验后复位")
    repair = dispatching.dispatch(repair, actor=house.again("repair_dispatcher"), team=team, worker=house.repair_worker)
    special.require_startable(repair)
    assert repair.state == "dispatched"
    with pytest.raises(DomainError):
        special.require_startable(task)


@pytest.mark.parametrize("state", FORBIDDEN)
def test_every_page_says_so(house, client, state):
    """R-REP-11: register, file, card, order, workbench."""
    equipment = make_equipment(house, **state)
    order = make_order(house, asset=equipment.asset)
    client.force_login(house.repair_dispatcher)
    pages = [
        reverse("specialequipment_list"),
        reverse("specialequipment_detail", args=(equipment.pk,)),
        reverse("asset_detail", args=(equipment.asset_id,)),
        reverse("workorder_detail", args=(order.pk,)),
        reverse("workbench"),
    ]
    for page in pages:
        words = client.get(page, headers={"accept-language": "en"}).content.decode()
        assert "禁止使用" in words or "orbidden to use" in words, page


# ---- inspections ----


def test_the_newest_inspection_decides(house):
    equipment = make_equipment(house, next_inspection=days(-1))
    inspect(house, equipment)
    equipment.refresh_from_db()
    assert not equipment.is_forbidden
    assert equipment.next_inspection == days(365)
    inspect(house, equipment, report_number="TJ-0", inspected_on=days(-400), next_inspection=days(-40))
    equipment.refresh_from_db()
    assert equipment.next_inspection == days(365), "an older report does not overrule a newer one"
    inspect(house, equipment, report_number="TJ-2", passed=False, conclusion="不合格", next_inspection=None)
    equipment.refresh_from_db()
    assert equipment.is_forbidden


@pytest.mark.parametrize(
    "wrong",
    [
        {"inspected_on": days(1), "next_inspection": days(300)},
        {"next_inspection": None},
        {"next_inspection": days(0)},
    ],
)
def test_inspections_that_cannot_be_are_refused(house, wrong):
    equipment = make_equipment(house)
    with pytest.raises(DomainError):
        inspect(house, equipment, **wrong)
    assert not EquipmentInspection.objects.exists()


def test_a_report_is_kept_once_and_never_changed(house):
    equipment = make_equipment(house)
    row = inspect(house, equipment)
    with pytest.raises(DomainError):
        inspect(house, equipment)
    with pytest.raises(DatabaseError), transaction.atomic():
        EquipmentInspection.objects.update(passed=False)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    assert EquipmentInspection.objects.get().passed


def test_who_may_not_enters_and_stops_nothing(house, other_house):
    equipment = make_equipment(house)
    for person in (house.again("repair_worker"), other_house.again("repair_dispatcher")):
        row = EquipmentInspection(
            equipment=equipment, inspected_on=clock.today(), agency="A", report_number="1", passed=False
        )
        with pytest.raises(NotAllowed):
            special.record_inspection(row, actor=person)
        with pytest.raises(NotAllowed):
            special.stop(equipment, actor=person, reason="x")
    equipment.refresh_from_db()
    assert not equipment.is_forbidden


def test_stopping_wants_a_reason_and_is_taken_back(house):
    equipment, dispatcher = make_equipment(house), house.again("repair_dispatcher")
    with pytest.raises(DomainError):
        special.stop(equipment, actor=dispatcher, reason="  ")
    assert special.stop(equipment, actor=dispatcher, reason="异响").is_forbidden
    assert not special.put_back(equipment, actor=dispatcher).is_forbidden


# ---- reminders ----


@pytest.mark.parametrize(("left", "threshold"), [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7)])
def test_reminders_come_at_60_30_and_7_days(left, threshold):
    """R-REP-12."""
    assert special_reminders.threshold(left) == threshold


def test_each_reminder_is_told_once_and_the_application_opens_at_30_days(house):
    """R-REP-12."""
    end = days(60)
    equipment = make_equipment(house, next_inspection=end, safety_manager=house.repair_worker)
    for _turn in range(2):
        special_reminders.remind()
    rows = Notice.objects.filter(code="special_inspection")
    assert set(rows.values_list("user", flat=True)) == {
        house.repair_worker.pk, house.repair_dispatcher.pk, house.logistics_head.pk,
    }  # fmt: skip
    assert not WorkOrder.objects.exists()
    special_reminders.remind(end - dt.timedelta(days=31))
    assert not WorkOrder.objects.exists()
    for _turn in range(2):
        special_reminders.remind(end - dt.timedelta(days=30))
    task = WorkOrder.objects.get()
    assert (task.kind, task.asset) == ("task", equipment.asset)
    special_reminders.remind(end - dt.timedelta(days=7))
    assert rows.count() == 9
    assert WorkOrder.objects.count() == 1


def test_the_application_can_be_worked_on_although_it_is_forbidden(house):
    """R-REP-12 beside R-REP-11: what lets it be used again is not blocked."""
    make_equipment(house, next_inspection=days(-1))
    special_reminders.remind()
    task = WorkOrder.objects.get()
    assert bring(house, task, "accepted").state == "accepted"
    assert Notice.objects.filter(code="special_forbidden").exists()


def test_things_that_left_remind_nobody(house):
    make_equipment(house, asset=make_asset(house, state="disposed"), next_inspection=days(5))
    assert special_reminders.remind() == (0, 0)
    assert not Notice.objects.exists()


def test_calibrations_contracts_and_certificates_remind_too(house, capsys):
    equipment = make_equipment(house, contract_until=days(20))
    equipment.accessories.create(kind="valve", number="AF-1", next_calibration=days(10))
    make_certificate(house, valid_until=days(59))
    call_command("special_reminders")
    codes = set(Notice.objects.values_list("code", flat=True))
    assert codes == {"special_contract", "special_calibration", "special_certificate"}
    assert Notice.objects.filter(code="special_certificate", user=house.repair_worker).exists()
    assert "0 applications" in capsys.readouterr().out


# ---- operators ----


def duty(house, equipment, day=None):
    shift = Shift.objects.get_or_create(
        organization=house.organization, name="白班", defaults={"starts": dt.time(8), "ends": dt.time(16)}
    )[0]
    return RosterEntry(
        organization=house.organization,
        team=make_team(house),
        worker=house.repair_worker,
        day=day or clock.today(),
        shift=shift,
        equipment=equipment,
    )


@pytest.mark.parametrize(
    "certificate",
    [None, {"valid_until": days(-1)}, {"kind": "lift"}, {"valid_from": days(5)}],
)
def test_nobody_is_rostered_on_equipment_without_a_valid_certificate(house, certificate):
    """R-REP-14."""
    equipment = make_equipment(house, "boiler")
    if certificate is not None:
        make_certificate(house, **certificate)
    with pytest.raises(ValidationError, match="第十四条"):
        duty(house, equipment).full_clean()
    assert not RosterEntry.objects.exists()


def test_a_valid_certificate_counts_on_its_days(house):
    """R-REP-14."""
    equipment = make_equipment(house, "boiler")
    make_certificate(house, valid_from=days(0), valid_until=days(10))
    duty(house, equipment).full_clean()
    duty(house, None, days(300)).full_clean()
    with pytest.raises(ValidationError):
        duty(house, equipment, days(11)).full_clean()
    duty(house, equipment, days(10)).full_clean()


# ---- screens ----


def test_a_file_is_made_with_its_accessories_and_inspected(house, client):
    client.force_login(house.repair_dispatcher)
    asset = make_asset(house, state="in_use")
    lines = {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-kind": "valve", "lines-0-number": "AF-1"}
    data = {"asset": asset.pk, "kind": "boiler", "last_inspection": str(days(-10)), "next_inspection": str(days(-20))}
    client.post(reverse("specialequipment_new"), data | lines)
    assert not SpecialEquipment.objects.exists()
    client.post(reverse("specialequipment_new"), data | lines | {"next_inspection": str(days(300))})
    equipment = SpecialEquipment.objects.get()
    assert equipment.accessories.get().number == "AF-1"
    form = {"inspected_on": str(clock.today()), "agency": "特检院", "report_number": "R1", "passed": "yes"}
    url = reverse("specialequipment_inspection", args=(equipment.pk,))
    client.post(url, form)
    assert not equipment.inspections.exists(), "the next date is copied from the certificate"
    client.post(url, {**form, "next_inspection": str(days(700))})
    equipment.refresh_from_db()
    assert equipment.next_inspection == days(700)
    stop = reverse("specialequipment_stop", args=(equipment.pk,))
    client.post(stop, {"reason": "漏水"})
    assert SpecialEquipment.objects.get().stopped_reason == "漏水"
    client.post(stop, {"back": "1"})
    assert SpecialEquipment.objects.get().stopped_reason == ""
    paper = client.get(reverse("specialequipment_paper", args=(equipment.pk,))).content.decode()
    assert "R1" in paper
    assert "AF-1" in paper


def test_certificates_lists_reports_and_strangers(house, other_house, client):
    equipment = make_equipment(house, next_inspection=days(-1))
    client.force_login(house.repair_dispatcher)
    data = {"person": house.repair_worker.pk, "kind": "boiler", "project_code": "G1", "number": "T1"}
    client.post(reverse("certificate_new"), {**data, "valid_from": str(days(5)), "valid_until": str(days(1))})
    assert not OperatorCertificate.objects.exists()
    client.post(reverse("certificate_new"), {**data, "valid_until": str(days(400))})
    assert OperatorCertificate.objects.get().organization == house.organization
    assert "T1" in client.get(reverse("certificate_list")).content.decode()
    for report in ("special_inspections", "operator_certificates"):
        assert client.get(reverse(report)).status_code == 200
        assert client.get(reverse(report), {"format": "xlsx"}).status_code == 200
    codes = {report.code for report in reports_for(house.again("repair_dispatcher"))}
    assert {"special_inspections", "operator_certificates"} <= codes
    assert client.get(reverse("specialequipment_export")).status_code == 200
    client.force_login(other_house.repair_dispatcher)
    assert client.get(reverse("specialequipment_detail", args=(equipment.pk,))).status_code == 404
    client.force_login(house.requester)
    assert client.get(reverse("specialequipment_list")).status_code == 403


def test_what_is_forbidden_stands_on_top_of_the_register(house, client):
    """R-REP-11: for whichever reason, before what is only due sooner."""
    usable = make_equipment(house, next_inspection=days(40))
    forbidden = [make_equipment(house, **{"next_inspection": days(300), **state}) for state in FORBIDDEN]
    client.force_login(house.repair_dispatcher)
    rows = list(client.get(reverse("specialequipment_list")).context["page_obj"].object_list)
    assert {row.pk for row in rows[:-1]} == {row.pk for row in forbidden}
    assert rows[-1] == usable
    assert [row.is_forbidden for row in rows] == [True] * len(forbidden) + [False]


def test_the_register_asks_no_more_for_more_rows(house, client, django_assert_max_num_queries):
    client.force_login(house.repair_dispatcher)
    make_equipment(house)
    url = reverse("specialequipment_list")
    client.get(url)
    with django_assert_max_num_queries(60) as few:
        client.get(url)
    for _number in range(12):
        make_equipment(house)
    with django_assert_max_num_queries(len(few)):
        assert client.get(url).status_code == 200
