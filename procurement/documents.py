"""The kinds of document of procurement, in the order of the chain: this app's table of contents."""

from core.documents.registry import DocumentType, register

from .models import (
    Acceptance,
    BudgetDecision,
    FrameworkAgreement,
    OrderChange,
    PaymentRequest,
    ProcurementPlan,
    PurchaseOrder,
    PurchaseRequest,
    Sourcing,
    SupplierInvoice,
)
from .services import (
    acceptance,
    acceptors,
    budgets,
    duties,
    frameworks,
    invoices,
    order_changes,
    orders,
    payments,
    plans,
    request_checks,
    request_drafts,
    requests,
    sourcing,
    urgent_papers,
)

UNTIL_APPROVED = ("submit", "withdraw", "approve", "reject", "cancel")
"""Kinds that are done when they are approved; what follows is another paper."""

BUDGET_DECISION = register(
    DocumentType(
        BudgetDecision,
        prefix="ZB",
        checks={"submit": (budgets.check,), "post": (budgets.check,)},
        effects={"post": (budgets.post,), "reverse": (budgets.undo,)},
        amount=lambda document: document.total_amount,
        posts_to_ledger=False,
        tiers=((0, "leader"),),
    )
)
PROCUREMENT_PLAN = register(
    DocumentType(
        ProcurementPlan,
        prefix="JH",
        steps=UNTIL_APPROVED,
        checks={
            "submit": (plans.check,),
            "reject": (plans.require_untouched,),
            "cancel": (plans.require_untouched,),
        },
        effects={
            "submit": (plans.write_history,),
            "approve": (plans.approve_quantities,),
            "reject": (plans.forget_approval,),
            "withdraw": (plans.forget_approval,),
            "cancel": (plans.forget_approval, plans.release_sources),
        },
        amount=lambda document: document.total_amount,
        stays_in_department=True,
        posts_to_ledger=False,
        tiers=((0, "head"), (0, "logistics_head"), (5000, "leader")),
    )
)
PURCHASE_REQUEST = register(
    DocumentType(
        PurchaseRequest,
        prefix="SG",
        steps=UNTIL_APPROVED,
        checks={
            "submit": (request_checks.check,),
            "reject": (requests.require_nothing_ordered,),
            "cancel": (requests.require_nothing_ordered,),
            "delete": (request_drafts.free_suggestions,),
        },
        effects={
            "submit": (requests.mark_outside_plan, urgent_papers.set_due),
            "approve": (requests.reserve, request_drafts.tell_number),
            "reject": (requests.release,),
            "cancel": (requests.release, request_drafts.free_suggestions),
        },
        amount=lambda document: document.total_amount,
        escalated=requests.why_higher,
        hurried=requests.why_hurried,
        stays_in_department=True,
        posts_to_ledger=False,
        tiers=((0, "head"), (0, "logistics_head"), (5000, "leader")),
    )
)
SOURCING = register(
    DocumentType(
        Sourcing,
        prefix="XJ",
        steps=UNTIL_APPROVED,
        checks={
            "submit": (sourcing.check,),
            "approve": (sourcing.check_again,),
            "reject": (sourcing.require_nothing_ordered,),
            "cancel": (sourcing.require_nothing_ordered,),
            "delete": (sourcing.require_unopened, sourcing.let_go_of_lines),
        },
        effects={"submit": (sourcing.write_amounts,), "cancel": (sourcing.refresh_requests,)},
        amount=lambda document: document.total_amount,
        posts_to_ledger=False,
        tiers=((0, "logistics_head"), (5000, "leader")),
    )
)
FRAMEWORK_AGREEMENT = register(
    DocumentType(
        FrameworkAgreement,
        prefix="KJ",
        steps=UNTIL_APPROVED,
        checks={
            "submit": (frameworks.check,),
            "approve": (frameworks.check_again,),
            "reject": (frameworks.require_nothing_called,),
            "cancel": (frameworks.require_nothing_called,),
        },
        amount=lambda document: document.total_amount,
        posts_to_ledger=False,
        tiers=((0, "logistics_head"), (5000, "leader")),
    )
)
PURCHASE_ORDER = register(
    DocumentType(
        PurchaseOrder,
        prefix="CG",
        steps=UNTIL_APPROVED,
        checks={
            "may_approve": (duties.may_approve_order,),
            "submit": (orders.check, duties.require_buyer_did_not_approve),
            "approve": (orders.check_again,),
            "reject": (orders.require_untouched,),
            "cancel": (orders.require_untouched,),
        },
        effects={
            "approve": (orders.place,),
            "reject": (orders.take_back,),
            "cancel": (orders.take_back,),
        },
        amount=lambda document: document.total_amount,
        posts_to_ledger=False,
        tiers=((0, "logistics_head"), (5000, "leader")),
    )
)
ORDER_CHANGE = register(
    DocumentType(
        OrderChange,
        prefix="BG",
        steps=UNTIL_APPROVED,
        checks={
            "submit": (order_changes.check,),
            "approve": (order_changes.check,),
            "may_reject": (order_changes.require_not_applied,),
            "may_cancel": (order_changes.require_not_applied,),
        },
        effects={"submit": (order_changes.note_old,), "approve": (order_changes.apply,)},
        amount=lambda document: document.total_amount,
        posts_to_ledger=False,
        tiers=((0, "logistics_head"), (5000, "leader")),
    )
)
ACCEPTANCE = register(
    DocumentType(
        Acceptance,
        prefix="YS",
        steps=UNTIL_APPROVED,
        checks={
            "may_approve": (acceptors.refuse_buyer,),
            "submit": (acceptance.check,),
            "approve": (acceptance.check,),
            "reject": (invoices.require_not_billed,),
            "cancel": (invoices.require_not_billed,),
        },
        effects={
            "submit": (acceptance.write_amounts,),
            "approve": (acceptance.carry_out,),
            "reject": (acceptance.take_back,),
            "cancel": (acceptance.take_back,),
        },
        amount=lambda document: document.total_amount,
        signers=acceptance.signers,
        posts_to_ledger=False,
    )
)
SUPPLIER_INVOICE = register(
    DocumentType(
        SupplierInvoice,
        prefix="FP",
        steps=UNTIL_APPROVED,
        checks={
            "submit": (invoices.check,),
            "approve": (invoices.recheck,),
            "reject": (invoices.require_unpaid,),
            "cancel": (invoices.require_unpaid,),
        },
        effects={
            "approve": (invoices.count,),
            "reject": (invoices.take_back,),
            "cancel": (invoices.take_back,),
        },
        amount=lambda document: document.total_amount,
        posts_to_ledger=False,
        tiers=((0, "accountant"),),
    )
)
PAYMENT_REQUEST = register(
    DocumentType(
        PaymentRequest,
        prefix="FK",
        checks={"submit": (payments.check,), "post": (payments.check,)},
        effects={
            "submit": (payments.prepare,),
            "post": (payments.pay,),
            "reverse": (payments.take_back,),
        },
        amount=lambda document: document.total_amount,
        posts_to_ledger=False,
        tiers=((0, "logistics_head"), (5000, "leader")),
    )
)
