"""Where a repair of a thing is reported: the app that keeps repairs says so; until then people call."""

from collections.abc import Callable

from assets.models import Asset

Address = Callable[[Asset], str]
_addresses: list[Address] = []


def register(address: Address) -> None:
    """Say at which address a repair of a thing is reported; called from AppConfig.ready of an app above."""
    _addresses[:] = [address]


def address_of(asset: Asset) -> str | None:
    """Where whoever stands before a thing reports its repair; None where nobody takes reports on a page."""
    return _addresses[0](asset) if _addresses else None
