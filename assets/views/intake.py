"""Goods that were accepted and wait for their asset cards (待建卡)."""

from typing import Any

import django_filters
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assets.models import AssetIntake
from core.views.documents import DocumentExportView
from core.views.filters import visible_departments
from core.views.tables import Column, TableView


class IntakeFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=AssetIntake.State.choices, empty_label=_("All"))
    department = django_filters.ModelChoiceFilter(
        label=_("Using department"), queryset=visible_departments, empty_label=_("All departments")
    )


class IntakeList(TableView):
    """Oldest first: what waits longest is carded first."""

    model = AssetIntake
    title = _("Goods waiting for asset cards")
    permission = "assets.view_assetintake"
    columns = (
        Column("name", _("Asset name"), sort=("name",)),
        Column("specification", _("Specification")),
        Column("brand", _("Brand and model")),
        Column("state", _("State"), "status", lambda row: (row.state, row.get_state_display()), sort=("state",)),
        Column("department", _("Using department"), sort=("department__code",)),
        Column("quantity", _("Quantity"), "quantity", sort=("quantity",)),
        Column("unit", _("Unit")),
        Column("unit_price", _("Unit price"), "price", sort=("unit_price",)),
        Column("amount", _("Amount"), "money", total=True, sort=("amount",)),
        Column("class_code", _("Class code"), "code"),
        Column("supplier", _("Supplier"), sort=("supplier__name",)),
        Column("acquired_on", _("Acquired on"), "day", sort=("acquired_on",)),
        Column("warranty_months", _("Warranty (months)"), "integer"),
        Column("source", _("Acceptance"), "code", sort=("source",)),
    )
    search_fields = ("name", "specification", "brand", "source", "supplier__name", "supplier__initials")
    search_placeholder = _("Name, supplier or acceptance")
    filterset_class = IntakeFilter
    ordering = ("state", "acquired_on", "pk")
    empty_text = _("No goods wait for asset cards. They come here when durable goods are accepted.")

    def queryset(self) -> Any:
        rows = super().queryset().select_related("department", "supplier")
        wants_all = "state" in self.request.GET
        return rows if wants_all else rows.filter(state=AssetIntake.State.WAITING)

    def card(self, row: Any) -> dict[str, Any]:
        return {
            "title": f"{row.name} ×{row.quantity.normalize():f} {row.unit}",
            "status": (row.state, row.get_state_display()),
            "meta": f"{row.department} · {row.source} · {row.acquired_on:%m-%d}",
        }

    def extra_context(self) -> dict[str, Any]:
        everything = {"label": _("All states"), "url": f"{reverse('asset_intake')}?state=", "icon": "history"}
        actions = [everything]
        if self.request.user.has_perm("assets.add_assetaddition"):
            chosen = {"label": _("Make cards"), "url": reverse("assetaddition_from_intake"), "icon": "plus"}
            actions.insert(0, chosen)
        return {
            "export_url": f"{reverse('asset_intake_export')}?{self.request.GET.urlencode()}",
            "actions": actions,
        }


class IntakeExport(DocumentExportView):
    list_view = IntakeList
