"""The limits of fixed assets, as dated figures."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core.policies import Figure

ASSET_FROM = "asset_from"

FIGURES = (
    Figure(
        ASSET_FROM,
        _("A thing is a fixed asset from a unit price of"),
        _("yuan"),
        Decimal(1_000),
        _("事业单位财务规则 (财政部令第108号); not verified. Check and enter yours."),
    ),
)
