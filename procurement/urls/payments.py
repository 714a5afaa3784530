"""Addresses of invoices and payments."""

from typing import Any

urlpatterns: list[Any] = []
