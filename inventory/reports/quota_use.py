"""定额使用情况: what each department may use, has used and has left, by item and category."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.forms import DayField, offer
from core.reports import Column, Report, ReportForm, Row, register
from directory.models import Department
from inventory.models import Quota
from inventory.quota_selectors import Standing, standings, valid_quotas

from .parts import period_text, report_url, without_zero


class QuotaUseForm(ReportForm):
    department = forms.ModelChoiceField(
        Department.objects.none(),
        required=False,
        label=gettext_lazy("Department"),
        empty_label=gettext_lazy("All departments"),
    )
    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)
    day = DayField(label=gettext_lazy("Day"), required=False, help_text=gettext_lazy("Empty: today."))
    over = forms.BooleanField(label=gettext_lazy("Only used up"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Quota.objects.visible_to(self.user).order_by().values("department")
        offer(self, "department", Department.objects.filter(pk__in=mine).order_by("organization", "code"))
        offer(self, "period", [("", _("All periods")), *Quota.Period.choices])


@register
class QuotaUse(Report):
    """One row a quota that holds on the day, in the period the day lies in."""

    code = "quota_use"
    title = gettext_lazy("Quotas: used and left")
    permission = "inventory.view_quota"
    icon = "scale"
    form_class = QuotaUseForm
    note = gettext_lazy(
        "Used: issued less what came back. Open requests: asked for and not issued yet. Left = quota + carried over - "
        "used - open requests."
    )
    empty_text = gettext_lazy("There is no quota for this day.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Department"), "department", width=20),
            Column(gettext_lazy("Item or category"), "what", width=28),
            Column(gettext_lazy("Period"), "period", width=26),
            Column(gettext_lazy("Basis"), "basis", width=18),
            Column(gettext_lazy("Unit"), "unit", width=7),
            Column(gettext_lazy("Quota"), "limit", "quantity"),
            Column(gettext_lazy("Carried over"), "carried", "quantity"),
            Column(gettext_lazy("Used"), "used", "quantity"),
            Column(gettext_lazy("Open requests"), "reserved", "quantity"),
            Column(gettext_lazy("Left"), "left", "quantity"),
            Column(gettext_lazy("Attention"), "warning", width=12),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return [
            (_("Department"), self.params["department"] or _("All departments")),
            (_("Day"), self.params["day"] or clock.today()),
        ]

    def rows(self) -> Iterator[Row]:
        day = self.params["day"] or clock.today()
        mine = Quota.objects.visible_to(self.user).order_by().values("pk")
        quotas = valid_quotas(day).filter(pk__in=mine)
        if department := self.params["department"]:
            quotas = quotas.filter(department=department)
        if period := self.params["period"]:
            quotas = quotas.filter(period=period)
        ordered = quotas.order_by("department__code", "item__code", "category__code", "period", "pk")
        for standing in standings(list(ordered), day):
            if standing.left <= 0 or not self.params["over"]:
                yield Row(self._values(standing), subject=standing)

    def _values(self, standing: Standing) -> dict[str, Any]:
        quota = standing.quota
        return {
            "department": quota.department.name,
            "what": str(quota.item or quota.category),
            "period": period_text(standing.start, standing.end),
            "basis": self._basis(quota),
            "unit": str(quota.item.unit) if standing.counts_pieces and quota.item else _("yuan"),
            "limit": standing.limit,
            "carried": without_zero(standing.carried),
            "used": standing.used,
            "reserved": without_zero(standing.reserved),
            "left": standing.left,
            "warning": _warning(standing),
        }

    def _basis(self, quota: Quota) -> str:
        """Per bed × 40: what the limit was multiplied by."""
        department = quota.department
        count = {"head": department.head_count, "bed": department.bed_count, "class": department.class_count}
        words = str(quota.get_basis_display())
        return f"{words} × {count[quota.basis]}" if quota.basis in count else words

    def links(self, row: Row) -> dict[str, str]:
        standing = row.subject
        quota = standing.quota
        if not self.user.has_perm("inventory.view_stockmove"):
            return {}
        category = quota.category or (quota.item.category if quota.item else None)
        url = report_url(
            "department_issues",
            department=quota.department,
            category=category,
            start=standing.start,
            end=min(standing.end, max(clock.today(), standing.start)),
        )
        return {"used": url}


def _warning(standing: Standing) -> str:
    if standing.left < 0:
        return _("over quota")
    return _("used up") if standing.left == 0 else ""
