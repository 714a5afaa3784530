"""Tables of the kernel."""

from core.documents.models import (
    ApprovalRule,
    Delegation,
    DocumentEvent,
    DutyConflict,
    NumberSequence,
    Signature,
)

from .attachments import Attachment
from .imports import ImportJob
from .lists import ListView
from .notices import Notice
from .periods import Period, PeriodChange
from .policies import Policy
from .seals import Seal

__all__ = [
    "ApprovalRule",
    "Attachment",
    "Delegation",
    "DocumentEvent",
    "DutyConflict",
    "ImportJob",
    "ListView",
    "Notice",
    "NumberSequence",
    "Period",
    "PeriodChange",
    "Policy",
    "Seal",
    "Signature",
]
