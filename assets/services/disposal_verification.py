"""Checks that disposals and cases agree with the cards and the receipts they stand for."""

from collections.abc import Iterator

from django.db.models import F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from assets.models import AssetState, CompensationCase, CompensationPayment, DisposalLine
from core.documents.lifecycle import Status
from core.fields import MoneyField
from core.numbers import ZERO
from core.verification import Finding


def verify_disposals() -> Iterator[Finding]:
    """Every thing of a posted disposal has left; a case has received what its receipts say. Two statements."""
    wrong = DisposalLine.objects.filter(document__status=Status.POSTED).filter(
        ~Q(asset__state=AssetState.DISPOSED) | ~Q(asset__original_value=0) | Q(asset__disposed_on=None)
    )
    for line in wrong.select_related("asset", "document"):
        yield Finding(
            "assets.DisposalLine",
            line.pk,
            _("%(asset)s was disposed of by %(paper)s and is still in the books")
            % {"asset": line.asset, "paper": line.document},
        )
    receipts = CompensationPayment.objects.filter(case=OuterRef("pk")).order_by().values("case")
    received = Subquery(receipts.annotate(sum=Sum("amount")).values("sum"))
    cases = CompensationCase.objects.annotate(
        received=Coalesce(received, Value(ZERO, output_field=MoneyField()), output_field=MoneyField())
    )
    for case in cases.exclude(paid=F("received")):
        yield Finding(
            "assets.CompensationCase",
            case.pk,
            _("paid %(paid)s, its receipts say %(received)s") % {"paid": case.paid, "received": case.received},
        )
