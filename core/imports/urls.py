"""Addresses of the imports; names without a namespace: import_home, import_start, import_template, import_check …"""

from django.urls import path

from . import views

urlpatterns = [
    path("import/", views.ImportHomeView.as_view(), name="import_home"),
    path("import/jobs/<uuid:key>/", views.ImportCheckView.as_view(), name="import_check"),
    path("import/jobs/<uuid:key>/confirm/", views.ImportConfirmView.as_view(), name="import_confirm"),
    path("import/jobs/<uuid:key>/marked.xlsx", views.ImportMarkedView.as_view(), name="import_marked"),
    path("import/<str:name>/", views.ImportStartView.as_view(), name="import_start"),
    path("import/<str:name>/template.xlsx", views.ImportTemplateView.as_view(), name="import_template"),
]
