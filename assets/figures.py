"""The limits of fixed assets, as dated figures."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core.policies import Figure

ASSET_FROM = "asset_from"
IDLE_AFTER_DAYS = "idle_after_days"
DISPOSAL_OUTSIDE_FROM = "disposal_outside_from"
DISPOSAL_WINDOW = "disposal_window"
COMPENSATION_INTENT = "compensation_intent"
COMPENSATION_NEGLIGENCE = "compensation_negligence"

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
)
