"""Papers of procurement for tests, each with what has to stand before it: budget, request, order, acceptance."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core import clock
from core.documents.services import apply_transition
from directory.models import Supplier
from procurement.models import (
    Acceptance,
    BudgetAllotment,
    BudgetDecision,
    EconomicClass,
    FrameworkAgreement,
    Invitation,
    OrderChange,
    PaymentRequest,
    ProcurementPlan,
    PurchaseOrder,
    PurchaseRequest,
    Quotation,
    Sourcing,
    SupplierInvoice,
)
from procurement.services import order_changes

if TYPE_CHECKING:
    from tests.factories import House


def take(document: Any, *steps: tuple[str, Any]) -> Any:
    """Take steps as these people; returns the document as it is afterwards."""
    for step, actor in steps:
        document = apply_transition(document, step, actor=actor, reason="测试原因")
    return document


def make_budget_decision(house: House, amount: Any = 100_000, **fields: Any) -> BudgetDecision:
    """A draft that grants the ward so many yuan this year."""
    line = {"department": fields.pop("for_department", house.ward), "project": fields.pop("project", None)}
    economic_class = EconomicClass.objects.get_or_create(code="30201", defaults={"name": "办公费"})[0]
    document = BudgetDecision.objects.create(
        **{
            "organization": house.organization,
            "department": house.logistics,
            "kind": BudgetDecision.Kind.SUPPLEMENT,
            "year": clock.today().year,
            "basis": "院办〔2026〕1号",
            "created_by": house.accountant,
            **fields,
        }
    )
    document.lines.create(position=1, economic_class=economic_class, amount=Decimal(amount), **line)
    return document


def allot(house: House, amount: Any = 100_000, **fields: Any) -> BudgetAllotment:
    """An allotment of the ward, granted by a posted decision."""
    document = make_budget_decision(house, amount, **fields)
    take(document, ("submit", house.accountant), ("approve", house.leader), ("post", house.accountant))
    return BudgetAllotment.objects.get(
        organization=house.organization, year=document.year, department=document.lines.get().department
    )


def allotment_of(house: House) -> BudgetAllotment:
    """The ward's allotment; made when there is none yet."""
    known = BudgetAllotment.objects.filter(organization=house.organization, department=house.ward).first()
    return known or allot(house)


def make_plan(house: House, *lines: tuple, **fields: Any) -> ProcurementPlan:
    """A draft plan of the ward for this year; lines are (item, quantity, price)."""
    document = ProcurementPlan.objects.create(
        **{
            "organization": house.organization,
            "department": house.ward,
            "year": clock.today().year,
            "note": "补充计划",
            "created_by": house.requester,
            **fields,
        }
    )
    for position, (item, quantity, price) in enumerate(lines or [(house.gloves, 100, 25)], start=1):
        document.lines.create(
            position=position, item=item, unit=item.unit, quantity=Decimal(quantity), unit_price=Decimal(str(price))
        )
    return document


def make_purchase_request(house: House, *lines: tuple, **fields: Any) -> PurchaseRequest:
    """A draft outside the plan; lines are (item, quantity, price[, columns])."""
    document = PurchaseRequest.objects.create(
        **{
            "organization": house.organization,
            "department": house.ward,
            "purpose": "科室日常用品",
            "outside_reason": "计划外临时需要",
            "allotment": fields.pop("allotment", None) or allotment_of(house),
            "created_by": house.requester,
            **fields,
        }
    )
    for position, (item, quantity, price, *more) in enumerate(lines or [(house.gloves, 10, 25)], start=1):
        columns = {"item": item, "unit": house.gloves.unit, "warehouse": house.warehouse, **(more[0] if more else {})}
        document.lines.create(position=position, quantity=Decimal(quantity), unit_price=Decimal(str(price)), **columns)
    return document


def request_approved(house: House, *lines: tuple, **fields: Any) -> PurchaseRequest:
    return take(
        make_purchase_request(house, *lines, **fields), ("submit", house.requester), ("approve", house.logistics_head)
    )


