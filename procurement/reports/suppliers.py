"""供应商考核表 and 供应商证照到期表: what suppliers delivered and how well, and whose licences end."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.documents.lifecycle import Status
from core.numbers import ZERO
from core.reports import Column, Report, ReportForm, Row, register
from directory.models import Supplier
from procurement.models import PurchaseOrder, PurchaseOrderLine, SupplierEvaluation
from procurement.services.evaluations import overall
from procurement.supplier_selectors import categories_served, licence_state, licences_ending

YEARS_OFFERED = 6


class YearForm(ReportForm):
    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["year"]
        field.choices = [
            (year, str(year)) for year in range(clock.today().year, clock.today().year - YEARS_OFFERED, -1)
        ]
        field.initial = clock.today().year


@register
class SupplierScores(Report):
    """One row a supplier with orders or marks in the year, the largest sum first."""

    code = "supplier_scores"
    title = gettext_lazy("Suppliers and their marks")
    permission = "procurement.view_supplierevaluation"
    icon = "star"
    form_class = YearForm
    note = gettext_lazy(
        "Marks from 0 to 100; overall: on time 30, accepted at once 30, price 20, service 20 of a hundred."
    )
    empty_text = gettext_lazy("Nothing was ordered in this year.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Code"), "code", "code"),
            Column(gettext_lazy("Supplier"), "name", width=30),
            Column(gettext_lazy("Orders"), "orders", "integer", total=True),
            Column(gettext_lazy("Ordered amount"), "ordered", "money", total=True),
            Column(gettext_lazy("On time"), "delivery", "integer"),
            Column(gettext_lazy("Accepted at once"), "acceptance", "integer"),
            Column(gettext_lazy("Price"), "price", "integer"),
            Column(gettext_lazy("Service"), "service", "integer"),
            Column(gettext_lazy("Overall"), "overall", "integer"),
            Column(gettext_lazy("Black list until"), "black", "date"),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return [(_("Year"), self.params["year"])]

    def _days(self) -> tuple[dt.date, dt.date]:
        year = self.params["year"]
        return dt.date(year, 1, 1), dt.date(year, 12, 31)

    def rows(self) -> Iterator[Row]:
        orders = PurchaseOrder.objects.visible_to(self.user).filter(
            status=Status.APPROVED, business_date__range=self._days()
        )
        sums = PurchaseOrderLine.objects.filter(document__in=orders).order_by().values("document__supplier")
        known: dict[int, dict[str, Any]] = {
            row["document__supplier"]: dict(row)
            for row in sums.annotate(n=Count("document", distinct=True), yuan=Sum("amount"))
        }
        marks = {
            row.supplier_id: row
            for row in SupplierEvaluation.objects.visible_to(self.user).filter(
                organization=self.user.organization_id, year=self.params["year"]
            )
        }
        suppliers = Supplier.objects.in_bulk(set(known) | set(marks))
        for key in sorted(suppliers, key=lambda k: (-(known.get(k) or {}).get("yuan", ZERO), suppliers[k].code)):
            supplier, mark, row = suppliers[key], marks.get(key), known.get(key) or {}
            yield Row(
                {
                    "code": supplier.code,
                    "name": supplier.name,
                    "orders": row.get("n", 0),
                    "ordered": row.get("yuan", ZERO),
                    **{name: getattr(mark, name, None) for name in ("delivery", "acceptance", "price", "service")},
                    "overall": overall(mark) if mark else None,
                    "black": supplier.blacklisted_until,
                },
                subject=supplier,
            )

    def links(self, row: Row) -> dict[str, str]:
        page = reverse("supplier_page", args=(row.subject.pk,))
        first, last = self._days()
        days = {"from_day": first.isoformat(), "to_day": last.isoformat(), "status": Status.APPROVED.value}
        orders = f"{reverse('purchaseorder_list')}?{urlencode({'q': row.subject.name, **days})}"
        return {"name": page, "overall": page, "orders": orders, "ordered": orders}


class LicenceForm(ReportForm):
    within = forms.TypedChoiceField(
        label=gettext_lazy("Ends within"),
        coerce=int,
        choices=[
            (7, gettext_lazy("7 days")),
            (30, gettext_lazy("30 days")),
            (60, gettext_lazy("60 days")),
            (365, gettext_lazy("a year")),
        ],
        initial=60,
    )
    over = forms.BooleanField(label=gettext_lazy("And what is over"), required=False, initial=True)


@register
class LicencesEnding(Report):
    """One row a licence, the first to end on top."""

    code = "licences_ending"
    title = gettext_lazy("Licences of suppliers that end")
    permission = "directory.view_supplier"
    icon = "calendar"
    form_class = LicenceForm
    empty_text = gettext_lazy("No licence ends in this time.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Code"), "code", "code"),
            Column(gettext_lazy("Supplier"), "name", width=30),
            Column(gettext_lazy("Licence"), "kind", width=24),
            Column(gettext_lazy("Licence number"), "number", "code", width=20),
            Column(gettext_lazy("Issued by"), "issued", width=20),
            Column(gettext_lazy("Valid until"), "until", "date"),
            Column(gettext_lazy("Days left"), "days", "integer"),
            Column(gettext_lazy("State"), "state"),
            Column(gettext_lazy("Serves"), "serves", width=30),
            Column(gettext_lazy("Contact"), "contact"),
        )

    def rows(self) -> Iterator[Row]:
        today = clock.today()
        since = today - dt.timedelta(days=365) if self.params["over"] else today
        licences = list(licences_ending(today + dt.timedelta(days=self.params["within"]), over_since=since))
        serves = categories_served({row.supplier for row in licences})
        for row in licences:
            supplier = row.supplier
            yield Row(
                {
                    "code": supplier.code,
                    "name": supplier.name,
                    "kind": row.get_kind_display(),
                    "number": row.number,
                    "issued": row.issued_by,
                    "until": row.valid_until,
                    "days": (row.valid_until - today).days,  # type: ignore[operator]
                    "state": licence_state(row)[1],
                    "serves": _(", ").join(serves.get(supplier.pk, ())),
                    "contact": supplier.contact,
                },
                subject=supplier,
            )

    def links(self, row: Row) -> dict[str, str]:
        return {"name": reverse("supplier_page", args=(row.subject.pk,))}
