"""Files on documents: adding one, and handing one out to people who may see its document."""

import uuid
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import View

from core.attachments import attach, keeps_files, readable_files
from core.errors import DomainError
from core.models.attachments import Attachment
from core.parsing import parse_key
from core.views.signed_in import SignedInMixin, SignedInRequest

from .documents import url_of


class AttachmentAddView(SignedInMixin, View):
    """POST a file to a document the person may see; with `signature` it leads back to where that is signed."""

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, label: str, pk: int) -> HttpResponse:
        document = self._find(label, pk)
        upload = request.FILES.get("file")
        if upload is None:
            messages.error(request, _("Choose a file first."))
            return self._back(document)
        try:
            row = attach(document, upload, actor=request.user)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("%(name)s was added.") % {"name": row.name})
        return self._back(document)

    def _back(self, document: Any) -> HttpResponse:
        signature = parse_key(self.request.POST.get("signature", ""))
        return redirect("waiting_document", signature) if signature else redirect(url_of(document))

    def _find(self, label: str, pk: int) -> Any:
        try:
            model: Any = apps.get_model(label)
        except (LookupError, ValueError):
            raise Http404 from None
        document = model.objects.visible_to(self.request.user).filter(pk=pk).first() if keeps_files(model) else None
        if document is None:
            raise Http404
        return document


class AttachmentView(SignedInMixin, View):
    """Hands out a file as a download; a browser can neither guess its kind nor run anything in it."""

    def get(self, request: SignedInRequest, key: uuid.UUID) -> HttpResponseBase:
        row = Attachment.objects.select_related("content_type").filter(key=key).first()
        model: Any = row and row.content_type.model_class()
        if row is None or model is None:
            raise Http404
        document = model.objects.visible_to(request.user).filter(pk=row.object_id).first()
        if document is None or not readable_files(document, request.user).filter(pk=row.pk).exists():
            raise Http404
        try:
            stream = row.file.open("rb")
        except FileNotFoundError:
            raise Http404 from None
        response = FileResponse(stream, as_attachment=True, filename=row.name, content_type=row.media_type)
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["Cache-Control"] = "private, max-age=3600"
        return response
