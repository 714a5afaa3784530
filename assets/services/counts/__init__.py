"""Asset counts: plan and snapshot, what counters send, results, proposals, posting (docs/assets-counts.md)."""
