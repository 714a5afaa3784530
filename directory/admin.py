"""Who and where, in the back office. Roles are granted on a page of their own, by the service alone."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.admin_base import MasterDataAdmin, ScopedAdmin, VisibleChoices, masked
from core.errors import DomainError
from core.forms import offer
from core.templatetags.display import mask_phone
from directory import permissions
from directory.models import Department, Organization, Place, Role, Supplier, SupplierLicence, User
from directory.services import leaving
from directory.services.accounts import one_time_path, require_link_right
from directory.services.roles import save_role, set_roles

# Permissions are given through Role, which knows how far its holders see.
admin.site.unregister(Group)


@admin.register(Organization)
class OrganizationAdmin(MasterDataAdmin):
    list_display = ("code", "name", "kind", "active")
    search_fields = ("code", "name")
    fields = ("code", "name", "kind", "credit_code", "term_starts", "active")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # an organization begins with `manage.py setup`


@admin.register(Department)
class DepartmentAdmin(MasterDataAdmin):
    list_display = ("code", "name", "kind", "parent", "head", "active")
    list_filter = ("kind", "active")
    list_select_related = ("parent", "head")
    search_fields = ("code", "name")
    autocomplete_fields = ("parent", "head")
    fields = (
        *("organization", "code", "name", "kind", "parent", "head", "cost_class", "phone"),
        *("head_count", "bed_count", "class_count", "active"),
    )


@admin.register(Place)
class PlaceAdmin(MasterDataAdmin):
    list_display = ("code", "name", "kind", "parent", "active")
    list_filter = ("kind", "active")
    list_select_related = ("parent",)
    search_fields = ("code", "name")
    autocomplete_fields = ("parent",)
    fields = ("organization", "code", "name", "kind", "parent", "active")


class PersonForm(forms.ModelForm):
    """Nobody is closed while he holds something (R-AST-11)."""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        self.instance.is_active = data.get("is_active", self.instance.is_active)
        self.instance.active_until = data.get("active_until", self.instance.active_until)
        try:
            leaving.require_empty_hands(self.instance)
        except leaving.StillHolding as refusal:
            self.add_error(refusal.field if refusal.field in self.fields else None, leaving.with_links(refusal))
        return data


@admin.register(User)
class UserAdmin(MasterDataAdmin):
    """People. No password and no permission is typed here: a one-time link sets the one, roles the other."""

    form = PersonForm
    change_form_template = "admin/user_change_form.html"
    masked_fields = ("password", "phone")
    list_display = ("employee_number", "name", "department", "role_names", "phone_shown", "is_active", "active_until")
    list_filter = ("is_active", "groups", "department")
    list_select_related = ("department",)
    search_fields = ("employee_number", "name")
    autocomplete_fields = ("department",)
    fields = (
        "organization",
        "employee_number",
        "name",
        "department",
        "job_title",
        "phone",
        "email",
        "is_active",
        "active_until",
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [entry if entry != "groups" else ("groups", RoleFilter) for entry in self.list_filter[:2]] + [
            self._safe_filter("department")
        ]

    @admin.display(description=gettext_lazy("roles"))
    def role_names(self, person: User) -> str:
        return _(", ").join(_(group.name) for group in person.groups.all())

    @admin.display(description=gettext_lazy("phone"))
    def phone_shown(self, person: User) -> str:
        return mask_phone(person.phone)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        rescue = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not rescue

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if change and "department" in form.changed_data and (words := leaving.to_hand_over(obj)):
            self.message_user(request, words, messages.WARNING)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/roles/", view(self.roles_view), name="directory_user_roles"),
            path("<path:object_id>/link/", view(self.link_view), name="directory_user_link"),
            *super().get_urls(),
        ]

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        person, actor = context.get("original"), request.user
        if person is not None:
            other = person.pk != actor.pk
            context["held_roles"] = [str(role) for role in person.roles]
            context["roles_url"] = other and actor.has_perm("directory.grant_role") and self.address("roles", person.pk)
            context["link_url"] = other and actor.has_perm("directory.change_user") and self.address("link", person.pk)
        return super().render_change_form(request, context, *args, **kwargs)

    def roles_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Which roles a person holds; every change goes through the service, which refuses conflicts and oneself."""
        if not request.user.has_perm("directory.grant_role"):
            raise PermissionDenied
        person = self.visible_or_404(request, object_id)
        held, refusal = {role.code for role in person.roles}, ""
        if request.method == "POST":
            held = set(request.POST.getlist("roles")) & set(Role.objects.values_list("code", flat=True))
            try:
                warnings = set_roles(person, held, actor=request.user)
            except DomainError as error:
                refusal = str(error)
            else:
                for warning in warnings:
                    self.message_user(request, warning, messages.WARNING)
                self.message_user(request, _("The roles of %(person)s were saved.") % {"person": person})
                return HttpResponseRedirect(self.address("change", person.pk))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Roles of %(person)s") % {"person": person},
            "opts": self.opts,
            "roles": [(role, role.code in held) for role in Role.objects.select_related("group")],
            "refusal": refusal,
            "back_url": self.address("change", person.pk),
        }
        return render(request, "admin/user_roles.html", context, status=409 if refusal else 200)

    @method_decorator(require_POST)
    def link_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Make and show a one-time link for a password; that it was made is kept, the link itself is not."""
        person = self.visible_or_404(request, object_id)
        try:
            require_link_right(person, request.user)
        except DomainError as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(self.address("change", person.pk))
        _log(request, person, "One-time password link made")
        context = {
            **self.admin_site.each_context(request),
            "title": _("One-time link for %(person)s") % {"person": person},
            "opts": self.opts,
            "link": request.build_absolute_uri(one_time_path(person)),
            "back_url": self.address("change", person.pk),
        }
        return render(request, "admin/user_link.html", context)


class RoleFilter(admin.RelatedFieldListFilter):
    """People by role, in the reader's language."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [(role.group_id, str(role)) for role in Role.objects.select_related("group")]


