"""The page of a worker on his phone, and what it sends: now, or later in one go after the connection came back."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from core import deliveries
from core.errors import DomainError
from core.views.offline import works_offline
from core.views.signed_in import SignedInMixin, SignedInRequest
from maintenance.models import WorkOrder
from maintenance.services import photos, work_entries
from maintenance.work_selectors import choices_for, my_orders, records

from .work_words import ACTS, STATES, WORDS

RIGHT = "maintenance.work_workorder"


class WorkerMixin(SignedInMixin):
    """For repair workers alone."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_perm(RIGHT):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def orders(self) -> list[dict[str, Any]]:
        user = self.request.user
        return records(my_orders(user), user)


class Work(WorkerMixin, View):
    """GET: everything a worker needs today, in one page that goes on working without a connection."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        context = {
            "title": _("My repairs"),
            "orders": self.orders(),
            "choices": choices_for(request.user),
            "person": request.user,
            "words": {
                **WORDS,
                "loginUrl": f"{reverse('login')}?next={request.path}",
                "acts": ACTS,
                "states": STATES,
            },
        }
        return works_offline(render(request, "maintenance/work.html", context))


class WorkEntries(WorkerMixin, View):
    """POST {sent_at, entries: […]} takes what a phone kept; GET tells how the orders of this worker stand."""

    def get(self, request: SignedInRequest) -> JsonResponse:
        return JsonResponse({"orders": self.orders()})

    def post(self, request: SignedInRequest) -> JsonResponse:
        try:
            sent = deliveries.delivery_of(request.body)
        except ValueError:
            return JsonResponse({"message": _("What was sent could not be read.")}, status=400)
        outcomes = work_entries.take(sent["entries"], actor=request.user)
        # How the order stands now goes with the answer: the connection may be gone before the phone could ask.
        now = {order["id"]: order for order in self.orders()}
        results = [
            {"client_id": outcome.client_id, "refusal": outcome.refusal}
            if outcome.refusal
            else {"client_id": outcome.client_id, "key": outcome.order_id, "order": now.get(outcome.order_id)}
            for outcome in outcomes
        ]
        return JsonResponse({"results": results})


class WorkPhoto(WorkerMixin, View):
    """POST a picture of an order with its moment, "before" or "after"."""

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> JsonResponse:
        order = WorkOrder.objects.visible_to(request.user).filter(pk=pk).first()
        if order is None:
            raise Http404
        upload = request.FILES.get("file")
        if not isinstance(upload, UploadedFile):
            return JsonResponse({"message": _("Choose a file first.")}, status=400)
        try:
            photo = photos.add_photo(order, upload, request.POST.get("moment", ""), actor=request.user)
        except DomainError as refusal:
            return JsonResponse({"message": str(refusal)}, status=400)
        return JsonResponse({"url": reverse("attachment", args=(photo.attachment.key,))})
