"""Two people change one draft: the later one keeps what he typed and is told what the other one did meanwhile.

The page carries what its form was made from (`seen`), signed; when the draft has moved on, that is compared with the
draft as it is now.
"""

import datetime as dt
from collections import Counter
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.utils.translation import gettext as _

from core.documents.models import Document, DocumentEvent

SALT = "seen"


def _words(document: Document, name: str) -> str:
    """A field of a document as people read it; "" when it is empty."""
    display = getattr(document, f"get_{name}_display", None)
    value = display() if display else getattr(document, name)
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    return "" if value is None else str(value)


def seen(document: Document, form: Any, formset: Any) -> str:
    """What a form is made from, for the hidden field `seen`."""
    names = [name for name in form.fields if name in form._meta.fields]
    head = [[str(form.fields[name].label), _words(document, name)] for name in names]
    lines = formset.described(document) if hasattr(formset, "described") else []
    return signing.dumps({"head": head, "lines": lines}, salt=SALT, compress=True)


def _read(text: str) -> dict[str, Any]:
    try:
        return signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return {"head": [], "lines": []}


def differences(before: str, now: str) -> list[str]:
    """What changed between two values of `seen`, a sentence each; empty when the first one is missing or broken."""
    old, new = _read(before), _read(now)
    known = dict(old["head"])
    found = []
    for label, value in new["head"]:
        if label in known and known[label] != value:
            words = {"label": label, "before": known[label] or _("(empty)"), "now": value or _("(empty)")}
            found.append(_("%(label)s: %(before)s → %(now)s") % words)
    if known:
        lines, others = Counter(old["lines"]), Counter(new["lines"])
        found += [_("Line added: %(line)s") % {"line": line} for line in (others - lines).elements()]
        found += [_("Line taken out: %(line)s") % {"line": line} for line in (lines - others).elements()]
    return found


def last_edit(document: Document) -> DocumentEvent | None:
    """Who changed the draft last, and when."""
    kind = ContentType.objects.get_for_model(document)
    events = DocumentEvent.objects.filter(content_type=kind, object_id=document.pk, step="edit")
    return events.select_related("actor").order_by("-pk").first()
