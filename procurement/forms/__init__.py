"""The forms of procurement."""
