"""The papers of repairs and upkeep: this app's table of contents. Work orders are no papers (docs/adr/0025)."""

from core.documents.registry import DocumentType, register

from .models import ContractorJob
from .services import contracts

CONTRACTOR_JOB = register(
    DocumentType(
        ContractorJob,
        prefix="WW",
        checks={
            "submit": (contracts.check,),
            "approve": (contracts.check_order,),
            "may_post": (contracts.refuse_involved,),
            "post": (contracts.check_acceptance,),
        },
        effects={
            "approve": (contracts.give,),
            "reject": (contracts.release,),
            "cancel": (contracts.release,),
            "post": (contracts.take_over,),
            "reverse": (contracts.undo,),
        },
        amount=contracts.amount_of,
        posts_to_ledger=False,
        tiers=((0, "logistics_head"), (10_000, "leader")),
    )
)
