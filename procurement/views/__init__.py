"""The pages of procurement, and how its kinds show themselves on pages about all kinds."""

from . import budget_decisions, invoices, order_screens, payments, plans, request_screens  # noqa: F401
