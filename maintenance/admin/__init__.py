from . import catalogue, contracts, rosters, targets # noqa: F401
