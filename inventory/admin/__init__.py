"""The storehouse in the back office: what is stored, the papers, and the ledger to look at."""

from . import closing, counts, ledger, masters, movements, old_pieces, papers, quotas  # noqa: F401
