"""Addresses of sourcing, agreements and suppliers."""

from typing import Any

urlpatterns: list[Any] = []
