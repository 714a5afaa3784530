"""Tables of the kernel."""

from core.documents.models import (
    ApprovalRule,
    Delegation,
    DocumentEvent,
    DutyConflict,
    NumberSequence,
    Signature,
)

from .notices import Notice
from .periods import Period
from .seals import Seal

__all__ = [
    "ApprovalRule",
    "Delegation",
    "DocumentEvent",
    "DutyConflict",
    "Notice",
    "NumberSequence",
    "Period",
    "Seal",
    "Signature",
]
