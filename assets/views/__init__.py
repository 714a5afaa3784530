"""Screens of the fixed assets."""
