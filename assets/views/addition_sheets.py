"""The lines of an asset addition as workbooks: a template and a way in for each kind of card, and the way out."""

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.generic import View

from assets.addition_resources import LAYOUTS
from assets.models import AssetAddition, CardType
from core.documents.services import may_change
from core.excel.download import workbook_response
from core.imports.views import address
from core.views.documents import VisibleDocumentMixin
from core.views.signed_in import SignedInRequest


def sheet_calls(document: AssetAddition, user: Any) -> list[dict[str, Any]]:
    """By kind of card: where its template is and where it is loaded; [] where the draft is not open to this person."""
    if not document.is_editable or not may_change(document, actor=user):
        return []
    return [
        {
            "label": CardType(card_type).label,
            "template_url": address("import_template", layout, document),
            "start_url": address("import_start", layout, document),
        }
        for card_type, layout in LAYOUTS.items()
        if user.has_perm(layout.import_permission())
    ]


class LinesView(VisibleDocumentMixin, View):
    """All lines, a sheet for each kind of card there is, with the columns of its import."""

    model = AssetAddition

    def get(self, request: SignedInRequest, pk: int) -> HttpResponseBase:
        document = self.find(pk)
        kinds = set(document.lines.order_by().values_list("card_type", flat=True).distinct())
        sheets = [
            layout(user=request.user, parent=document).to_sheet(document.lines.filter(card_type=card_type))
            for card_type, layout in LAYOUTS.items()
            if card_type in kinds
        ]
        empty = [LAYOUTS[CardType.EQUIPMENT](user=request.user, parent=document).to_sheet(document.lines.none())]
        return workbook_response(_("Lines of %(paper)s") % {"paper": document}, sheets or empty)
