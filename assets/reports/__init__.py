"""The reports of the fixed assets; importing this package registers them."""
