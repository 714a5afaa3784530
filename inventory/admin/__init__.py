"""The storehouse in the back office: what is stored, the papers, and the ledger to look at."""

from . import (  # noqa: F401
    closing,
    counts,
    ledger,
    loans,
    masters,
    movements,
    old_pieces,
    papers,
    prices,
    quotas,
    shelves,
    write_offs,
)
