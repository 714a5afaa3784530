"""Addresses of the kernel's own pages: workbench, waiting for me, search, notices, files."""

from django.urls import path

from core.policy_report import DatedFigures
from core.reports import address
from core.views.attachments import AttachmentAddView, AttachmentView
from core.views.list_views import ListViewsView
from core.views.notices import NoticesView
from core.views.offline import offline_page, offline_worker
from core.views.report_list import ReportList
from core.views.search import SearchView
from core.views.waiting import SignManyView, WaitingDocumentView, WaitingView
from core.views.workbench import WorkbenchView

urlpatterns = [
    path("", WorkbenchView.as_view(), name="workbench"),
    path("offline-worker.js", offline_worker, name="offline_worker"),
    path("offline/", offline_page, name="offline_page"),
    path("waiting/", WaitingView.as_view(), name="waiting"),
    path("waiting/sign/", SignManyView.as_view(), name="waiting_sign"),
    path("waiting/<int:pk>/", WaitingDocumentView.as_view(), name="waiting_document"),
    path("lists/views/", ListViewsView.as_view(), name="list_views"),
    path("reports/", ReportList.as_view(), name="report_list"),
    path("search/", SearchView.as_view(), name="search"),
    path("notices/", NoticesView.as_view(), name="notices"),
    address("settings/figures/", DatedFigures),
    path("attachments/<uuid:key>/", AttachmentView.as_view(), name="attachment"),
    path("attachments/add/<str:label>/<int:pk>/", AttachmentAddView.as_view(), name="attachment_add"),
]
