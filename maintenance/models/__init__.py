"""Repairs and upkeep: tickets, work orders, targets, plans, meters, special equipment."""

from .catalogue import CauseCode, RatingReason, RemedyCode, RepairCategory, Team
from .contracts import ContractorJob, ContractorJobLine
from .meters import Meter, MeterReading
from .orders import (
    AT_WORK,
    FINISHED,
    GIVEN_UP,
    OPEN,
    Channel,
    OrderEvent,
    OrderHelper,
    OrderPause,
    SentEscalation,
    State,
    WorkOrder,
)
from .plans import MaintenancePlan, PlannedUpkeep, PlanSubject
from .rosters import DispatchRule, RosterEntry, Shift
from .special import EquipmentInspection, EquipmentKind, OperatorCertificate, SafetyAccessory, SpecialEquipment
from .targets import CalendarDay, Escalation, ServiceTarget, Urgency, WorkCalendar, WorkHours
from .tickets import PlaceCode, Rating, RepairTicket, ReportAttempt
from .work import (
    CheckKind,
    Checklist,
    ChecklistLine,
    LabourEntry,
    OrderCheck,
    OrderIssue,
    OrderPhoto,
    OrderRequisition,
    PartUse,
)

__all__ = [
    "AT_WORK",
    "FINISHED",
    "GIVEN_UP",
    "OPEN",
    "CalendarDay",
    "CauseCode",
    "Channel",
    "CheckKind",
    "Checklist",
    "ChecklistLine",
    "ContractorJob",
    "ContractorJobLine",
    "DispatchRule",
    "EquipmentInspection",
    "EquipmentKind",
    "Escalation",
    "LabourEntry",
    "MaintenancePlan",
    "Meter",
    "MeterReading",
    "OperatorCertificate",
    "OrderCheck",
    "OrderEvent",
    "OrderHelper",
    "OrderIssue",
    "OrderPause",
    "OrderPhoto",
    "OrderRequisition",
    "PartUse",
    "PlaceCode",
    "PlanSubject",
    "PlannedUpkeep",
    "Rating",
    "RatingReason",
    "RemedyCode",
    "RepairCategory",
    "RepairTicket",
    "ReportAttempt",
    "RosterEntry",
    "SafetyAccessory",
    "SentEscalation",
    "ServiceTarget",
    "Shift",
    "SpecialEquipment",
    "State",
    "Team",
    "Urgency",
    "WorkCalendar",
    "WorkHours",
    "WorkOrder",
]
