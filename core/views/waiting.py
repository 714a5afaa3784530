"""“Waiting for me”: every signature this person can give now, each to be given in place, one by one or many at once."""

import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from core import reminders
from core.attachments import attachments_of, may_attach
from core.documents import routes
from core.documents.models import Signature
from core.documents.services import step_label
from core.documents.signing import principals, sign
from core.documents.story import signatures_shown, story_of
from core.errors import DomainError, IllegalTransition, NotAllowed, ValueRefused
from core.parsing import parse_decimal
from core.templatetags.display import quantity
from core.views.signed_in import SignedInMixin, SignedInRequest

from .documents import RETURN_REASONS, attach_url, done_sentence, has_lines, posted_key, total_of_lines, url_of
from .links import opened_facts
from .screens import Screens, screens_of
from .tables import safe_next

PAGE_SIZE = 30
DECISIONS = ("approve", "reject")


def waiting_rows(signatures: Iterable[Signature], user: Any) -> list[dict[str, Any]]:
    """The documents behind signatures, in their order, with what an approver wants to know first.

    A fixed number of queries for each kind of document among them.
    """
    rows = list(signatures)
    names = principals(rows, user) if rows else {}
    reminders.mark_overdue(rows)
    found: dict[tuple[int, int], tuple[Any, Screens]] = {}
    for kind in {row.content_type_id for row in rows}:
        model: Any = ContentType.objects.get_for_id(kind).model_class()
        screens = screens_of(model)
        keys = [row.object_id for row in rows if row.content_type_id == kind]
        documents = model._base_manager.filter(pk__in=keys).select_related(*screens.related)
        same = list(documents.prefetch_related(*screens.prefetch).annotate(line_total=total_of_lines(model)))
        estimates = screens.estimates([document for document in same if document.line_total is None])
        for document in same:
            document.estimate = estimates.get(document.pk)
            found[kind, document.pk] = (document, screens)
    shown = []
    for row in rows:
        document, screens = found[row.content_type_id, row.object_id]
        shown.append(
            {
                "signature": row,
                "document": document,
                "kind": document._meta.verbose_name,
                "purpose": screens.purpose(document),
                "preview": screens.preview(document),
                "amount": _amount_of(document, screens),
                "estimated": document.estimate is not None and screens.worth is None,
                "behalf": names.get(row.pk),
                "approve_label": step_label("approve", document),
                "url": reverse("waiting_document", args=(row.pk,)),
                "request_key": uuid.uuid4(),
            }
        )
    return shown


def _amount_of(document: Any, screens: Screens) -> Decimal | None:
    """Yuan of a document in the list of what waits: what its lines are worth, what they say, or the estimate."""
    if screens.worth is not None:
        return amount_shown(screens, document.lines.all())
    return document.line_total if document.estimate is None else document.estimate


def amount_shown(screens: Screens, lines: Iterable[Any]) -> Decimal:
    """Yuan of a document for its approver."""
    return sum(((screens.worth(line) if screens.worth else line.amount) or Decimal(0) for line in lines), Decimal(0))


