"""Documents in the back office: the same steps, checks and story as in the front of house (docs/architecture.md 7)."""

import uuid
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.admin_base import KnownAutocomplete, LinesOfRow, ScopedAdmin
from core.documents.models import Document
from core.documents.services import apply_transition, available_transitions, delete_draft, edit_draft, may_change
from core.documents.story import signatures_shown, story_of, waiting_for_whom
from core.errors import DomainError
from core.templatetags.display import money, status_chip
from core.views.documents import RETURN_REASONS, done_sentence, posted_key, total_of_lines


class DocumentForm(forms.ModelForm):
    """The head of a draft. form_key: sent twice, it makes one document; form_revision: what the page was made from."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    form_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = uuid.uuid4
        self.fields["form_revision"].initial = self.instance.revision

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.instance.pk and data.get("form_revision") != self.instance.revision:
            raise forms.ValidationError(
                _("%(document)s was changed meanwhile. Reload the page to see the changes; yours were not saved.")
                % {"document": self.instance}
            )
        return data


class LineForm(forms.ModelForm):
    """One line of a draft; knows the words of its chosen rows without asking the database again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if self.instance.pk and isinstance(widget, KnownAutocomplete) and getattr(self.instance, f"{name}_id"):
                widget.known = {str(getattr(self.instance, f"{name}_id")): str(getattr(self.instance, name))}


