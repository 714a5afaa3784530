"""Addresses of purchase requests and prices."""

from typing import Any

urlpatterns: list[Any] = []
