"""What others did with my documents."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from core.documents.services import step_label
from core.models.notices import Notice
from core.notices import mark_read, sentence_of, unread_count
from core.views.signed_in import SignedInMixin, SignedInRequest

from .documents import url_of

PAGE_SIZE = 50


def notice_rows(notices: list[Notice]) -> list[dict[str, Any]]:
    """Notices in words, with their documents; one query for each kind of document among them."""
    documents: dict[tuple[int, int], Any] = {}
    events = [notice.event for notice in notices if notice.event]
    for kind in {event.content_type_id for event in events}:
        model: Any = ContentType.objects.get_for_id(kind).model_class()
        keys = [event.object_id for event in events if event.content_type_id == kind]
        documents.update({(kind, row.pk): row for row in model._base_manager.filter(pk__in=keys)})
    rows = []
    for notice in notices:
        event, unread = notice.event, notice.read_at is None
        if event is None:
            rows.append({"sentence": sentence_of(notice), "at": notice.at, "unread": unread, "url": notice.url})
            continue
        document = documents.get((event.content_type_id, event.object_id))
        rows.append(
            {
                "who": event.actor,
                "label": step_label(event.step, document),
                "step": event.step,
                "reason": event.reason,
                "at": event.at,
                "unread": unread,
                "document": document,
                "kind": document._meta.verbose_name if document else "",
                "url": url_of(document) if document else "",
            }
        )
    return rows


class NoticesView(SignedInMixin, View):
    """The list; “mark all as read” is a POST, so that a prefetch of the page changes nothing."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        mine = Notice.objects.filter(user=request.user).select_related("event__actor")
        page = Paginator(mine, PAGE_SIZE).get_page(request.GET.get("page"))
        context = {
            "title": _("Notices"),
            "rows": notice_rows(list(page.object_list)),
            "page_obj": page,
            "unread": unread_count(request.user),
        }
        return render(request, "core/notices.html", context)

    def post(self, request: SignedInRequest) -> HttpResponse:
        mark_read(request.user)
        return redirect("notices")
