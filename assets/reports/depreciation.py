"""固定资产折旧明细表 and 汇总表: what the posted runs of a period charged, by card and by department and account."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, Max, Min, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy

from assets.models import CONTRA_ACCOUNTS, Asset, AssetValueMove
from assets.selectors import Worth, value_on
from core.reports import SUBTOTAL, Column, Report, Row, register
from core.reports.forms import months_back
from directory.models import Department

from .parts import EXPORT, READ_AT_ONCE, CardsPeriodForm, portions, said, value_moves, within


class ChargesForm(CardsPeriodForm):
    """Begins with the last month that is over: the run of this one cannot have been posted yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].initial = months_back()[1][0]


class _Charges(Report):
    """Reports over depreciation rows; reversed runs take their charges back on the day of the reversal."""

    permission = "assets.view_assetvaluemove"
    form_class = ChargesForm
    empty_text = gettext_lazy("No depreciation was posted in this period.")

    def charges(self) -> Any:
        moves = value_moves(self.user, self.params).filter(within(self.params))
        return moves.filter(kind=AssetValueMove.Kind.DEPRECIATION)

    def summary(self) -> list[tuple[Any, Any]]:
        return said(self.params)


@register
class DepreciationDetail(_Charges):
    """One row a card and expense account. Values are those at the end of the period."""

    code = "depreciation_detail"
    export_permission = EXPORT
    title = gettext_lazy("Depreciation by card")
    icon = "table"
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Asset number"), "number", "code", width=16),
            Column(gettext_lazy("Asset name"), "name", width=24),
            Column(gettext_lazy("Asset category"), "class_name", width=20),
            Column(gettext_lazy("Department"), "department"),
            Column(gettext_lazy("Expense account"), "expense", "code", width=8),
            Column(gettext_lazy("Original value"), "cost", "money"),
            Column(gettext_lazy("Useful life (months)"), "life", "integer", width=8),
            Column(gettext_lazy("Months charged"), "months", "integer", width=8),
            Column(gettext_lazy("Depreciation of the period"), "charged", "money", total=True),
            Column(gettext_lazy("Accumulated depreciation"), "accumulated", "money"),
            Column(gettext_lazy("Net value"), "net", "money"),
        )

    def rows(self) -> Iterator[Row]:
        names = ("asset__number", "asset", "department", "expense_account")
        groups = self.charges().order_by(*names).values(*names).annotate(charged=Sum("accumulated"), n=Sum("months"))
        departments = dict(Department.objects.filter(organization=self.user.organization_id).values_list("pk", "name"))
        for portion in portions(groups.iterator(chunk_size=READ_AT_ONCE)):
            yield from self._portion(portion, departments)

    def _portion(self, groups: Sequence[dict[str, Any]], departments: dict[int, str]) -> Iterator[Row]:
        keys = {group["asset"] for group in groups}
        worth = value_on(keys, self.params["end"])
        cards = Asset.objects.select_related("category").in_bulk(keys)
        for group in groups:
            card, value = cards[group["asset"]], worth.get(group["asset"], Worth())
            yield Row(
                {
                    "number": card.number,
                    "name": card.name,
                    "class_name": str(card.category),
                    "department": departments.get(group["department"], ""),
                    "expense": group["expense_account"],
                    "cost": value.cost,
                    "life": card.life_months,
                    "months": group["n"],
                    "charged": group["charged"],
                    "accumulated": value.accumulated,
                    "net": value.net,
                },
                subject=card,
            )

    def links(self, row: Row) -> dict[str, str]:
        return {"number": reverse("asset_detail", args=(row.subject.pk,))}


@register
class DepreciationSummary(_Charges):
    """One row a department and pair of accounts, subtotals by pair: what finance books."""

    code = "depreciation_summary"
    title = gettext_lazy("Depreciation by department")
    icon = "report-analytics"

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Debit account"), "debit", "code", width=8),
            Column(gettext_lazy("Credit account"), "credit", "code", width=8),
            Column(gettext_lazy("Department code"), "code", "code"),
            Column(gettext_lazy("Department"), "department", width=24),
            Column(gettext_lazy("Cards"), "cards", "integer"),
            Column(gettext_lazy("First month"), "first", "date"),
            Column(gettext_lazy("Last month"), "last", "date"),
            Column(gettext_lazy("Depreciation of the period"), "charged", "money", total=True),
        )

    def rows(self) -> Iterator[Row]:
        names = ("expense_account", "account", "department__code", "department__name")
        groups = (
            self.charges()
            .order_by(*names)
            .values(*names)
            .annotate(
                charged=Sum("accumulated"),
                cards=Count("asset", distinct=True),
                first=Min("business_date"),
                last=Max("business_date"),
            )
        )
        pair, below = None, []
        for group in groups:
            if pair not in (None, (group["expense_account"], group["account"])):
                yield self._subtotal(pair, below)
                below = []
            pair = (group["expense_account"], group["account"])
            below.append(group)
            yield Row(
                {
                    "debit": group["expense_account"],
                    "credit": CONTRA_ACCOUNTS.get(group["account"], group["account"]),
                    "code": group["department__code"],
                    "department": group["department__name"],
                    **{name: group[name] for name in ("cards", "first", "last", "charged")},
                }
            )
        if below:
            yield self._subtotal(pair, below)

    def _subtotal(self, pair: Any, groups: list[dict[str, Any]]) -> Row:
        expense, account = pair
        return Row(
            {
                "debit": expense,
                "credit": CONTRA_ACCOUNTS.get(account, account),
                "cards": sum(group["cards"] for group in groups),
                "charged": sum(group["charged"] for group in groups),
            },
            level=SUBTOTAL,
        )
