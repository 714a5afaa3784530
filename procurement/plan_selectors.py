"""Read queries over procurement plans: what may be requested, what may be merged."""

from typing import Any

from django.db.models import F, Q, QuerySet

from core.documents.lifecycle import Status
from procurement.models import PlanLine, ProcurementPlan


def requestable_lines(user: Any) -> QuerySet[PlanLine]:
    """Lines of department plans the user may see, of which something can still be requested.

    A department's line opens with the approval of its plan, and once it was merged with the approval of the merged plan
    (R-PRC-03); a dropped line is closed. Ordered by year, month and line.
    """
    visible = ProcurementPlan.objects.visible_to(user)
    return (
        PlanLine.objects.filter(
            Q(merged_into=None) | Q(merged_into__document__status=Status.APPROVED),
            document__in=visible,
            document__kind=ProcurementPlan.Kind.DEPARTMENT,
            document__status=Status.APPROVED,
            dropped=False,
            approved_quantity__gt=F("requested_quantity"),
        )
        .select_related("document__department", "item__unit", "unit", "category", "allotment")
        .order_by("document__year", "document__month", "document_id", "position", "id")
    )
