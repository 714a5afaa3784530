"""What other parts of repairs show on the page of a work order: parts taken, checks, pauses, contractors, ratings.

    def pauses_block(order, user):
        rows = ...
        return ("maintenance/order_pauses.html", {"pauses": rows}) if rows else None

    register_block(40, pauses_block)

A block is a <section class="paper"> of its own. It is given the order and the reader, and may return None. Its template
reads its own context, and `order` and `request_key` (a fresh one) besides.
"""

from collections.abc import Callable
from typing import Any

Block = Callable[[Any, Any], tuple[str, dict[str, Any]] | None]

_blocks: list[tuple[int, Block]] = []


def register_block(position: int, block: Block) -> None:
    """Add a block to the page of every order; small positions stand further up. The same function counts once."""
    if not any(known is block for _position, known in _blocks):
        _blocks.append((position, block))
        _blocks.sort(key=lambda pair: pair[0])


def blocks_of(order: Any, user: Any) -> list[dict[str, Any]]:
    """The blocks of one order for one reader, as {template, context}."""
    found = (block(order, user) for _position, block in _blocks)
    return [{"template": block[0], "context": block[1]} for block in found if block is not None]
