"""The limits of repairs and upkeep, as dated figures."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core.policies import Figure

LABOUR_RATE = "repair_labour_rate"
REWORK_DAYS = "repair_rework_days"
SILENT_DAYS = "repair_silent_days"
APPROVE_FROM = "repair_approve_from"
DUPLICATE_HOURS = "repair_duplicate_hours"
REPORTS_AN_HOUR = "repair_reports_an_hour"
LIFT_DAYS = "repair_lift_days"
HOUSE_REPORTS_AN_HOUR = "repair_house_reports_an_hour"
TIMELY = "repair_timely_percent"
SATISFIED = "repair_satisfied_percent"
FIRST_TIME = "repair_first_time_percent"
REWORK_MOST = "repair_rework_percent"
GOOD_STATE = "repair_good_state_percent"
PLAN_DONE = "repair_plan_percent"
REPLACE_FROM = "repair_replace_percent"
EXAMPLE = _("Example of this program; enter the rule of your house.")
QUOTED = _("Example: quoted in contracts; enter the goal of your house.")

FIGURES = (
    Figure(
        LIFT_DAYS,
        _("A lift is kept up at least every"),
        _("days"),
        Decimal(15),
        _("Regulation on safety supervision of special equipment, article 31 (特种设备安全监察条例第三十一条)"),
    ),
    Figure(LABOUR_RATE, _("An hour of work on a repair costs"), _("yuan"), Decimal(40), EXAMPLE),
    Figure(REWORK_DAYS, _("The same fault again is rework within"), _("days"), Decimal(30), EXAMPLE),
    Figure(SILENT_DAYS, _("A repair nobody objects to is confirmed by itself after"), _("days"), Decimal(3), EXAMPLE),
    Figure(APPROVE_FROM, _("Parts for one order need an approval from"), _("yuan"), Decimal(500), EXAMPLE),
    Figure(
        DUPLICATE_HOURS,
        _("A report at the same place is shown as a possible duplicate for"),
        _("hours"),
        Decimal(24),
        EXAMPLE,
    ),
    Figure(
        REPORTS_AN_HOUR,
        _("Reports without an account are taken from one address, an hour"),
        _("reports"),
        Decimal(10),
        EXAMPLE,
    ),
    Figure(
        HOUSE_REPORTS_AN_HOUR,
        _("Reports without an account are taken by the whole house, an hour"),
        _("reports"),
        Decimal(200),
        EXAMPLE,
    ),
    Figure(TIMELY, _("Repairs accepted, arrived at and done in time, at least"), _("percent"), Decimal(95), QUOTED),
    Figure(SATISFIED, _("Satisfaction with repairs, at least"), _("percent"), Decimal(90), QUOTED),
    Figure(FIRST_TIME, _("Repairs that hold the first time, at least"), _("percent"), Decimal(95), QUOTED),
    Figure(REWORK_MOST, _("Rework of repairs, at most"), _("percent"), Decimal(3), QUOTED),
    Figure(GOOD_STATE, _("Equipment in good state, at least"), _("percent"), Decimal(95), QUOTED),
    Figure(PLAN_DONE, _("Upkeep by plan done in time, at least"), _("percent"), Decimal(95), QUOTED),
    Figure(
        REPLACE_FROM,
        _("Repairs of a thing that cost more than this part of its net value ask for a decision"),
        _("percent"),
        Decimal(50),
        EXAMPLE,
    ),
)
