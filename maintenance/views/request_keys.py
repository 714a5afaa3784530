"""Keys of forms: each page has one, and each act on it one of its own, so that a double click acts once."""

import uuid

from django.http import HttpRequest

NAMESPACE = uuid.UUID("5d0c6f4e-68a9-5c0e-9d5b-2a4c9a1f7e10")


def key_of_form(request: HttpRequest, act: str) -> uuid.UUID | None:
    """The key of one act of the page that was sent; None where the page sent none."""
    try:
        return uuid.uuid5(NAMESPACE, f"{uuid.UUID(request.POST.get('request_key', ''))}:{act}")
    except ValueError:
        return None
