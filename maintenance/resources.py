"""Sheets of repairs and upkeep, by subject; importing this module registers them."""

from . import calendar_resources, catalogue_resources, roster_resources, upkeep_resources  # noqa: F401
