"""A place where the app that keeps assets says what lies idle and would do instead of buying."""

from collections.abc import Callable, Sequence
from typing import Any

Finder = Callable[[int, Sequence[Any]], dict[int, list[str]]]
"""(organization key, lines) -> words of idle things by line key; a fixed number of queries."""
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Ask this function too; called from AppConfig.ready of an app above."""
    _finders.append(finder)


def found(organization_id: int, lines: Sequence[Any]) -> dict[int, list[str]]:
    """Idle things that match lines of something to be bought, by line key; empty where nobody keeps assets."""
    words: dict[int, list[str]] = {}
    for finder in _finders:
        for key, names in finder(organization_id, lines).items():
            words.setdefault(key, []).extend(names)
    return words
