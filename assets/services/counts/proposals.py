"""What is proposed about each difference: its cause, who answers for it, what is done, and whether the card changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from assets.models import AssetCategory, AssetCount, AssetCountLine, AssetSurplus
from assets.models.counts import DIFFERING
from core.documents.services import edit_draft
from core.errors import DomainError, IllegalTransition
from core.numbers import ZERO, money
from directory.models import User

from .plan import Phase

Result = AssetCountLine.Result


@dataclass(frozen=True)
class Proposal:
    """correct: the card is changed (for a thing without a card: it gets one). responsible_id: who answers for it.

    category_id, value: of a thing without a card; value in yuan of one of them.
    """

    cause: str = ""
    finding: str = ""
    treatment: str = ""
    responsible_id: int | None = None
    correct: bool = True
    category_id: int | None = None
    value: Decimal | None = None


def differences(document: AssetCount) -> QuerySet[AssetCountLine]:
    """The lines whose card and thing do not agree, missing ones first."""
    related = ("asset__category", "book_department", "book_user", "book_custodian", "book_place")
    found = ("found_department", "found_user", "found_place", "responsible", "counted_by")
    return document.lines.filter(result__in=DIFFERING).select_related(*related, *found).order_by("-result", "id")


def write_proposals(
    document: AssetCount,
    lines: Mapping[int, Proposal],
    surpluses: Mapping[int, Proposal],
    *,
    actor: Any,
    revision: int | None = None,
) -> None:
    """Note what is proposed, by keys of lines and of things without cards.

    Raises IllegalTransition while the count is open, DomainError for a line without difference, a stranger as the
    responsible person, or a class that a card cannot take.
    """
    with edit_draft(document, actor=actor, revision=revision) as fresh:
        if fresh.phase != Phase.FINISHED:
            raise IllegalTransition(_("%(document)s is still being counted.") % {"document": fresh})
        _check_people(fresh, [*lines.values(), *surpluses.values()])
        rows = {row.pk: row for row in differences(fresh).filter(pk__in=lines)}
        things = {row.pk: row for row in fresh.surpluses.filter(pk__in=surpluses)}
        if len(rows) != len(lines) or len(things) != len(surpluses):
            raise DomainError(_("Something of this list no longer differs; reload the page."))
        for key, proposal in lines.items():
            _write(rows[key], proposal)
        for key, proposal in surpluses.items():
            _write_surplus(things[key], proposal)
        common = ["cause", "finding", "treatment", "correct"]
        AssetCountLine.objects.bulk_update(rows.values(), [*common, "responsible"], batch_size=500)
        AssetSurplus.objects.bulk_update(things.values(), [*common, "category", "value"], batch_size=500)


def _check_people(document: AssetCount, proposals: list[Proposal]) -> None:
    wanted = {proposal.responsible_id for proposal in proposals} - {None}
    known = User.objects.filter(organization=document.organization_id, pk__in=wanted).count() if wanted else 0
    if known != len(wanted):
        raise DomainError(_("The responsible person belongs to another organization."), field="responsible")


def _write(row: Any, proposal: Proposal) -> None:
    row.cause, row.finding = proposal.cause.strip()[:200], proposal.finding.strip()[:200]
    row.treatment, row.correct = proposal.treatment.strip()[:200], proposal.correct
    if isinstance(row, AssetCountLine):
        row.responsible_id = proposal.responsible_id


def _write_surplus(row: AssetSurplus, proposal: Proposal) -> None:
    _write(row, proposal)
    if proposal.value is not None and proposal.value < 0:
        raise DomainError(_("A value is not negative."), field="value")
    row.value = proposal.value
    row.category = AssetCategory.objects.filter(pk=proposal.category_id).first() if proposal.category_id else None
    if row.category and not row.category.is_leaf:
        raise DomainError(
            _("%(class)s has classes under it; choose one of those.") % {"class": row.category}, field="category"
        )


def require_explained(document: AssetCount) -> None:
    """Every difference says why, missing ones and things without cards also who answers for them (R-AST-17).

    Raises DomainError naming the first one that does not.
    """
    lines = differences(document).exclude(result=Result.FOUND)
    bare = lines.filter(cause="") | lines.filter(treatment="") | lines.filter(result=Result.MISSING, finding="")
    if line := bare.first():
        raise DomainError(
            _("%(asset)s (%(result)s): write the cause, who answers for it, and what is done about it.")
            % {"asset": line.asset, "result": line.get_result_display()}
        )
    for thing in document.surpluses.order_by("id"):
        lacks_card = thing.correct and (thing.category_id is None or thing.value is None)
        if not (thing.cause and thing.finding and thing.treatment) or lacks_card:
            raise DomainError(
                _("%(thing)s (without a card): write the cause, who answers for it, what is done, its class and value.")
                % {"thing": thing}
            )


def amount(document: AssetCount) -> Decimal:
    """Yuan that the approval is measured by: original values of what is missing, and what was found without a card."""
    return amounts([document.pk])[document.pk]


def amounts(documents: Sequence[int]) -> dict[int, Decimal]:
    """The same of many counts by their keys, in two statements."""
    found = dict.fromkeys(documents, ZERO)
    lines = AssetCountLine.objects.filter(document__in=documents, result=Result.MISSING).order_by()
    for key, value in lines.values_list("document").annotate(Sum("book_value")):
        found[key] += value or ZERO
    things = AssetSurplus.objects.filter(document__in=documents).order_by()
    for key, quantity, value in things.values_list("document", "quantity", "value"):
        found[key] += money(quantity * (value or ZERO))
    return found
