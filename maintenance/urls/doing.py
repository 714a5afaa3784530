"""Addresses: the page of a worker."""

from django.urls import URLPattern, URLResolver, path

from maintenance.views import buying, doing_steps, work  # noqa: F401 - buying, doing_steps: what an order offers

urlpatterns: list[URLPattern | URLResolver] = [
    path("repairs/work/", work.Work.as_view(), name="repair_work"),
    path("repairs/work/entries/", work.WorkEntries.as_view(), name="repair_work_entries"),
    path("repairs/work/<int:pk>/photo/", work.WorkPhoto.as_view(), name="repair_work_photo"),
]
