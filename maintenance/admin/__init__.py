from . import catalogue, contracts, rosters, targets, upkeep  # noqa: F401
