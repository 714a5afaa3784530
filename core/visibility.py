"""Who sees which rows: one filter for lists, details, exports, reports, searches and the admin (R-SYS-06)."""

from dataclasses import dataclass
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """How far a role sees."""

    OWN = "own", _("own records")
    DEPARTMENT = "department", _("own department and those under it")
    WAREHOUSE = "warehouse", _("warehouses kept")
    ORGANIZATION = "organization", _("whole organization")
    ALL = "all", _("all organizations")


@dataclass(frozen=True)
class Visibility:
    """Which lookups of a model answer each scope; an empty lookup means that the scope shows nothing.

    own: lookup to the person (`created_by`); department: lookup to a TreeNode; warehouse: lookups to
    a model with `keepers` ("pk" for itself), of which one is enough (a movement has two ends);
    organization: lookup to the organization. `common` rows are seen by everyone of the organization who may view the
    model at all (departments, places, warehouses); `shared` rows are seen by everyone who may view the model at all.
    `named` rows may be chosen in a form by everyone of the organization who may view the model, although he may not
    open them: a storekeeper names colleagues as acceptors without seeing their files.
    `enclosed` rows of a person are rows of his own organization: whoever sees all of it needs no further conditions,
    and the database reads one index over years of rows instead of weighing each.
    """

    own: str = ""
    department: str = ""
    warehouse: str | tuple[str, ...] = ()
    organization: str = ""
    common: bool = False
    shared: bool = False
    named: bool = False
    enclosed: bool = False


class ScopedQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Rows this person may see: by the scopes of the roles that let him view the model, and what he made himself.

        A document is also visible to whoever signed it or has to sign it.
        """
        if not getattr(user, "is_active", False):
            return self.none()
        scopes = user.scopes_for(f"{self.model._meta.app_label}.view_{self.model._meta.model_name}")
        rule: Visibility = self.model.visibility  # type: ignore[attr-defined]
        if scopes and (rule.shared or Scope.ALL in scopes):
            return self.all()
        condition = _condition(self.model, rule, scopes, user)
        if rule.enclosed and Scope.ORGANIZATION in scopes and condition is not None:
            return self.filter(condition)
        if scopes and rule.own:
            own = Q(**{rule.own: user.pk})
            condition = own if condition is None else condition | own
        if extra := getattr(self.model, "also_visible_to", None):
            condition = extra(user) if condition is None else condition | extra(user)
        return self.none() if condition is None else self.filter(condition)

    def within(self, user: Any, permission: str) -> Self:
        """Rows inside the scopes of those roles that give this person the permission, and nothing beyond them.

        What a second role lets him see must not widen what the first lets him do.
        """
        scopes = user.scopes_for(permission)
        rule: Visibility = self.model.visibility  # type: ignore[attr-defined]
        if scopes and (rule.shared or Scope.ALL in scopes):
            return self.all()
        condition = _condition(self.model, rule, scopes, user)
        return self.none() if condition is None else self.filter(condition)

    def choosable_by(self, user: Any) -> Self:
        """Rows this person may name in a form: those visible to him and, where the model says so, all of his house."""
        rule: Visibility = self.model.visibility  # type: ignore[attr-defined]
        view = f"{self.model._meta.app_label}.view_{self.model._meta.model_name}"
        if rule.named and Scope.ALL not in user.scopes_for(view) and user.has_perm(view):
            return self.filter(**{rule.organization: user.organization_id})
        return self.visible_to(user)


def _condition(model: Any, rule: Visibility, scopes: frozenset[str], user: Any) -> Q | None:
    """The scopes as one condition, or None when they show nothing."""
    if Scope.ORGANIZATION in scopes or (scopes and rule.common):
        if not rule.organization:
            return None
        return Q(**{rule.organization: user.organization_id})
    parts: list[Q] = []
    if Scope.OWN in scopes and rule.own:
        parts.append(Q(**{rule.own: user.pk}))
    if Scope.DEPARTMENT in scopes and rule.department:
        parts += [Q(**{f"{rule.department}__path__startswith": path}) for path in user.department_paths]
    if Scope.WAREHOUSE in scopes:
        lookups = (rule.warehouse,) if isinstance(rule.warehouse, str) else rule.warehouse
        parts += [Q(**{f"{lookup}__in": _kept_by(user, model, lookup)}) for lookup in lookups]
    if not parts:
        return None
    condition = parts[0]
    for part in parts[1:]:
        condition |= part
    return condition


def _kept_by(user: Any, model: Any, lookup: str) -> models.QuerySet:
    """Keys of the warehouses this person keeps; a subquery, since a join to the keepers would double rows."""
    for name in lookup.split("__"):
        model = model if name == "pk" else model._meta.get_field(name).related_model
    return model._base_manager.filter(keepers=user.pk).values("pk")
