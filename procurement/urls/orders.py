"""Addresses of orders, contracts and acceptance."""

from typing import Any

urlpatterns: list[Any] = []
