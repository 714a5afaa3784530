"""Refusals. Each holds a sentence, already translated, that tells a clerk what is wrong and what to do now."""


class DomainError(Exception):
    """A business rule says no; `str(error)` is shown to the user.

    Args:
        message: the sentence.
        code: names the rule for programs.
        field: name of the form field or line column it belongs to, if one is to blame.
        line: position (from 1) of the document line it belongs to, if one is to blame.
    """

    code = ""

    def __init__(self, message: object = "", *, code: str = "", field: str = "", line: int | None = None) -> None:
        super().__init__(str(message))
        if code:
            self.code = code
        self.field = field
        self.line = line


class NotAllowed(DomainError):
    """This person may not do this."""


class IllegalTransition(DomainError):
    """The document is not in a state in which this step exists."""


class StaleDocument(DomainError):
    """The form was made from an older version of the document; somebody else has changed it since."""


class PeriodClosed(DomainError):
    """The accounting month of the business date is closed (R-STK-07)."""


class InsufficientStock(DomainError):
    """The posting would drive a balance below zero (R-STK-03)."""


class ValueRefused(DomainError, ValueError):
    """A typed or imported value cannot be taken as it is (U5); also a ValueError, which import widgets expect."""
