"""Where the rows of the table of permissions about sourcing and suppliers go."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import clock
from directory.models import Supplier, SupplierBankChange
from procurement.models import Invitation, Sourcing
from tests.buying import rivals
from tests.core.excel.corpus import book
from tests.factories import House

from .permission_buying import purchase_category
from .permission_house import MARKERS, PermissionHouse
from .permission_walk import Row

if TYPE_CHECKING:
    Sent = tuple[str, dict[str, Any]]

SOURCING = {
    **dict.fromkeys(("invite", "uninvite", "collect"), "preparing"),
    **dict.fromkeys(("letter", "sheet", "quotations", "upload", "opening", "fail"), "sealed"),
    **dict.fromkeys(("open", "stop_opening"), "asked"),
    **dict.fromkeys(("award", "exclude"), "draft"),
    "result": "direct",
    "agreed": "agreed",
    "next_round": "failed",
    "comparison": "submitted",
}
"""Which sourcing a page of sourcing is opened with."""


class SourcingRequests:
    """Addresses of sourcing and suppliers; a part of Requests."""

    world: PermissionHouse

    def _house(self, row: Row) -> House:
        raise NotImplementedError

    def _paper(self, row: Row, model: Any, state: str) -> Any:
        return self.world.row(model, row.object, state)

    # ---- sourcing ----

    def _at_sourcing(self, row: Row, *arguments: Any, **sent: Any) -> Sent:
        document = self._paper(row, Sourcing, SOURCING[row.url.removeprefix("sourcing_")])
        return reverse(row.url, args=(document.pk, *arguments)), sent if row.method == "POST" else {}

    def on_sourcing_invite(self, row: Row) -> Sent:
        return self._at_sourcing(row, supplier_1=Supplier.objects.get(code="S-9").pk)

    def on_sourcing_uninvite(self, row: Row) -> Sent:
        document = self._paper(row, Sourcing, "preparing")
        return self._at_sourcing(row, Invitation.objects.filter(sourcing=document).first().supplier_id)

    def on_sourcing_collect(self, row: Row) -> Sent:
        return self._at_sourcing(row, day=(clock.today() + dt.timedelta(days=3)).isoformat(), hour="17:00")

    def on_sourcing_letter(self, row: Row) -> Sent:
        return self._at_sourcing(row)

    on_sourcing_sheet = on_sourcing_comparison = on_sourcing_open = on_sourcing_stop_opening = on_sourcing_letter
    on_sourcing_agreed = on_sourcing_next_round = on_sourcing_letter

    def on_sourcing_quotations(self, row: Row) -> Sent:
        document = self._paper(row, Sourcing, "sealed")
        supplier, line = self._house(row).supplier, document.lines.get()
        return self._at_sourcing(row, **{f"s{supplier.pk}-price-{line.pk}": "24"})

    def on_sourcing_upload(self, row: Row) -> Sent:
        sheet = book([["序号", "单价", "品牌"], [1, 24, "A"]])
        file = SimpleUploadedFile("offer.xlsx", sheet)
        return self._at_sourcing(row, file=file, supplier=self._house(row).supplier.pk)

    def on_sourcing_opening(self, row: Row) -> Sent:
        return self._at_sourcing(row, witness=self._house(row).accountant.pk)

    def on_sourcing_award(self, row: Row) -> Sent:
        return self._at_sourcing(row, lowest="1")

    def on_sourcing_exclude(self, row: Row) -> Sent:
        quotation = self._paper(row, Sourcing, "draft").quotations.order_by("-pk")[0]
        return self._at_sourcing(row, quotation=quotation.pk, reason="不符合要求")

    def on_sourcing_result(self, row: Row) -> Sent:
        line = self._paper(row, Sourcing, "direct").lines.get()
        return self._at_sourcing(row, supplier=self._house(row).supplier.pk, **{f"offer-price-{line.pk}": "24"})

    def on_sourcing_fail(self, row: Row) -> Sent:
        return self._at_sourcing(row, reason="报价不足")

    # ---- suppliers ----

    def _at_supplier(self, row: Row, **sent: Any) -> Sent:
        supplier = self._house(row).supplier if row.object in MARKERS else self.world.home.supplier
        return reverse(row.url, args=(supplier.pk,)), sent if row.method == "POST" else {}

    def on_supplier_page(self, row: Row) -> Sent:
        return self._at_supplier(row)

    def on_supplier_blacklist(self, row: Row) -> Sent:
        until = clock.today() + dt.timedelta(days=30)
        return self._at_supplier(row, blacklisted_until=until.isoformat(), blacklist_reason="围标")

    def on_supplier_mark(self, row: Row) -> Sent:
        return self._at_supplier(row, year=clock.today().year, service="80", note="到货及时")

    def on_supplier_serve(self, row: Row) -> Sent:
        return self._at_supplier(row, category=purchase_category().pk)

    def on_bank_change_ask(self, row: Row) -> Sent:
        return self._at_supplier(row, bank="建设银行", bank_account="6227000000005678", reason="换户函")

    def on_bank_change_decide(self, row: Row) -> Sent:
        change = SupplierBankChange.objects.get(supplier=rivals(self.world.home)[2])
        return reverse(row.url, args=(change.pk, row.case)), {"reason": "电话核实不符"} if row.method == "POST" else {}
