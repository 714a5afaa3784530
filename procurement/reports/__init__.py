"""The reports of procurement; importing this package registers them."""
