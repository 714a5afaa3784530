"""Drafts as the screens make them, and who gives the next signature."""

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from core import clock
from core.documents.lifecycle import Status
from core.documents.models import Approver, Delegation, Signature
from core.documents.routes import next_signature
from core.documents.services import apply_transition

from .agenda import Agenda, office_moment
from .catalogue import Product
from .hospital import Hospital


class Desk:
    """What every part of the simulation shares: the house, chance, the agenda and the tally of what happened."""

    def __init__(self, house: Hospital, dice: Any, agenda: Agenda) -> None:
        self.house, self.dice, self.agenda = house, dice, agenda
        self.tally: Counter[str] = Counter()
        self.delegations: list[Delegation] = []
        self.people = {person.pk: person for person in house.people.values()}

    def chance(self, probability: float) -> bool:
        return bool(self.dice.random() < probability)

    def new_draft(self, model: Any, maker: Any, lines: Sequence[dict[str, Any]], **fields: Any) -> Any:
        """A draft with its lines, made by one person today."""
        document = model.objects.create(organization=self.house.organization, created_by=maker, **fields)
        self.add_lines(document, lines)
        return self.date(document)

    def date(self, document: Any) -> Any:
        """Count a new paper. Its column fills itself with the computer's clock; it was made on the simulated day."""
        type(document).objects.filter(pk=document.pk).update(created_at=clock.now())
        self.tally["documents"] += 1
        return document

    @staticmethod
    def add_lines(document: Any, lines: Sequence[dict[str, Any]]) -> None:
        model = document.lines.model
        rows = [model(document=document, position=place, **line) for place, line in enumerate(lines, start=1)]
        for row in rows:
            row.compute()
        model.objects.bulk_create(rows)

    def in_packs(self, product: Product, wanted: Decimal) -> dict[str, Any]:
        """Unit, factor and quantity of a line: whole packs where that comes out even."""
        item = self.house.items[product.code]
        for label, size in reversed(product.packs):
            if wanted >= size and wanted % size == 0:
                return {"item": item, "unit": self.house.units[label], "factor": size, "quantity": wanted / size}
        return {"item": item, "unit": self.house.units[product.unit], "factor": Decimal(1), "quantity": wanted}

    def signer(self, document: Any) -> Any:
        """The person who gives the next signature today, a substitute where the signer is away."""
        signature = next_signature(document)
        if signature is None:
            raise RuntimeError(f"{document} waits for no signature")
        principal = self._principal(signature)
        today = clock.today()
        for away in self.delegations:
            if away.principal_id != principal.pk or not away.from_date <= today <= away.to_date:
                continue
            self.tally["signed by a substitute"] += 1
            return self.people[away.substitute_id]
        return principal

    def pass_on(self, document: Any, then: Callable[[Any], None], *, hours: float = 4) -> None:
        """Let everybody sign who has to, some hours apart; whoever signs last calls `then`."""
        self.agenda.enter(office_moment(self.dice, hours), self._sign, document, then, hours)

    def _sign(self, document: Any, then: Callable[[Any], None], hours: float) -> None:
        document.refresh_from_db()
        if document.status == Status.SUBMITTED:
            document = apply_transition(document, "approve", actor=self.signer(document))
        if document.status == Status.SUBMITTED:
            self.pass_on(document, then, hours=hours)
        elif document.status == Status.APPROVED:
            self.tally[document._meta.model_name] += 1
            then(document)

    def _principal(self, signature: Signature) -> Any:
        if signature.approver == Approver.HEAD and signature.department:
            return self.people[signature.department.head_id]
        if signature.approver == Approver.PERSON:
            return self.people[signature.person_id]  # type: ignore[index]
        # Where anyone may approve the kind, the head of logistics does.
        role = signature.role.role.code if signature.role else "logistics_head"  # type: ignore[attr-defined]
        return self.house.by_role[role][0]
