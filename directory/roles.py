"""The roles every house starts with. Which permissions a role has in an app is said by that app (its roles.py)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from core.visibility import Scope


@dataclass(frozen=True)
class Preset:
    """A role as shipped. name: English source of the translated name, also the name of the group."""

    code: str
    name: str
    scope: Scope
    back_office: bool = False


PRESETS: tuple[Preset, ...] = (
    Preset("requester", gettext_noop("Requester"), Scope.DEPARTMENT),
    Preset("department_head", gettext_noop("Department head"), Scope.DEPARTMENT),
    Preset("storekeeper", gettext_noop("Storekeeper"), Scope.WAREHOUSE, back_office=True),
    Preset("buyer", gettext_noop("Buyer"), Scope.ORGANIZATION, back_office=True),
    Preset("acceptor", gettext_noop("Acceptor"), Scope.DEPARTMENT),
    Preset("asset_manager", gettext_noop("Asset manager"), Scope.ORGANIZATION, back_office=True),
    Preset("repair_dispatcher", gettext_noop("Repair dispatcher"), Scope.ORGANIZATION, back_office=True),
    Preset("repair_worker", gettext_noop("Repair worker"), Scope.OWN),
    Preset("logistics_head", gettext_noop("Logistics head"), Scope.ORGANIZATION, back_office=True),
    Preset("leader", gettext_noop("Leader"), Scope.ORGANIZATION),
    Preset("accountant", gettext_noop("Accountant"), Scope.ORGANIZATION, back_office=True),
    Preset("auditor", gettext_noop("Auditor"), Scope.ORGANIZATION, back_office=True),
    Preset("system_administrator", gettext_noop("System administrator"), Scope.ORGANIZATION, back_office=True),
    Preset("rights_administrator", gettext_noop("Rights administrator"), Scope.ORGANIZATION, back_office=True),
)

CONFLICTS: tuple[tuple[str, str, str], ...] = (
    # R-STK-09, R-SYS-14 and domain 3.3; [D]/[K] marks there: practice, not law, so every row can be edited.
    ("storekeeper", "accountant", gettext_noop("Store keeping and store accounting are separate duties.")),
    ("storekeeper", "buyer", gettext_noop("Buying and keeping are separate duties.")),
    ("buyer", "acceptor", gettext_noop("Buying and accepting are separate duties.")),
    ("buyer", "accountant", gettext_noop("Doing the business and accounting for it are separate duties.")),
    ("system_administrator", "rights_administrator", gettext_noop("System and rights administration are separate.")),
    ("system_administrator", "auditor", gettext_noop("Administration and audit are separate.")),
    ("rights_administrator", "auditor", gettext_noop("Administration and audit are separate.")),
    ("system_administrator", "logistics_head", gettext_noop("Administrators approve no business documents.")),
    ("system_administrator", "leader", gettext_noop("Administrators approve no business documents.")),
    ("rights_administrator", "logistics_head", gettext_noop("Administrators approve no business documents.")),
    ("rights_administrator", "leader", gettext_noop("Administrators approve no business documents.")),
)

_grants: list[tuple[str, Mapping[str, Iterable[str]]]] = []


def register_grants(app_label: str, grants: Mapping[str, Iterable[str]]) -> None:
    """Say which permissions the shipped roles have in an app.

    grants: codename patterns by role code; "view_*" means every permission of the app that begins so.
    """
    _grants.append((app_label, grants))


def granted(code: str) -> list[tuple[str, str]]:
    """(app label, codename pattern) pairs of one role, over all apps."""
    return [(app, pattern) for app, grants in _grants for pattern in grants.get(code, ())]


def preset(code: str) -> Any:
    """The preset with this code; raises StopIteration for an unknown one."""
    return next(row for row in PRESETS if row.code == code)


EVERYBODY = tuple(row.code for row in PRESETS)

register_grants(
    "directory",
    {
        **{code: ("view_organization", "view_department", "view_place") for code in EVERYBODY},
        "department_head": ("view_organization", "view_department", "view_place", "view_user"),
        "storekeeper": ("view_*",),
        "buyer": (
            "view_*",
            "add_supplier*",
            "change_supplier*",
            "import_supplier",
            "reveal_supplier",
            "blacklist_supplier",
        ),
        "asset_manager": ("view_*", "add_place", "change_place", "import_place"),
        "logistics_head": (
            "view_*",
            "add_supplier*",
            "change_supplier*",
            "blacklist_supplier",
            "add_place",
            "change_place",
        ),
        "leader": ("view_*",),
        "accountant": ("view_*", "reveal_supplier", "confirm_supplierbankchange"),
        "auditor": ("view_*",),
        # Not the roles: who may do what is decided by the rights administrator (R-SYS-14). Of suppliers the data only:
        # neither their bank accounts (R-PRC-17) nor the black list.
        "system_administrator": (
            "view_*",
            "change_organization",
            *(f"{action}_{kind}" for kind in ("department", "user", "place") for action in ("add", "change")),
            *(f"{action}_{kind}" for kind in ("supplier", "supplierlicence") for action in ("add", "change")),
            "delete_supplierlicence",
            "import_*",
            "export_user",
        ),
        "rights_administrator": ("view_*", "change_user", "grant_role", "add_role", "change_role"),
    },
)
register_grants(
    "core",
    {
        "accountant": ("view_period", "close_period", "view_policy"),
        "buyer": ("view_policy",),
        "leader": ("view_period", "view_policy"),
        "logistics_head": (
            "view_*",
            "reopen_period",
            "add_delegation",
            "change_delegation",
            "add_policy",
            "change_policy",
        ),
        "auditor": ("view_*",),
        "system_administrator": ("view_*",),
        "rights_administrator": (
            "view_*",
            "add_approvalrule",
            "change_approvalrule",
            "delete_approvalrule",
            "add_delegation",
            "change_delegation",
            "delete_delegation",
            "add_dutyconflict",
            "change_dutyconflict",
            "delete_dutyconflict",
            "add_policy",
            "change_policy",
        ),
    },
)
