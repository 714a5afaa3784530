"""固定资产总账 by class: opening, increases by way, decreases by way, closing; cards and yuan."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext_lazy

from assets.models import AcquisitionWay, AssetCategory, AssetValueMove, DisposalWay
from core.numbers import ZERO
from core.reports import SUBTOTAL, Column, Report, Row, register

from .parts import GATES, CardsPeriodForm, chosen_cards, said, value_moves, within

Kind = AssetValueMove.Kind
INCREASES = {
    "bought": (gettext_lazy("Bought"), {AcquisitionWay.PURCHASE}),
    "built": (gettext_lazy("Built"), {AcquisitionWay.CONSTRUCTION}),
    "given": (
        gettext_lazy("Donated and transferred in"),
        {AcquisitionWay.DONATION, AcquisitionWay.TRANSFER_IN, AcquisitionWay.EXCHANGE},
    ),
    "opening_entry": (gettext_lazy("Opening entry"), {AcquisitionWay.OPENING}),
    "found": (gettext_lazy("Surplus and other"), {AcquisitionWay.SURPLUS, AcquisitionWay.OTHER}),
    "grown": (gettext_lazy("Change of value"), set()),
}
DECREASES = {
    "scrapped": (gettext_lazy("Scrapped"), {DisposalWay.SCRAP}),
    "lost": (gettext_lazy("Written off as lost"), {DisposalWay.LOSS}),
    "sold": (gettext_lazy("Sold and exchanged"), {DisposalWay.SALE, DisposalWay.EXCHANGE}),
    "handed": (gettext_lazy("Donated and transferred out"), {DisposalWay.DONATION, DisposalWay.TRANSFER_OUT}),
}
Sums = dict[str, Decimal]


@dataclass
class Line:
    """Figures of a class by column key."""

    category: AssetCategory
    values: dict[str, Any] = field(default_factory=lambda: defaultdict(lambda: ZERO))

    def add(self, key: str, yuan: Any) -> None:
        self.values[key] += yuan or ZERO


def column_of(kind: str, acquired: str, disposed: str) -> str:
    """Into which column a change of the original value goes; a reversal stays in the column of what it undoes."""
    if kind == Kind.REMOVAL:
        return next((key for key, (_label, ways) in DECREASES.items() if disposed in ways), "scrapped")
    if kind == Kind.ADDITION:
        return next((key for key, (_label, ways) in INCREASES.items() if acquired in ways), "found")
    return "grown"


@register
class ClassSummary(Report):
    """One row a class, subtotals by gate. Opening + increases − decreases = closing in every row, cards and yuan."""

    code = "asset_class_summary"
    title = gettext_lazy("Assets by class")
    permission = "assets.view_assetvaluemove"
    icon = "report-analytics"
    form_class = CardsPeriodForm
    note = gettext_lazy(
        "Opening plus increases minus decreases is closing, in every row. Cards stand under the class and in the "
        "department they have today. Cards that came and left within the period are in no number of cards."
    )
    empty_text = gettext_lazy("No card has a value in this period.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        def side(label: Any, prefix: str, ways: Any) -> Column:
            leaves = [Column(words, key, "money", total=True) for key, (words, _ways) in ways.items()]
            return Column(label, children=(Column(gettext_lazy("Cards"), f"cards_{prefix}", "integer"), *leaves))

        return (
            Column(gettext_lazy("Class code"), "code", "code", width=12),
            Column(gettext_lazy("Asset category"), "name", width=24),
            _pair(gettext_lazy("Opening"), "before"),
            side(gettext_lazy("Increases"), "in", INCREASES),
            side(gettext_lazy("Decreases"), "out", DECREASES),
            _pair(gettext_lazy("Closing"), "after"),
            Column(gettext_lazy("Depreciation of the period"), "charged", "money", total=True),
            Column(gettext_lazy("Accumulated depreciation"), "accumulated", "money", total=True),
            Column(gettext_lazy("Net value"), "net", "money", total=True),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return said(self.params)

    def rows(self) -> Iterator[Row]:
        lines = self._lines()
        gates: dict[str, list[Line]] = defaultdict(list)
        for line in sorted(lines.values(), key=lambda each: each.category.code):
            gates[line.category.code[: GATES[0]]].append(line)
        names = dict(
            AssetCategory.objects.filter(code__in=[gate.ljust(9, "0") for gate in gates]).values_list("code", "name")
        )
        for gate, below in gates.items():
            for line in below:
                values = {"code": line.category.code, "name": line.category.name, **without_nothing(line.values)}
                yield Row(values, subject=line.category)
            total: dict[str, Any] = defaultdict(lambda: ZERO)
            for line in below:
                for key, value in line.values.items():
                    total[key] += value
            yield Row(
                {"code": gate, "name": names.get(gate.ljust(9, "0"), gate), **without_nothing(total)}, level=SUBTOTAL
            )

    def _lines(self) -> dict[int, Line]:
        """The figures of every class with something in it; two queries over the ledger, one over the cards."""
        start, end = self.params["start"], self.params["end"]
        sums = (
            value_moves(self.user, self.params)
            .filter(business_date__lte=end)
            .order_by()
            .values("asset__category", "kind", "asset__acquisition_way", "asset__disposal_way")
            .annotate(
                cost_before=Sum("cost", filter=Q(business_date__lt=start)),
                cost_within=Sum("cost", filter=within(self.params)),
                gone_before=Sum("accumulated", filter=Q(business_date__lt=start)),
                gone_within=Sum("accumulated", filter=within(self.params)),
            )
        )
        found = list(sums)
        categories = AssetCategory.objects.in_bulk({row["asset__category"] for row in found})
        lines = {key: Line(category) for key, category in categories.items()}
        for row in found:
            line = lines[row["asset__category"]]
            column = column_of(row["kind"], row["asset__acquisition_way"], row["asset__disposal_way"])
            before, change = row["cost_before"] or ZERO, row["cost_within"] or ZERO
            line.add("before", before)
            line.add(column, -change if column in DECREASES else change)
            line.add("after", before + change)
            line.add("accumulated", (row["gone_before"] or ZERO) + (row["gone_within"] or ZERO))
            if row["kind"] == Kind.DEPRECIATION:
                line.add("charged", row["gone_within"])
        self._count(lines)
        for line in lines.values():
            line.values["net"] = line.values["after"] - line.values["accumulated"]
        return {key: line for key, line in lines.items() if any(line.values.values())}

    def _count(self, lines: dict[int, Line]) -> None:
        """How many cards had a value before and after, and how many came and went."""
        upto = AssetValueMove.objects.filter(asset=OuterRef("pk")).order_by().values("asset")
        valued = chosen_cards(self.user, self.params).order_by()
        rows = (
            valued.annotate(
                then=Subquery(upto.filter(business_date__lt=self.params["start"]).annotate(s=Sum("cost")).values("s")),
                now=Subquery(upto.filter(business_date__lte=self.params["end"]).annotate(s=Sum("cost")).values("s")),
            )
            .values("category")
            .annotate(
                before=Count("pk", filter=Q(then__gt=0)),
                after=Count("pk", filter=Q(now__gt=0)),
                came=Count("pk", filter=Q(now__gt=0) & (Q(then=None) | Q(then=0))),
                left=Count("pk", filter=Q(then__gt=0) & Q(now=0)),
            )
        )
        for row in rows:
            if line := lines.get(row["category"]):
                line.values |= {
                    "cards_before": row["before"],
                    "cards_in": row["came"],
                    "cards_out": row["left"],
                    "cards_after": row["after"],
                }


def without_nothing(values: dict[str, Any]) -> dict[str, Any]:
    """The figures of a row without the changes that were none: an empty cell is read faster than 0.00."""
    changes = {*INCREASES, *DECREASES, "cards_in", "cards_out"}
    return {key: value for key, value in values.items() if value or key not in changes}


def _pair(label: Any, key: str) -> Column:
    return Column(
        label,
        children=(
            Column(gettext_lazy("Cards"), f"cards_{key}", "integer"),
            Column(gettext_lazy("Original value"), key, "money", total=True),
        ),
    )
