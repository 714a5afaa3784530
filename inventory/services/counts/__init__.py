"""Stock counts: plan, entries, book quantities at the moment of counting, results, posting (docs/counts.md)."""
