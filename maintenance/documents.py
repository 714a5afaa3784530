"""The papers of repairs and upkeep: this app's table of contents. Work orders are no papers (docs/adr/0025)."""
