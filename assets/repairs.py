"""Where a repair of a thing is reported, and what its card shows of repairs: the app that keeps repairs says so; until
then people call."""

from collections.abc import Callable
from typing import Any

from assets.models import Asset

Address = Callable[[Asset], str]
History = Callable[[Asset, Any], dict[str, Any] | None]
"""A function (card, reader) -> what the template named in it under `template` shows, or None."""
_addresses: list[Address] = []
_histories: list[History] = []
_marks: list[History] = []
_bans: list[Callable[[Asset], bool]] = []


def register(address: Address) -> None:
    """Say at which address a repair of a thing is reported; called from AppConfig.ready of an app above."""
    _addresses[:] = [address]


def address_of(asset: Asset) -> str | None:
    """Where whoever stands before a thing reports its repair; None where nobody takes reports on a page."""
    return _addresses[0](asset) if _addresses else None


def register_history(history: History) -> None:
    """Say what the page of a card shows of its repairs; called when the addresses of an app above are read."""
    _histories[:] = [history]


def history_of(asset: Asset, user: Any) -> dict[str, Any] | None:
    """The repairs of a thing for one reader, as its card shows them; None where there are none."""
    return _histories[0](asset, user) if _histories else None


def register_ban(ban: Callable[[Asset], bool]) -> None:
    """Say which things must not be used; called from AppConfig.ready of an app above."""
    _bans[:] = [ban]


def is_forbidden(asset: Asset) -> bool:
    """Whether a thing must not be used now: what everybody who stands before it has to know."""
    return any(ban(asset) for ban in _bans)


def register_mark(mark: History) -> None:
    """Say what the page of a card shows on top, because nobody may overlook it: a thing that must not be used."""
    if mark not in _marks:
        _marks.append(mark)


def marks_of(asset: Asset, user: Any) -> list[dict[str, Any]]:
    """What nobody may overlook about a thing, each with the template that shows it."""
    return [found for mark in _marks if (found := mark(asset, user))]
