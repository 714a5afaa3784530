"""Papers that begin with cards that were chosen elsewhere."""

from typing import Any

from core.parsing import parse_keys
from core.views.signed_in import SignedInRequest

MOST_PREFILLED = 500


def rows_asked(request: SignedInRequest, document: Any, **columns: Any) -> list[dict[str, Any]] | None:
    """The lines of a new paper that `?asset=7&asset=8` asks for, each with the same other columns; None for no wish
    and for a paper that has lines of its own."""
    if document.pk is not None:
        return None
    keys = parse_keys(request.GET.getlist("asset")[:MOST_PREFILLED])
    return [{"asset": key, **columns} for key in keys] or None
