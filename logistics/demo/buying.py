"""What is there on the first day, what comes in before its papers, and the desks that buy everything else."""

import datetime as dt
from decimal import Decimal
from typing import Any

from core import clock
from core.documents.lifecycle import Status
from core.documents.services import apply_transition
from core.numbers import price
from inventory.models import GoodsReceipt, OpeningStock

from .budgeting import Budgeting
from .catalogue import Product
from .hospital import nice
from .keeping import expiry
from .ordering import Ordering
from .paperwork import Desk
from .paying import Paying
from .purchasing import Purchasing
from .receiving import Receiving


class Buying:
    """The incoming side of the stores, and through which hands it goes."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.dice = desk, desk.dice
        self.budgets = Budgeting(desk)
        self.paying = Paying(desk)
        self.receiving = Receiving(desk, self.paying)
        self.purchasing = Purchasing(desk, self.budgets, Ordering(desk, self.budgets, self.receiving))

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

    def estimate(self, code: str, seller: Any, basket: list[tuple[Product, Decimal]]) -> Any:
        """Goods that came before their papers: the keeper takes them in by an estimate, the invoice follows."""
        house = self.desk.house
        document = self.desk.new_draft(
            GoodsReceipt,
            house.keepers[code],
            [self._line(p, q, clock.today(), packs=True) for p, q in basket],
            department=house.departments["90"],
            warehouse=house.warehouses[code],
            supplier=seller,
            kind=GoodsReceipt.Kind.ESTIMATE,
        )
        return apply_transition(document, "submit", actor=house.keepers[code])
