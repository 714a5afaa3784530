"""The reports of procurement; importing this package registers them."""

from . import budget_execution

__all__ = ["budget_execution"]
