"""Budgets and plans in the back office."""
