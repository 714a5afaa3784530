from . import contracts, targets  # noqa: F401