class DocumentLines(LinesOfRow):
    """The lines of a document, editable while it is a draft."""

    form = LineForm
    show_change_link = False
    related: tuple[str, ...] = ("item", "unit")
    cached_choices: tuple[str, ...] = ("unit",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related(*self.related)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 3

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = KnownAutocomplete(db_field, self.admin_site)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name in self.cached_choices:
            field.widget = _CachedSelect(list(field.choices))
        return field


class _CachedSelect(forms.Select):
    """A short list read once per page, not once per line."""

    def __init__(self, rows: list[Any]) -> None:
        self._rows = rows
        super().__init__(choices=rows)

    def __deepcopy__(self, memo: Any) -> "_CachedSelect":
        return _CachedSelect(self._rows)

    @property
    def choices(self) -> Any:
        return self._rows

    @choices.setter
    def choices(self, value: Any) -> None:
        """The field would put its own query here for every line."""


class DocumentAdmin(ScopedAdmin):
    """Drafts can be edited; everything else is a step, taken by apply_transition at an address of its own."""

    form = DocumentForm
    change_form_template = "admin/document_change_form.html"
    search_fields: ClassVar[tuple[str, ...]] = ("number", "note")
    search_help_text = gettext_lazy("Number")
    # Annotated, so that a kind may show more columns than these.
    list_display: tuple[str, ...] = (
        "number_or_draft",
        "status_shown",
        "business_date",
        "department",
        "amount_shown",
        "created_by",
    )
    list_filter: ClassVar[tuple[str, ...]] = ("status", "business_date")
    list_select_related: ClassVar[tuple[str, ...]] = ("department", "created_by", "organization")
    filled_in: tuple[str, ...] = ("organization",)

    def fill_in(self, document: Any, request: Any) -> None:
        """Set on a new document what the person does not choose; `filled_in` names these columns."""
        document.organization_id = request.user.organization_id

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request)
        return rows.annotate(line_total=total_of_lines(self.model)) if self._is_list(request) else rows

    def _is_list(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        return bool(match and match.url_name and match.url_name.endswith("_changelist"))

    @admin.display(description=gettext_lazy("number"), ordering="number")
    def number_or_draft(self, document: Document) -> str:
        return document.number or _("Draft")

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def status_shown(self, document: Any) -> Any:
        return status_chip(document.status, document.get_status_display())

    @admin.display(description=gettext_lazy("amount"))
    def amount_shown(self, document: Any) -> str:
        return money(document.line_total)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or (obj.is_editable and may_change(obj, actor=request.user)))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # drafts are deleted by delete_draft, numbered documents never (R-SYS-02)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*(super().get_exclude(request, obj) or ()), *self.filled_in)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), *(("created_by",) if obj else ()))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_fields(request, obj)
        if obj and not self.has_change_permission(request, obj):
            return [name for name in fields if name not in ("form_key", "form_revision")]
        return fields

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_step"
        view = self.admin_site.admin_view(self.step_view)
        return [path("<path:object_id>/step/<slug:step>/", view, name=name), *super().get_urls()]

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """A new draft; an existing one is written in save_related, inside the lock of edit_draft."""
        if not change:
            self.fill_in(obj, request)
            obj.created_by = request.user
            obj.request_key = form.cleaned_data.get("form_key") or uuid.uuid4()
            obj.save()

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        if not change:
            super().save_related(request, form, formsets, change)
            return
        with edit_draft(form.instance, actor=request.user, revision=form.cleaned_data["form_revision"]):
            form.instance.save()
            super().save_related(request, form, formsets, change)

    def save_formset(self, request: Any, form: Any, formset: Any, change: bool) -> None:
        """Lines keep the order in which they stand on the page."""
        lines = formset.save(commit=False)
        for gone in formset.deleted_objects:
            gone.delete()
        kept = [f.instance for f in formset.forms if f.instance.pk and f.instance not in formset.deleted_objects]
        for line in lines:
            self.prepare_line(line)
        fresh = [line for line in lines if line not in kept]
        for position, line in enumerate([*kept, *fresh], start=1):
            if line.position != position or line in lines:
                line.position = position
                line.save()
        formset.save_m2m()

    def prepare_line(self, line: Any) -> None:
        """Set on a line what the person does not type."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        if object_id is None and (answer := self._made_before(request)):
            return answer
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        except IntegrityError:
            if object_id is None and (answer := self._made_before(request)):
                return answer
            raise

    def _made_before(self, request: HttpRequest) -> HttpResponse | None:
        """The answer to a form that was already sent once: the document it made."""
        try:
            key = uuid.UUID(request.POST.get("form_key", ""))
        except ValueError:
            return None
        made = self.model.objects.filter(request_key=key, created_by=request.user).first()
        return HttpResponseRedirect(self.address("change", made.pk)) if made else None

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        document = context.get("original")
        if document is not None:
            context.update(self.document_context(request, document))
        return super().render_change_form(request, context, *args, **kwargs)

    def document_context(self, request: HttpRequest, document: Any) -> dict[str, Any]:
        """Steps, signatures and story, as templates/generic/detail.html knows them."""
        steps = available_transitions(document, actor=request.user)
        mine = document.is_editable and not document.number and document.created_by_id == request.user.pk
        return {
            "document": document,
            "step_key": uuid.uuid4(),
            "steps": [
                {
                    "name": step.name,
                    "label": step.label,
                    "needs_reason": step.needs_reason,
                    "optional_reason": step.name == "approve",
                    "primary": step.name in ("submit", "approve", "post"),
                    "danger": step.name in ("cancel", "reverse"),
                    "reasons": RETURN_REASONS if step.name == "reject" else (),
                    "url": self.address("step", document.pk, step.name),
                }
                for step in steps
            ],
            "delete_url": self.address("step", document.pk, "delete") if mine else None,
            "story": story_of(document),
            "signatures": signatures_shown(document),
            "next_approvers": list(waiting_for_whom([document]).values()),
        }

    @method_decorator(require_POST)
    def step_view(self, request: Any, object_id: str, step: str) -> HttpResponse:
        """Take one step through the same service as every other screen, and say what came of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        document = self.visible_or_404(request, object_id)
        target = partial(self.address, "change", document.pk)
        try:
            if step == "delete":
                delete_draft(document, actor=request.user)
                self.message_user(request, _("The draft was deleted."), messages.SUCCESS)
                return HttpResponseRedirect(self.address("changelist"))
            document = apply_transition(
                document,
                step,
                actor=request.user,
                reason=request.POST.get("reason", ""),
                request_key=posted_key(request),
            )
        except DomainError as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(target())
        self.message_user(request, done_sentence(document, step), messages.SUCCESS)
        still = self.get_queryset(request).filter(pk=document.pk).exists()
        return HttpResponseRedirect(target() if still else self.address("changelist"))
