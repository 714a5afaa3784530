"""The storehouse's screens, and how its kinds show themselves on pages about all kinds."""

from . import movement_screens, overview  # noqa: F401
