"""The limits of procurement: every one a dated figure with its basis, never a constant (docs/adr/0015)."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core.policies import Figure

PUBLIC_TENDER_GOODS = "public_tender_goods"
PUBLIC_TENDER_SERVICES = "public_tender_services"
PUBLIC_TENDER_WORKS = "public_tender_works"
DIRECT_UP_TO = "direct_purchase_up_to"
ENQUIRY_UP_TO = "enquiry_up_to"
QUOTATIONS_AT_LEAST = "quotations_at_least"
SPLITTING_WARNS_AT = "splitting_warns_at"
PRICE_CHANGE = "price_change"
OVER_DELIVERY = "over_delivery"
ADDITIONS_UP_TO = "additions_up_to"
BOND_UP_TO = "bond_up_to"
CONTRACT_WITHIN = "contract_within"
PAY_WITHIN = "pay_within"
PAY_AT_THE_LATEST = "pay_at_the_latest"
LICENCE_WARNING = "licence_warning"
ACCOUNT_HOLD = "account_hold"
URGENT_PAPERS = "urgent_papers"
RECEIPT_NEEDS_ACCEPTANCE = "receipt_needs_acceptance"

_YUAN, _PERCENT, _DAYS, _HOURS, _PIECES = _("yuan"), _("%"), _("days"), _("hours"), _("quotations")
_EXAMPLE = _("Example of this program; enter the rule of your house.")
_CENTRAL = _("国办发〔2019〕55号, for central units; provinces set their own. Check and enter yours.")

FIGURES = (
    Figure(PUBLIC_TENDER_GOODS, _("Public tender of goods from"), _YUAN, Decimal(2_000_000), _CENTRAL),
    Figure(PUBLIC_TENDER_SERVICES, _("Public tender of services from"), _YUAN, Decimal(2_000_000), _CENTRAL),
    Figure(
        PUBLIC_TENDER_WORKS,
        _("Public tender of works from"),
        _YUAN,
        Decimal(4_000_000),
        _("必须招标的工程项目规定; not verified. Check and enter yours."),
    ),
    Figure(DIRECT_UP_TO, _("Direct purchase of small things up to"), _YUAN, Decimal(1_000), _EXAMPLE),
    Figure(ENQUIRY_UP_TO, _("Enquiry up to"), _YUAN, Decimal(500_000), _EXAMPLE),
    Figure(QUOTATIONS_AT_LEAST, _("Quotations of an enquiry, at least"), _PIECES, Decimal(3), _("政府采购法 Art 40")),
    Figure(SPLITTING_WARNS_AT, _("Warn of splitting at, of the tender limit"), _PERCENT, Decimal(80), _EXAMPLE),
    Figure(PRICE_CHANGE, _("Ask for a reason when a price rises by more than"), _PERCENT, Decimal(10), _EXAMPLE),
    Figure(OVER_DELIVERY, _("Accept more than ordered up to"), _PERCENT, Decimal(0), _EXAMPLE),
    Figure(
        ADDITIONS_UP_TO, _("Additions to a contract up to"), _PERCENT, Decimal(10), _("政府采购法 Art 49; not verified")
    ),
    Figure(BOND_UP_TO, _("Performance bond up to"), _PERCENT, Decimal(10), _("政府采购法实施条例 Art 48")),
    Figure(CONTRACT_WITHIN, _("Sign a contract after the award within"), _DAYS, Decimal(30), _("政府采购法 Art 46")),
    Figure(
        PAY_WITHIN,
        _("Pay after delivery within"),
        _DAYS,
        Decimal(30),
        _("保障中小企业款项支付条例; not verified. Check and enter yours."),
    ),
    Figure(
        PAY_AT_THE_LATEST,
        _("Pay, where the contract says so, within"),
        _DAYS,
        Decimal(60),
        _("保障中小企业款项支付条例; not verified. Check and enter yours."),
    ),
    Figure(LICENCE_WARNING, _("Warn before a supplier's licence ends"), _DAYS, Decimal(30), _EXAMPLE),
    Figure(ACCOUNT_HOLD, _("Hold payments after a new bank account for"), _HOURS, Decimal(24), _EXAMPLE),
    Figure(URGENT_PAPERS, _("Hand in the papers of an urgent purchase within"), _DAYS, Decimal(7), _EXAMPLE),
    Figure(
        RECEIPT_NEEDS_ACCEPTANCE,
        _("Purchases come into the store only from an acceptance"),
        _("1 yes, 0 no"),
        Decimal(0),
        _("Enter 1 once the house buys through orders; until then a receipt by hand names two who accepted."),
    ),
)
