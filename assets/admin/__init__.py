"""Fixed assets in the back office, one file a subject."""

from . import additions, classes, counts, custody, disposals, values  # noqa: F401
