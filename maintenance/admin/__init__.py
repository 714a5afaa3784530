from . import contracts  # noqa: F401