def _log(request: HttpRequest, row: Any, message: str) -> None:
    person: Any = request.user  # signed in: the admin let him in
    LogEntry.objects.log_actions(person.pk, [row], CHANGE, change_message=message, single_object=True)


class LicenceLines(VisibleChoices, admin.TabularInline):
    model = SupplierLicence
    extra = 0


class SupplierForm(forms.ModelForm):
    """Bank and account are typed with a new supplier only, the account by who may ask for a new one; another account is
    asked for and confirmed (R-PRC-17)."""

    new_account = forms.CharField(label=gettext_lazy("Bank account"), max_length=40, required=False)

    class Meta:
        model = Supplier
        fields = (
            "code",
            "name",
            "initials",
            "credit_code",
            "legal_person",
            "contact",
            "phone",
            "address",
            "bank",
            "active",
            "blacklisted_until",
            "blacklist_reason",
            "controlling_owner",
            "note",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("new_account", None)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("blacklisted_until") and not (data.get("blacklist_reason") or "").strip():
            self.add_error("blacklist_reason", _("Say why this supplier goes on the black list."))
        return data

    def save(self, commit: bool = True) -> Any:
        account = self.cleaned_data.get("new_account", "").replace(" ", "")
        if account and not self.instance.pk:
            self.instance.bank_account = account
        return super().save(commit)


@admin.register(Supplier)
class SupplierAdmin(MasterDataAdmin):
    form = SupplierForm
    change_form_template = "admin/supplier_change_form.html"
    masked_fields = ("bank_account", "phone")
    inlines = (LicenceLines,)
    list_display = ("code", "name", "contact", "phone_shown", "account_shown", "active", "blacklisted_until")
    list_filter = ("active",)
    search_fields = ("code", "name", "credit_code")
    readonly_fields = ("account_shown",)

    @admin.display(description=gettext_lazy("phone"))
    def phone_shown(self, supplier: Supplier) -> str:
        return mask_phone(supplier.phone)

    @admin.display(description=gettext_lazy("bank account"))
    def account_shown(self, supplier: Supplier) -> str:
        return masked(supplier.bank_account)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        names = ("code", "name", "initials", "credit_code", "legal_person", "controlling_owner", "contact", "phone")
        account = ("account_shown",) if obj else ("new_account",) if self._may_account(request) else ()
        return (*names, "address", "bank", *account, "active", "blacklisted_until", "blacklist_reason", "note")

    @staticmethod
    def _may_account(request: HttpRequest) -> bool:
        return bool(request.user.has_perm("directory.add_supplierbankchange"))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if not self._may_account(request):
            # Not shown is not enough: a field that the form declares would be read from what is sent.
            form.base_fields.pop("new_account", None)
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The bank of a known supplier (R-PRC-17), and the black list for who may change suppliers only."""
        bank = ("bank",) if obj else ()
        may_blacklist = request.user.has_perm("directory.blacklist_supplier")
        black = () if may_blacklist else ("blacklisted_until", "blacklist_reason")
        return (*super().get_readonly_fields(request, obj), *bank, *black)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.reveal_view)
        return [path("<path:object_id>/account/", view, name="directory_supplier_reveal"), *super().get_urls()]

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        supplier = context.get("original")
        if supplier is not None and supplier.bank_account and request.user.has_perm("directory.reveal_supplier"):
            context["reveal_url"] = self.address("reveal", supplier.pk)
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator(require_POST)
    def reveal_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the bank account once, to those with the right; that it was shown is kept (R-SYS-18)."""
        if not request.user.has_perm("directory.reveal_supplier"):
            raise PermissionDenied
        supplier = self.visible_or_404(request, object_id)
        _log(request, supplier, "Bank account shown")
        self.message_user(request, _("Bank account: %(account)s") % {"account": supplier.bank_account})
        return HttpResponseRedirect(self.address("change", supplier.pk))


class RoleForm(forms.ModelForm):
    name = forms.CharField(label=gettext_lazy("name"), max_length=60)
    permissions = forms.MultipleChoiceField(
        label=gettext_lazy("permissions"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Role
        fields = ("code", "scope", "back_office", "description")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "permissions", permissions.choices())
        if self.instance.pk:
            self.fields["name"].initial = self.instance.group.name
            held = self.instance.group.permissions.values_list("pk", flat=True)
            self.fields["permissions"].initial = [str(key) for key in held]

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        if Group.objects.filter(name=name).exclude(pk=self.instance.group_id).exists():
            raise forms.ValidationError(_("There is a role of this name already."))
        return name


@admin.register(Role)
class RoleAdmin(ScopedAdmin):
    form = RoleForm
    list_display = ("__str__", "code", "scope", "back_office", "people_count")
    list_select_related = ("group",)
    search_fields = ("code", "group__name", "description")
    fields = ("name", "code", "scope", "back_office", "description", "permissions")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("group__user_set")

    @admin.display(description=gettext_lazy("people"))
    def people_count(self, role: Role) -> int:
        return len(role.group.user_set.all())

    def _binds_others(self, user: Any) -> bool:
        """With several organizations a role reaches beyond the person's own house; then the operator changes it."""
        return not user.is_superuser and Organization.objects.count() > 1

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not self._binds_others(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not super().has_change_permission(request, obj) or self._binds_others(request.user):
            return False
        person: Any = request.user
        return obj is None or obj.group_id not in person.role_group_ids

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return ("__str__", "code", "scope", "back_office", "description")
        return self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("code",) if obj is not None else ()

    def changeform_view(
        self, request: Any, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        chosen = form.cleaned_data["permissions"]
        before = set(obj.group.permissions.values_list("pk", flat=True)) if change else set()
        save_role(obj, name=form.cleaned_data["name"], permissions=permissions.by_keys(chosen), actor=request.user)
        after = {int(key) for key in chosen}
        if change and before != after:
            added, removed = permissions.labels(after - before), permissions.labels(before - after)
            _log(request, obj, f"+ {', '.join(added)}; - {', '.join(removed)}"[:2000])
