"""Framework agreements."""

from typing import Any

from procurement.models import FrameworkAgreement

from . import wanted


def check(document: FrameworkAgreement, *, actor: Any) -> None:
    """Complete lines with agreed prices. Raises DomainError."""
    wanted.check_lines(document)
