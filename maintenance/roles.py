"""What the shipped roles may do with repairs and upkeep."""

from directory.roles import EVERYBODY, register_grants

_CODES = tuple(
    f"view_{model}" for model in ("repaircategory", "causecode", "remedycode", "ratingreason", "team", "checklist")
)
_REPORT = (*_CODES, "add_repairticket", "view_repairticket", "view_workorder", "view_placecode")
_TABLES = (
    "repaircategory",
    "causecode",
    "remedycode",
    "ratingreason",
    "team",
    "checklist",
    "workcalendar",
    "calendarday",
    "servicetarget",
    "escalation",
    "shift",
    "rosterentry",
    "dispatchrule",
    "maintenanceplan",
    "meter",
    "specialequipment",
    "operatorcertificate",
    "safetyaccessory",
)


def _keep(*kinds: str) -> tuple[str, ...]:
    """Everything about tables that somebody keeps."""
    return tuple(f"{action}_{kind}" for kind in kinds for action in ("add", "change", "delete", "view", "import"))


_ORDERS = tuple(f"{action}_workorder" for action in ("add", "view", "change", "triage", "dispatch", "close", "export"))
_JOB = tuple(f"{action}_contractorjob" for action in ("add", "change", "view", "submit", "cancel"))
_ACCEPTS = ("view_contractorjob", "post_contractorjob")
"""Whoever takes over the work of a firm; neither who gave it out nor who approved it (services/contracts.py)."""

register_grants(
    "maintenance",
    {
        **dict.fromkeys(EVERYBODY, _REPORT),
        "department_head": (*_REPORT, "export_workorder", *_ACCEPTS),
        "acceptor": (*_REPORT, *_ACCEPTS),
        "repair_worker": (
            *_REPORT,
            "work_workorder",
            "view_contractorjob",
            "view_rosterentry",
            "view_shift",
            "view_meter",
            "add_meterreading",
            "view_meterreading",
            "view_specialequipment",
            "view_maintenanceplan",
        ),
        "repair_dispatcher": (
            "view_*",
            *_ORDERS,
            "add_repairticket",
            "add_placecode",
            *_keep(*_TABLES),
            *_JOB,
            *_ACCEPTS,
            "reverse_contractorjob",
            "export_maintenanceplan",
            "export_specialequipment",
            "add_equipmentinspection",
            "add_meterreading",
            "export_meterreading",
        ),
        "asset_manager": (
            *_REPORT,
            "view_specialequipment",
            "view_maintenanceplan",
            "view_meter",
            "export_workorder",
            *_ACCEPTS,
        ),
        "logistics_head": (
            "view_*",
            *_ORDERS,
            "add_repairticket",
            "pause_workorder",
            "approve_contractorjob",
            "cancel_contractorjob",
            "reverse_contractorjob",
            "export_maintenanceplan",
            "export_specialequipment",
            "export_meterreading",
        ),
        "leader": ("view_*", "add_repairticket", "approve_contractorjob", "export_workorder"),
        "accountant": (
            *_REPORT,
            "view_contractorjob",
            "export_workorder",
        ),
        "auditor": ("view_*", "add_repairticket", "export_*"),
        "system_administrator": (*_REPORT, *_keep("repaircategory", "causecode", "remedycode", "ratingreason")),
    },
)
