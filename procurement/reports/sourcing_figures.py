"""采购方式统计 and 节约率: how purchases were sourced, and what the award saved against the estimate."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.lifecycle import Status
from core.numbers import ZERO, money, percent
from core.reports import Column, PeriodForm, Report, Row, register
from procurement.models import Method, Sourcing, SourcingLine


class OfPeriod(Report):
    """Approved sourcings of a period that the reader may see."""

    permission = "procurement.view_sourcing"
    form_class = PeriodForm

    def summary(self) -> list[tuple[Any, Any]]:
        return [(_("Period"), f"{self.params['start']:%Y-%m-%d} – {self.params['end']:%Y-%m-%d}")]

    def sourcings(self) -> Any:
        days = (self.params["start"], self.params["end"])
        rows = Sourcing.objects.visible_to(self.user)
        return rows.filter(status=Status.APPROVED, business_date__range=days)

    def amounts(self) -> dict[int, tuple[Decimal, Decimal]]:
        """(estimate, award) in yuan by key of the sourcing; one query."""
        found: dict[int, tuple[Decimal, Decimal]] = {}
        rows = SourcingLine.objects.filter(document__in=self.sourcings()).select_related("request_line")
        for line in rows.iterator(chunk_size=2000):
            estimate, award = found.get(line.document_id, (ZERO, ZERO))
            estimate += money(line.quantity * line.request_line.unit_price)
            found[line.document_id] = (estimate, award + line.amount)
        return found

    def query(self, **more: Any) -> str:
        days = {"from_day": self.params["start"].isoformat(), "to_day": self.params["end"].isoformat()}
        return f"{reverse('sourcing_list')}?{urlencode({**days, 'status': Status.APPROVED.value, **more})}"


@register
class MethodUse(OfPeriod):
    """One row a method, the largest sum first."""

    code = "procurement_methods"
    title = gettext_lazy("Purchases by method")
    icon = "scale"
    note = gettext_lazy("Approved sourcings by their date; saved is the estimate of the requests less the award.")
    empty_text = gettext_lazy("Nothing was awarded in this period.")

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Method"), "method", width=24),
            Column(gettext_lazy("Sourcings"), "count", "integer", total=True),
            Column(gettext_lazy("Lines"), "lines", "integer", total=True),
            Column(gettext_lazy("Estimate"), "estimate", "money", total=True),
            Column(gettext_lazy("Awarded amount"), "award", "money", total=True),
            Column(gettext_lazy("Saved"), "saved", "money", total=True),
            Column(gettext_lazy("Saved (%)"), "rate", "quantity"),
            Column(gettext_lazy("Share (%)"), "share", "quantity"),
        )

    def rows(self) -> Iterator[Row]:
        amounts = self.amounts()
        whole = sum((award for _estimate, award in amounts.values()), ZERO)
        found: dict[str, dict[str, Any]] = {}
        for key, method, lines in (
            self.sourcings().order_by().annotate(n=Count("lines")).values_list("pk", "method", "n")
        ):
            row = found.setdefault(method, {"count": 0, "lines": 0, "estimate": ZERO, "award": ZERO})
            estimate, award = amounts.get(key, (ZERO, ZERO))
            row["count"] += 1
            row["lines"] += lines
            row["estimate"] += estimate
            row["award"] += award
        for method, row in sorted(found.items(), key=lambda pair: -pair[1]["award"]):
            saved = row["estimate"] - row["award"]
            more = {"saved": saved, "rate": percent(saved, row["estimate"]), "share": percent(row["award"], whole)}
            yield Row({"method": Method(method).label, **row, **more}, subject=method)

    def links(self, row: Row) -> dict[str, str]:
        return dict.fromkeys(("method", "count", "award"), self.query(method=row.subject))


@register
class Savings(OfPeriod):
    """One row a sourcing, the largest saving first."""

    code = "procurement_savings"
    title = gettext_lazy("Savings against the estimate")
    icon = "chart-bar"
    note = gettext_lazy("Saved (%) = (estimate of the requests − award) ÷ estimate.")
    empty_text = gettext_lazy("Nothing was awarded in this period.")
    frozen_columns = 1

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Number"), "number", "code"),
            Column(gettext_lazy("Title"), "title", width=30),
            Column(gettext_lazy("Date"), "day", "date"),
            Column(gettext_lazy("Method"), "method", width=18),
            Column(gettext_lazy("Estimate"), "estimate", "money", total=True),
            Column(gettext_lazy("Awarded amount"), "award", "money", total=True),
            Column(gettext_lazy("Saved"), "saved", "money", total=True),
            Column(gettext_lazy("Saved (%)"), "rate", "quantity"),
        )

    def rows(self) -> Iterator[Row]:
        amounts = self.amounts()
        documents = sorted(
            self.sourcings(),
            key=lambda row: (-(amounts.get(row.pk, (ZERO, ZERO))[0] - amounts.get(row.pk, (ZERO, ZERO))[1]), row.pk),
        )
        for document in documents:
            estimate, award = amounts.get(document.pk, (ZERO, ZERO))
            yield Row(
                {
                    "number": document.number,
                    "title": document.title,
                    "day": document.business_date,
                    "method": document.get_method_display(),
                    "estimate": estimate,
                    "award": award,
                    "saved": estimate - award,
                    "rate": percent(estimate - award, estimate),
                },
                subject=document,
            )

    def totals(self) -> Any:
        sums = dict(super().totals() or {})
        if sums.get("estimate"):
            sums["rate"] = percent(sums["saved"], sums["estimate"])
        return sums

    def links(self, row: Row) -> dict[str, str]:
        return dict.fromkeys(("number", "award"), reverse("sourcing_detail", args=(row.subject.pk,)))
