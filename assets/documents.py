"""The kinds of asset document: this app's table of contents."""

from django.utils.translation import gettext_lazy as _

from core.documents.registry import DocumentType, register

from .models import (
    AssetAddition,
    AssetCount,
    CardSplit,
    CompensationCase,
    CustodyChange,
    DepreciationRun,
    Disposal,
    ValueChange,
)
from .services import (
    additions,
    card_splits,
    claims,
    compensation,
    custody,
    custody_sides,
    depreciation,
    disposals,
    value_changes,
)
from .services.counts import posting as count_posting
from .services.counts import proposals

ASSET_ADDITION = register(
    DocumentType(
        AssetAddition,
        prefix="ZJ",
        checks={"submit": (additions.check,), "post": (additions.check,)},
        effects={"post": (additions.post,), "reverse": (additions.reverse,)},
        amount=lambda document: document.total_amount,
        tiers=((5_000_000, "leader"),),
    )
)
VALUE_CHANGE = register(
    DocumentType(
        ValueChange,
        prefix="BD",
        checks={"submit": (value_changes.check,), "post": (value_changes.check,)},
        effects={
            "submit": (value_changes.take_in_hand,),
            "withdraw": (claims.release,),
            "reject": (claims.release,),
            "cancel": (claims.release,),
            "post": (value_changes.post,),
            "reverse": (value_changes.undo,),
        },
        amount=value_changes.amount,
        tiers=((0, "accountant"), (50_000, "leader")),
    )
)
CARD_SPLIT = register(
    DocumentType(
        CardSplit,
        prefix="CF",
        checks={"submit": (card_splits.check,), "post": (card_splits.check,)},
        effects={
            "submit": (card_splits.take_in_hand,),
            "withdraw": (claims.release,),
            "reject": (claims.release,),
            "cancel": (claims.release,),
            "post": (card_splits.post,),
            "reverse": (card_splits.undo,),
        },
        amount=card_splits.amount,
    )
)
DEPRECIATION_RUN = register(
    DocumentType(
        DepreciationRun,
        prefix="ZJT",
        steps=("submit", "post", "reverse", "cancel"),
        checks={"submit": (depreciation.check,), "post": (depreciation.check,)},
        effects={
            "submit": (depreciation.write_amounts,),
            "post": (depreciation.post,),
            "reverse": (depreciation.reverse,),
        },
        amount=lambda run: run.amount,
        preapproved=depreciation.computed,
    )
)

DISPOSAL = register(
    DocumentType(
        Disposal,
        prefix="CZ",
        checks={
            "submit": (disposals.check, disposals.check_reach),
            "post": (disposals.check_decision,),
        },
        effects={
            "submit": (disposals.take_in_hand,),
            "withdraw": (claims.release,),
            "reject": (claims.release,),
            "cancel": (claims.release,),
            "post": (disposals.carry_out,),
            "reverse": (disposals.undo,),
        },
        amount=disposals.amount,
        stays_in_department=True,
        tiers=((10_000, "leader"),),
    )
)
COMPENSATION_CASE = register(
    DocumentType(
        CompensationCase,
        prefix="PC",
        steps=("submit", "withdraw", "approve", "reject", "cancel"),
        checks={
            "submit": (compensation.check, compensation.check_reach),
            "may_approve": (compensation.refuse_the_debtor,),
            "reject": (compensation.refuse_paid,),
            "cancel": (compensation.refuse_paid,),
        },
        effects={"submit": (compensation.work_out,)},
        amount=compensation.amount_of,
        posts_to_ledger=False,
        tiers=((0, "logistics_head"), (1_000, "leader")),
    )
)
CUSTODY_CHANGE = register(
    DocumentType(
        CustodyChange,
        prefix="ZY",
        checks={
            "submit": (custody.check_submitted,),
            "post": (custody.check,),
            "reverse": (custody.check_reverse,),
        },
        effects={
            "submit": (custody.prepare,),
            "withdraw": (claims.release,),
            "reject": (claims.release,),
            "cancel": (claims.release,),
            "post": (custody.post,),
            "reverse": (custody.reverse,),
        },
        preapproved=custody_sides.why_confirmed,
        signers=custody_sides.signers,
        posts_when_approved=True,
        step_labels={"approve": _("Confirm the hand-over")},
        posts_to_ledger=False,
    )
)
ASSET_COUNT = register(
    DocumentType(
        AssetCount,
        prefix="QP",
        checks={
            "delete": (count_posting.refuse_counted,),
            "submit": (count_posting.check_result,),
            "may_approve": (count_posting.refuse_involved,),
            "post": (count_posting.check_result,),
        },
        effects={"post": (count_posting.post_count,), "reverse": (count_posting.undo_count,)},
        amount=proposals.amount,
        posts_to_ledger=False,
        tiers=((0, "logistics_head"), (10_000, "leader")),
    )
)