class WaitingView(SignedInMixin, View):
    """The list; the oldest first."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        page = Paginator(routes.waiting_for(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
        context = {
            "title": _("Waiting for me"),
            "count": page.paginator.count,
            "rows": waiting_rows(page.object_list, request.user),
            "page_obj": page,
            "reasons": RETURN_REASONS,
        }
        return render(request, "core/waiting.html", context)


def is_seen(row: Signature, user: Any) -> bool:
    """Whether this person may open the document of a signature; to others it does not exist."""
    model: Any = row.content_type.model_class()
    return bool(model.objects.visible_to(user).filter(pk=row.object_id).exists())


class SignManyView(SignedInMixin, View):
    """Approves the chosen ones, each in a transaction of its own, and tells the outcome of each."""

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest) -> HttpResponse:
        key = posted_key(request) or uuid.uuid4()
        wanted = [int(text) for text in request.POST.getlist("signature")[:100] if text.isdecimal()]
        found = Signature.objects.select_related("content_type").in_bulk(wanted)
        rows = {key: row for key, row in found.items() if is_seen(row, request.user)}
        if not rows:
            messages.info(request, _("Choose at least one document first."))
        for number in wanted:
            if number in rows:
                self._sign(rows[number], uuid.uuid5(key, str(number)))
        return redirect("waiting")

    def _sign(self, row: Signature, key: uuid.UUID) -> None:
        try:
            document = sign(row, actor=self.request.user, step="approve", request_key=key)
        except DomainError as error:
            messages.error(self.request, str(error))
        else:
            messages.success(self.request, done_sentence(document, "approve"))


class WaitingDocumentView(SignedInMixin, View):
    """One document for its approver: what, for whom, why, how much, what is on hand, who signed before."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return self._page(self._signature(pk))

    def _signature(self, pk: int) -> Signature:
        row = Signature.objects.select_related("content_type").filter(pk=pk).first()
        if row is None or not is_seen(row, self.request.user):
            raise Http404
        return row

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        row = self._signature(pk)
        step = request.POST.get("decision", "")
        if step not in DECISIONS:
            raise Http404
        try:
            wanted = self._wanted(row) if step == "approve" else {}
            document = sign(
                row,
                actor=request.user,
                step=step,
                comment=request.POST.get("reason", ""),
                request_key=posted_key(request),
                before=self._lowering(row, wanted) if wanted else None,
            )
        except (IllegalTransition, NotAllowed) as error:
            messages.error(request, str(error))
            return redirect(safe_next(request) or reverse("waiting"))
        except DomainError as error:
            messages.error(request, str(error))
            return self._page(row)
        messages.success(request, done_sentence(document, step))
        return redirect(safe_next(request) or reverse("waiting"))

    def _screens(self, row: Signature) -> Screens:
        model: Any = row.content_type.model_class()
        return screens_of(model)

    def _wanted(self, row: Signature) -> dict[int, Decimal]:
        """The quantities of the form, in stock units by line key."""
        if self._screens(row).lower is None:
            return {}
        wanted = {}
        for name, text in self.request.POST.items():
            key = name.removeprefix("quantity-")
            if key != name and key.isdecimal():
                try:
                    value = parse_decimal(text, 4, minimum=0)
                except ValueRefused as error:
                    raise DomainError(str(error), field="quantity") from error
                if value is None:
                    raise DomainError(_("Enter a quantity on every line; 0 leaves a line out."), field="quantity")
                wanted[int(key)] = value
        return wanted

    def _lowering(self, row: Signature, wanted: dict[int, Decimal]) -> Any:
        lower: Any = self._screens(row).lower
        return lambda document: lower(document, wanted, actor=self.request.user)

    def _typed(self, line: Any, screens: Screens) -> str:
        """The quantity in the box of a line: as it was typed before a refusal, else as it stands."""
        standing = quantity(screens.quantity_of(line)) if screens.quantity_of else ""
        return self.request.POST.get(f"quantity-{line.pk}", standing)

    def _amount(self, document: Any, lines: list[Any], screens: Screens) -> dict[str, Any]:
        """Yuan: what the lines say; before posting the estimate, or nothing."""
        if screens.worth is not None:
            return {"amount": amount_shown(screens, lines), "estimated": False}
        known = [amount for line in lines if (amount := getattr(line, "amount", None)) is not None]
        if known:
            return {"amount": sum(known, Decimal(0)), "estimated": False}
        prefetch_related_objects([document], *screens.prefetch)
        return {"amount": screens.estimates([document]).get(document.pk), "estimated": True}

    def _page(self, row: Signature) -> HttpResponse:
        user, screens = self.request.user, self._screens(row)
        model: Any = row.content_type.model_class()
        document = model._base_manager.select_related(*screens.related).get(pk=row.object_id)
        if not row.is_next:
            return redirect(url_of(document))
        waiting = list(routes.waiting_for(user).values_list("pk", flat=True))
        if row.pk not in waiting:
            return redirect(url_of(document))
        place = waiting.index(row.pk)
        rest = waiting[place + 1 :] + waiting[:place]
        rows = screens.approval_lines(document) if has_lines(document) else None
        lines = [] if rows is None else list(rows.select_related(*screens.line_related))
        screens.prepare(document, lines)
        columns = screens.approval_columns
        context = {
            "title": f"{document._meta.verbose_name} {document.number}",
            "document": document,
            "signature": row,
            "behalf": principals([row], user).get(row.pk),
            "purpose": screens.purpose(document),
            "facts": opened_facts(screens.facts(document), user),
            **self._amount(document, lines, screens),
            "columns": columns,
            "lines": [
                {
                    "key": line.pk,
                    "cells": [c.of(line) for c in columns],
                    "quantity": self._typed(line, screens),
                    "unit": screens.unit_of(line),
                    "note": getattr(line, "note", ""),
                }
                for line in lines
            ],
            "may_lower": screens.lower is not None,
            "approve_label": step_label("approve", document),
            "reason": self.request.POST.get("reason", ""),
            "signatures": signatures_shown(document),
            "story": story_of(document),
            "attachments": attachments_of(document, user),
            "attach_url": attach_url(document) if may_attach(document, user) else None,
            "reasons": RETURN_REASONS,
            "request_key": uuid.uuid4(),
            "next_url": reverse("waiting_document", args=(rest[0],)) if rest else reverse("waiting"),
            "left": len(rest),
            "detail_url": url_of(document),
        }
        return render(self.request, "core/waiting_document.html", context)
