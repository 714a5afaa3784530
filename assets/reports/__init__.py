"""The reports of the fixed assets; importing this package registers them."""

from . import holdings  # noqa: F401
