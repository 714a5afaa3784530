"""Making the shipped roles and granting them to people."""

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.documents.models import DutyConflict
from core.errors import DomainError, NotAllowed
from core.visibility import Scope
from directory.models import Role, User
from directory.roles import CONFLICTS, PRESETS, granted

_duties: list[Callable[[User], Iterable[str]]] = []


def register_duties(duties: Callable[[User], Iterable[str]]) -> None:
    """Let an app say in which roles (codes) a person acts by appointment, so that conflicting roles are refused."""
    _duties.append(duties)


@transaction.atomic
def sync_roles() -> list[Role]:
    """Make every shipped role that is missing, with its permissions, and the shipped duty conflicts.

    A role that exists keeps what the house changed: only new roles get permissions. Returns the roles made.
    """
    known = set(Role.objects.values_list("code", flat=True))
    missing = [preset for preset in PRESETS if preset.code not in known]
    if not missing:
        return []
    permissions = _permissions()
    made = []
    for preset in missing:
        group, _created = Group.objects.get_or_create(name=preset.name)
        role = Role.objects.create(group=group, code=preset.code, scope=preset.scope, back_office=preset.back_office)
        group.permissions.set(_matching(permissions, granted(preset.code)))
        made.append(role)
    _sync_conflicts()
    return made


def _permissions() -> dict[str, dict[str, int]]:
    """Keys of all permissions by app and codename."""
    found: dict[str, dict[str, int]] = {}
    for key, app, codename in Permission.objects.values_list("pk", "content_type__app_label", "codename"):
        found.setdefault(app, {})[codename] = key
    return found


def _matching(permissions: dict[str, dict[str, int]], wanted: Iterable[tuple[str, str]]) -> set[int]:
    """Keys of the permissions that (app, pattern) pairs name; only patterns with a star are compared one by one."""
    keys: set[int] = set()
    for app, pattern in set(wanted):
        known = permissions.get(app, {})
        if "*" in pattern:
            keys.update(key for codename, key in known.items() if fnmatchcase(codename, pattern))
        elif pattern in known:
            keys.add(known[pattern])
    return keys


def _sync_conflicts() -> None:
    groups = {role.code: role.group_id for role in Role.objects.all()}
    known = set(DutyConflict.objects.filter(organization=None).values_list("role_a", "role_b"))
    DutyConflict.objects.bulk_create(
        [
            DutyConflict(role_a_id=groups[a], role_b_id=groups[b], basis=basis)
            for a, b, basis in CONFLICTS
            if (groups[a], groups[b]) not in known
        ]
    )


@transaction.atomic
def grant_role(user: User, code: str, *, actor: Any = None) -> list[str]:
    """Give a person a role; returns warnings of conflicts that only warn.

    actor: who grants; None for the setup on the console. Raises NotAllowed without the right or for oneself,
    DomainError naming the role that stands against it (domain 3.3).
    """
    _require_right(user, actor)
    role = Role.objects.select_related("group").get(code=code)
    warnings = _refuse_conflicts(user, role, field="roles")
    user.groups.add(role.group)
    _forget(user)
    return warnings


def refuse_duty(user: User, code: str, *, field: str) -> list[str]:
    """Ask whether a person may take a duty without its role, such as keeping a store; returns warnings.

    code: the role that stands for the duty. Raises DomainError with this field, naming what stands against it.
    """
    role = Role.objects.select_related("group").filter(code=code).first()
    return _refuse_conflicts(user, role, field=field) if role is not None else []


def _refuse_conflicts(user: User, role: Role, *, field: str) -> list[str]:
    warnings = []
    for conflict in _conflicts(user, role):
        other = conflict.role_b if conflict.role_a_id == role.group_id else conflict.role_a
        sentence = _(
            "%(person)s already is “%(held)s”, which one person must not combine with “%(role)s”: %(basis)s"
        ) % {
            "person": user,
            "held": _(other.name) if other else "",
            "role": role,
            "basis": _(conflict.basis) if conflict.basis else "",
        }
        if conflict.severity == DutyConflict.Severity.BLOCK:
            raise DomainError(sentence, field=field)
        warnings.append(sentence)
    return warnings


@transaction.atomic
def revoke_role(user: User, code: str, *, actor: Any = None) -> None:
    """Take a role away; it takes effect with the person's next request. Raises NotAllowed without the right."""
    _require_right(user, actor)
    user.groups.remove(Role.objects.get(code=code).group_id)
    _forget(user)


def _require_right(user: User, actor: Any) -> None:
    if actor is None:
        return
    if not actor.has_perm("directory.grant_role") or not User.objects.visible_to(actor).filter(pk=user.pk).exists():
        raise NotAllowed(_("Only the rights administrator grants and revokes roles."))
    if actor.pk == user.pk:
        raise NotAllowed(_("Nobody changes his own roles; ask another rights administrator."))
    if user.is_superuser and not actor.is_superuser:
        raise NotAllowed(_("This account is not managed here."))


def _conflicts(user: User, role: Role) -> list[DutyConflict]:
    acting = [code for duties in _duties for code in duties(user)]
    held = {
        *user.groups.values_list("pk", flat=True),
        *Role.objects.filter(code__in=acting).values_list("group", flat=True),
    }
    pair = Q(role_a=role.group_id, role_b__in=held) | Q(role_b=role.group_id, role_a__in=held)
    return DutyConflict.in_force(user.organization_id, pair & Q(scope=DutyConflict.Scope.PERSON))


def _forget(user: User) -> None:
    """Drop what this copy of the person remembers of his roles."""
    for name in ("roles", "role_group_ids", "_scopes_by_permission"):
        user.__dict__.pop(name, None)


@transaction.atomic
def set_roles(user: User, codes: Iterable[str], *, actor: Any = None) -> list[str]:
    """Make these the roles of a person: what is not named is revoked first, then the new ones are granted.

    Returns warnings. Raises like grant_role; then nothing has changed.
    """
    wanted = set(codes)
    held = set(Role.objects.filter(group__user=user).values_list("code", flat=True))
    for code in sorted(held - wanted):
        revoke_role(user, code, actor=actor)
    return [warning for code in sorted(wanted - held) for warning in grant_role(user, code, actor=actor)]


@transaction.atomic
def save_role(role: Role, *, name: str, permissions: Iterable[Permission], actor: Any) -> Role:
    """Store a role with its name and permissions.

    Raises NotAllowed for a role that the actor holds himself, or for a scope wider than his own sight.
    """
    if role.group_id and role.group_id in actor.role_group_ids:
        raise NotAllowed(_("Nobody changes a role that he holds himself."))
    if role.scope == Scope.ALL and not actor.is_superuser:
        raise NotAllowed(_("Only the operator of the installation can let a role see all organizations."))
    if role.group_id is None:
        role.group = Group.objects.create(name=name)
    elif role.group.name != name:
        role.group.name = name
        role.group.save(update_fields=["name"])
    role.save()
    role.group.permissions.set(permissions)
    return role
