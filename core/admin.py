"""The kernel in the back office: who signs what, which duties conflict, substitutes, months, and what happened."""

from typing import Any

from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core import clock, periods
from core.admin_base import HistoryAdmin, ReadOnlyAdmin, sees_everything
from core.documents.models import ApprovalRule, Approver, Delegation, DocumentEvent, DutyConflict
from core.documents.services import step_label
from core.errors import DomainError
from core.models import Period, PeriodChange
from core.templatetags.display import moment, money, status_chip


def kind_name(content_type: Any) -> str:
    """What a kind of document is called, in the reader's language."""
    model: Any = content_type.model_class()
    return capfirst(str(model._meta.verbose_name)) if model else content_type.model


class ApprovalRuleForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        """A rule names exactly the approver that it speaks of."""
        data = super().clean() or {}
        if data.get("approver") != Approver.ROLE:
            data["role"] = None
        if data.get("approver") != Approver.PERSON:
            data["person"] = None
        return data


@admin.register(ApprovalRule)
class ApprovalRuleAdmin(HistoryAdmin):
    form = ApprovalRuleForm
    change_list_template = "admin/approval_rule_change_list.html"
    list_display = ("kind", "order", "department", "from_yuan", "signs", "basis", "active")
    list_filter = ("content_type", "active")
    list_select_related = ("content_type", "department", "role", "person")
    search_fields = ("basis", "department__name", "person__name")
    autocomplete_fields = ("department", "person")
    fields = (
        "organization",
        "content_type",
        "department",
        "from_amount",
        "only_escalated",
        "order",
        "approver",
        "role",
        "person",
        "basis",
        "active",
    )

    @admin.display(description=gettext_lazy("kind of document"), ordering="content_type")
    def kind(self, rule: ApprovalRule) -> str:
        return kind_name(rule.content_type)

    @admin.display(description=gettext_lazy("from amount (yuan)"), ordering="from_amount")
    def from_yuan(self, rule: ApprovalRule) -> str:
        return money(rule.from_amount)

    @admin.display(description=gettext_lazy("approver"))
    def signs(self, rule: ApprovalRule) -> str:
        named = _(rule.role.name) if rule.role else str(rule.person or "")
        return named if rule.approver in (Approver.ROLE, Approver.PERSON) else str(rule.get_approver_display())


