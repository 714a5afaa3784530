"""Every address of the application; apps bring their own."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.templatetags.static import static
from django.urls import include, path
from django.utils.functional import lazy
from django.views.generic import RedirectView

from core.views.health import healthz

urlpatterns = [
    path("login/", auth_views.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", auth_views.LogoutView.as_view(), name="logout"),
    path("healthz", healthz, name="healthz"),
    # Browsers ask for it beside every answer that names no icon (a PDF, a picture). A page of error in its place would
    # carry a fresh CSRF cookie and spoil the form just opened.
    path("favicon.ico", RedirectView.as_view(url=lazy(static, str)("favicon.svg")), name="favicon"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("core.urls")),
    path("", include("directory.urls")),
    path("", include("directory.office_urls")),
    path("", include("inventory.urls")),
    path("", include("core.imports.urls")),
    path("", include("inventory.reports.urls")),
    path("", include("assets.urls")),
    path("", include("procurement.urls")),
    path("", include("maintenance.urls")),
    path(f"{settings.ADMIN_PATH}/", admin.site.urls),
]
