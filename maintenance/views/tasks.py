"""Opening a task that is no repair: move furniture, set a room."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from core.errors import DomainError
from core.views.document_form import mark_refusal
from core.views.documents import posted_key
from core.views.signed_in import SignedInMixin, SignedInRequest
from maintenance.forms.tasks import TaskForm
from maintenance.services.tasks import open_task


class NewTask(SignedInMixin, View):
    """GET: the form; POST opens the task and gives it to its owner."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        self._require()
        return self._page(TaskForm(actor=request.user), uuid.uuid4())

    def post(self, request: SignedInRequest) -> HttpResponse:
        self._require()
        form, key = TaskForm(request.POST, actor=request.user), posted_key(request) or uuid.uuid4()
        if not form.is_valid():
            return self._page(form, key)
        try:
            order = open_task(actor=request.user, request_key=key, **form.values())
        except DomainError as refusal:
            mark_refusal(form, None, refusal)
            return self._page(form, key)
        messages.success(request, _("Task %(order)s was opened.") % {"order": order})
        return redirect("workorder_detail", order.pk)

    def _require(self) -> None:
        if not self.request.user.has_perm("maintenance.add_workorder"):
            raise PermissionDenied

    def _page(self, form: Any, key: uuid.UUID) -> HttpResponse:
        context = {
            "title": _("New task"),
            "form": form,
            "request_key": key,
            "list_url": reverse("order_board"),
            "list_title": _("Board of repairs"),
            "cancel_url": reverse("order_board"),
            "save_label": _("Open the task"),
        }
        return render(self.request, "generic/form.html", context)
