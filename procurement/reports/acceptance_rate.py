"""验收合格率: of what suppliers delivered, how much was accepted at once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.lifecycle import Status
from core.numbers import ZERO, money, percent
from core.reports import Column, PeriodForm, Report, Row, register
from procurement.models import Acceptance, AcceptanceLine, RejectedGoods


@register
class AcceptanceRate(Report):
    """One row a supplier, the largest deliveries first."""

    code = "acceptance_rate"
    title = gettext_lazy("Acceptance rate")
    permission = "procurement.view_acceptance"
    icon = "checks"
    form_class = PeriodForm
    note = gettext_lazy(
        "Approved acceptances of the period, at the prices of the orders. Rate = accepted of what arrived, in yuan; "
        "lines without fault = nothing of them was rejected."
    )
    empty_text = gettext_lazy("Nothing was accepted in this period.")
    frozen_columns = 1

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Supplier"), "supplier", width=30),
            Column(gettext_lazy("Deliveries"), "deliveries", "integer"),
            Column(gettext_lazy("Lines"), "lines", "integer"),
            Column(gettext_lazy("Lines without fault"), "faultless", "integer"),
            Column(gettext_lazy("Lines without fault (%)"), "faultless_rate", "quantity"),
            Column(gettext_lazy("Arrived"), "arrived", "money", total=True),
            Column(gettext_lazy("Accepted"), "accepted", "money", total=True),
            Column(gettext_lazy("Rejected"), "rejected", "money", total=True),
            Column(gettext_lazy("Rate (%)"), "rate", "quantity"),
            Column(gettext_lazy("Rejected goods to be fetched"), "waiting", "integer"),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        words = {"start": self.params["start"], "end": self.params["end"]}
        return [(_("Period"), _("%(start)s to %(end)s") % words)]

    def rows(self) -> Iterator[Row]:
        period = (self.params["start"], self.params["end"])
        lines = AcceptanceLine.objects.filter(
            document__in=Acceptance.objects.visible_to(self.user),
            document__status=Status.APPROVED,
            document__business_date__range=period,
        ).select_related("document__order__supplier", "order_line")
        of_supplier: dict[Any, list[AcceptanceLine]] = defaultdict(list)
        for line in lines:
            of_supplier[line.document.order.supplier].append(line)
        waiting = self._waiting(period)
        rows = [_row(supplier, rows, waiting.get(supplier.pk)) for supplier, rows in of_supplier.items()]
        yield from sorted(rows, key=lambda row: -row.values["arrived"])

    def _waiting(self, period: Any) -> dict[int, int]:
        rows = RejectedGoods.objects.visible_to(self.user).filter(
            state=RejectedGoods.State.WAITING, acceptance_line__document__business_date__range=period
        )
        found: dict[int, int] = defaultdict(int)
        for key in rows.values_list("acceptance_line__document__order__supplier", flat=True):
            found[key] += 1
        return found

    def links(self, row: Row) -> dict[str, str]:
        query = {"supplier": row.subject.name, "status": Status.APPROVED.value}
        query |= {"from_day": self.params["start"].isoformat(), "to_day": self.params["end"].isoformat()}
        listing = f"{reverse('acceptance_list')}?{urlencode(query)}"
        waiting = f"{reverse('rejectedgoods_list')}?{urlencode({'supplier': row.subject.name, 'state': 'waiting'})}"
        return {
            **dict.fromkeys(("supplier", "deliveries", "lines", "faultless", "accepted"), listing),
            "waiting": waiting,
        }


def _row(supplier: Any, lines: list[AcceptanceLine], waiting: int | None) -> Row:
    arrived = sum((money(line.arrived_quantity * line.order_line.unit_price) for line in lines), ZERO)
    accepted = sum((line.amount for line in lines), ZERO)
    faultless = sum(1 for line in lines if not line.rejected_quantity)
    return Row(
        {
            "supplier": str(supplier),
            "deliveries": len({line.document_id for line in lines}),
            "lines": len(lines),
            "faultless": faultless,
            "faultless_rate": percent(Decimal(faultless), Decimal(len(lines))),
            "arrived": arrived,
            "accepted": accepted,
            "rejected": arrived - accepted,
            "rate": percent(accepted, arrived),
            "waiting": waiting,
        },
        subject=supplier,
    )
