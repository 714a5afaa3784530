"""Addresses of the office: who may what, and the first password of a person."""

from django.urls import path

from .office_views import (
    FirstLinksView,
    FirstPasswordView,
    OpeningView,
    RoleMatrixExport,
    RoleMatrixView,
    SignersView,
)

urlpatterns = [
    path("password/<uidb64>/<token>/", FirstPasswordView.as_view(), name="password_set"),
    path("settings/roles/", RoleMatrixView.as_view(), name="role_matrix"),
    path("settings/roles/export/", RoleMatrixExport.as_view(), name="role_matrix_export"),
    path("settings/signers/", SignersView.as_view(), name="signers"),
    path("settings/opening/", OpeningView.as_view(), name="opening"),
    path("settings/opening/links/", FirstLinksView.as_view(), name="first_links"),
]
