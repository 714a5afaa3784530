"""What every page of the back office has in common: visible rows only, permitted acts only, a fixed number of queries.

A row of another house answers like one that does not exist: Django sends the reader back to the start with a sentence.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import models
from django.db.models import ProtectedError, QuerySet
from django.db.models.deletion import Collector
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from simple_history.admin import SimpleHistoryAdmin
from simple_history.template_utils import HistoricalRecordContextHelper

from core.documents import registry
from core.excel.download import workbook_response
from core.forms import DayField
from core.search import matching
from core.visibility import Scope
from core.widgets import DayInput

FILTER_CHOICES = 200


def masked(value: Any) -> str:
    """A bank account or telephone number with only its last four characters readable (R-SYS-18)."""
    text = str(value or "")
    return f"{'*' * max(len(text) - 4, 4)}{text[-4:]}" if text else ""


def choices_for(model: type[models.Model], user: Any) -> QuerySet:
    """The rows of a model that this person may name in a form or filter."""
    if model is ContentType:
        kinds = [kind.model._meta.model_name for kind in registry.all_types()]
        return ContentType.objects.filter(model__in=kinds)
    rows = model._default_manager.all()
    return rows.choosable_by(user) if hasattr(rows, "choosable_by") else rows


def sees_everything(model: type[models.Model], user: Any) -> bool:
    """Whether this person sees the rows of all organizations."""
    return Scope.ALL in user.scopes_for(f"{model._meta.app_label}.view_{model._meta.model_name}")


class VisibleRelatedFilter(admin.RelatedFieldListFilter):
    """A filter by a related row that offers only rows visible to the reader."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        rows = choices_for(field.related_model, request.user)
        if field.related_model is ContentType:
            return [(row.pk, _kind_label(row)) for row in rows]
        return [(row.pk, str(row)) for row in rows[:FILTER_CHOICES]]


