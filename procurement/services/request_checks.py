"""What a purchase request has to say before it is submitted."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.documents.lifecycle import Status
from core.errors import DomainError
from core.numbers import ZERO, plain, price
from core.templatetags.display import price as shown
from core.visibility import Scope
from inventory import selectors
from procurement import buying_selectors, request_selectors
from procurement.models import PlanLine, ProcurementPlan, PurchaseRequest, PurchaseRequestLine, Treatment
from procurement.price_selectors import subject_of

from . import prices, wanted
from .requests import lines_of, plan_quantity

ADD = "procurement.add_purchaserequest"


def check(document: PurchaseRequest, *, actor: Any) -> None:
    """Complete lines, budgets that may be charged, plan lines with something left, and a reason for what needs one.

    Raises DomainError naming the line and the field.
    """
    lines = lines_of(document)
    wanted.check_lines(document, lines)
    _check_reasons(document, lines)
    _check_departments(document, lines, actor)
    _check_allotments(document, lines)
    _check_keeping(document, lines)
    _check_plan(document, lines)
    _check_idle(document, lines)
    prices.require_reasons(document, lines)


def _check_reasons(document: PurchaseRequest, lines: Sequence[PurchaseRequestLine]) -> None:
    if document.urgent and not document.urgent_reason.strip():
        raise DomainError(_("Say why this is urgent."), field="urgent_reason")
    if any(line.plan_line_id is None for line in lines) and not document.outside_reason.strip():
        raise DomainError(
            _("Not every line comes from an approved plan; say why it is needed all the same."), field="outside_reason"
        )


def reaches_all(actor: Any) -> bool:
    """Whether this person asks for every department of the house."""
    scopes = actor.scopes_for(ADD)
    return actor.is_superuser or Scope.ORGANIZATION in scopes or Scope.ALL in scopes


def _check_departments(document: PurchaseRequest, lines: Sequence[PurchaseRequestLine], actor: Any) -> None:
    """A line is for the department of the request, for one whose plan it draws on, or for one the actor asks for."""
    others = []
    for line in lines:
        planned = line.plan_line.document.department_id if line.plan_line else None
        if line.department_id not in (None, document.department_id, planned):
            others.append(line)
    if not others:
        return
    own = set(selectors.own_departments(actor).values_list("pk", flat=True))
    for line in others:
        department: Any = line.department
        foreign = department.organization_id != document.organization_id
        if foreign or not (department.pk in own or reaches_all(actor)):
            raise DomainError(
                _("You cannot ask for %(department)s; choose a department of your own.") % {"department": department},
                field="department",
                line=line.position,
            )


def _check_allotments(document: PurchaseRequest, lines: Sequence[PurchaseRequestLine]) -> None:
    """Each line is paid out of an allotment of its house, its year and its department."""
    year = document.business_date.year
    for line in lines:
        allotment = line.allotment or document.allotment
        if allotment is None:
            raise DomainError(
                _("Choose the budget allotment that pays for this line."), field="allotment", line=line.position
            )
        words = {"allotment": allotment, "year": year}
        if allotment.organization_id != document.organization_id:
            text = _("This budget allotment belongs to another organization; choose one of yours.")
        elif allotment.year != year:
            text = _("“%(allotment)s” is not a budget of %(year)s, the year of this request; choose one of that year.")
        elif allotment.department_id not in (document.department_id, line.department_id):
            text = _("“%(allotment)s” is the budget of another department; choose one of the department that asks.")
        else:
            continue
        raise DomainError(text % words, field="allotment", line=line.position if line.allotment_id else None)


def _check_keeping(document: PurchaseRequest, lines: Sequence[PurchaseRequestLine]) -> None:
    """What goes into the store names the store, and why it is no asset when it is as dear as one (R-AST-03)."""
    threshold = buying_selectors.asset_from(document.organization_id)
    for line in lines:
        if line.treatment != Treatment.STOCK:
            continue
        if line.warehouse is None or line.warehouse.organization_id != document.organization_id:
            raise DomainError(_("Choose the warehouse it goes into."), field="warehouse", line=line.position)
        each = price(line.unit_price / line.factor)
        if each >= threshold and not line.stock_reason.strip():
            raise DomainError(
                _(
                    "%(name)s costs %(price)s yuan each; from %(threshold)s yuan on a thing that lasts gets an asset "
                    "card. Choose that, or say why it goes into the store."
                )
                % {"name": line.title, "price": shown(each), "threshold": shown(threshold)},
                field="stock_reason",
                line=line.position,
            )


def _check_plan(document: PurchaseRequest, lines: Sequence[PurchaseRequestLine]) -> None:
    """Plan lines are open, about the same thing and for the same department, and leave enough (R-PRC-03)."""
    taken: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        plan = line.plan_line
        if plan is None:
            continue
        where = {"field": "plan_line", "line": line.position}
        if not _is_open(plan, document):
            raise DomainError(_("The plan line of “%(name)s” cannot be requested.") % {"name": line.title}, **where)
        if subject_of(line) != subject_of(plan):
            raise DomainError(
                _("The plan says “%(plan)s”, this line “%(name)s”; make it a line outside the plan.")
                % {"plan": plan.title, "name": line.title},
                **where,
            )
        if plan.document.department_id != (line.department_id or document.department_id):
            raise DomainError(
                _("The plan line is of %(department)s; enter that department on the line.")
                % {"department": plan.document.department},
                field="department",
                line=line.position,
            )
        taken[plan.pk] += plan_quantity(line, line.quantity)
        if taken[plan.pk] > plan.open_quantity:
            raise DomainError(
                _("%(name)s: the plan leaves %(left)s; ask for less, or for the rest on a line outside the plan.")
                % {"name": line.title, "left": plain(max(plan.open_quantity, ZERO))},
                field="quantity",
                line=line.position,
            )


def _check_idle(document: PurchaseRequest, lines: Sequence[PurchaseRequestLine]) -> None:
    """Who buys what lies idle in the house says why the idle thing will not do (R-AST-21)."""
    found = request_selectors.idle_for(document.organization_id, lines)
    for line in lines:
        if found.get(line.pk) and not line.idle_reason.strip():
            things = _(", ").join(request_selectors.idle_words(thing) for thing in found[line.pk])
            raise DomainError(
                _("%(name)s: the house has idle ones: %(things)s. Take one of them, or say why they will not do.")
                % {"name": line.title, "things": things},
                field="idle_reason",
                line=line.position,
            )


def _is_open(plan: PlanLine, document: PurchaseRequest) -> bool:
    own: Any = plan.document
    merged = plan.merged_into
    return bool(
        own.organization_id == document.organization_id
        and own.kind == ProcurementPlan.Kind.DEPARTMENT
        and own.status == Status.APPROVED
        and (merged is None or merged.document.status == Status.APPROVED)
        and not plan.dropped
    )
