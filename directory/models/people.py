from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from core import clock
from core.visibility import Scope, ScopedQuerySet, Visibility

from .organizations import Department, Organization


class Role(models.Model):
    """A group of permissions with a scope: how far the people who hold it see."""

    group = models.OneToOneField(Group, models.CASCADE, related_name="role", verbose_name=_("group"))
    code = models.SlugField(_("code"), max_length=40, unique=True)
    scope = models.CharField(_("sees"), max_length=12, choices=Scope, default=Scope.OWN)
    back_office = models.BooleanField(_("may open the back office"), default=False)
    description = models.CharField(_("description"), max_length=200, blank=True)

    visibility = Visibility(shared=True)
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        default_permissions = ("add", "change", "delete", "view", "grant")
        ordering = ("id",)

    def __str__(self) -> str:
        return gettext(self.group.name)


class UserManager(BaseUserManager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    def create_user(self, employee_number: str, password: str | None = None, **fields: Any) -> "User":
        """A person who may sign in; without a password he cannot until he sets one."""
        user = self.model(employee_number=employee_number, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, employee_number: str, password: str | None = None, **fields: Any) -> "User":
        """A person above all permissions, for rescue on the console; daily work uses roles (R-SYS-14)."""
        return self.create_user(employee_number, password, is_superuser=True, **fields)


def number_used_elsewhere(number: str, organization_code: str) -> str:
    """The sentence for an employee number of another organization; it says nothing about the person there."""
    return gettext(
        "The employee number %(number)s is already used in another organization of this installation. Give this person "
        "another one, for example with the code of your organization in front: %(example)s."
    ) % {"number": number, "example": f"{organization_code}-{number}"}


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Signs in with the employee number; leaves by `active_until` (R-SYS-19), never by deletion."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="people", verbose_name=_("organization")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("department")
    )
    employee_number = models.CharField(_("employee number"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=40)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    job_title = models.CharField(_("job title"), max_length=40, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    active_until = models.DateField(_("active until"), null=True, blank=True)
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)

    visibility = Visibility(own="pk", department="department", organization="organization", named=True)
    objects = UserManager()
    # Who held which role when: the groups are part of the history.
    history = HistoricalRecords(excluded_fields=["password", "last_login"], m2m_fields=["groups"])

    USERNAME_FIELD = "employee_number"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        default_permissions = ("add", "change", "delete", "view", "import", "export")
        ordering = ("employee_number",)

    def __str__(self) -> str:
        return self.name

    def validate_unique(self, exclude: Any = None) -> None:
        """Employee numbers are signed in with, so they are unique in the installation, not only in the organization."""
        others = User._base_manager.exclude(pk=self.pk).exclude(organization=self.organization_id)
        home = self.organization if "employee_number" not in (exclude or ()) else None
        if home is not None and others.filter(employee_number=self.employee_number).exists():
            raise ValidationError({"employee_number": number_used_elsewhere(self.employee_number, home.code)})
        super().validate_unique(exclude)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def has_left(self) -> bool:
        """Whether the last day of this person is over (R-SYS-19: an end date of today closes the account today)."""
        return self.active_until is not None and self.active_until <= clock.today()

    @property
    def is_staff(self) -> bool:
        """Whether the back office (Django's admin) opens for this person."""
        return self.is_superuser or any(role.back_office for role in self.roles)

    @cached_property
    def roles(self) -> list[Role]:
        return list(Role.objects.filter(group__user=self).select_related("group"))

    @cached_property
    def role_group_ids(self) -> list[int]:
        return [role.group_id for role in self.roles]

    @cached_property
    def _scopes_by_permission(self) -> dict[str, frozenset[str]]:
        rows = Group.permissions.through.objects.filter(group__in=self.role_group_ids).values_list(
            "group__role__scope", "permission__content_type__app_label", "permission__codename"
        )
        found: dict[str, set[str]] = {}
        for scope, app, codename in rows:
            found.setdefault(f"{app}.{codename}", set()).add(scope)
        return {name: frozenset(scopes) for name, scopes in found.items()}

    def scopes_for(self, permission: str) -> frozenset[str]:
        """How far this person sees with a permission such as inventory.view_goodsissue; empty without it."""
        if not self.is_active:
            return frozenset()
        if self.is_superuser:
            return frozenset({Scope.ALL.value})
        return self._scopes_by_permission.get(permission, frozenset())

    @cached_property
    def department_paths(self) -> list[str]:
        """Paths of the subtrees that count as own department: where he works and what he heads."""
        own = models.Q(head=self)
        if self.department_id:
            own |= models.Q(pk=self.department_id)
        return list(Department.objects.filter(own).values_list("path", flat=True))

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        if self.is_active and self.is_superuser:
            return True
        return self.is_active and (perm in self._scopes_by_permission)

    def has_module_perms(self, app_label: str) -> bool:
        if self.is_active and self.is_superuser:
            return True
        return self.is_active and any(name.startswith(f"{app_label}.") for name in self._scopes_by_permission)
