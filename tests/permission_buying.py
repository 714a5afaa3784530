"""What procurement is to the walk of permissions: for each owner one chain from the budget to the payment, out of which
the papers of every kind and state are cut, and the rows that stand beside them.

One request over a hundred pieces and one sourcing of it bear all orders of an owner: the walk has to stay quick.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from assets.models import AssetIntake
from core import clock
from core.attachments import attach
from core.models import Policy
from directory.models import Supplier, SupplierBankChange
from inventory.models import ItemCategory
from procurement.figures import QUOTATIONS_AT_LEAST
from procurement.models import (
    Acceptance,
    BudgetAllotment,
    BudgetDecision,
    BudgetMove,
    CategoryLicence,
    CentralCatalogueEntry,
    EconomicClass,
    FrameworkAgreement,
    ItemCategoryLink,
    OrderChange,
    PaymentRequest,
    ProcurementPlan,
    Project,
    PurchaseCategory,
    PurchaseOrder,
    PurchaseRequest,
    QuotationLine,
    RejectedGoods,
    Sourcing,
    SupplierEvaluation,
    SupplierField,
    SupplierInvoice,
)
from tests.buying import (
    allot,
    make_acceptance,
    make_budget_decision,
    make_framework,
    make_invoice,
    make_order,
    make_order_change,
    make_payment,
    make_plan,
    make_purchase_request,
    make_sourcing,
    rivals,
)
from tests.factories import House, run

BUYING_WORDS = {"own": "本科采购暗记戊", "foreign": "别科采购暗记己", "other_house": "外院采购暗记庚"}
"""Words in the papers of procurement of each owner: read by those who may open any of them."""
SEALED = "未启封暗记辛"
"""A word in a quotation that nobody opened yet: nobody at all reads it (R-PRC-07)."""
ACCOUNT = "6222020000001234"
"""The bank account of a supplier in full: for those who have the right to reveal it (R-SYS-18)."""
STATES = {
    "draft": (),
    "submitted": ("submit",),
    "approved": ("submit", "approve"),
    "posted": ("submit", "approve", "post"),
}
Made = dict[tuple[str, str, str], Any]
"""Rows by name of the model, owner and state."""


def portion(document: Any, quantity: int) -> Any:
    """A draft over so much of each of its lines, and no more."""
    for line in document.lines.all():
        line.quantity = Decimal(quantity)
        line.save()
    return document


class Buying:
    """The chain of one owner. word: stands in its papers."""

    def __init__(self, owner: str, house: House, word: str) -> None:
        self.owner, self.house, self.word = owner, house, word
        self.made: Made = {}
        self.found: dict[type, Any] = {}
        house.supplier.bank, house.supplier.bank_account = "工商银行", ACCOUNT
        house.supplier.save()
        self._budget()
        self._request_and_sourcing()
        self._orders()
        self._deliveries()
        self._bills()

    def _states(self, model: type, make: Callable[[], Any], *states: str) -> None:
        """Papers of a kind in these states; make() gives a new draft."""
        for state in states or ("draft", "submitted", "approved"):
            document = make()
            taken = STATES[state]
            self._keep(model, state, run(self.house, document, *taken) if taken else document)

    def _keep(self, model: type, state: str, document: Any) -> Any:
        self.made[model._meta.model_name, self.owner, state] = document  # type: ignore[attr-defined]
        return document

    def _budget(self) -> None:
        house, note = self.house, {"note": self.word}
        self.allotment = allot(house, 100_000, **note)
        self.found[BudgetAllotment] = self.allotment
        self.found[BudgetMove] = BudgetMove.objects.get(allotment=self.allotment)
        self._states(BudgetDecision, lambda: make_budget_decision(house, 100, basis=self.word, **note), *STATES)
        this_year = clock.today().year
        times = iter(({"year": this_year + 1, "month": 1}, {"year": this_year + 1}, {"year": this_year}))
        self._states(ProcurementPlan, lambda: make_plan(house, title=self.word, **next(times), **note))

    def _request_and_sourcing(self) -> None:
        house, note = self.house, {"note": self.word}
        asked = {"purpose": self.word, "allotment": self.allotment, **note}
        self._states(PurchaseRequest, lambda: make_purchase_request(house, **asked), "draft", "submitted")
        self.request = run(house, make_purchase_request(house, (house.gloves, 200, 25), **asked), "submit", "approve")
        self._keep(PurchaseRequest, "approved", self.request)
        given = {"title": self.word, **note}
        self._states(Sourcing, lambda: portion(make_sourcing(house, self.request, **given), 10), "draft", "submitted")
        self.sourcing = run(house, portion(make_sourcing(house, self.request, **given), 100), "submit", "approve")
        self._keep(Sourcing, "approved", self.sourcing)
        self._unopened(given)
        self._states(FrameworkAgreement, lambda: make_framework(house, **given))
        urgent = {"urgent": True, "urgent_reason": self.word}
        asked_urgently = run(house, make_purchase_request(house, **asked, **urgent), "submit", "approve")
        attach(asked_urgently, SimpleUploadedFile("papers.pdf", b"%PDF-1.4 papers"), actor=house.requester)
        self._keep(PurchaseRequest, "urgent", asked_urgently)

    def _unopened(self, given: dict[str, Any]) -> None:
        """Sourcings that nobody opened, in each stage and method that has pages of its own."""
        Stage, witness = Sourcing.Stage, {"opened_by": self.house.buyer, "witness": self.house.accountant}
        states: dict[str, dict[str, Any]] = {
            "preparing": {"stage": Stage.PREPARING},
            "sealed": {"stage": Stage.COLLECTING},
            "asked": {"stage": Stage.COLLECTING, **witness},
            "direct": {"method": "direct", "stage": Stage.PREPARING},
            "agreed": {"method": "framework", "stage": Stage.PREPARING},
            "failed": {"stage": Stage.FAILED, "status": "cancelled", "failed_reason": self.word},
        }
        for state, columns in states.items():
            document = portion(make_sourcing(self.house, self.request, opened=False, **given), 5)
            document.lines.update(awarded=None)
            QuotationLine.objects.filter(quotation__sourcing=document).update(brand=SEALED)
            if state in ("preparing", "direct", "agreed"):
                document.quotations.all().delete()
            Sourcing.objects.filter(pk=document.pk).update(**columns)
            document.refresh_from_db()
            self._keep(Sourcing, state, document)

    def _order(self, *steps: str) -> PurchaseOrder:
        draft = make_order(self.house, self.sourcing, title=self.word, note=self.word)
        return run(self.house, portion(draft, 10), *steps) if steps else portion(draft, 10)

    def _orders(self) -> None:
        house, note = self.house, {"note": self.word, "reason": self.word}
        self._keep(PurchaseOrder, "draft", self._order())
        self._keep(PurchaseOrder, "submitted", self._order("submit"))
        self.open_order = self._keep(PurchaseOrder, "approved", self._order("submit", "approve"))
        self._keep(OrderChange, "draft", make_order_change(house, self.open_order, **note))
        changed = self._order("submit", "approve")
        for state, order, received in (("bonded", self.open_order, None), ("bond held", changed, clock.today())):
            bond = {"bond_form": PurchaseOrder.Bond.TRANSFER, "bond_amount": 10, "bond_received_on": received}
            PurchaseOrder.objects.filter(pk=order.pk).update(**bond)
            self._keep(PurchaseOrder, state, order)
        self._keep(OrderChange, "submitted", run(house, make_order_change(house, changed, **note), "submit"))

    def _deliveries(self) -> None:
        house, note = self.house, {"note": self.word, "finding": self.word}
        self._keep(Acceptance, "draft", make_acceptance(house, self.open_order, **note))
        arrived = self._order("submit", "approve")
        self._keep(Acceptance, "submitted", run(house, make_acceptance(house, arrived, **note), "submit"))
        self.delivered = self._keep(PurchaseOrder, "delivered", self._order("submit", "approve"))
        accepted = run(house, make_acceptance(house, self.delivered, rejected=1, **note), "submit", "approve")
        self._keep(Acceptance, "approved", accepted)
        self.found[RejectedGoods] = RejectedGoods.objects.get(acceptance_line__document=accepted)
        RejectedGoods.objects.filter(pk=self.found[RejectedGoods].pk).update(note=self.word)
        self.found[AssetIntake] = AssetIntake.objects.create(
            organization=house.organization,
            department=house.ward,
            name=self.word,
            unit="台",
            quantity=Decimal(2),
            unit_price=Decimal(5000),
            amount=Decimal(10_000),
            supplier=house.supplier,
            acquired_on=clock.today(),
            source=accepted.number,
        )

    def _bills(self) -> None:
        house, note = self.house, {"note": self.word}
        self._states(
            SupplierInvoice,
            lambda: self._invoice(2, difference_reason=self.word, **note),
            "draft",
            "submitted",
            "approved",
        )
        paid = self.made["supplierinvoice", self.owner, "approved"]
        part = {"kind": PaymentRequest.Kind.PART, "amount": Decimal(10), **note}
        self._states(PaymentRequest, lambda: make_payment(house, paid, **part), *STATES)

    def _invoice(self, quantity: int, **fields: Any) -> SupplierInvoice:
        """A draft over so many of the delivered pieces."""
        draft = make_invoice(self.house, self.delivered, **fields)
        line = draft.lines.get()
        line.quantity = Decimal(quantity)
        line.save()
        draft.net = draft.total = line.amount
        draft.save()
        return draft


def house_rows(house: House, word: str, supplier: Supplier) -> dict[type, Any]:
    """Rows that belong to a whole house; the supplier is one that several houses mark."""
    organization, today = house.organization, clock.today()
    figure = {"key": QUOTATIONS_AT_LEAST, "valid_from": today.replace(month=1, day=1), "value": 3}
    return {
        Project: Project.objects.create(organization=organization, code="P-01", name=word),
        Policy: Policy.objects.create(organization=organization, basis=word, **figure),
        CentralCatalogueEntry: CentralCatalogueEntry.objects.create(
            organization=organization, category=purchase_category("A0298"), valid_from=today, basis=word
        ),
        SupplierEvaluation: SupplierEvaluation.objects.create(
            organization=organization, supplier=supplier, year=today.year - 1, note=word
        ),
    }


def purchase_category(code: str = "A0299") -> PurchaseCategory:
    """A class that nothing of the chain is bought under."""
    return PurchaseCategory.objects.get_or_create(code=code, defaults={"name": "其他办公设备"})[0]


def shared_rows(house: House) -> dict[type, Any]:
    """Rows of procurement that belong to no house."""
    category, supplier = purchase_category(), rivals(house)[2]
    Supplier.objects.create(code="S-9", name="远方商贸")
    return {
        PurchaseCategory: category,
        EconomicClass: EconomicClass.objects.get(code="30201"),
        CategoryLicence: CategoryLicence.objects.create(category=category, kind="food"),
        ItemCategoryLink: ItemCategoryLink.objects.create(
            item_category=ItemCategory.objects.create(code="77", name="未用分类"), category=category
        ),
        SupplierField: SupplierField.objects.create(supplier=supplier, category=category),
        SupplierBankChange: SupplierBankChange.objects.create(
            supplier=supplier, bank="工商银行", bank_account=ACCOUNT, reason="换户函", asked_by=house.buyer
        ),
    }


def typed_rows(house: House) -> dict[type, dict[str, Any]]:
    """What is typed to add a row of each model in the back office."""
    own, other, tomorrow = {"organization": house.organization.pk}, purchase_category("A0297").pk, clock.today()
    return {
        PurchaseCategory: {"code": "A0288", "name": "新品目", "kind": "goods", "active": "on"},
        EconomicClass: {"code": "30288", "name": "新经济分类", "active": "on"},
        Project: {**own, "code": "P-88", "name": "新项目", "active": "on"},
        CentralCatalogueEntry: {**own, "category": other, "valid_from": tomorrow.isoformat(), "basis": "新目录"},
        CategoryLicence: {"category": other, "kind": "food"},
        ItemCategoryLink: {"item_category": house.gloves.category_id, "category": other},
        SupplierField: {"supplier": house.supplier.pk, "category": other},
        Policy: {**own, "key": QUOTATIONS_AT_LEAST, "valid_from": tomorrow.isoformat(), "value": "3", "basis": "新规"},
    }


def changes() -> dict[type, dict[str, Any]]:
    """What a change of a row in the back office alters, where it is not its name."""
    other = {"category": purchase_category("A0297").pk}
    return {
        CentralCatalogueEntry: {"basis": "改过"},
        Policy: {"basis": "改过"},
        CategoryLicence: {"kind": "business"},
        ItemCategoryLink: other,
        SupplierField: other,
    }