class KnownAutocomplete(AutocompleteSelect):
    """An autocomplete that is told the words of the chosen row, so that fifty lines do not ask fifty times."""

    known: dict[str, str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {}

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        chosen = [str(key) for key in value if key]
        if not all(key in self.known for key in chosen):
            return super().optgroups(name, value, attr)
        blank = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        rows = [self.create_option(name, key, self.known[key], True, place) for place, key in enumerate(chosen, 1)]
        return [(None, [*blank, *rows], 0)]


class _WordsField(forms.ModelChoiceField):
    """A choice among roles or kinds of documents, named in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return _kind_label(obj) if isinstance(obj, ContentType) else _(obj.name)


class _WordsMultipleField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return _kind_label(obj) if isinstance(obj, ContentType) else _(obj.name)


def _kind_label(kind: ContentType) -> str:
    model: Any = kind.model_class()
    return capfirst(str(model._meta.verbose_name)) if model else kind.model


class VisibleChoices(admin.options.BaseModelAdmin):
    """Foreign keys offer and accept only rows that the person may name; his own organization is filled in for him."""

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        related = db_field.related_model
        kwargs.setdefault("queryset", choices_for(related, request.user))
        if related in (Group, ContentType):
            kwargs.setdefault("form_class", _WordsField)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.name == "organization" and not sees_everything(self.model, request.user):
            field.initial, field.disabled = request.user.organization_id, True
        return field

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", choices_for(db_field.related_model, request.user))
        if db_field.related_model in (Group, ContentType):
            kwargs.setdefault("form_class", _WordsMultipleField)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Days as everywhere else, and no icons that open other records in pop-up windows: they lead away from a
        half-filled form."""
        if isinstance(db_field, models.DateField) and not isinstance(db_field, models.DateTimeField):
            kwargs.update(form_class=DayField, widget=DayInput)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        wrapper = getattr(field, "widget", None)
        for name in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
            if hasattr(wrapper, name):
                setattr(wrapper, name, False)
        return field


class ScopedAdmin(VisibleChoices, admin.ModelAdmin):
    """Lists and forms over the rows visible to the reader.

    masked_fields: columns that are never shown, searched or filtered in full.
    """

    masked_fields: tuple[str, ...] = ()
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 200
    actions = None
    save_on_top = False
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(request.user)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """Every word in one of the search fields, or as pinyin initials where the model keeps them."""
        try:
            self.opts.get_field("initials")
            initials = "initials"
        except FieldDoesNotExist:
            initials = ""
        fields = tuple(self.get_search_fields(request))
        return matching(queryset, search_term, fields=fields, initials=initials), False

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [self._safe_filter(entry) for entry in super().get_list_filter(request)]

    def _safe_filter(self, entry: Any) -> Any:
        if isinstance(entry, str) and "__" not in entry and self.opts.get_field(entry).is_relation:
            return (entry, VisibleRelatedFilter)
        return entry

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """No guessing of masked columns by ?bank_account__startswith=."""
        if lookup.split("__")[0] in (*self.masked_fields, "password"):
            return False
        return super().lookup_allowed(lookup, value, request)

    def delete_refusal(self, row: Any) -> str:
        """The sentence why a row cannot be deleted, or "" when nothing refers to it."""
        try:
            Collector(using=row._state.db or "default", origin=row).collect([row])
        except ProtectedError as error:
            count = len(error.protected_objects)
            kind = next(iter(error.protected_objects))._meta.verbose_name
            return _(
                "%(row)s is used by %(count)d records (%(kind)s …) and cannot be deleted. "
                "Mark it as no longer active instead."
            ) % {"row": row, "count": count, "kind": kind}
        return ""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What a deletion would take with it. Used rows are refused in one sentence, without listing who uses them."""
        refusals = [sentence for row in objs if (sentence := self.delete_refusal(row))]
        if refusals:
            return [], {}, set(), refusals
        names = [f"{capfirst(str(self.opts.verbose_name))}: {row}" for row in objs]
        return names, {self.opts.verbose_name_plural: len(names)}, set(), []

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except ProtectedError:
            # A row that came into use between the question and the answer.
            self.message_user(request, _("It is in use by now and cannot be deleted."), messages.ERROR)
            return HttpResponseRedirect(self.address("change", unquote(object_id)))

    def address(self, page: str, *args: Any) -> str:
        """The address of one of this model's pages: changelist, add, change, delete, history …"""
        name = f"{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(f"admin:{name}", args=args, current_app=self.admin_site.name)

    def visible_or_404(self, request: HttpRequest, object_id: str) -> Any:
        """The row with this key, if the reader sees it; otherwise 404, as for a key that does not exist."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return row


class LinesOfRow(VisibleChoices, admin.TabularInline):
    """Lines without rights of their own: whoever may write the row writes them, whoever sees it sees them."""

    extra = 0

    def _may_edit(self, request: HttpRequest, obj: Any) -> bool:
        parent = self.admin_site.get_model_admin(self.parent_model)
        return bool(parent.has_change_permission(request, obj) if obj else parent.has_add_permission(request))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class _MaskingHelper(HistoricalRecordContextHelper):
    """Old and new values of a change, with masked columns unreadable."""

    masked_fields: tuple[str, ...] = ()

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        if change.field in self.masked_fields:
            return masked(value)
        value = super().prepare_delta_change_value(change, value)
        return [_(row.name) if isinstance(row, Group) else row for row in value] if isinstance(value, list) else value


class HistoryAdmin(SimpleHistoryAdmin, ScopedAdmin):
    """Rows with a history of changes, which is no wider than the rows themselves and only to be read."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        self.visible_or_404(request, object_id)
        return super().history_view(request, object_id, extra_context)

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        self.visible_or_404(request, object_id)
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied  # django-simple-history would save what is sent here from whoever may only look
        return super().history_form_view(request, object_id, version_id, extra_context)

    def get_historical_record_context_helper(self, request: HttpRequest, historical_record: Any) -> Any:
        helper = _MaskingHelper(self.model, historical_record)
        helper.masked_fields = self.masked_fields
        return helper


class ExcelLists(ScopedAdmin):
    """Lists with Excel in and out, as far as the model has a resource (docs/excel.md)."""

    change_list_template = "admin/master_change_list.html"

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("export/", self.admin_site.admin_view(self.export_view), name=name), *super().get_urls()]

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whoever may view may export; where the model has a right of its own for it, that one is asked (R-SYS-17)."""
        own = "export" in self.opts.default_permissions
        action = "export" if own else "view"
        return request.user.has_perm(f"{self.opts.app_label}.{action}_{self.opts.model_name}")

    def _resource(self) -> Any:
        from core import resources

        try:
            return resources.for_model(self.model)
        except KeyError:
            return None

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context: dict[str, Any] = {}
        if resource := self._resource():
            may_import = not resource.export_only and request.user.has_perm(resource.import_permission())
            if may_import and not resource.parent_field:
                context["import_url"] = reverse("import_start", args=(resource.resource_name(),))
            if self.has_export_permission(request):
                query = request.GET.urlencode()
                context["export_url"] = f"{self.address('export')}?{query}" if query else self.address("export")
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def export_view(self, request: Any) -> Any:
        """Exactly the rows that the list shows with the same search and filters, over all its pages."""
        resource = self._resource()
        if resource is None:
            raise Http404
        if not self.has_view_permission(request) or not self.has_export_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(self.address("changelist"))
        rows = rows.select_related(None).prefetch_related(None)
        LogEntry.objects.create(
            user_id=request.user.pk,
            content_type=ContentType.objects.get_for_model(self.model),
            object_repr=str(self.opts.verbose_name_plural)[:200],
            action_flag=CHANGE,
            change_message=f"Exported {rows.count()} rows",
        )
        return workbook_response(resource.title(), [resource(user=request.user).to_sheet(rows)])


class MasterDataAdmin(HistoryAdmin, ExcelLists):
    """Departments, people, items …: history, search, filters; used rows are switched off, never deleted."""


class ReadOnlyAdmin(ExcelLists):
    """Ledgers and logs: to look at and to export, whatever permissions somebody was given (R-SYS-01)."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
