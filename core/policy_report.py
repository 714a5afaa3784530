"""Dated figures as a page: what is in force on a day, since when, and on what it is based."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock, policies
from core.forms import DayField
from core.models import Policy
from core.reports import Column, Report, ReportForm, Row, register


class FiguresForm(ReportForm):
    day = DayField(label=gettext_lazy("Day"), required=False, help_text=gettext_lazy("Empty: today."))


@register
class DatedFigures(Report):
    """One row a figure, in the order in which the parts of the program registered them."""

    code = "dated_figures"
    title = gettext_lazy("Dated figures")
    permission = "core.view_policy"
    icon = "scale"
    form_class = FiguresForm
    note = gettext_lazy(
        "A figure holds from its day on, until a later one follows. “Shipped” comes with the program: check it and "
        "enter what your house decided, with its basis."
    )
    empty_text = gettext_lazy("There are no dated figures.")
    frozen_columns = 1

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Figure"), "label", width=40),
            Column(gettext_lazy("Value"), "value", "quantity"),
            Column(gettext_lazy("Unit"), "unit", width=8),
            Column(gettext_lazy("In force since"), "since", "date"),
            Column(gettext_lazy("Whose"), "own", width=10),
            Column(gettext_lazy("Basis"), "basis", width=50),
            Column(gettext_lazy("From then on"), "next_day", "date"),
            Column(gettext_lazy("it will be"), "next_value", "quantity"),
        )

    def day(self) -> Any:
        return self.params["day"] or clock.today()

    def summary(self) -> list[tuple[Any, Any]]:
        return [(_("Day"), self.day()), (_("Organization"), self.user.organization or "")]

    def rows(self) -> Iterator[Row]:
        day, house = self.day(), self.user.organization_id
        coming: dict[str, Policy] = {}
        later = Policy.objects.filter(organization_id=house, valid_from__gt=day)
        for row in later.order_by("-valid_from"):
            coming[row.key] = row  # the nearest one comes last
        for figure in policies.all_in_force(house, day):
            following = coming.get(figure.figure.key)
            yield Row(
                {
                    "label": str(figure.figure.label),
                    "value": figure.value,
                    "unit": str(figure.figure.unit),
                    "since": figure.valid_from,
                    "own": _("own") if figure.own else _("shipped"),
                    "basis": figure.basis,
                    "next_day": following and following.valid_from,
                    "next_value": following and following.value,
                },
                subject=figure.figure.key,
            )

    def links(self, row: Row) -> dict[str, str]:
        """To the rows of this figure, for those who may open the back office."""
        if not self.user.is_staff:
            return {}
        try:
            return {"label": f"{reverse('admin:core_policy_changelist')}?key__exact={row.subject}"}
        except NoReverseMatch:
            return {}
