"""以旧换新: what departments still owe, the register of every exchange, and the old pieces that lie in the stores."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.documents.lifecycle import Status
from core.documents.models import DocumentEvent
from core.forms import offer
from core.numbers import ZERO
from core.reports import SUBTOTAL, Column, PeriodForm, Report, ReportForm, Row, register
from directory.models import Department
from inventory.ledger_selectors import stock_warehouses
from inventory.models import Destination, GoodsIssue, GoodsIssueLine, OldPieceBalance, TradeIn, TradeInLine, Warehouse
from inventory.services import trade_in

from .parts import period_text, warehouse_text, without_zero

PREFILL = {"prefill": "1"}


class OwnerForm(ReportForm):
    """A warehouse and a department, as far as this person may see them."""

    warehouse = forms.ModelChoiceField(
        Warehouse.objects.none(),
        required=False,
        label=gettext_lazy("Warehouse"),
        empty_label=gettext_lazy("All warehouses"),
    )
    department = forms.ModelChoiceField(
        Department.objects.none(),
        required=False,
        label=gettext_lazy("Department"),
        empty_label=gettext_lazy("All departments"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "warehouse", Warehouse.objects.visible_to(self.user))
        offer(self, "department", Department.objects.visible_to(self.user))


class OwnerPeriodForm(OwnerForm, PeriodForm):
    field_order = ("month", "start", "end", "department", "warehouse")


def _issues(user: Any) -> QuerySet[GoodsIssue]:
    return GoodsIssue.objects.visible_to(user)


def _owners(params: Any) -> list[tuple[Any, Any]]:
    return [
        (_("Department"), params["department"] or _("All departments")),
        (_("Warehouse"), warehouse_text(params)),
    ]


@register
class OldPieceDebts(Report):
    """One heading a department and item, beneath it the issues whose old pieces have not come in yet."""

    code = "old_piece_debts"
    title = gettext_lazy("Old pieces owed")
    permission = "inventory.view_goodsissue"
    icon = "recycle"
    form_class = OwnerForm
    note = gettext_lazy("What is handed in later pays the oldest issue first.")
    empty_text = gettext_lazy("No department owes old pieces.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Department"), "department", width=20),
            Column(gettext_lazy("Code"), "code", "code"),
            Column(gettext_lazy("Item"), "name", width=24),
            Column(gettext_lazy("Unit"), "unit", width=7),
            Column(gettext_lazy("Warehouse"), "warehouse"),
            Column(gettext_lazy("Goods issue"), "number", "code"),
            Column(gettext_lazy("Date"), "day", "date"),
            Column(gettext_lazy("Days"), "days", "integer"),
            Column(gettext_lazy("Received by"), "received_by"),
            Column(gettext_lazy("Reason"), "reason", width=24),
            Column(gettext_lazy("Still owed"), "open", "quantity"),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return _owners(self.params)

    def rows(self) -> Iterator[Row]:
        chosen, department = self.params["warehouse"], self.params["department"]
        stores = [chosen] if chosen else list(Warehouse.objects.visible_to(self.user))
        found = trade_in.debts(stores, department_id=department.pk if department else None)
        seen = set(
            _issues(self.user)
            .filter(pk__in={debt.line.document_id for rows in found.values() for debt in rows})
            .values_list("pk", flat=True)
        )
        for rows in sorted(found.values(), key=_place):
            shown = [debt for debt in rows if debt.line.document_id in seen]
            if shown:
                yield self._heading(shown)
                yield from (self._row(debt) for debt in shown)

    def _heading(self, rows: list[trade_in.Debt]) -> Row:
        line = rows[0].line
        values = {
            "department": str(line.document.department),
            "code": line.item.code,
            "name": line.item.name,
            "unit": str(line.item.unit),
            "warehouse": str(line.document.warehouse),
            "open": sum((debt.open for debt in rows), ZERO),
        }
        return Row(values, level=SUBTOTAL, subject=line)

    def _row(self, debt: trade_in.Debt) -> Row:
        issue = debt.line.document
        values = {
            "number": issue.number,
            "day": issue.business_date,
            "days": (clock.today() - issue.business_date).days,
            "received_by": issue.received_by,
            "reason": debt.line.trade_in_waiver,
            "open": debt.open,
        }
        return Row(values, subject=debt.line)

    def links(self, row: Row) -> dict[str, str]:
        issue = row.subject.document
        if row.level != SUBTOTAL:
            return {"number": reverse("goodsissue_detail", args=(issue.pk,))}
        if not self.user.has_perm("inventory.add_tradein"):
            return {}
        query = {**PREFILL, "department": issue.department_id, "warehouse": issue.warehouse_id}
        return {"open": f"{reverse('tradein_new')}?{urlencode(query)}"}


def _place(rows: list[trade_in.Debt]) -> tuple[str, str, int]:
    line = rows[0].line
    return (line.document.department.code, line.item.code, line.document.warehouse_id)


@register
class TradeInRegister(Report):
    """以旧换新登记: every exchange of the period, at the issue or handed in later."""

    code = "trade_in_register"
    title = gettext_lazy("Old for new register")
    permission = "inventory.view_goodsissue"
    icon = "recycle"
    form_class = OwnerPeriodForm
    empty_text = gettext_lazy("Nothing was issued against old pieces in this period.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Date"), "day", "date"),
            Column(gettext_lazy("Number"), "number", "code"),
            Column(gettext_lazy("Department"), "department", width=20),
            Column(gettext_lazy("Code"), "code", "code"),
            Column(gettext_lazy("Item"), "name", width=24),
            Column(gettext_lazy("Specification"), "specification"),
            Column(gettext_lazy("Unit"), "unit", width=7),
            Column(gettext_lazy("New pieces issued"), "issued", "quantity"),
            Column(gettext_lazy("Old pieces handed in"), "old", "quantity"),
            Column(gettext_lazy("Condition"), "condition"),
            Column(gettext_lazy("Where they go"), "destination"),
            Column(gettext_lazy("Old pieces missing"), "missing", "quantity"),
            Column(gettext_lazy("Reason"), "reason", width=24),
            Column(gettext_lazy("Approved by"), "approved_by"),
            Column(gettext_lazy("Handed over by"), "person"),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return [(_("Period"), period_text(self.params["start"], self.params["end"])), *_owners(self.params)]

    def _asked_for(self) -> dict[str, Any]:
        params = self.params
        wanted: dict[str, Any] = {
            "document__status": Status.POSTED,
            "document__business_date__range": (params["start"], params["end"]),
        }
        if params["warehouse"]:
            wanted["document__warehouse"] = params["warehouse"]
        if params["department"]:
            wanted["document__department"] = params["department"]
        return wanted

    def rows(self) -> Iterator[Row]:
        related = ("item__unit", "document__department")
        concerned = Q(item__trade_in_required=True) | Q(old_quantity__gt=0)
        issued = GoodsIssueLine.objects.filter(
            concerned, document__in=_issues(self.user), **self._asked_for()
        ).select_related(*related)
        later = TradeInLine.objects.filter(
            document__in=TradeIn.objects.visible_to(self.user), **self._asked_for()
        ).select_related(*related)
        lines: list[Any] = [*issued, *later]
        lines.sort(key=lambda line: (line.document.business_date, line.document.number, line.position))
        approvers = self._approvers([line.document_id for line in lines if _is_issue(line) and trade_in.missing(line)])
        for line in lines:
            values = self._issue_values(line, approvers) if _is_issue(line) else self._later_values(line)
            yield Row({**self._head(line), **values}, subject=line.document)

    def _head(self, line: Any) -> dict[str, Any]:
        return {
            "day": line.document.business_date,
            "number": line.document.number,
            "department": str(line.document.department),
            "code": line.item.code,
            "name": line.item.name,
            "specification": line.item.specification,
            "unit": str(line.item.unit),
        }

    def _issue_values(self, line: Any, approvers: dict[int, str]) -> dict[str, Any]:
        missing = trade_in.missing(line)
        values = {
            "issued": line.stock_quantity,
            "old": without_zero(line.old_quantity),
            "missing": without_zero(missing),
            "person": line.document.received_by,
        }
        if line.old_quantity:
            values |= {
                "condition": line.get_old_condition_display(),
                "destination": line.get_old_destination_display(),
            }
        if missing:
            follow = f" ({_('old pieces follow')})" if line.old_pieces_follow else ""
            values |= {
                "reason": f"{line.trade_in_waiver}{follow}",
                "approved_by": approvers.get(line.document_id, ""),
            }
        return values

    def _later_values(self, line: Any) -> dict[str, Any]:
        return {
            "old": line.stock_quantity,
            "condition": line.get_condition_display(),
            "destination": line.get_destination_display(),
            "person": line.document.handed_in_by,
        }

    def _approvers(self, issues: list[int]) -> dict[int, str]:
        """Who approved issues without old pieces, by key; one statement."""
        kind = ContentType.objects.get_for_model(GoodsIssue)
        events = DocumentEvent.objects.filter(content_type=kind, object_id__in=issues, step="approve")
        return dict(events.order_by("pk").values_list("object_id", "actor__name"))

    def links(self, row: Row) -> dict[str, str]:
        name = "goodsissue_detail" if isinstance(row.subject, GoodsIssue) else "tradein_detail"
        return {"number": reverse(name, args=(row.subject.pk,))}


def _is_issue(line: Any) -> bool:
    return isinstance(line, GoodsIssueLine)


class StoreForm(ReportForm):
    """A warehouse whose stock this person sees."""

    warehouse = forms.ModelChoiceField(
        Warehouse.objects.none(),
        required=False,
        label=gettext_lazy("Warehouse"),
        empty_label=gettext_lazy("All warehouses"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "warehouse", stock_warehouses(self.user))


@register
class OldPieceStock(Report):
    """One row an item and warehouse, a column for every way old pieces leave; a number leads to letting them go."""

    code = "old_piece_stock"
    title = gettext_lazy("Stock of old pieces")
    permission = "inventory.view_oldpiecebalance"
    icon = "recycle"
    form_class = StoreForm
    note = gettext_lazy("Old pieces have no book value; what a sale brings stands on the disposal.")
    empty_text = gettext_lazy("No old pieces lie in the stores.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        ways = tuple(Column(label, str(value), "quantity") for value, label in Destination.choices)
        return (
            Column(gettext_lazy("Code"), "code", "code"),
            Column(gettext_lazy("Item"), "name", width=24),
            Column(gettext_lazy("Specification"), "specification"),
            Column(gettext_lazy("Unit"), "unit", width=7),
            Column(gettext_lazy("Warehouse"), "warehouse"),
            Column(gettext_lazy("Where they go"), children=ways),
            Column(gettext_lazy("Together"), "together", "quantity"),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return [(_("Warehouse"), warehouse_text(self.params))]

    def rows(self) -> Iterator[Row]:
        balances = OldPieceBalance.objects.visible_to(self.user).filter(quantity__gt=0)
        if self.params["warehouse"]:
            balances = balances.filter(warehouse=self.params["warehouse"])
        found: dict[tuple[int, int], dict[str, Any]] = {}
        for row in balances.select_related("item__unit", "warehouse").order_by("item__code", "warehouse__code"):
            values = found.setdefault(
                (row.item_id, row.warehouse_id),
                {
                    "code": row.item.code,
                    "name": row.item.name,
                    "specification": row.item.specification,
                    "unit": str(row.item.unit),
                    "warehouse": str(row.warehouse),
                    "together": ZERO,
                },
            )
            values[row.destination] = row.quantity
            values["together"] += row.quantity
        for (_item, warehouse), values in found.items():
            yield Row(values, subject=warehouse)

    def links(self, row: Row) -> dict[str, str]:
        if not self.user.has_perm("inventory.add_oldpiecedisposal"):
            return {}
        new = reverse("oldpiecedisposal_new")
        return {
            way: f"{new}?{urlencode({**PREFILL, 'destination': way, 'warehouse': row.subject})}"
            for way in Destination.values
            if way in row.values
        }
