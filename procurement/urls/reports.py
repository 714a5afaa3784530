"""Addresses of the reports of procurement."""

from typing import Any

urlpatterns: list[Any] = []
