"""Pages of the office: the role matrix, the preview of signers, and the first password."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.contrib.auth.views import PasswordResetConfirmView
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core.documents import registry
from core.documents.models import DutyConflict
from core.errors import DomainError
from core.excel.download import workbook_response
from core.excel.writer import Column, Sheet
from core.forms import ExactDecimalField, offer
from core.views.signed_in import SignedInRequest
from directory import permissions
from directory.models import Department, Role, User
from directory.opening import opening_steps
from directory.selectors import signers_of
from directory.services.accounts import one_time_path, require_link_right


class FirstPasswordView(PasswordResetConfirmView):
    """A person sets the password by a one-time link; then it is nobody else's."""

    success_url = reverse_lazy("login")

    def form_valid(self, form: Any) -> HttpResponse:
        form.user.must_change_password = False
        return super().form_valid(form)


class _OfficePage(LoginRequiredMixin, PermissionRequiredMixin, View):
    """A page for those with a right: strangers are sent to the login, others are refused."""

    raise_exception = True

    def handle_no_permission(self) -> Any:
        self.raise_exception = bool(self.request.user.is_authenticated)
        return super().handle_no_permission()


class _RolesPage(_OfficePage):
    permission_required = "directory.view_role"


def matrix(text: str = "") -> tuple[list[Role], list[dict[str, Any]]]:
    """The roles, and per right a row: {group, what, action, scopes (one per role, "" where the role lacks it)}.

    text keeps only the rights in whose words it occurs. Three queries, whatever the number of rights.
    """
    roles = list(Role.objects.select_related("group").prefetch_related("group__permissions"))
    held = [{permission.pk for permission in role.group.permissions.all()} for role in roles]
    rows = [
        {
            "group": right.group,
            "what": right.what,
            "action": right.action,
            "scopes": [
                str(role.get_scope_display()) if right.key in keys else ""
                for role, keys in zip(roles, held, strict=True)
            ],
        }
        for right in permissions.all_rights()
        if text.casefold() in f"{right.group} {right.label} {right.name}".casefold()
    ]
    return roles, rows


class RoleMatrixView(_RolesPage):
    """Who may what, who is who, and which roles must not meet in one person."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        text = request.GET.get("q", "").strip()[:60]
        roles, rows = matrix(text)
        people = User.objects.visible_to(request.user).filter(is_active=True).prefetch_related("groups")
        holders: dict[int, list[User]] = {role.group_id: [] for role in roles}
        for person in people.select_related("department"):
            for group in person.groups.all():
                holders.setdefault(group.pk, []).append(person)
        of_house = Q(organization=None) | Q(organization=request.user.organization_id)
        conflicts = DutyConflict.objects.filter(of_house, scope=DutyConflict.Scope.PERSON)
        context = {
            "title": _("Role matrix"),
            "search": text,
            "roles": roles,
            "rows": rows,
            "holders": [(role, holders[role.group_id]) for role in roles],
            "conflicts": [
                (
                    _(row.role_a.name) if row.role_a else "",
                    _(row.role_b.name) if row.role_b else "",
                    row.get_severity_display(),
                    _(row.basis) if row.basis else "",
                )
                for row in conflicts.select_related("role_a", "role_b")
            ],
        }
        return render(request, "directory/role_matrix.html", context)


class RoleMatrixExport(_RolesPage):
    def get(self, request: HttpRequest) -> HttpResponseBase:
        roles, rows = matrix(request.GET.get("q", "").strip()[:60])
        columns = [Column(_("Area"), 14), Column(_("Records"), 18), Column(_("Action"), 18)]
        columns += [Column(str(role), 14) for role in roles]
        cells = ([row["group"], row["what"], row["action"], *row["scopes"]] for row in rows)
        return workbook_response(_("Role matrix"), [Sheet(_("Role matrix"), columns, cells, freeze=3)])


class SignersForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("kind of document"))
    department = forms.ModelChoiceField(label=gettext_lazy("department"), queryset=Department.objects.none())
    amount = ExactDecimalField(label=gettext_lazy("amount (yuan)"), decimal_places=2, min_value=0)
    escalated = forms.BooleanField(
        label=gettext_lazy("one level more (a purchase outside the plan, goods over quota)"), required=False
    )
    hurried = forms.BooleanField(label=gettext_lazy("urgent (the last level signs alone)"), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [
            (kind.model._meta.label_lower, capfirst(str(kind.model._meta.verbose_name)))
            for kind in registry.all_types()
        ]
        offer(self, "kind", kinds)
        offer(self, "department", Department.objects.visible_to(user).filter(active=True))


class SignersView(_OfficePage):
    """Who would have to sign a paper of this kind, department and amount, by the rules as they stand now."""

    permission_required = "core.view_approvalrule"

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET if "kind" in request.GET else None
        form = SignersForm(asked, user=request.user)
        signers = None
        if form.is_bound and form.is_valid():
            app, _dot, name = form.cleaned_data["kind"].partition(".")
            kind = ContentType.objects.get_by_natural_key(app, name)
            amount = form.cleaned_data["amount"] or Decimal(0)
            told = {name: form.cleaned_data[name] for name in ("escalated", "hurried")}
            signers = signers_of(kind, form.cleaned_data["department"], amount, **told)
        context = {"title": _("Who has to sign?"), "form": form, "signers": signers}
        return render(request, "directory/signers.html", context)


class OpeningView(LoginRequiredMixin, View):
    """Filling a new house, step by step; what is there already is counted."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_staff:
            raise PermissionDenied
        steps = opening_steps(request.user)
        context = {
            "title": _("Opening a house"),
            "steps": steps,
            "may_link": request.user.has_perm("directory.change_user"),
        }
        return render(request, "directory/opening.html", context)


class FirstLinksView(LoginRequiredMixin, View):
    """One-time links of everybody who never had a password, as a workbook to cut into strips (POST only)."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        user: Any = request.user
        if not user.has_perm("directory.change_user"):
            raise PermissionDenied
        people = User.objects.visible_to(user).filter(is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)
        rows = []
        for person in people.exclude(pk=user.pk).select_related("department"):
            try:
                require_link_right(person, user)
            except DomainError:
                continue
            link = request.build_absolute_uri(one_time_path(person))
            rows.append([person.employee_number, person.name, str(person.department or ""), link])
        kind = ContentType.objects.get_for_model(User)
        LogEntry.objects.create(
            user=user,
            content_type=kind,
            object_repr=str(User._meta.verbose_name_plural),
            action_flag=CHANGE,
            change_message=f"Made {len(rows)} one-time password links",
        )
        columns = [Column(_("employee number"), 14, "code"), Column(_("name"), 12), Column(_("department"), 18)]
        columns.append(Column(_("One-time link"), 60))
        notes = [_("Each link can be used once and for three days. Hand it to the person alone.")]
        return workbook_response(_("One-time links"), [Sheet(_("One-time links"), columns, rows, notes=notes)])
