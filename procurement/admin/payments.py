"""Invoices and payments in the back office."""