def rivals(house: House) -> list[Supplier]:
    """Three independent suppliers."""
    more = [
        Supplier.objects.get_or_create(
            code=f"S{number}-{house.organization.code}",
            defaults={"name": name, "legal_person": f"法人{number}", "phone": f"1380000000{number}"},
        )[0]
        for number, name in enumerate(("德诚商贸有限公司", "华康科技有限公司"), start=2)
    ]
    return [house.supplier, *more]


def make_sourcing(house: House, request: PurchaseRequest | None = None, **fields: Any) -> Sourcing:
    """A draft enquiry over all lines of an approved request: opened, three quotations, the lowest proposed."""
    opened = fields.pop("opened", True)
    request = request or request_approved(house)
    document = Sourcing.objects.create(
        **{
            "organization": house.organization,
            "department": house.logistics,
            "title": "询价采购",
            "created_by": house.buyer,
            **fields,
        }
    )
    suppliers = rivals(house)
    for supplier in suppliers:
        Invitation.objects.create(sourcing=document, supplier=supplier)
        Quotation.objects.create(
            sourcing=document, supplier=supplier, received_by=house.buyer, delivery_days=7, valid_until=clock.today()
        )
    for position, line in enumerate(request.lines.order_by("position"), start=1):
        row = document.lines.create(position=position, request_line=line, quantity=line.quantity)
        prices = [line.unit_price - Decimal(n) for n in (2, 1, 0)]
        offers = [
            quotation.lines.create(line=row, unit_price=price)
            for quotation, price in zip(document.quotations.order_by("pk"), prices, strict=True)
        ]
        row.awarded = offers[0]
        row.compute()
        row.save()
    if not opened:
        return document
    Sourcing.objects.filter(pk=document.pk).update(
        stage="opened", opened_at=clock.now(), opened_by=house.buyer, witness=house.accountant
    )
    document.refresh_from_db()
    return document


def sourcing_approved(house: House, request: PurchaseRequest | None = None) -> Sourcing:
    return take(make_sourcing(house, request), ("submit", house.buyer), ("approve", house.logistics_head))


def make_framework(house: House, *lines: tuple, **fields: Any) -> FrameworkAgreement:
    """A draft agreement of this year, each with another supplier; lines are (item, quantity, price)."""
    today, earlier = clock.today(), FrameworkAgreement.objects.count()
    name = f"协议供应商{earlier}"
    supplier = (
        Supplier.objects.get_or_create(code=f"K{earlier}", defaults={"name": name})[0] if earlier else house.supplier
    )
    document = FrameworkAgreement.objects.create(
        **{
            "organization": house.organization,
            "department": house.logistics,
            "title": "办公用品框架协议",
            "supplier": supplier,
            "basis": "集中采购办〔2026〕3号",
            "valid_from": dt.date(today.year, 1, 1),
            "valid_until": dt.date(today.year, 12, 31),
            "created_by": house.buyer,
            **fields,
        }
    )
    for position, (item, quantity, price) in enumerate(lines or [(house.gloves, 1000, 23)], start=1):
        document.lines.create(
            position=position, item=item, unit=item.unit, quantity=Decimal(quantity), unit_price=Decimal(str(price))
        )
    return document


def make_order(house: House, sourcing: Sourcing | None = None, **fields: Any) -> PurchaseOrder:
    """A draft order over all lines that an approved sourcing awarded to one supplier."""
    sourcing = sourcing or sourcing_approved(house)
    document = PurchaseOrder.objects.create(
        **{
            "organization": house.organization,
            "department": house.logistics,
            "supplier": sourcing.lines.order_by("position")[0].awarded.quotation.supplier,
            "sourcing": sourcing,
            "created_by": house.buyer,
            **fields,
        }
    )
    for line in sourcing.lines.select_related("request_line", "awarded").order_by("position"):
        wanted = line.request_line
        document.lines.create(
            position=line.position,
            request_line=wanted,
            sourcing_line=line,
            item=wanted.item,
            name=wanted.name,
            unit=wanted.unit,
            factor=wanted.factor,
            quantity=line.quantity,
            unit_price=line.awarded.unit_price,
            treatment=wanted.treatment,
            warehouse=wanted.warehouse,
        )
    return document


def order_approved(house: House, sourcing: Sourcing | None = None, **fields: Any) -> PurchaseOrder:
    return take(make_order(house, sourcing, **fields), ("submit", house.buyer), ("approve", house.logistics_head))


