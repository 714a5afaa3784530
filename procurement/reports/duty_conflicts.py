"""不相容岗位检查表: who held two duties of one purchase in the year (domain rules of separation, R-PRC-11)."""

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.documents.lifecycle import Status
from core.forms import offer
from core.reports import Column, Report, ReportForm, Row, register
from directory.models import User
from procurement.models import PurchaseOrder
from procurement.services import duties

YEARS = 5


class YearForm(ReportForm):
    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this = clock.today().year
        offer(self, "year", [(year, str(year)) for year in range(this, this - YEARS, -1)])
        self.fields["year"].initial = this


@register
class DutyConflicts(Report):
    """One row a person, purchase and pair of duties."""

    code = "purchase_duty_conflicts"
    title = gettext_lazy("Two duties in one hand")
    permission = "procurement.view_paymentrequest"
    icon = "shield-check"
    form_class = YearForm
    note = gettext_lazy(
        "Purchases of the year in which one person held two duties that are to be kept apart; a small house may allow "
        "a pair and reports it here."
    )
    empty_text = gettext_lazy("Nobody held two duties of one purchase.")
    frozen_columns = 2
    signature_places = (gettext_lazy("Prepared by"), gettext_lazy("Checked by"))

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Person"), "person", width=16),
            Column(gettext_lazy("Order"), "number", "code"),
            Column(gettext_lazy("Supplier"), "supplier", width=28),
            Column(gettext_lazy("Date"), "day", "date"),
            Column(gettext_lazy("First duty"), "first"),
            Column(gettext_lazy("Second duty"), "second"),
            Column(gettext_lazy("How the house sees it"), "severity", width=18),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return [(_("Year"), self.params["year"])]

    def rows(self) -> Iterator[Row]:
        year = self.params["year"]
        orders = PurchaseOrder.objects.visible_to(self.user).filter(
            status=Status.APPROVED, business_date__range=(dt.date(year, 1, 1), dt.date(year, 12, 31))
        )
        conflicts = {key: people.conflicts() for key, people in duties.people_of_all(orders).items()}
        persons = {key for found in conflicts.values() for _first, _second, keys in found for key in keys}
        names = dict(User.objects.filter(pk__in=persons).values_list("pk", "name")) if persons else {}
        house_sees = cache(duties.severities)
        concerned = orders.filter(pk__in=[key for key, found in conflicts.items() if found])
        for order in concerned.select_related("supplier").order_by("business_date", "pk"):
            for first, second, keys in conflicts[order.pk]:
                severity = house_sees(order.organization_id).get((first, second), duties.REFUSED)
                for person in sorted(keys):
                    yield Row(
                        {
                            "person": names[person],
                            "number": order.number,
                            "supplier": str(order.supplier),
                            "day": order.business_date,
                            "first": str(duties.DUTIES[first]),
                            "second": str(duties.DUTIES[second]),
                            "severity": _("not allowed") if severity == duties.REFUSED else _("allowed, reported"),
                        },
                        subject=order,
                    )

    def links(self, row: Row) -> dict[str, str]:
        return {"number": reverse("purchaseorder_detail", args=(row.subject.pk,))}
