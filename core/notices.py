"""Notices: the maker of a document learns what others did with it; who has to know learns what is no document."""

from collections.abc import Iterable, Mapping
from typing import Any

from core import clock

from .documents.models import Document, DocumentEvent
from .models.notices import Notice


def announce(document: Document, event: DocumentEvent) -> None:
    """Leave a notice for the maker of the document, unless he took the step himself or nobody did."""
    if event.actor_id not in (None, document.created_by_id):
        Notice.objects.create(user_id=document.created_by_id, event=event)


_sentences: dict[str, Any] = {}


def register_sentence(code: str, sentence: Any) -> None:
    """Add a sentence with named placeholders for notices that are about no document; called when an app is ready."""
    _sentences[code] = sentence


def sentence_of(notice: Notice) -> str:
    """The words of a notice without an event, in the reader's language; its bare code when nobody knows it any more."""
    sentence = _sentences.get(notice.code)
    return str(sentence) % notice.words if sentence else notice.code


def tell(users: Iterable[int], code: str, *, key: str, url: str, words: Mapping[str, Any]) -> int:
    """Leave a notice for these people (keys) unless they were told under this key before; returns how many are new."""
    people = set(users)
    known = set(Notice.objects.filter(key=key, user__in=people).values_list("user_id", flat=True))
    rows = [Notice(user_id=person, code=code, key=key, url=url, words=dict(words)) for person in sorted(people - known)]
    return len(Notice.objects.bulk_create(rows, ignore_conflicts=True))


def unread_count(user: Any) -> int:
    return Notice.objects.filter(user=user, read_at=None).count()


def mark_read(user: Any) -> int:
    """Mark every notice of a person as read; returns how many were unread."""
    return Notice.objects.filter(user=user, read_at=None).update(read_at=clock.now())