def make_order_change(house: House, order: PurchaseOrder | None = None, **fields: Any) -> OrderChange:
    """A draft that takes one piece off the first line."""
    order = order or order_approved(house)
    line = order.lines.order_by("position")[0]
    document = OrderChange.objects.create(
        **{
            "organization": house.organization,
            "department": house.logistics,
            "order": order,
            "reason": "供货商缺货",
            "created_by": house.buyer,
            **fields,
        }
    )
    document.lines.create(
        order_line=line,
        quantity=line.quantity - 1,
        unit_price=line.unit_price,
        old_quantity=line.quantity,
        old_unit_price=line.unit_price,
        amount=0,
    )
    order_changes.write_old(document)
    return document


def make_acceptance(
    house: House, order: PurchaseOrder | None = None, *, rejected: Any = 0, **fields: Any
) -> Acceptance:
    """A draft over everything that is still to be delivered; `rejected` of the first line is no good."""
    order = order or order_approved(house)
    document = Acceptance.objects.create(
        **{
            "organization": house.organization,
            "department": house.ward,
            "order": order,
            "created_by": house.acceptor,
            **fields,
        }
    )
    document.acceptors.add(house.asset_manager)
    bad = Decimal(rejected)
    for position, line in enumerate(order.lines.order_by("position"), start=1):
        if line.open_quantity <= 0:
            continue
        document.lines.create(
            position=position,
            order_line=line,
            arrived_quantity=line.open_quantity,
            accepted_quantity=line.open_quantity - bad,
            finding="包装破损" if bad else "",
        )
        bad = Decimal(0)
    return document


def accepted(house: House, order: PurchaseOrder | None = None, **fields: Any) -> Acceptance:
    return take(make_acceptance(house, order, **fields), ("submit", house.acceptor), ("approve", house.asset_manager))


def make_invoice(house: House, order: PurchaseOrder | None = None, **fields: Any) -> SupplierInvoice:
    """A draft invoice over everything that was accepted on an order."""
    order = order or accepted(house).order
    rows = [(line, line.accepted_quantity - line.invoiced_quantity) for line in order.lines.order_by("position")]
    rows = [(line, quantity) for line, quantity in rows if quantity > 0]
    total = sum((quantity * line.unit_price for line, quantity in rows), Decimal(0)).quantize(Decimal("0.01"))
    count = SupplierInvoice.objects.count()
    document = SupplierInvoice.objects.create(
        **{
            "organization": house.organization,
            "department": house.logistics,
            "order": order,
            "supplier": order.supplier,
            "invoice_number": f"2611{count:016d}",
            "issued_on": clock.today(),
            "net": total,
            "total": total,
            "created_by": house.buyer,
            **fields,
        }
    )
    for position, (line, quantity) in enumerate(rows, start=1):
        document.lines.create(position=position, order_line=line, quantity=quantity, unit_price=line.unit_price)
    return document


def invoiced(house: House, order: PurchaseOrder | None = None, **fields: Any) -> SupplierInvoice:
    return take(make_invoice(house, order, **fields), ("submit", house.buyer), ("approve", house.accountant))


def make_payment(house: House, invoice: SupplierInvoice | None = None, **fields: Any) -> PaymentRequest:
    """A draft payment of a checked invoice, with the voucher that paying it needs."""
    invoice = invoice or invoiced(house)
    document = PaymentRequest.objects.create(
        **{
            "organization": house.organization,
            "department": house.logistics,
            "order": invoice.order,
            "amount": invoice.total,
            "voucher_number": "记-11-0023",
            "paid_on": clock.today(),
            "created_by": house.buyer,
            **fields,
        }
    )
    document.invoices.add(invoice)
    document.acceptances.set(invoice.order.acceptances.filter(status="approved"))
    return document


BUYING_MAKERS = {
    BudgetDecision: make_budget_decision,
    ProcurementPlan: make_plan,
    PurchaseRequest: make_purchase_request,
    Sourcing: make_sourcing,
    FrameworkAgreement: make_framework,
    PurchaseOrder: make_order,
    OrderChange: make_order_change,
    Acceptance: make_acceptance,
    SupplierInvoice: make_invoice,
    PaymentRequest: make_payment,
}
