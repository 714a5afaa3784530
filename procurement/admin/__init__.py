"""Procurement in the back office."""

from . import budgets, orders, payments, plans, requests, sourcing

__all__ = ["budgets", "orders", "payments", "plans", "requests", "sourcing"]
