"""Where the rows of the table of permissions about procurement go: the chain, sourcing, suppliers, budgets."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from django.test import Client
from django.urls import reverse

from core import clock
from procurement.models import (
    Acceptance,
    BudgetAllotment,
    BudgetDecision,
    EconomicClass,
    FrameworkAgreement,
    OrderChange,
    PaymentRequest,
    ProcurementPlan,
    PurchaseOrder,
    PurchaseRequest,
    RejectedGoods,
    Sourcing,
    SupplierInvoice,
)
from tests.factories import House
from tests.inventory.screens import line_data

from .permission_house import MARKERS, typed_form
from .permission_sourcing_requests import SourcingRequests
from .permission_walk import Row, undone

if TYPE_CHECKING:
    from collections.abc import Callable

    Sent = tuple[str, dict[str, Any]]

BUYING = (
    BudgetDecision,
    ProcurementPlan,
    PurchaseRequest,
    Sourcing,
    FrameworkAgreement,
    PurchaseOrder,
    OrderChange,
    Acceptance,
    SupplierInvoice,
    PaymentRequest,
)
"""The kinds of procurement, in the order of the chain."""
ON_ORDER = {OrderChange: "approved", Acceptance: "approved", SupplierInvoice: "delivered", PaymentRequest: "delivered"}
"""Kinds that begin with an order, and the state of the one that they are begun on."""
STATE_BEFORE = {
    "submit": "draft",
    "withdraw": "submitted",
    "approve": "submitted",
    "reject": "submitted",
    "post": "approved",
    "reverse": "posted",
    "cancel": "draft",
    "delete": "draft",
}


def state_before(model: type, step: str) -> str:
    """The state of the paper that a step is tried on; what was opened is evidence and is not deleted (R-PRC-16)."""
    return "preparing" if (model, step) == (Sourcing, "delete") else STATE_BEFORE[step]


class BuyingRequests(SourcingRequests):
    """Addresses of procurement; a part of Requests."""

    def _typed(self, path: str, person: Any, changes: dict[str, Any]) -> dict[str, Any]:
        """A form as it stands on its page for somebody who may fill it in, with these changes."""
        known = self.__dict__.setdefault("_forms", {})
        if (path, person.pk) not in known:
            with undone():
                client = Client()
                client.force_login(person)
                known[path, person.pk] = typed_form(client, path)
        return {**known[path, person.pk], "request_key": str(uuid.uuid4()), **changes}

    # ---- papers of the chain ----

    def _buying(self, row: Row, model: Any, screen: str) -> Sent:
        if screen == "new":
            return self._begun(row, model)
        if screen == "step":
            return self._buying_step(row, model)
        state = {"edit": "draft", "detail": "submitted", "print": "submitted", "lines": "submitted"}.get(screen)
        if state is None:
            return reverse(row.url), {}
        document = self._paper(row, model, "preparing" if (model, screen) == (Sourcing, "edit") else state)
        path = reverse(row.url, args=(document.pk,))
        if screen == "edit" and row.method == "POST":
            return path, self._typed(path, document.created_by, {"note": "改"})
        return path, {}

    def _buying_step(self, row: Row, model: Any) -> Sent:
        document = self._paper(row, model, state_before(model, row.case))
        sent = {"reason": "理由", "request_key": str(uuid.uuid4())}
        return reverse(row.url, args=(document.pk, row.case)), sent

    def _begun(self, row: Row, model: Any) -> Sent:
        """The form of a new paper about the rows of an owner, filled in by somebody of that owner."""
        path = reverse(row.url)
        if row.object == "none":
            return path, {}
        house = self._house(row)
        if model in ON_ORDER:
            path = f"{path}?order={self._paper(row, PurchaseOrder, ON_ORDER[model]).pk}"
        if model is Sourcing:
            path = f"{path}?line={self._paper(row, PurchaseRequest, 'approved').lines.get().pk}"
        if row.method == "GET" or model is PurchaseOrder:
            return path, {}
        maker = self._paper(row, model, "draft").created_by
        fillers: dict[Any, Callable[[Row, House], dict[str, Any]]] = {
            BudgetDecision: self._decision,
            ProcurementPlan: self._plan,
            PurchaseRequest: self._request,
            FrameworkAgreement: self._framework,
            OrderChange: lambda *_: {"reason": "缺货", "lines-0-quantity": "9"},
            Acceptance: lambda _row, house: {"acceptor_2": house.asset_manager.pk},
            SupplierInvoice: lambda *_: {
                "invoice_number": f"{uuid.uuid4().int % 10**20:020d}",
                "issued_on": clock.today().isoformat(),
                "net": "161",
                "tax": "0",
                "total": "161",
            },
            PaymentRequest: lambda *_: {"amount": "5", "kind": "part"},
        }
        changes = fillers[model](row, house) if model in fillers else {}
        return path, self._typed(path, maker, changes)

    def _decision(self, row: Row, house: House) -> dict[str, Any]:
        line = {
            "department": house.ward.pk,
            "economic_class": EconomicClass.objects.get(code="30201").pk,
            "fund_source": "fiscal",
            "amount": "100",
        }
        return {"kind": "supplement", "year": clock.today().year, "basis": "院办批复", **line_data(line)}

    def _decision_in_office(self, house: House) -> dict[str, Any]:
        """The same, as the back office asks for it."""
        sent = self._decision(Row("", "POST", "none", "", {}), house)
        head = {"department": house.logistics.pk, "business_date": clock.today().isoformat(), "lines-0-position": "1"}
        return {**sent, **head}

    def _plan(self, row: Row, house: House) -> dict[str, Any]:
        line = {"item": house.gloves.pk, "quantity": "3", "unit_price": "25"}
        line["allotment"] = self.world.row(BudgetAllotment, row.object).pk
        return {"year": clock.today().year + 1, "month": "2", "title": "新计划", **line_data(line)}

    def _request(self, row: Row, house: House) -> dict[str, Any]:
        allotment = self.world.row(BudgetAllotment, row.object).pk
        line = {"item": house.gloves.pk, "quantity": "3", "unit_price": "25"}
        return {"purpose": "换药室", "outside_reason": "急用", "allotment": allotment, **line_data(line)}

    def _framework(self, row: Row, house: House) -> dict[str, Any]:
        today = clock.today()
        return {
            "title": "新协议",
            "supplier": house.supplier.pk,
            "sourcing": self._paper(row, Sourcing, "approved").pk,
            "valid_from": today.isoformat(),
            "valid_until": (today + dt.timedelta(days=90)).isoformat(),
            **line_data({"item": house.paper.pk, "quantity": "3", "unit_price": "20"}),
        }

    def on_search(self, row: Row) -> Sent:
        """Bought: what the words of all owners have in common, so that whatever is found shows whose it is."""
        return reverse(row.url), {"q": "采购暗记" if row.case == "bought" else MARKERS.get(row.object, "")}

    # ---- budgets and requests ----

    def on_budgetallotment_detail(self, row: Row) -> Sent:
        return reverse(row.url, args=(self.world.row(BudgetAllotment, row.object).pk,)), {}

    on_budgetallotment_export = on_budgetallotment_detail

    def _deed(self, row: Row, state: str) -> Sent:
        document = self._paper(row, PurchaseRequest, state)
        return reverse(row.url, args=(document.pk,)), {"reason": "不再需要"} if row.method == "POST" else {}

    def on_purchaserequest_copy(self, row: Row) -> Sent:
        return self._deed(row, "submitted")

    def on_purchaserequest_close_rest(self, row: Row) -> Sent:
        return self._deed(row, "approved")

    def on_purchaserequest_papers(self, row: Row) -> Sent:
        return self._deed(row, "urgent")

    def on_purchaserequest_named(self, row: Row) -> Sent:
        return reverse(row.url, args=(f"#{self._paper(row, PurchaseRequest, 'submitted').pk}",)), {}

    def on_purchaserequest_from_plan(self, row: Row) -> Sent:
        if row.method == "GET":
            return reverse(row.url), {}
        return reverse(row.url), {"line": self._paper(row, ProcurementPlan, "approved").lines.get().pk}

    def on_plan_line_search(self, row: Row) -> Sent:
        return reverse(row.url), {} if row.object == "none" else {"q": self._house(row).ward.name}

    on_allotment_search = on_plan_line_search

    def on_budgets(self, row: Row) -> Sent:
        """A page or report about a department, with that of the owner asked for where the row names one."""
        if row.object == "none":
            return reverse(row.url), {}
        house = self._house(row)
        return reverse(row.url), {
            "department": house.ward.pk,
            "supplier": house.supplier.pk,
            "year": clock.today().year,
        }

    on_budget_execution = on_open_orders = on_late_deliveries = on_acceptance_rate = on_contract_ledger = on_budgets
    on_purchase_prices = on_approval_times = on_plan_fulfilment = on_purchase_ledger = on_department_purchases = (
        on_budgets
    )
    on_payables = on_purchase_duty_conflicts = on_procurement_methods = on_procurement_savings = on_budgets
    on_supplier_scores = on_licences_ending = on_budgets

    # ---- plans ----

    def on_plan_merge(self, row: Row) -> Sent:
        if row.method == "GET":
            return reverse(row.url), {}
        plan = self._paper(row, ProcurementPlan, "approved")
        return reverse(row.url), {"line": plan.lines.get().pk, "period": f"{plan.year}"}

    def on_procurementplan_copy(self, row: Row) -> Sent:
        document = self._paper(row, ProcurementPlan, "submitted")
        path = reverse(row.url, args=(document.pk,))
        if row.method == "GET":
            return path, {}
        line = {"item": self._house(row).gloves.pk, "quantity": "3", "unit_price": "25"}
        sent = {"year": clock.today().year + 1, "month": "2", "title": "新计划", **line_data(line)}
        return path, {"request_key": str(uuid.uuid4()), **sent}

    def on_procurementplan_drop(self, row: Row) -> Sent:
        document = self._paper(row, ProcurementPlan, "approved")
        sent = {"line": document.lines.get().pk, "reason": "不再需要"}
        return reverse(row.url, args=(document.pk,)), sent if row.method == "POST" else {}

    # ---- orders, deliveries, payments ----

    def on_purchaseorder_from_award(self, row: Row) -> Sent:
        return reverse(row.url, args=(self._paper(row, Sourcing, "approved").pk,)), {}

    def on_purchaseorder_from_requests(self, row: Row) -> Sent:
        path = reverse(row.url)
        if row.method == "GET":
            return path, {}
        house, key = self._house(row), f"{self._paper(row, PurchaseRequest, 'approved').lines.get().pk}"
        typed = self._typed(path, house.buyer, {"supplier": house.supplier.pk})
        chosen = next(name for name, value in typed.items() if name.endswith("-key") and value == [key])
        return path, {**typed, chosen.replace("-key", "-quantity"): "1"}

    def on_purchaseorder_act(self, row: Row) -> Sent:
        state = {"bond-received": "bonded", "bond-returned": "bond held"}.get(row.case, "approved")
        document = self._paper(row, PurchaseOrder, state)
        sent = {"day": clock.today().isoformat(), "reason": "不再供货", "reopen": "no"}
        return reverse(row.url, args=(document.pk, row.case)), sent if row.method == "POST" else {}

    def on_rejectedgoods_settle(self, row: Row) -> Sent:
        rejected = self.world.row(RejectedGoods, row.object)
        sent = {"remedy": "return", "day": clock.today().isoformat(), "collected_by": "司机老张"}
        return reverse(row.url, args=(rejected.pk,)), sent if row.method == "POST" else {}

    on_rejectedgoods_print = on_rejectedgoods_settle

    def on_paymentrequest_pay(self, row: Row) -> Sent:
        document = self._paper(row, PaymentRequest, "approved")
        sent = {"voucher_number": "记-1", "paid_on": clock.today().isoformat(), "request_key": str(uuid.uuid4())}
        return reverse(row.url, args=(document.pk,)), sent if row.method == "POST" else {}
