"""The reports of repairs and upkeep; importing this package registers them."""

from . import costs, orders, performance, things  # noqa: F401
