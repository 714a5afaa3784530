"""Notices: the maker of a document learns what others did with it."""

from typing import Any

from core import clock

from .documents.models import Document, DocumentEvent
from .models.notices import Notice


def announce(document: Document, event: DocumentEvent) -> None:
    """Leave a notice for the maker of the document, unless he took the step himself or nobody did."""
    if event.actor_id not in (None, document.created_by_id):
        Notice.objects.create(user_id=document.created_by_id, event=event)


def unread_count(user: Any) -> int:
    return Notice.objects.filter(user=user, read_at=None).count()


def mark_read(user: Any) -> int:
    """Mark every notice of a person as read; returns how many were unread."""
    return Notice.objects.filter(user=user, read_at=None).update(read_at=clock.now())
