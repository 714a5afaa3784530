"""The one life cycle of every document, as data (docs/architecture.md 3)."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", _("Approved")
    POSTED = "posted", _("Posted")
    REVERSED = "reversed", _("Reversed")
    CANCELLED = "cancelled", _("Cancelled")


@dataclass(frozen=True)
class Transition:
    """One step of the life cycle.

    permission: prefix of the codename; `approve` asks for `<app>.approve_<model>` where no signature decides.
    """

    name: str
    label: Any
    sources: tuple[str, ...]
    target: str
    permission: str
    needs_reason: bool = False


S = Status
TRANSITIONS: dict[str, Transition] = {
    step.name: step
    for step in (
        Transition("submit", _("Submit"), (S.DRAFT,), S.SUBMITTED, "submit"),
        Transition("withdraw", _("Withdraw"), (S.SUBMITTED,), S.DRAFT, "submit"),
        Transition("approve", _("Approve"), (S.SUBMITTED,), S.APPROVED, "approve"),
        Transition("reject", _("Return"), (S.SUBMITTED, S.APPROVED), S.DRAFT, "approve", needs_reason=True),
        Transition("post", _("Post"), (S.APPROVED,), S.POSTED, "post"),
        Transition("reverse", _("Reverse"), (S.POSTED,), S.REVERSED, "reverse", needs_reason=True),
        Transition(
            "cancel", _("Cancel document"), (S.DRAFT, S.SUBMITTED, S.APPROVED), S.CANCELLED, "cancel", needs_reason=True
        ),
    )
}
DOCUMENT_PERMISSIONS = ("add", "change", "delete", "view", "submit", "approve", "post", "reverse", "cancel")
