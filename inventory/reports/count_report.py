"""盘点报告: what a count found, how much of the store agreed with the books, and what differed."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import offer
from core.numbers import ZERO
from core.reports import HEADING, Column, Report, ReportForm, Row, register
from core.templatetags.display import money
from inventory.models import StockCount, StockCountLine

WHAT = (("all", gettext_lazy("all lines")), ("differences", gettext_lazy("only differences")))


class CountReportForm(ReportForm):
    count = forms.ModelChoiceField(StockCount.objects.none(), label=gettext_lazy("Stock count"))
    what = forms.ChoiceField(label=gettext_lazy("Lines"), choices=WHAT, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        finished = StockCount.objects.visible_to(self.user).filter(phase=StockCount.Phase.FINISHED)
        offer(self, "count", finished.select_related("warehouse"))
        field: Any = self.fields["count"]
        field.label_from_instance = lambda count: f"{count} {count.warehouse} {count.business_date:%Y-%m-%d}"


def percent(part: Decimal, whole: Decimal) -> str:
    """A rate with two places; a whole of nothing agrees completely."""
    rate = part * 100 / whole if whole else Decimal(100)
    return f"{rate.quantize(Decimal('0.01')):f}%"


@register
class CountReport(Report):
    """One row a counted lot; the rates stand above."""

    code = "count_report"
    title = gettext_lazy("Count report")
    permission = "inventory.view_stockcount"
    icon = "clipboard-check"
    form_class = CountReportForm
    hint = gettext_lazy("Choose a finished count.")
    empty_text = gettext_lazy("Everything agreed with the books.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Code"), "code", "code"),
            Column(gettext_lazy("Item"), "name", width=24),
            Column(gettext_lazy("Specification"), "specification"),
            Column(gettext_lazy("Unit"), "unit", width=7),
            Column(gettext_lazy("Lot number"), "lot", "code"),
            Column(
                gettext_lazy("Books"),
                children=(
                    Column(gettext_lazy("Quantity"), "book_quantity", "quantity"),
                    Column(gettext_lazy("Amount"), "book_amount", "money", total=True),
                ),
            ),
            Column(gettext_lazy("Counted"), "counted", "quantity"),
            _pair(gettext_lazy("Surplus"), "surplus"),
            _pair(gettext_lazy("Shortage"), "shortage"),
            Column(gettext_lazy("Cause"), "cause"),
            Column(gettext_lazy("Treatment"), "treatment", width=20),
            Column(gettext_lazy("Counted by"), "counted_by"),
            Column(gettext_lazy("Counted at"), "counted_at", "datetime"),
        )

    def _lines(self) -> list[StockCountLine]:
        document: StockCount = self.params["count"]
        return list(document.lines.select_related("item__unit", "lot", "counted_by").order_by("position", "id"))

    def summary(self) -> list[tuple[Any, Any]]:
        document, lines = self.params["count"], self._lines()
        differing = [line for line in lines if line.difference]
        book = sum((line.book_amount or ZERO for line in lines), ZERO)
        surplus = sum((line.amount or ZERO for line in lines if (line.difference or ZERO) > 0), ZERO)
        shortage = -sum((line.amount or ZERO for line in lines if (line.difference or ZERO) < 0), ZERO)
        agreed = max(book - surplus - shortage, ZERO)
        people = _(", ").join(str(person) for person in document.counters.order_by("pk"))
        return [
            (_("Stock count"), document),
            (_("Warehouse"), document.warehouse),
            (_("Status"), document.get_status_display()),
            (_("Counted by"), people),
            (_("Supervisor"), document.supervisor),
            (_("Lines"), len(lines)),
            (_("Lines that differ"), len(differing)),
            (_("Match rate by lines"), percent(Decimal(len(lines) - len(differing)), Decimal(len(lines)))),
            (_("Match rate by value"), percent(agreed, book)),
            (_("Surplus (yuan)"), money(surplus)),
            (_("Shortage (yuan)"), money(shortage)),
            (_("Net difference (yuan)"), money(surplus - shortage)),
        ]

    def rows(self) -> Iterator[Row]:
        lines = self._lines()
        planned = [line for line in lines if not line.unexpected]
        found = [line for line in lines if line.unexpected]
        wanted = self.params.get("what") == "differences"
        yield from (self._row(line) for line in planned if line.difference or not wanted)
        if found:
            yield Row({"name": _("Not on the plan")}, level=HEADING)
            yield from (self._row(line) for line in found if line.difference or not wanted)

    def _row(self, line: StockCountLine) -> Row:
        difference, amount = line.difference or ZERO, line.amount or ZERO
        side = "surplus" if difference > 0 else "shortage"
        differs = {f"{side}_quantity": abs(difference), f"{side}_amount": abs(amount)} if difference else {}
        return Row(
            {
                "code": line.item.code,
                "name": line.item.name,
                "specification": line.item.specification,
                "unit": line.item.unit.name,
                "lot": line.lot.number,
                "book_quantity": line.book_quantity,
                "book_amount": line.book_amount,
                "counted": line.counted_quantity,
                "cause": line.get_cause_display() if difference else "",
                "treatment": line.treatment if difference else "",
                "counted_by": str(line.counted_by or ""),
                "counted_at": line.counted_at,
                **differs,
            },
            subject=line,
        )

    def links(self, row: Row) -> dict[str, str]:
        return {"code": reverse("stockcount_detail", args=(row.subject.document_id,))} if row.subject else {}


def _pair(label: Any, prefix: str) -> Column:
    return Column(
        label,
        children=(
            Column(gettext_lazy("Quantity"), f"{prefix}_quantity", "quantity"),
            Column(gettext_lazy("Amount"), f"{prefix}_amount", "money", total=True),
        ),
    )
