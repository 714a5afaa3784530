"""The pages of procurement, and how its kinds show themselves on pages about all kinds."""

from . import budget_decisions, order_screens, request_screens  # noqa: F401
