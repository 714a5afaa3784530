"""Permissions in words: “Goods issue: post”, for the form of a role and the role matrix."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

APPS = ("inventory", "directory", "assets", "procurement", "maintenance", "core")
ACTIONS = {
    "view": gettext_lazy("view"),
    "add": gettext_lazy("add"),
    "change": gettext_lazy("change"),
    "delete": gettext_lazy("delete"),
    "import": gettext_lazy("import from Excel"),
    "export": gettext_lazy("export personal data"),
    "reveal": gettext_lazy("see the bank account in full"),
    "blacklist": gettext_lazy("put on the black list"),
    "grant": gettext_lazy("grant to people"),
    "submit": gettext_lazy("submit and withdraw"),
    "approve": gettext_lazy("approve and return"),
    "post": gettext_lazy("post"),
    "reverse": gettext_lazy("reverse"),
    "cancel": gettext_lazy("cancel document"),
    "close": gettext_lazy("close"),
    "reopen": gettext_lazy("reopen"),
}


@dataclass(frozen=True)
class Right:
    """A permission and the words for it."""

    key: int
    app: str
    name: str
    group: str
    what: str
    action: str

    @property
    def label(self) -> str:
        return f"{self.what}：{self.action}"


def all_rights() -> list[Right]:
    """Every permission that a role can hold, in the order of apps, models and actions; one query."""
    order = list(ACTIONS)
    found: list[tuple[Any, Right]] = []
    rows = Permission.objects.filter(content_type__app_label__in=APPS).select_related("content_type")
    for row in rows:
        model: Any = row.content_type.model_class()
        action = row.codename.removesuffix(f"_{row.content_type.model}")
        if model is None or row.content_type.model.startswith("historical") or action == row.codename:
            continue
        app = row.content_type.app_label
        place = (APPS.index(app), row.content_type.model, order.index(action) if action in ACTIONS else 99)
        right = Right(
            row.pk,
            app,
            f"{app}.{row.codename}",
            str(apps.get_app_config(app).verbose_name),
            capfirst(str(model._meta.verbose_name)),
            str(ACTIONS[action]) if action in ACTIONS else _(row.name),
        )
        found.append((place, right))
    return [right for _place, right in sorted(found, key=lambda pair: pair[0])]


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The rights as choices of a form, grouped by app."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for right in all_rights():
        groups.setdefault(right.group, []).append((str(right.key), right.label))
    return list(groups.items())


def by_keys(keys: Iterable[Any]) -> Any:
    """The permissions with these keys, as far as a role can hold them."""
    return Permission.objects.filter(pk__in=list(keys), content_type__app_label__in=APPS)


def labels(keys: Iterable[int]) -> list[str]:
    """The names (inventory.post_goodsissue) of permissions, sorted."""
    rows = Permission.objects.filter(pk__in=list(keys)).select_related("content_type")
    return sorted(f"{row.content_type.app_label}.{row.codename}" for row in rows)
