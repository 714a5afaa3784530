"""Excel: what purchases are sorted by, and the lines of papers."""

from . import budget_resources, plan_resources, request_resources  # noqa: F401
