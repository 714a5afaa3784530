"""Search boxes that choose classes and places."""

from typing import Any

from django.db.models import QuerySet

from assets.models import AssetCategory, Edition
from core.views.pickers import PickerView
from directory.models import Place


class CategorySearch(PickerView):
    """Classes of an edition that are in use, by code, name or initials."""

    initials = "initials"
    edition = Edition.E2022

    def rows(self) -> QuerySet:
        rows = AssetCategory.objects.visible_to(self.request.user).filter(active=True, edition=self.edition)
        return rows.order_by("code")


class PlaceSearch(PickerView):
    """Places of one's own house that are in use."""

    def rows(self) -> QuerySet:
        user = self.request.user
        rows = Place.objects.visible_to(user).filter(active=True, organization_id=user.organization_id)
        return rows.select_related("parent").order_by("code")

    def record(self, row: Any) -> dict[str, Any]:
        return {**super().record(row), "detail": str(row.parent or "")}
