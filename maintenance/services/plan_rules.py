"""What a plan may say: intervals that a law allows, and lifts at least every 15 days (R-REP-13)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from assets.models import Asset, AssetState
from core import clock
from core.errors import DomainError
from core.policies import in_force
from maintenance.figures import LIFT_DAYS
from maintenance.models import EquipmentKind, MaintenancePlan, PlanSubject, SpecialEquipment

from .plan_dates import longest_gap, shortest_gap

GONE = (AssetState.DISPOSED, AssetState.MISSING)


def lift_limit(organization_id: int) -> tuple[int, str]:
    """Days within which a lift is kept up at least once, and on what that rests."""
    found = in_force(LIFT_DAYS, organization_id, clock.today())
    return int(found.value), found.basis


def things_of(subject: PlanSubject, organization_id: int) -> QuerySet[Asset]:
    """The things a subject stands for now: one, or each of a class that is in use; none for a place."""
    rows = Asset.objects.filter(organization=organization_id)
    if subject.category is not None:
        below = subject.category.subtree()
        return rows.filter(category__in=below, state__in=(AssetState.IN_USE, AssetState.REPAIR)).order_by("number")
    return rows.filter(pk__in=[subject.asset_id]).exclude(state__in=GONE)


def check_plan(plan: MaintenancePlan, subjects: Sequence[PlanSubject]) -> None:
    """Refuse a plan that a law forbids or that cannot work.

    Raises DomainError with the field to blame: no subject, orders that would appear before the former upkeep is due,
    an interval above the allowed maximum, a maximum without its basis, a lift kept up too rarely (R-REP-13).
    """
    if not subjects:
        raise DomainError(_("Say what the plan is for: a thing, a class or a place."))
    if plan.ends_on and plan.ends_on < plan.starts_on:
        raise DomainError(_("The plan would end before it begins."), field="ends_on")
    _check_season(plan)
    gap = shortest_gap(plan)
    if gap is not None and plan.lead_days > gap:
        raise DomainError(
            _("It is due every %(gap)d days; an order cannot appear %(lead)d days before that. Say %(gap)d or less.")
            % {"gap": gap, "lead": plan.lead_days},
            field="lead_days",
        )
    if plan.maximum_days and not plan.basis.strip():
        raise DomainError(_("Name the paper that sets the longest interval."), field="basis")
    longest = longest_gap(plan)
    if plan.maximum_days and (longest is None or longest > plan.maximum_days):
        raise DomainError(
            _("At most %(maximum)d days are allowed between two upkeeps (%(basis)s); this plan would wait longer.")
            % {"maximum": plan.maximum_days, "basis": plan.basis},
            field="every",
        )
    check_lifts(plan, subjects)


def _check_season(plan: MaintenancePlan) -> None:
    if plan.kind != MaintenancePlan.Kind.SEASON:
        return
    try:
        dt.datetime.strptime(f"2024-{plan.season_day}", "%Y-%m-%d")  # noqa: DTZ007 -- a day, no moment
    except ValueError:
        raise DomainError(_("Write month and day: 11-01"), field="season_day") from None


def lifts_of(plan: MaintenancePlan, subjects: Iterable[PlanSubject]) -> set[int]:
    """Keys of the lifts among the things of a plan."""
    lifts = SpecialEquipment.objects.filter(organization=plan.organization_id, kind=EquipmentKind.LIFT)
    found: set[int] = set()
    for subject in subjects:
        found |= set(lifts.filter(asset__in=things_of(subject, plan.organization_id)).values_list("asset", flat=True))
    return found


def is_often_enough(plan: MaintenancePlan, limit: int) -> bool:
    """Whether a plan alone keeps a lift up as often as the law says."""
    longest = longest_gap(plan)
    return plan.active and longest is not None and longest <= limit


def covered_lifts(organization_id: int, limit: int, *, without: int | None = None) -> set[int]:
    """Lifts that some plan keeps up at least every `limit` days today, the plan `without` aside."""
    today = clock.today()
    plans = MaintenancePlan.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), organization=organization_id)
    found: set[int] = set()
    for plan in plans.filter(active=True).exclude(pk__in=[without]).prefetch_related("subjects__category"):
        if is_often_enough(plan, limit):
            found |= lifts_of(plan, plan.subjects.all())
    return found


def check_lifts(plan: MaintenancePlan, subjects: Sequence[PlanSubject]) -> None:
    """Refuse a plan that keeps a lift up more rarely than every 15 days, unless another plan does so often enough."""
    limit, basis = lift_limit(plan.organization_id)
    if not plan.active or is_often_enough(plan, limit):
        return
    bare = lifts_of(plan, subjects) - covered_lifts(plan.organization_id, limit, without=plan.pk)
    if bare:
        lift = Asset.objects.get(pk=min(bare))
        raise DomainError(
            _(
                "%(lift)s is a lift: it is cleaned, lubricated, adjusted and checked at least every %(days)d days "
                "(%(basis)s). Shorten the interval, or make the plan for every %(days)d days first."
            )
            % {"lift": lift, "days": limit, "basis": basis},
            code="R-REP-13",
            field="every",
        )


def bare_lifts(organization_id: int) -> list[SpecialEquipment]:
    """Lifts in use that no plan keeps up often enough: violations of R-REP-13."""
    limit, _basis = lift_limit(organization_id)
    lifts = SpecialEquipment.objects.filter(organization=organization_id, kind=EquipmentKind.LIFT)
    lifts = lifts.exclude(asset__state__in=GONE).exclude(asset__in=covered_lifts(organization_id, limit))
    return list(lifts.select_related("asset"))


def has_limit(plan: MaintenancePlan, subjects: Sequence[Any]) -> int | None:
    """The most days that a law allows between two upkeeps of this plan; None where none is known."""
    limit, _basis = lift_limit(plan.organization_id)
    limits = [plan.maximum_days] if plan.maximum_days else []
    if is_often_enough(plan, limit) and lifts_of(plan, subjects):
        limits.append(limit)
    return min(limits) if limits else None
