"""What other parts of the program say about requisitions that they make themselves (parts for a repair)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from inventory.models import GoodsIssue, Requisition


@dataclass(frozen=True)
class Asker:
    """excuse: the sentence why a requisition needs no signature; "" when it is none of this asker or does need one.

    moved: called with a goods issue, inside the transaction, after it was submitted, posted, reversed or cancelled, and
    after goods of it came back to the store.
    """

    excuse: Callable[[Requisition], str]
    moved: Callable[[GoodsIssue], None]


_askers: list[Asker] = []


def register_asker(asker: Asker) -> None:
    """Let an app ask for goods by requisitions of its own; called when it is ready."""
    _askers.append(asker)


def excused(document: Requisition) -> str:
    """Why a requisition is approved at once; "" for what has to be signed, as everything over quota has (R-STK-10)."""
    if document.over_quota:
        return ""
    return next((sentence for asker in _askers if (sentence := asker.excuse(document))), "")


def issue_moved(document: GoodsIssue, *, actor: Any) -> None:
    """Effect of every step of an issue that changes what of its goods is out."""
    if document.requisition_id:
        for asker in _askers:
            asker.moved(document)


def return_moved(document: Any, *, actor: Any) -> None:
    """Effect of posting and reversing a return: the issue it belongs to has changed."""
    issue_moved(document.issue, actor=actor)
