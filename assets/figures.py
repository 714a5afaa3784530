"""The limits of fixed assets, as dated figures."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core.policies import Figure

ASSET_FROM = "asset_from"
IDLE_AFTER_DAYS = "idle_after_days"
DEPRECIATE_FROM = "depreciate_from"
DISPOSAL_OUTSIDE_FROM = "disposal_outside_from"
DISPOSAL_WINDOW = "disposal_window"
COMPENSATION_INTENT = "compensation_intent"
COMPENSATION_NEGLIGENCE = "compensation_negligence"
LOAN_REMIND_BEFORE = "asset_loan_remind_before"
LOAN_REMIND_EVERY = "asset_loan_remind_every"
LEAVING_REMIND_BEFORE = "leaving_remind_before"

FIGURES = (
    Figure(
        ASSET_FROM,
        _("A thing is a fixed asset from a unit price of"),
        _("yuan"),
        Decimal(1_000),
        _("事业单位财务规则 (财政部令第108号); not verified. Check and enter yours."),
    ),
    Figure(
        DISPOSAL_OUTSIDE_FROM,
        _("A disposal needs the competent authority from an original value of"),
        _("yuan"),
        Decimal(50_000),
        _("Example of this program; enter the rule of your house."),
    ),
    Figure(
        DISPOSAL_WINDOW,
        _("Disposals of a department are added up over"),
        _("days"),
        Decimal(30),
        _("Example of this program; enter the rule of your house."),
    ),
    Figure(
        COMPENSATION_INTENT,
        _("For deliberate damage the value is paid"),
        _("times"),
        Decimal(2),
        _("Example of this program; enter the rule of your house."),
    ),
    Figure(
        COMPENSATION_NEGLIGENCE,
        _("For negligence the value is paid"),
        _("times"),
        Decimal(1),
        _("Example of this program; enter the rule of your house."),
    ),
    Figure(
        IDLE_AFTER_DAYS,
        _("An idle thing is offered to all departments after"),
        _("days"),
        Decimal(30),
        _("An example of usual practice. Check and enter yours."),
    ),
    Figure(
        DEPRECIATE_FROM,
        _("Depreciation begins after the month of the addition (enterprises: 1)"),
        _("months"),
        Decimal(0),
        _("政府会计准则第3号应用指南: from the month of the addition; not verified. Check and enter yours."),
    ),
    Figure(
        LOAN_REMIND_BEFORE,
        _("Remind of a loan of things before its last day by"),
        _("days"),
        Decimal(3),
        _("Example of this program; enter the rule of your house."),
    ),
    Figure(
        LEAVING_REMIND_BEFORE,
        _("Remind of things of somebody whose last day is near, before it by"),
        _("days"),
        Decimal(14),
        _("Example of this program; enter the rule of your house."),
    ),
    Figure(
        LOAN_REMIND_EVERY,
        _("Remind of overdue things every"),
        _("days"),
        Decimal(7),
        _("Example of this program; enter the rule of your house."),
    ),
)
