"""The paper of an asset addition, how it shows itself where all kinds are shown, and the choice of accepted goods."""

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Sum
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from assets.models import AssetAddition, AssetIntake
from assets.services.suggestions import Suggestion, leaves, suggest
from core import clock
from core.fields import MoneyField
from core.line_forms import MAX_LINES
from core.parsing import parse_keys
from core.views.pickers import PickerView, named_codes, named_keys, searched
from core.views.printing import DocumentPrintView
from core.views.screens import Screens, register_screens
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.views.tables import Column

from .additions import LINE_COLUMNS, LINE_RELATED, MOST_PREFILLED, TITLE

NAME, SPECIFICATION, CATEGORY, DEPARTMENT, PIECES, VALUE, AMOUNT, FISCAL, LIFE = LINE_COLUMNS


class AdditionPaper(DocumentPrintView):
    """验收入账单: the lines; a list of more than five hundred is printed as its classes."""

    model = AssetAddition
    related = ("organization", "department", "created_by")
    line_related = LINE_RELATED
    columns = (
        replace(NAME, css="w-18"),
        replace(SPECIFICATION, css="w-14"),
        replace(CATEGORY, css="w-18"),
        replace(DEPARTMENT, css="w-12"),
        replace(PIECES, css="w-8"),
        replace(VALUE, css="w-12"),
        replace(AMOUNT, css="w-13"),
    )

    def lines_of(self, document: Any) -> list[Any]:
        rows = document.lines.order_by("position", "id")
        if rows.count() <= MAX_LINES:
            return list(rows.select_related(*self.line_related))
        worth = Sum(F("original_value") * F("pieces"), output_field=MoneyField())
        sums = rows.order_by().values("category__code", "category__name")
        return [
            SimpleNamespace(
                name=row["category__name"],
                specification="",
                category=row["category__code"],
                department=_("%(count)d lines") % {"count": row["lines_together"]},
                pieces=row["cards"],
                original_value=None,
                amount=row["worth"],
            )
            for row in sums.annotate(cards=Sum("pieces"), worth=worth, lines_together=Count("pk")).order_by(
                "category__code"
            )
        ]

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            (_("Department"), document.department),
            (_("Date"), f"{document.business_date:%Y-%m-%d}"),
            (_("Way of acquisition"), document.get_way_display()),
            (_("Made of"), document.source),
        ]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            *super().places(document),
            (_("Accepted by"), ""),
            (_("Custodian"), ""),
            (_("Accountant"), ""),
        ]


def _preview(document: Any) -> str:
    lines = list(document.lines.order_by("position", "id")[:3])
    words = [f"{line.name} ×{line.pieces}" for line in lines[:2]]
    return _(", ").join(words) + (" …" if len(lines) > 2 else "")


register_screens(
    Screens(
        AssetAddition,
        purpose=lambda document: document.source or document.note,
        preview=_preview,
        facts=lambda document: [
            (_("Way of acquisition"), document.get_way_display()),
            (_("Made of"), document.source),
        ],
        approval_columns=(NAME, SPECIFICATION, CATEGORY, DEPARTMENT, PIECES, VALUE, replace(AMOUNT, total=False)),
        line_related=LINE_RELATED,
        unit_of=lambda line: line.unit,
    )
)


class ClassSuggestions(PickerView):
    """Classes that cards may take, found by code, name, initials, or what the published list calls the thing."""

    def rows(self) -> Any:
        return leaves()

    def get(self, request: SignedInRequest) -> JsonResponse:
        if keys := named_keys(request):
            found = [Suggestion(row) for row in self.rows().filter(pk__in=keys)]
        elif codes := named_codes(request):
            found = [Suggestion(row) for row in self.rows().filter(code__in=codes)]
        else:
            organization = request.user.organization_id
            found = suggest(searched(request), organization_id=organization, day=clock.today()) if organization else []
        return JsonResponse({"results": [self.suggested(each) for each in found]})

    def suggested(self, each: Suggestion) -> dict[str, Any]:
        row = each.category
        usual: dict[str, Any] = {"unit": row.unit} if row.unit else {}
        if each.thing:
            usual["name"] = each.thing
        if each.old:
            usual["old_category"] = self.record(each.old)
        least = _("at least %(months)d months") % {"months": each.life[0]} if each.life else ""
        return {
            **self.record(row),
            "usual": usual,
            "detail": " · ".join(part for part in (each.thing, str(row.get_card_type_display()), least) if part),
        }


class ChooseIntake(SignedInMixin, View):
    """Accepted goods that wait for their cards; the chosen ones become the lines of one new addition."""

    columns: Sequence[Column] = (
        Column("name", gettext_lazy("Asset name"), css="goods"),
        Column("specification", gettext_lazy("Specification")),
        Column("department", gettext_lazy("Using department")),
        Column("quantity", gettext_lazy("Quantity"), "quantity"),
        Column("unit", gettext_lazy("Unit")),
        Column("amount", gettext_lazy("Amount"), "money"),
        Column("acquired_on", gettext_lazy("Acquired on"), "day"),
        Column("source", gettext_lazy("Acceptance"), "code"),
    )

    def get(self, request: SignedInRequest) -> HttpResponse:
        rows = list(self._waiting()[:MOST_PREFILLED])
        context = {
            "title": _("Make cards of accepted goods"),
            "list_url": reverse("assetaddition_list"),
            "list_title": TITLE,
            "back_url": reverse("asset_intake"),
            "columns": self.columns,
            "rows": [{"key": row.pk, "name": row.name, "cells": [c.of(row) for c in self.columns]} for row in rows],
            "go_label": _("Make cards"),
            "empty_text": _("No goods wait for asset cards. They come here when durable goods are accepted."),
        }
        return render(request, "assets/choose_lines.html", context)

    def post(self, request: SignedInRequest) -> HttpResponse:
        keys = parse_keys(request.POST.getlist("line")[:MOST_PREFILLED])
        chosen = [row.pk for row in self._waiting().filter(pk__in=keys)]
        if not chosen:
            messages.error(request, _("Choose at least one row."))
            return redirect("assetaddition_from_intake")
        return redirect(f"{reverse('assetaddition_new')}?{urlencode([('intake', key) for key in chosen])}")

    def _waiting(self) -> Any:
        user = self.request.user
        if not (user.has_perm("assets.add_assetaddition") and user.has_perm("assets.view_assetintake")):
            raise PermissionDenied
        rows = AssetIntake.objects.visible_to(user).filter(  # type: ignore[attr-defined]
            state=AssetIntake.State.WAITING, organization=user.organization_id
        )
        return rows.select_related("department").order_by("acquired_on", "pk")
