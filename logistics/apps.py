from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class LogisticsAdminConfig(AdminConfig):
    """Django's admin in the house's clothes (logistics/admin_site.py)."""

    default_site = "logistics.admin_site.LogisticsAdminSite"


class LogisticsConfig(AppConfig):
    """The project package itself: no models, only management commands."""

    name = "logistics"
