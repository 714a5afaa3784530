"""处置明细表: every thing that left in a period; what of it was scrapped before its time stands in a column."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import DisposalLine, DisposalWay
from assets.services.disposals import is_early
from core.documents.lifecycle import Status
from core.reports import Column, Report, Row, register

from .parts import EXPORT, CardsPeriodForm, chosen_cards, said, within


class DisposalsForm(CardsPeriodForm):
    early = forms.BooleanField(label=gettext_lazy("Only before the end of the useful life"), required=False)
    field_order = (*CardsPeriodForm.field_order, "early")


@register
class DisposalsOfPeriod(Report):
    """One row a thing, by the day it left."""

    code = "asset_disposals"
    title = gettext_lazy("Disposed assets")
    permission = "assets.view_disposal"
    export_permission = EXPORT
    icon = "trash"
    form_class = DisposalsForm
    empty_text = gettext_lazy("Nothing left the house in these days.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Asset number"), "number", "code", width=16),
            Column(gettext_lazy("Asset name"), "name", width=24),
            Column(gettext_lazy("Asset category"), "class_name", width=20),
            Column(gettext_lazy("Date"), "day", "date"),
            Column(gettext_lazy("Document number"), "paper", "code", width=18),
            Column(gettext_lazy("Way of disposal"), "way", width=10),
            Column(gettext_lazy("Decision"), "decision", "code", width=18),
            Column(gettext_lazy("Department"), "department"),
            Column(gettext_lazy("Original value"), "cost", "money", total=True),
            Column(gettext_lazy("Accumulated depreciation"), "accumulated", "money", total=True),
            Column(gettext_lazy("Net value"), "net", "money", total=True),
            Column(gettext_lazy("Proceeds"), "proceeds", "money", total=True),
            Column(gettext_lazy("Costs"), "costs", "money", total=True),
            Column(gettext_lazy("Months used"), "used", "integer", width=8),
            Column(gettext_lazy("Useful life (months)"), "life", "integer", width=8),
            Column(gettext_lazy("Before its time"), "early", width=8),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return said(self.params)

    def rows(self) -> Iterator[Row]:
        cards = chosen_cards(self.user, self.params).order_by().values("pk")
        lines = DisposalLine.objects.filter(
            within(self.params, "document__business_date"), document__status=Status.POSTED, asset__in=cards
        )
        related = ("document__department", "asset__category")
        for line in lines.select_related(*related).order_by("document__business_date", "document_id", "position"):
            early = line.document.way == DisposalWay.SCRAP and is_early(line.asset)
            if early or not self.params["early"]:
                yield Row(self._values(line, early), subject=line)

    def _values(self, line: DisposalLine, early: bool) -> dict[str, Any]:
        document, card = line.document, line.asset
        return {
            "number": card.number,
            "name": card.name,
            "class_name": str(card.category),
            "day": document.business_date,
            "paper": document.number,
            "way": str(document.get_way_display()),
            "decision": document.approval_number,
            "department": str(document.department),
            "cost": line.original_value,
            "accumulated": line.accumulated,
            "net": line.net_value,
            "proceeds": line.proceeds or None,
            "costs": line.costs or None,
            "used": card.months_charged,
            "life": card.life_months,
            "early": _("yes") if early else "",
        }

    def links(self, row: Row) -> dict[str, str]:
        return {
            "number": reverse("asset_detail", args=(row.subject.asset_id,)),
            "paper": reverse("disposal_detail", args=(row.subject.document_id,)),
        }
