"""What screens about lent tools read."""

from typing import Any

from django.db.models import QuerySet

from inventory.models import ToolLoan
from inventory.services.loans import open_loans, overdue_loans

from .selectors import kept_warehouses


def loans_to_take_back(user: Any) -> QuerySet[ToolLoan]:
    """Loans of the stores this person keeps of which something is still out."""
    return open_loans().filter(warehouse__in=kept_warehouses(user))


def overdue_for(user: Any) -> QuerySet[ToolLoan]:
    """Overdue loans that concern this person: of the stores he keeps, or his own."""
    rows = overdue_loans()
    return rows.filter(warehouse__in=kept_warehouses(user)) | rows.filter(borrower=user)
