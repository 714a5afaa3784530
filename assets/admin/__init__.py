"""Fixed assets in the back office, one file a subject."""

from . import classes, disposals  # noqa: F401
