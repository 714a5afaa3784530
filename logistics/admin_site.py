"""The back office: Django's admin inside the product's own frame, with the one login of the front of house."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class VisibleAutocomplete(AutocompleteJsonView):
    """Offers what the person may name in a form, and nothing that is no longer in use."""

    def get_queryset(self) -> Any:
        from core.admin_base import choices_for

        rows = choices_for(self.model_admin.model, self.request.user)
        rows = rows.complex_filter(self.source_field.get_limit_choices_to())
        names = {field.name for field in self.model_admin.opts.concrete_fields}
        for name in ("active", "is_active"):
            rows = rows.filter(**{name: True}) if name in names else rows
        found, _distinct = self.model_admin.get_search_results(self.request, rows, self.term)
        return found.order_by(*(self.model_admin.opts.ordering or ("pk",)))


class LogisticsAdminSite(AdminSite):
    """Opens for people whose role may open the back office; the frame is templates/admin/base.html."""

    site_title = _("Back office")
    site_header = _("Back office")
    index_title = _("Back office")
    # The product's own navigation stands at the left.
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_staff)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one login for everyone. Someone signed in without the right is told so instead of asked again."""
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index", current_app=self.name))
        if request.user.is_authenticated:
            raise PermissionDenied(gettext("Your role may not open the back office. Ask the rights administrator."))
        target = request.GET.get("next") or reverse("admin:index", current_app=self.name)
        return redirect_to_login(target, settings.LOGIN_URL)

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is one page for it too."""
        return HttpResponseRedirect(reverse("password_change"))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:  # type: ignore[override]
        return VisibleAutocomplete.as_view(admin_site=self)(request)
