"""Imports in three steps: file, check, confirm (docs/excel.md)."""
