"""The kinds of stock document: this app's table of contents."""

from core.documents.registry import DocumentType, register

from .models import GoodsIssue, GoodsReceipt, OpeningStock, Requisition
from .services import fulfilment, posting

REQUISITION = register(
    DocumentType(
        Requisition,
        prefix="SL",
        steps=("submit", "withdraw", "approve", "reject", "cancel"),
        checks={
            "submit": (posting.check_lines, posting.check_units, posting.check_purpose),
            "reject": (fulfilment.require_nothing_issued,),
            "cancel": (fulfilment.require_nothing_issued,),
        },
        effects={
            "submit": (fulfilment.write_estimates,),
            "approve": (fulfilment.approve_quantities,),
            "reject": (fulfilment.forget_approval,),
            "withdraw": (fulfilment.forget_approval,),
        },
        amount=fulfilment.requisition_amount,
        stays_in_department=True,
        posts_to_ledger=False,
    )
)
GOODS_RECEIPT = register(
    DocumentType(
        GoodsReceipt,
        prefix="RK",
        checks={
            "submit": (posting.check_lines, posting.check_units, posting.check_receipt),
            "post": (posting.check_lines, posting.check_receipt),
        },
        effects={"post": (posting.post_receipt,), "reverse": (posting.reverse,)},
        amount=lambda document: document.total_amount,
    )
)
OPENING_STOCK = register(
    DocumentType(
        OpeningStock,
        prefix="QC",
        checks={
            "submit": (posting.check_lines, posting.check_units, posting.check_opening),
            "post": (posting.check_lines, posting.check_opening),
        },
        effects={"post": (posting.post_opening,), "reverse": (posting.reverse,)},
        amount=lambda document: document.total_amount,
    )
)
GOODS_ISSUE = register(
    DocumentType(
        GoodsIssue,
        prefix="CK",
        checks={
            "submit": (posting.check_lines, posting.check_units, posting.check_issue),
            "post": (posting.check_lines, posting.check_issue),
        },
        effects={"post": (posting.post_issue,), "reverse": (posting.reverse_issue,)},
        amount=posting.issue_amount,
        preapproved=posting.approved_with_requisition,
    )
)
