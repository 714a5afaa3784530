"""What the house promises for an order, and how much of it is used (domain 4.2, R-REP-03)."""

from maintenance.models import WorkOrder


def promise(order: WorkOrder) -> None:
    """Write the target and the promised moments on an order, from when it was reported; the caller saves."""
