"""Addresses: reporting. What begins with r/ answers anybody who has the token."""

from django.urls import URLPattern, URLResolver, path

from maintenance.views import overview, report_blocks  # noqa: F401 - the first page and the page of an order show reports
from maintenance.views.place_labels import PlaceLabels
from maintenance.views.public_progress import FollowReport
from maintenance.views.public_reports import ReportPlace, ReportThing
from maintenance.views.reporting import MyReports, NewReport, SimilarReports, TicketPage

urlpatterns: list[URLPattern | URLResolver] = [
    path("r/a/<slug:token>/", ReportThing.as_view(), name="report_thing"),
    path("r/p/<slug:token>/", ReportPlace.as_view(), name="report_place"),
    path("r/<slug:token>/", FollowReport.as_view(), name="report_follow"),
    path("repairs/report/", NewReport.as_view(), name="report_new"),
    path("repairs/report/similar/", SimilarReports.as_view(), name="report_similar"),
    path("repairs/mine/", MyReports.as_view(), name="repair_mine"),
    path("repairs/mine/<int:pk>/", TicketPage.as_view(), name="repair_ticket"),
    path("repairs/places/labels/", PlaceLabels.as_view(), name="place_labels"),
]
