"""Addresses: pauses of work orders."""

from django.urls import URLPattern, URLResolver, path

from maintenance.views import pauses

urlpatterns: list[URLPattern | URLResolver] = [
    path("repairs/pauses/", pauses.PauseList.as_view(), name="pause_list"),
    path("repairs/pauses/<int:pk>/decide/", pauses.PauseDecision.as_view(), name="pause_decision"),
]
