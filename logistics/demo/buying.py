"""What comes in: opening stock on the first day, then deliveries, accepted by two and approved."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any

from core import clock
from core.documents.lifecycle import Status
from core.documents.services import apply_transition, edit_draft
from core.numbers import ZERO, price
from inventory.models import GoodsReceipt, OpeningStock

from .agenda import office_moment
from .catalogue import Product
from .hospital import nice
from .keeping import expiry, usable_stock
from .paperwork import Desk

RETURNS = ("发票号与附件不符,请核对", "单价与合同不一致,请核实", "验收数量与送货单不符")


class Buying:
    """The incoming side of the stores."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.dice = desk, desk.dice
        self._on_order: set[str] = set()

    def open_stores(self) -> None:
        """Opening stock of every warehouse: written by its keeper, signed by accountant and logistics head, posted."""
        house = self.desk.house
        for code, warehouse in house.warehouses.items():
            products = [p for p in house.products.values() if p.warehouse == code]
            lines = [self._line(p, self._first_quantity(p), clock.today()) for p in products]
            document = self.desk.new_draft(
                OpeningStock,
                house.keepers[code],
                lines,
                department=warehouse.department,
                warehouse=warehouse,
                note="系统启用期初盘点",
            )
            document = apply_transition(document, "submit", actor=house.keepers[code])
            while document.status == Status.SUBMITTED:
                document = apply_transition(document, "approve", actor=self.desk.signer(document))
            apply_transition(document, "post", actor=house.keepers[code])

    def _first_quantity(self, product: Product) -> Decimal:
        least = self.desk.house.items[product.code].min_stock
        return nice(float(least) * self.dice.uniform(0.5, 2.6))

    def _line(self, product: Product, quantity: Decimal, day: dt.date, *, packs: bool = False) -> dict[str, Any]:
        line = (
            self.desk.in_packs(product, quantity)
            if packs
            else {
                "item": self.desk.house.items[product.code],
                "unit": self.desk.house.units[product.unit],
                "factor": Decimal(1),
                "quantity": quantity,
            }
        )
        cents = (product.price * Decimal(str(round(self.dice.uniform(0.94, 1.06), 3)))).quantize(Decimal("0.01"))
        line["unit_price"] = price(max(cents, Decimal("0.01")) * line["factor"])
        if product.lot_days:
            made_on = day - dt.timedelta(days=self.dice.randrange(5, max(10, min(product.lot_days // 3, 240))))
            line |= {
                "lot_number": f"{made_on:%Y%m%d}",
                "made_on": made_on,
                "expires_on": expiry(made_on, product.lot_days),
            }
        return line

    def order(self, code: str) -> None:
        """The buyer looks which items of a warehouse are below their minimum and orders them; they come in days."""
        house = self.desk.house
        products = [p for p in house.products.values() if p.warehouse == code and p.code not in self._on_order]
        stock = usable_stock(house.warehouses[code], [house.items[p.code].pk for p in products])
        baskets: dict[int, list[tuple[Product, Decimal]]] = defaultdict(list)
        sellers = {}
        for product in products:
            item = house.items[product.code]
            there = stock.get(item.pk, ZERO)
            if there >= item.min_stock:
                continue
            seller = self.dice.choice(house.suppliers[product.category])
            sellers[seller.pk] = seller
            baskets[seller.pk].append((product, self._whole_packs(product, item.max_stock - there)))
            self._on_order.add(product.code)
        for key, basket in baskets.items():
            self.desk.agenda.enter(office_moment(self.dice, 60), self.deliver, code, sellers[key], basket)

    def _whole_packs(self, product: Product, wanted: Decimal) -> Decimal:
        if not product.packs:
            return nice(float(wanted))
        size = product.packs[0][1]
        return (
            max(Decimal(1), (wanted / size).quantize(Decimal(1))) * size if size == int(size) else nice(float(wanted))
        )

    def deliver(self, code: str, seller: Any, basket: list[tuple[Product, Decimal]], *, decide: bool = True) -> Any:
        """A supplier delivers; two people count and check, the storekeeper writes the receipt and submits it."""
        house = self.desk.house
        for product, _quantity in basket:
            self._on_order.discard(product.code)
        document = self.desk.new_draft(
            GoodsReceipt,
            house.keepers[code],
            [self._line(p, q, clock.today(), packs=True) for p, q in basket],
            department=house.departments["90"],
            warehouse=house.warehouses[code],
            supplier=seller,
            invoice_number=f"{self.dice.randrange(10**7, 10**8)}",
        )
        document.accepted_by.set(house.by_role["acceptor"])
        document = apply_transition(document, "submit", actor=house.keepers[code])
        if decide:
            self.desk.agenda.enter(office_moment(self.dice, 3), self.check, document)
        return document

    def check(self, document: Any) -> None:
        """The accountant compares paper and invoice."""
        signer, keeper = self.desk.signer(document), self.desk.people[document.created_by_id]
        if self.desk.chance(0.04):
            document = apply_transition(document, "reject", actor=signer, reason=self.dice.choice(RETURNS))
            self.desk.tally["returned"] += 1
            with edit_draft(document, actor=keeper, revision=document.revision) as draft:
                draft.invoice_number = f"{self.dice.randrange(10**7, 10**8)}"
                draft.save()
            document = apply_transition(draft, "submit", actor=keeper)
            self.desk.agenda.enter(office_moment(self.dice, 3), self.check, document)
            return
        document = apply_transition(document, "approve", actor=signer)
        self.desk.agenda.enter(office_moment(self.dice, 1), self._post, document)

    def _post(self, document: Any) -> None:
        apply_transition(document, "post", actor=self.desk.people[document.created_by_id])
        self.desk.tally["receipts posted"] += 1
