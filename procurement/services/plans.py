"""Procurement plans: what they demand, and what approving them opens for requests."""

from typing import Any

from django.db.models import F

from procurement.models import ProcurementPlan

from . import wanted


def check(document: ProcurementPlan, *, actor: Any) -> None:
    """Complete lines. Raises DomainError."""
    wanted.check_lines(document)


def approve_quantities(document: ProcurementPlan, *, actor: Any) -> None:
    """What was planned may be requested; a quantity the approver lowered stays lowered."""
    document.lines.filter(approved_quantity=None).update(approved_quantity=F("quantity"))


def forget_approval(document: ProcurementPlan, *, actor: Any) -> None:
    document.lines.update(approved_quantity=None)
