"""Forms of the fixed assets."""
