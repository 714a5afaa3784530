"""The form of a document: head and lines, kept as a draft or submitted in one go; sent twice it makes one document."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.forms.utils import ErrorDict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core.documents.models import Document, DocumentEvent
from core.documents.services import apply_transition, edit_draft, may_change, permission_for
from core.errors import DomainError, StaleDocument
from core.forms import HeadForm
from core.views.signed_in import SignedInRequest

from . import stale
from .documents import VisibleDocumentMixin, done_sentence, posted_key, url_name, url_of
from .links import address_or_none

REFUSAL = "refusal"


def mark_refusal(form: Any, formset: Any, error: DomainError) -> None:
    """Show a refusal where it belongs: beside the cell or field it names, and always in the summary on top."""
    for part in (form, *(formset.forms if formset is not None else ())):
        if part._errors is None and not part.is_bound:
            part._errors, part.cleaned_data = ErrorDict(), {}
    line = formset.form_at(error.line) if formset is not None and error.line else None
    if line is not None:
        name = line.aliases.get(error.field, error.field)
        line.add_error(name if name in line.fields else None, str(error))
    elif error.field in form.fields:
        form.add_error(error.field, str(error))
    form.add_error(None, str(error))


def named_as_saved(response: HttpResponse, key: uuid.UUID) -> HttpResponse:
    """Tell the browser that this form arrived, so that it forgets its own copy (static/js/drafts.js)."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie("saved_form", str(key), max_age=600, secure=bool(secure), samesite="Lax")
    return response


