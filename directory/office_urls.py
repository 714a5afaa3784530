"""Addresses of the office: who may what, and the first password of a person."""

from django.urls import path

from .office_views import FirstPasswordView, RoleMatrixExport, RoleMatrixView, SignersView

urlpatterns = [
    path("password/<uidb64>/<token>/", FirstPasswordView.as_view(), name="password_set"),
    path("settings/roles/", RoleMatrixView.as_view(), name="role_matrix"),
    path("settings/roles/export/", RoleMatrixExport.as_view(), name="role_matrix_export"),
    path("settings/signers/", SignersView.as_view(), name="signers"),
]