@admin.register(DutyConflict)
class DutyConflictAdmin(HistoryAdmin):
    list_display = ("pair", "scope", "severity", "basis_words", "organization")
    list_filter = ("scope", "severity")
    list_select_related = ("role_a", "role_b", "organization")
    search_fields = ("basis",)

    @admin.display(description=gettext_lazy("must not meet"))
    def pair(self, conflict: DutyConflict) -> str:
        if conflict.role_a and conflict.role_b:
            return f"{_(conflict.role_a.name)} × {_(conflict.role_b.name)}"
        return f"{step_label(conflict.step_a)} × {step_label(conflict.step_b)}"

    @admin.display(description=gettext_lazy("basis"))
    def basis_words(self, conflict: DutyConflict) -> str:
        return _(conflict.basis) if conflict.basis else ""

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "organization" and field is not None and not self._others_exist(request):
            field.disabled, field.initial = False, None  # empty means every organization
        return field

    def _others_exist(self, request: Any) -> bool:
        """Whether a row for all organizations would bind houses that this person does not see."""
        houses = apps.get_model(settings.ORGANIZATION_MODEL)._default_manager.count()
        return houses > 1 and not sees_everything(DutyConflict, request.user)

    def _may_touch(self, request: Any, obj: Any) -> bool:
        return obj is None or obj.organization_id == request.user.organization_id or not self._others_exist(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._may_touch(request, obj)


class DelegationForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        principal, substitute = data.get("principal"), data.get("substitute")
        if principal and substitute and principal.organization_id != substitute.organization_id:
            raise ValidationError({"substitute": _("The substitute belongs to another organization.")})
        return data


@admin.register(Delegation)
class DelegationAdmin(HistoryAdmin):
    form = DelegationForm
    list_display = ("principal", "substitute", "from_date", "to_date", "reason")
    list_filter = ("from_date",)
    list_select_related = ("principal", "substitute")
    search_fields = ("principal__name", "substitute__name", "principal__employee_number")
    autocomplete_fields = ("principal", "substitute")
    filter_horizontal = ("kinds",)


@admin.register(DocumentEvent)
class DocumentEventAdmin(ReadOnlyAdmin):
    list_display = ("moment_shown", "kind", "number", "step_words", "who", "principal", "reason", "address")
    list_filter = ("content_type", "at")
    list_select_related = ("content_type", "actor", "principal")
    search_fields = ("actor__name", "actor__employee_number", "reason")
    fields = ("at", "kind", "number", "step_words", "who", "principal", "reason", "address")
    readonly_fields = ("kind", "number", "step_words", "who")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("document")

    @admin.display(description=gettext_lazy("time"), ordering="id")
    def moment_shown(self, event: DocumentEvent) -> str:
        return moment(event.at)

    @admin.display(description=gettext_lazy("kind of document"))
    def kind(self, event: DocumentEvent) -> str:
        return kind_name(event.content_type)

    @admin.display(description=gettext_lazy("number"))
    def number(self, event: DocumentEvent) -> str:
        return str(event.document or "")

    @admin.display(description=gettext_lazy("person"), ordering="actor__name")
    def who(self, event: DocumentEvent) -> str:
        return str(event.actor or _("Automatic"))

    @admin.display(description=gettext_lazy("step"), ordering="step")
    def step_words(self, event: DocumentEvent) -> str:
        return step_label(event.step)


class PeriodChanges(admin.TabularInline):
    """Every closing and reopening of a month, the newest first."""

    model = PeriodChange
    fields = readonly_fields = ("state", "changed_by", "changed_at", "reason")
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("core.view_period")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("changed_by", "period")


@admin.register(Period)
class PeriodAdmin(ReadOnlyAdmin):
    """Months: to look at; closing and reopening are services behind addresses of their own."""

    inlines = (PeriodChanges,)

    change_list_template = "admin/period_change_list.html"
    list_display = ("__str__", "organization", "state_shown", "changed_by", "changed_at", "reason")
    list_filter = ("state", "year")
    list_select_related = ("organization", "changed_by")

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, period: Period) -> Any:
        return status_chip("closed" if period.state == Period.State.CLOSED else "active", period.get_state_display())

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("close/", view(self.close_view), name="core_period_close"),
            path("reopen/", view(self.reopen_view), name="core_period_reopen"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        user: Any = request.user
        house = user.organization_id
        last = periods.last_closed(house) if house else None
        year, month = periods.next_to_close(house) if house else (clock.today().year, clock.today().month)
        context = {
            "next_month": f"{year}-{month:02d}",
            "last_month": last,
            "may_close": user.has_perm("core.close_period") and user.organization_id,
            "may_reopen": user.has_perm("core.reopen_period") and last is not None,
            "close_url": self.address("close"),
            "reopen_url": self.address("reopen"),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    @method_decorator(require_POST)
    def close_view(self, request: HttpRequest) -> HttpResponse:
        return self._carry_out(request, periods.close, _("The month %(month)s is closed now."))

    @method_decorator(require_POST)
    def reopen_view(self, request: HttpRequest) -> HttpResponse:
        reason = request.POST.get("reason", "")
        return self._carry_out(request, periods.reopen, _("The month %(month)s is open again."), reason=reason)

    def _carry_out(self, request: HttpRequest, service: Any, done: str, **options: Any) -> HttpResponse:
        user: Any = request.user
        year, _dash, month = request.POST.get("month", "").partition("-")
        try:
            if not (year.isdecimal() and month.isdecimal() and 1 <= int(month) <= 12 and len(year) == 4):
                raise DomainError(_("Write the month as 2026-03."))
            period = service(user.organization, int(year), int(month), actor=user, **options)
        except DomainError as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.message_user(request, done % {"month": period}, messages.SUCCESS)
        return HttpResponseRedirect(self.address("changelist"))


from core import admin_policies  # noqa: E402, F401 - a module of its own
