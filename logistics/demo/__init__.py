"""A demo hospital: its goods, people and places as data, and days of it run through the real services."""