class DocumentFormView(VisibleDocumentMixin, View):
    """Makes a new document or changes a draft.

    formset_class takes (data, prefix, actor, document, source) and has write(document) and form_at(position);
    see inventory/line_forms.py. source: the document whose lines a new one begins with.
    """

    form_class: type[HeadForm]
    formset_class: Any = None
    template_name = "generic/form.html"
    title_new: Any = ""
    title_edit: Any = gettext_lazy("Change %(document)s")
    list_title: Any = ""
    submit_label: Any = gettext_lazy("Submit")

    # ---- GET ----

    def get(self, request: SignedInRequest, pk: int | None = None) -> HttpResponse:
        self.document = self._opened(pk)
        if pk is not None and not self.may_edit():
            messages.info(request, _("%(document)s can no longer be changed.") % {"document": self.document})
            return redirect(url_of(self.document))
        source = self.source()
        form = self.form_class(instance=self.document, actor=request.user, initial=self.initial(source))
        formset = self._formset(source=source)
        problem = self._take_refusal()
        if problem is not None:
            mark_refusal(form, formset, problem)
        return self._page(form, formset, uuid.uuid4(), saved=problem is not None)

    def _opened(self, pk: int | None) -> Any:
        action = "add" if pk is None else "change"
        document = self.blank() if pk is None else self.find(pk)
        if not self.request.user.has_perm(permission_for(self.model, action)):
            raise PermissionDenied
        if pk is not None and not may_change(document, actor=self.request.user):
            raise PermissionDenied
        return document

    def may_edit(self) -> bool:
        return bool(self.document.is_editable)

    def blank(self) -> Any:
        """A new document of this person: organization, department and maker are his."""
        user = self.request.user
        if user.organization_id is None or user.department_id is None:
            raise PermissionDenied(
                _("You belong to no department yet, so no document can be made in your name. Ask the administrator.")
            )
        return self.model(organization=user.organization, department=user.department, created_by=user)

    def source(self) -> Any:
        """The document whose lines a new one begins with (copy to new), or None."""
        return None

    def initial(self, source: Any) -> dict[str, Any]:
        """Values that a new form begins with."""
        return {}

    def _formset(self, data: Any = None, source: Any = None) -> Any:
        if self.formset_class is None:
            return None
        return self.formset_class(data, prefix="lines", actor=self.request.user, document=self.document, source=source)

    # ---- POST ----

    def post(self, request: SignedInRequest, pk: int | None = None) -> HttpResponse:
        key = posted_key(request) or uuid.uuid4()
        first = self._first_sending(key, pk)
        if first is not None:
            return named_as_saved(redirect(url_of(first)), key)
        self.document = self._opened(pk)
        form = self.form_class(request.POST, instance=self.document, actor=request.user)
        formset = self._formset(request.POST)
        valid = form.is_valid()
        if not ((formset is None or formset.is_valid()) and valid):
            for field in form.hidden_fields():
                for error in list(field.errors):
                    form.add_error(None, f"{field.label}: {error}")
            return self._page(form, formset, key)
        try:
            self._save(form, formset, key)
        except StaleDocument:
            return self._conflict(form, formset, key)
        except DomainError as error:
            mark_refusal(form, formset, error)
            return self._page(form, formset, key)
        except IntegrityError:
            first = self._first_sending(key, pk)
            if first is None:
                raise
            return named_as_saved(redirect(url_of(first)), key)
        return named_as_saved(self._saved(key), key)

    def _conflict(self, form: HeadForm, formset: Any, key: uuid.UUID) -> HttpResponse:
        """The form with everything typed, and what somebody else changed; to save again is to decide for one's own."""
        fresh = self.find(self.document.pk)
        now = stale.seen(fresh, form, formset)
        context = {
            "conflict": stale.last_edit(fresh),
            "changes": stale.differences(self.request.POST.get("seen", ""), now),
            "theirs_url": url_of(fresh),
            "revision": fresh.revision,
            "seen": now,
        }
        return self._page(form, formset, key, more=context)

    def _first_sending(self, key: uuid.UUID, pk: int | None) -> Any:
        """The document that the first sending of this very form made or changed, or None."""
        mine = self.model._base_manager.filter(created_by=self.request.user)
        if pk is None:
            return mine.filter(request_key=key).first()
        event = DocumentEvent.objects.filter(request_key=key, actor=self.request.user, object_id=pk).first()
        return event and event.document

    def _save(self, form: HeadForm, formset: Any, key: uuid.UUID) -> None:
        """Write head and lines in one transaction."""
        actor = self.request.user
        if self.document.pk is None:
            with transaction.atomic():
                self.document.request_key = key
                form.complete(self.document)
                self.document.save()
                self._write(form, formset, self.document)
            return
        with edit_draft(self.document, actor=actor, revision=self._revision(), request_key=key) as fresh:
            form.apply_to(fresh)
            fresh.save()
            self._write(form, formset, fresh)
        self.document = fresh

    def _write(self, form: HeadForm, formset: Any, document: Document) -> None:
        form.save_related(document)
        if formset is not None:
            formset.write(document)

    def _revision(self) -> int:
        text = self.request.POST.get("revision", "")
        return int(text) if text.isascii() and text.isdigit() else -1

    def _saved(self, key: uuid.UUID) -> HttpResponse:
        document, request = self.document, self.request
        if request.POST.get("then") != "submit":
            messages.success(request, _("%(document)s was saved as a draft.") % {"document": document})
            return redirect(url_of(document))
        try:
            # A key of its own: the key of the form already marks the saving.
            document = apply_transition(document, "submit", actor=request.user, request_key=uuid.uuid5(key, "submit"))
        except DomainError as error:
            request.session[REFUSAL] = {
                "document": f"{document._meta.label_lower}:{document.pk}",
                "message": str(error),
                "field": error.field,
                "line": error.line,
            }
            return redirect(url_of(document, "edit"))
        messages.success(request, done_sentence(document, "submit"))
        return redirect(url_of(document))

    def _take_refusal(self) -> DomainError | None:
        """The sentence why the draft that was just saved could not be submitted, once."""
        kept = self.request.session.get(REFUSAL)
        document = self.document
        if document.pk is None or not kept or kept["document"] != f"{document._meta.label_lower}:{document.pk}":
            return None
        del self.request.session[REFUSAL]
        return DomainError(kept["message"], field=kept["field"], line=kept["line"])

    # ---- page ----

    def _page(
        self, form: Any, formset: Any, key: uuid.UUID, *, saved: bool = False, more: dict[str, Any] | None = None
    ) -> HttpResponse:
        is_new = self.document.pk is None
        listing = address_or_none(url_name(self.model, "list"))
        lead = _("The draft is saved, but it could not be submitted:") if saved else None
        may_submit = self.request.user.has_perm(permission_for(self.model, "submit"))
        context = {
            "title": self.title_new if is_new else self.title_edit % {"document": self.document},
            "form": form,
            "formset": formset,
            "request_key": key,
            "revision": None if is_new else self._shown_revision(form),
            "seen": None if is_new else self._seen(form, formset),
            "cancel_url": listing if is_new else url_of(self.document),
            "list_url": listing,
            "list_title": self.list_title,
            "save_label": _("Save draft"),
            "submit_label": self.submit_label if may_submit else None,
            "error_lead": lead,
            "keeps_draft": True,
            "document": self.document,
            **self.extra_context(),
            **(more or {}),
        }
        return render(self.request, self.template_name, context)

    def _shown_revision(self, form: Any) -> int:
        """A form sent back keeps the revision it was made from: what somebody else saved is never overwritten."""
        return self._revision() if form.is_bound else self.document.revision

    def _seen(self, form: Any, formset: Any) -> str:
        """What the form was made from, for the case that somebody else changes it meanwhile."""
        return self.request.POST.get("seen", "") if form.is_bound else stale.seen(self.document, form, formset)

    def extra_context(self) -> dict[str, Any]:
        return {}
