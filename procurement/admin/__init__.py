"""Procurement in the back office."""

from . import budgets, orders, payments, requests, sourcing

__all__ = ["budgets", "orders", "payments", "requests", "sourcing"]
