"""Sourcing, agreements and suppliers in the back office."""
