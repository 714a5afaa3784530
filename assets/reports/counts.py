"""盘点表, 盘盈盘亏汇总表 and the check list of what no count of the year has seen (R-AST-18)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Case, Count, IntegerField, QuerySet, Sum, Value, When
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.count_selectors import found_words, joined, lines_in_order, place_words, tally
from assets.models import Asset, AssetCount, AssetCountLine, AssetSurplus
from assets.selectors import RELATED, cards_seen, in_service
from assets.services.counts.plan import Kind, Phase, uncounted
from assets.services.counts.proposals import differences
from core import clock
from core.forms import offer
from core.numbers import ZERO, money
from core.reports import HEADING, Column, Report, ReportForm, Row, register
from core.templatetags.display import money as shown
from directory.models import Department

from .parts import EXPORT

VIEW = "assets.view_assetcount"
Result = AssetCountLine.Result
SIGN = (
    *(gettext_lazy("Counted by"), gettext_lazy("Supervisor"), gettext_lazy("Head of the department")),
    *(gettext_lazy("Asset clerk"), gettext_lazy("Date")),
)
NUMBER = Column(gettext_lazy("Asset number"), "number", "code", width=16)
NAME = Column(gettext_lazy("Asset name"), "name", width=20)
BOOK = Column(gettext_lazy("By the books"), "book", width=26)
FOUND = Column(gettext_lazy("Found"), "found", width=26)
RESULT = Column(gettext_lazy("Result"), "result", width=12)


class CountForm(ReportForm):
    count = forms.ModelChoiceField(AssetCount.objects.none(), label=gettext_lazy("Asset count"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        opened = AssetCount.objects.visible_to(self.user).exclude(phase=Phase.PLANNED)
        offer(self, "count", opened.select_related("scope_department"))
        field: Any = self.fields["count"]
        field.initial = opened.order_by("-pk").first()
        field.label_from_instance = lambda count: joined(count, count.get_kind_display(), count.scope_department)


def said_of(document: AssetCount) -> list[tuple[Any, Any]]:
    """What stands above the tables of a count."""
    figures = tally(document)
    people = _(", ").join(str(person) for person in document.counters.order_by("pk"))
    return [
        (_("Asset count"), document),
        (_("Status"), document.get_status_display()),
        (_("Counted by"), people),
        (_("Supervisor"), document.supervisor),
        (_("Cards"), figures.total),
        (_("Original value (yuan)"), shown(figures.total_value)),
        (_("Not counted"), figures.open),
        (_("Without a card"), figures.things),
        (_("Match rate"), figures.match_rate),
        (_("Match rate by value"), figures.match_rate_by_value),
    ]


class OfCount(Report):
    """A report about one count."""

    permission = VIEW
    export_permission = EXPORT
    icon = "clipboard-check"
    form_class = CountForm
    hint = gettext_lazy("Choose a count.")
    frozen_columns = 2
    signature_places = SIGN

    def summary(self) -> list[tuple[Any, Any]]:
        return said_of(self.params["count"])

    @cached_property
    def _cards_to_open(self) -> set[int]:
        """A counter sees the lines of cards that he may not open outside the count."""
        counted = AssetCountLine.objects.filter(document=self.params["count"]).values("asset")
        return set(Asset.objects.visible_to(self.user).filter(pk__in=counted).values_list("pk", flat=True))

    def links(self, row: Row) -> dict[str, str]:
        opens = row.subject in self._cards_to_open
        return {"number": reverse("asset_detail", args=(row.subject,))} if opens else {}


@register
class CountTable(OfCount):
    """One row a card, and below those the things without cards."""

    code = "asset_count_table"
    title = gettext_lazy("Count table of assets")

    def columns(self) -> Sequence[Column]:
        return (
            NUMBER,
            NAME,
            Column(gettext_lazy("Specification and model"), "specification", width=18),
            Column(gettext_lazy("Original value"), "value", "money", total=True),
            BOOK,
            RESULT,
            FOUND,
            Column(gettext_lazy("Condition"), "condition", width=9),
            Column(gettext_lazy("Note"), "note", width=16),
            Column(gettext_lazy("Counted by"), "counted_by", width=9),
            Column(gettext_lazy("Counted at"), "counted_at", "datetime"),
        )

    def rows(self) -> Iterator[Row]:
        document: AssetCount = self.params["count"]
        for line in lines_in_order(document).iterator(chunk_size=2000):
            yield Row(self._values(line), subject=line.asset_id)
        things = list(document.surpluses.select_related("department", "place", "found_by").order_by("id"))
        if things:
            yield Row({"number": _("Things without cards")}, level=HEADING)
        for thing in things:
            yield Row(self._thing(thing))

    def _values(self, line: AssetCountLine) -> dict[str, Any]:
        return {
            "number": line.asset.number,
            "name": line.asset.name,
            "specification": line.asset.specification,
            "value": line.book_value,
            "book": place_words(line),
            "result": str(line.get_result_display()),
            "found": found_words(line),
            "condition": str(line.get_condition_display()) if line.condition else "",
            "note": line.note,
            "counted_by": str(line.counted_by or ""),
            "counted_at": line.counted_at,
        }

    def _thing(self, thing: AssetSurplus) -> dict[str, Any]:
        return {
            "name": f"{thing.name} ×{thing.quantity.normalize():f}",
            "specification": thing.specification,
            "result": _("without a card"),
            "found": joined(thing.department, thing.place),
            "condition": str(thing.get_condition_display()),
            "note": thing.note,
            "counted_by": str(thing.found_by),
            "counted_at": thing.found_at,
        }


@register
class CountDifferences(OfCount):
    """What is there too much, too little or elsewhere, why, who answers for it, and what is done."""

    code = "asset_count_differences"
    title = gettext_lazy("Surplus and shortage of assets")
    empty_text = gettext_lazy("Every card agreed with its thing.")

    def columns(self) -> Sequence[Column]:
        return (
            NUMBER,
            NAME,
            RESULT,
            BOOK,
            FOUND,
            _pair(gettext_lazy("Surplus"), "surplus"),
            _pair(gettext_lazy("Shortage"), "shortage"),
            Column(gettext_lazy("Cause"), "cause", width=18),
            Column(gettext_lazy("Finding on responsibility"), "finding", width=18),
            Column(gettext_lazy("Responsible"), "responsible", width=9),
            Column(gettext_lazy("Proposed treatment"), "treatment", width=18),
        )

    def rows(self) -> Iterator[Row]:
        document: AssetCount = self.params["count"]
        for line in differences(document).iterator(chunk_size=2000):
            values = {
                "number": line.asset.number,
                "name": line.asset.name,
                "result": str(line.get_result_display()),
                "book": place_words(line),
                "found": found_words(line),
                "responsible": str(line.responsible or ""),
            }
            if line.result == Result.MISSING:
                values |= {"shortage_quantity": Decimal(1), "shortage_value": line.book_value}
            yield Row(values | _why(line), subject=line.asset_id)
        for thing in document.surpluses.select_related("department", "place").order_by("id"):
            worth = money(thing.quantity * (thing.value or ZERO))
            values = {
                "name": thing.name,
                "result": _("without a card"),
                "found": joined(thing.department, thing.place),
                "surplus_quantity": thing.quantity,
                "surplus_value": worth,
            }
            yield Row(values | _why(thing))


def _why(row: Any) -> dict[str, str]:
    return {"cause": row.cause, "finding": row.finding, "treatment": row.treatment}


def _pair(label: Any, prefix: str) -> Column:
    return Column(
        label,
        children=(
            Column(gettext_lazy("Quantity"), f"{prefix}_quantity", "quantity", total=True),
            Column(gettext_lazy("Value (yuan)"), f"{prefix}_value", "money", total=True),
        ),
    )


class YearForm(ReportForm):
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2000, max_value=2999)
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=gettext_lazy("Department"),
        required=False,
        empty_label=gettext_lazy("All departments"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "department", Department.objects.visible_to(self.user).filter(active=True))
        self.fields["year"].initial = clock.today().year


@register
class UncountedCards(Report):
    """By department how many cards no finished count of the year has seen; with a department chosen, which ones."""

    code = "uncounted_assets"
    title = gettext_lazy("Yearly full count: what was not counted")
    permission = VIEW
    export_permission = EXPORT
    icon = "clipboard-list"
    form_class = YearForm
    empty_text = gettext_lazy("Every card has a finished count of this year.")
    frozen_columns = 2
    signature_places = SIGN[1:]

    def columns(self) -> Sequence[Column]:
        if self.params.get("department"):
            return (
                *(NUMBER, NAME),
                Column(gettext_lazy("Using department"), "department", width=16),
                Column(gettext_lazy("User"), "user", width=10),
                Column(gettext_lazy("Place"), "place", width=14),
                Column(gettext_lazy("Original value"), "value", "money", total=True),
            )
        return (
            Column(gettext_lazy("Code"), "code", "code", width=10),
            Column(gettext_lazy("Department"), "department", width=20),
            Column(gettext_lazy("Cards"), "cards", "integer", total=True),
            Column(gettext_lazy("Cards counted"), "counted", "integer", total=True),
            Column(gettext_lazy("Not counted"), "open", "integer", total=True),
            Column(gettext_lazy("Value not counted (yuan)"), "value", "money", total=True),
            Column(gettext_lazy("Rate"), "rate", width=9),
            Column(gettext_lazy("Next step"), "plan", width=14),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        open_cards = self._open().count()
        return [
            (_("Year"), self.params["year"]),
            (_("Department"), self.params.get("department") or _("All departments")),
            (_("Cards not counted"), open_cards),
        ]

    def _cards(self) -> QuerySet[Asset]:
        """Living cards that were there in the year."""
        rows = in_service(cards_seen(self.user)).filter(acquired_on__year__lte=self.params["year"])
        if department := self.params.get("department"):
            rows = rows.filter(department__path__startswith=department.path)
        return rows

    def _open(self) -> QuerySet[Asset]:
        return uncounted(self._cards(), self.params["year"])

    def rows(self) -> Iterator[Row]:
        if self.params.get("department"):
            yield from self._each_card()
            return
        still = self._open().order_by().values("pk")
        waits = Case(When(pk__in=still, then=Value(1)), default=Value(0), output_field=IntegerField())
        rows = self._cards().order_by().annotate(waits=waits)
        totals = rows.values("department_id", "waits").annotate(cards=Count("pk"), value=Sum("original_value"))
        found: dict[int, dict[int, tuple[int, Decimal]]] = {}
        for row in totals.order_by():
            found.setdefault(row["department_id"], {})[row["waits"]] = (row["cards"], row["value"] or ZERO)
        for department in Department.objects.filter(pk__in=found).order_by("path"):
            yield self._row(department, found[department.pk])

    def _row(self, department: Department, parts: dict[int, tuple[int, Decimal]]) -> Row:
        (waiting, value), (done, _value) = parts.get(1, (0, ZERO)), parts.get(0, (0, ZERO))
        rate = Decimal(done) * 100 / (waiting + done)
        values = {
            "code": department.code,
            "department": department.name,
            "cards": waiting + done,
            "counted": done,
            "open": waiting,
            "value": value,
            "rate": f"{rate:.2f}%",
            "plan": _("Plan a count") if waiting else "",
        }
        return Row(values, subject=department)

    def _each_card(self) -> Iterator[Row]:
        rows = self._open().select_related(*RELATED).order_by("department__path", "number")
        for card in rows.iterator(chunk_size=2000):
            values = {
                "number": card.number,
                "name": card.name,
                "department": str(card.department),
                "user": str(card.user or ""),
                "place": str(card.place or card.situated_at),
                "value": card.original_value,
            }
            yield Row(values, subject=card)

    def links(self, row: Row) -> dict[str, str]:
        if isinstance(row.subject, Asset):
            return {"number": reverse("asset_detail", args=(row.subject.pk,))}
        if row.subject is None:
            return {}
        year, key = self.params["year"], row.subject.pk
        links = {"open": f"{reverse('uncounted_assets')}?year={year}&department={key}"}
        if self.user.has_perm("assets.add_assetcount"):
            links["plan"] = f"{reverse('assetcount_new')}?kind={Kind.YEARLY}&scope_department={key}"
        return links
