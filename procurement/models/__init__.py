"""Tables of procurement, in the order of the chain: plan, budget, request, sourcing, order, acceptance, payment."""

from .acceptance import Acceptance, AcceptanceLine, RejectedGoods
from .budgets import BudgetAllotment, BudgetDecision, BudgetDecisionLine, BudgetMove, FundSource
from .catalogue import (
    CategoryLicence,
    CentralCatalogueEntry,
    EconomicClass,
    ItemCategoryLink,
    Project,
    PurchaseCategory,
)
from .lines import Treatment, WantedLine
from .orders import OrderChange, OrderChangeLine, PurchaseOrder, PurchaseOrderLine
from .payments import InvoiceLine, PaymentRequest, PaymentShare, SupplierInvoice
from .plans import PlanLine, ProcurementPlan
from .requests import PurchaseRequest, PurchaseRequestLine
from .sourcing import (
    NOT_COUNTED,
    NUMBERED,
    SEALED,
    FrameworkAgreement,
    FrameworkLine,
    Invitation,
    Method,
    Quotation,
    QuotationLine,
    Sourcing,
    SourcingLine,
)
from .suppliers import SupplierEvaluation, SupplierField

__all__ = [
    "NOT_COUNTED",
    "NUMBERED",
    "SEALED",
    "Acceptance",
    "AcceptanceLine",
    "BudgetAllotment",
    "BudgetDecision",
    "BudgetDecisionLine",
    "BudgetMove",
    "CategoryLicence",
    "CentralCatalogueEntry",
    "EconomicClass",
    "FrameworkAgreement",
    "FrameworkLine",
    "FundSource",
    "Invitation",
    "InvoiceLine",
    "ItemCategoryLink",
    "Method",
    "OrderChange",
    "OrderChangeLine",
    "PaymentRequest",
    "PaymentShare",
    "PlanLine",
    "ProcurementPlan",
    "Project",
    "PurchaseCategory",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "PurchaseRequest",
    "PurchaseRequestLine",
    "Quotation",
    "QuotationLine",
    "RejectedGoods",
    "Sourcing",
    "SourcingLine",
    "SupplierEvaluation",
    "SupplierField",
    "SupplierInvoice",
    "Treatment",
    "WantedLine",
]
