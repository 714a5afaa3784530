"""Addresses of the fixed assets."""

from . import intake

urlpatterns = [
    *intake.urlpatterns,
]
