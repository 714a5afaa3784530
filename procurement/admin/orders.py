"""Orders, contracts and acceptance in the back office."""
