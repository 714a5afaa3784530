"""The lines of a document as a workbook that can be filled in and imported into the draft again."""

from typing import Any

from django.http import Http404, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.generic import View

from core import resources
from core.documents.models import Document
from core.documents.services import may_change
from core.excel.download import workbook_response
from core.imports.views import address
from core.views.documents import VisibleDocumentMixin, url_name
from core.views.links import address_or_none
from core.views.signed_in import SignedInRequest


def lines_url(base: str, model: type[Document]) -> URLPattern:
    """The address under which the lines of a kind leave as a workbook: <model>_lines."""
    view: Any = type("Lines", (LinesWorkbook,), {"model": model})
    return path(f"{base}/<int:pk>/lines.xlsx", view.as_view(), name=url_name(model, "lines"))


class LinesWorkbook(VisibleDocumentMixin, View):
    """The lines with the columns of their import, for whoever sees the document."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponseBase:
        document = self.find(pk)
        try:
            resource = resources.for_model(document.lines.model)
        except KeyError:
            raise Http404 from None
        sheet = resource(user=request.user, parent=document).to_sheet(document.lines.all())
        return workbook_response(str(document), [sheet])


def excel_calls(document: Any, user: Any) -> list[dict[str, Any]]:
    """The ways out and in of the lines of a draft: download as a workbook, import from one; [] for others."""
    if not document.is_editable or not may_change(document, actor=user):
        return []
    calls = []
    if out := address_or_none(url_name(document, "lines"), document.pk):
        calls.append({"label": _("Lines as a workbook"), "url": out, "icon": "file-spreadsheet"})
    resource = resources.for_model(document.lines.model)
    if user.has_perm(resource.import_permission()):
        way_in = address("import_start", resource, document)
        calls.append({"label": _("Import lines from Excel"), "url": way_in, "icon": "upload"})
    return calls
