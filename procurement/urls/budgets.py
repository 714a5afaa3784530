"""Addresses of budgets and plans."""

from typing import Any

urlpatterns: list[Any] = []
