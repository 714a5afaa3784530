"""Refusals. Each holds a sentence, already translated, that tells a clerk what is wrong and what to do now."""


class DomainError(Exception):
    """A business rule refused the operation; `str(error)` is shown to the user, `code` names the rule for programs."""

    code = ""

    def __init__(self, message: object = "", *, code: str = "") -> None:
        super().__init__(str(message))
        if code:
            self.code = code


class IllegalTransition(DomainError):
    """The document is not in a state from which this step is allowed."""


class NotAllowed(DomainError):
    """The actor may not take this step."""


class NotFoundForActor(DomainError):
    """The record does not exist, or not for this actor: both look the same from outside (Z10)."""


class StaleDocument(DomainError):
    """The form was made from an older version of the document; somebody else has changed it since."""


class ValueRefused(DomainError, ValueError):
    """A typed or imported value cannot be taken as it is (U5); also a ValueError, which import widgets expect."""
