"""The reports of repairs and upkeep; importing this package registers them."""

from . import costs, knowledge, orders, performance, special, things  # noqa: F401
