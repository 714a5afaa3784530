"""manage.py demo: a believable hospital, the same ledger for the same seed, work waiting at every desk."""

from __future__ import annotations

import datetime as dt
import hashlib
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.db import transaction

from assets.models import Asset, AssetCount, CompensationCase, CustodyChange, DepreciationRun, Disposal
from core.documents.models import Delegation
from core.documents.routes import waiting_for
from directory.models import Department, Organization, Role, Supplier, SupplierLicence, User
from directory.models.suppliers import validate_credit_code
from inventory.models import GoodsIssue, GoodsReceipt, Item, Requisition, StockMove, SupplierReturn, Warehouse
from logistics.demo import catalogue
from logistics.management.commands import demo as command
from maintenance.models import (
    ContractorJob,
    OrderIssue,
    PlannedUpkeep,
    Rating,
    RepairTicket,
    SpecialEquipment,
    WorkOrder,
)
from procurement.models import (
    Acceptance,
    AcceptanceLine,
    BudgetAllotment,
    BudgetDecision,
    PaymentRequest,
    ProcurementPlan,
    PurchaseOrder,
    PurchaseRequest,
    Sourcing,
)
from procurement.services.duties import people_of

UNTIL = "2026-06-30"


@pytest.fixture
def data_dir(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def load(days: int = 3, seed: int = 1, **options: Any) -> str:
    out = StringIO()
    call_command("demo", days=days, seed=seed, until=UNTIL, stdout=out, **options)
    return out.getvalue()


def ledger_digest(days: int, seed: int) -> str:
    """Load a demo, read its ledger, and take everything back."""
    try:
        with transaction.atomic():
            load(days, seed)
            rows = StockMove.objects.order_by("id").values_list(
                "number", "item__code", "quantity", "amount", "business_date"
            )
            digest = hashlib.sha256(repr(list(rows)).encode()).hexdigest()
            raise InterruptedError
    except InterruptedError:
        return digest


def test_the_catalogue_holds_600_different_items() -> None:
    categories, products = catalogue.read()
    assert len(products) == 600
    assert len({(p.name, p.specification) for p in products}) == 600
    assert len({p.code for p in products}) == 600
    assert {p.category for p in products} == {c.code for c in categories}
    assert all(p.price > 0 and p.usual > 0 for p in products)


@pytest.mark.django_db
def test_a_hospital_opens_with_everybody_in_his_place(data_dir: Path) -> None:
    out = load()
    assert Department.objects.count() == 37
    assert not Department.objects.filter(head=None).exists()
    assert 140 <= User.objects.count() <= 170
    assert User.objects.values("name").distinct().count() == User.objects.count()
    assert not Role.objects.filter(group__user=None).exists()
    assert Warehouse.objects.filter(keepers__isnull=False).distinct().count() == 3
    assert Item.objects.exclude(initials="").count() == 600
    suppliers = list(Supplier.objects.all())
    assert len(suppliers) == 25
    for supplier in suppliers:
        validate_credit_code(supplier.credit_code)
    validate_credit_code(Organization.objects.get().credit_code)
    soon = dt.date.fromisoformat(UNTIL) + dt.timedelta(days=30)
    assert SupplierLicence.objects.filter(valid_until__lte=soon).count() == 1

    file = data_dir / command.LOGINS_FILE
    assert file.stat().st_mode & 0o077 == 0
    assert file.read_text().strip() in out
    password = file.read_text().split()[-1]
    nurse = User.objects.get(employee_number="2001")
    validate_password(password, nurse)
    assert nurse.check_password(password)
    assert not User.objects.get(employee_number="6001").has_usable_password()


@pytest.mark.django_db
def test_work_waits_at_every_desk(data_dir: Path) -> None:
    load()
    people = {user.employee_number: user for user in User.objects.all()}
    assert Requisition.objects.filter(created_by=people["2001"], status="draft").exists()
    desks = (
        ("2002", Requisition),
        ("3000", Requisition),
        ("1001", Requisition),
        ("3000", GoodsIssue),
        ("4001", GoodsReceipt),
    )
    for number, kind in desks:
        waiting = waiting_for(people[number]).filter(content_type__model=kind._meta.model_name)
        assert waiting.exists(), (number, kind)
    for number in ("3001", "3002", "3003"):
        store = people[number].warehouses_kept.get()
        assert Requisition.objects.filter(warehouse=store, status="approved", fulfilment="none").exists()
    assert Delegation.objects.filter(to_date__gte=UNTIL, substitute=people["2002"]).exists()
    assert StockMove.objects.filter(number__startswith="CK").exists()


@pytest.mark.django_db
def test_goods_come_in_through_the_whole_chain(data_dir: Path) -> None:
    """Suggestion, request, quotations, order, acceptance by two, receipt, invoice, payment: nothing beside it."""
    load(24)
    receipts = GoodsReceipt.objects.exclude(kind=GoodsReceipt.Kind.ESTIMATE)
    assert receipts.filter(status="posted").exists()
    made = AcceptanceLine.objects.exclude(receipt_line=None).values("receipt_line__document")
    assert not receipts.exclude(pk__in=made).exists()
    for acceptance in Acceptance.objects.filter(status="approved"):
        assert acceptance.acceptors.exclude(pk=acceptance.created_by_id).exists()
    orders = PurchaseOrder.objects.filter(status="approved")
    assert orders.filter(framework__isnull=False).exists()
    for sourcing in Sourcing.objects.filter(status="approved"):
        assert sourcing.quotations.count() >= 3
        assert sourcing.witness_id not in (None, sourcing.created_by_id)
    assert not any(people_of(order).conflicts() for order in orders)
    paid = PaymentRequest.objects.filter(status="posted")
    assert paid.exists()
    assert not paid.filter(voucher_number="").exists()
    allotments = list(BudgetAllotment.objects.all())
    assert sum(row.used for row in allotments) == sum(payment.amount for payment in paid)
    assert sum(row.reserved for row in allotments) > 0
    assert PurchaseRequest.objects.filter(source="replenishment").exists()
    assert PurchaseRequest.objects.filter(source="plan").exists()
    monthly = ProcurementPlan.objects.filter(month__isnull=False, status="approved").values("pk")
    assert PurchaseRequest.objects.filter(lines__plan_line__document__in=monthly, status="approved").exists()
    returned = SupplierReturn.objects.filter(status="posted").get()
    assert made.filter(receipt_line__document=returned.receipt).exists()
    assert BudgetDecision.objects.filter(status="posted").exists()
    out = StringIO()
    call_command("verify_ledgers", stdout=out)
    assert "agree" in out.getvalue()


@pytest.mark.django_db
def test_the_ledgers_of_a_demo_verify(data_dir: Path) -> None:
    load(5)
    out = StringIO()
    call_command("verify_ledgers", stdout=out)
    assert "agree" in out.getvalue()


@pytest.mark.django_db
def test_a_seed_decides_the_ledger(data_dir: Path) -> None:
    first, again, other = ledger_digest(5, 1), ledger_digest(5, 1), ledger_digest(5, 2)
    assert first == again
    assert first != other


@pytest.mark.django_db
def test_a_house_that_is_open_is_left_alone(data_dir: Path) -> None:
    Organization.objects.create(code="X", name="真实医院")
    with pytest.raises(CommandError, match="already holds an organization"):
        load()
    assert "The data is kept." in load(if_empty=True)
    assert Organization.objects.count() == 1
    assert not User.objects.exists()
    assert not (data_dir / command.LOGINS_FILE).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("options", [{"until": "2999-01-01"}, {"until": "30.6.2026"}, {"days": 0}])
def test_impossible_days_are_refused(data_dir: Path, options: dict[str, Any]) -> None:
    with pytest.raises(CommandError):
        call_command("demo", **{"days": 3, "until": UNTIL, "stdout": StringIO(), **options})
    assert not Organization.objects.exists()


@pytest.mark.django_db
def test_the_asset_register_has_a_history(data_dir: Path) -> None:
    """Eight thousand cards, a run for each of the twelve months before, a finished count, and all of it adds up."""
    load()
    assert Asset.objects.count() >= 8_000
    runs = DepreciationRun.objects.filter(status="posted").order_by("year", "month")
    assert [(run.year, run.month) for run in runs][-1] == (2026, 5)
    assert runs.count() == 12
    assert all(run.amount > 0 for run in runs)
    count = AssetCount.objects.get(status="posted")
    results = set(count.lines.values_list("result", flat=True))
    assert results == {"match", "misplaced", "missing"}
    assert Disposal.objects.filter(status="posted").exists()
    assert CompensationCase.objects.filter(status="approved", paid__gt=0).exists()
    assert CustodyChange.objects.filter(status="posted", kind="transfer").exists()
    assert Asset.objects.filter(state="idle").exists()
    for card in Asset.objects.all():
        assert 0 <= card.accumulated <= card.original_value


@pytest.mark.django_db
def test_the_workshop_has_a_history(data_dir: Path) -> None:
    """Some three thousand reports a year; each ledger, cache and story of them agrees (verify_ledgers above)."""
    load(12)
    reported = RepairTicket.objects.count()
    assert 12 * 3000 / 365 * 0.7 < reported < 12 * 3000 / 365 * 1.4
    states = set(WorkOrder.objects.values_list("state", flat=True))
    assert {"closed", "done"} <= states
    assert Rating.objects.exists()
    assert OrderIssue.objects.filter(issue__status="posted").exists()
    assert PlannedUpkeep.objects.filter(result="done").exists()
    assert WorkOrder.objects.filter(kind="task").exists()
    assert SpecialEquipment.objects.count() == 12
    for bought in (asked := PurchaseRequest.objects.filter(source=PurchaseRequest.Source.REPAIR)):
        assert bought.department.code == "9001"
        assert WorkOrder.objects.filter(number=bought.source_reference).exists()
    assert asked.filter(status="approved").exists()
    jobs = ContractorJob.objects.select_related("order")
    assert jobs.exists()
    for job in jobs.filter(status="posted"):
        assert job.accepted_by_id not in (None, job.created_by_id)
        assert 0 < job.final_amount <= job.amount
        assert job.order.cost_external == job.final_amount
