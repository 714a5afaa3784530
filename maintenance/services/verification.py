"""Checks that orders say what their events and papers say. They only report (reliability rule L17)."""

from collections.abc import Iterator

from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext as _

from core.documents.lifecycle import Status
from core.documents.models import NumberSequence
from core.verification import Finding
from maintenance.models import ContractorJob, OrderEvent, OrderPause, Rating, WorkOrder

from .costs import NOTHING, costs_of
from .orders import PREFIX

CHUNK = 2000
LABEL = WorkOrder._meta.label


def verify_orders() -> Iterator[Finding]:
    """States, costs, pauses, ratings and numbers of work orders against what they are caches of."""
    yield from _states()
    yield from _costs()
    yield from _pauses()
    yield from _ratings()
    yield from _jobs()
    yield from _numbers()


def _states() -> Iterator[Finding]:
    """Each event begins where the one before it ended, and the order is where the last one left it."""
    last: dict[int, str] = {}
    rows = OrderEvent.objects.order_by("id").values_list("pk", "order", "from_state", "to_state")
    for key, order, source, target in rows.iterator(chunk_size=CHUNK):
        if source != last.get(order, ""):
            said = _("it begins with %(source)s, the step before ended with %(before)s")
            words = {"source": source or "—", "before": last.get(order, "—")}
            yield Finding(OrderEvent._meta.label, key, said % words)
        last[order] = target
    for pk, state in WorkOrder.objects.order_by("pk").values_list("pk", "state").iterator(chunk_size=CHUNK):
        if state != last.get(pk):
            words = {"state": state, "story": last.get(pk, "—")}
            yield Finding(LABEL, pk, _("state is %(state)s, its story says %(story)s") % words)


def _costs() -> Iterator[Finding]:
    """Labour, material and contractors are the sums of the papers behind them."""
    costs = costs_of()
    names = tuple(NOTHING.columns)
    for pk, *kept in WorkOrder.objects.order_by("pk").values_list("pk", *names).iterator(chunk_size=CHUNK):
        for name, value, expected in zip(names, kept, costs.get(pk, NOTHING).columns.values(), strict=True):
            if value != expected:
                words = {"column": name, "kept": value, "papers": expected}
                yield Finding(LABEL, pk, _("%(column)s is %(kept)s, its papers say %(papers)s") % words)


def _pauses() -> Iterator[Finding]:
    """Minutes that do not count are those of approved pauses (R-REP-03)."""
    approved = OrderPause.objects.filter(decision=OrderPause.Decision.APPROVED, minutes__isnull=False)
    sums = dict(approved.order_by().values("order").annotate(sum=Sum("minutes")).values_list("order", "sum"))
    for pk, minutes in WorkOrder.objects.order_by("pk").values_list("pk", "paused_minutes").iterator(chunk_size=CHUNK):
        if minutes != sums.get(pk, 0):
            words = {"kept": minutes, "pauses": sums.get(pk, 0)}
            yield Finding(LABEL, pk, _("%(kept)s minutes of pauses, the approved ones make %(pauses)s") % words)


def _ratings() -> Iterator[Finding]:
    """The score of an order is that of its rating (R-REP-15)."""
    given = Subquery(Rating.objects.filter(order=OuterRef("pk")).values("score")[:1])
    rows = WorkOrder.objects.annotate(given=given).filter(
        Q(score=None, given__isnull=False) | Q(given=None, score__isnull=False) | ~Q(score=F("given"))
    )
    for order in rows.order_by("pk"):
        if order.score != order.given:
            words = {"kept": order.score, "rating": order.given}
            yield Finding(LABEL, order.pk, _("score is %(kept)s, the rating says %(rating)s") % words)


def _jobs() -> Iterator[Finding]:
    """An accepted job says for how much, on which day and by whom."""
    wrong = ContractorJob.objects.filter(status=Status.POSTED).filter(
        Q(final_amount=None) | Q(accepted_on=None) | Q(accepted_by=None) | Q(accepted_by=F("created_by"))
    )
    for job in wrong.order_by("pk"):
        yield Finding(ContractorJob._meta.label, job.pk, _("it was accepted without amount, day or a second person"))


def _numbers() -> Iterator[Finding]:
    """Numbers of orders run without gap or double (R-SYS-02)."""
    seen: dict[tuple[int, str], set[int]] = {}
    rows = WorkOrder.objects.values_list("organization_id", "number")
    for organization, number in rows.iterator(chunk_size=CHUNK):
        seen.setdefault((organization, number[: len(PREFIX) + 6]), set()).add(int(number[-5:]))
    for counter in NumberSequence.objects.filter(prefix=PREFIX):
        head = f"{counter.prefix}{counter.year}{counter.month:02d}"
        missing = set(range(1, counter.last + 1)) - seen.get((counter.organization_id, head), set())
        if missing:
            words = {"count": len(missing)}
            yield Finding(LABEL, f"{head}{min(missing):05d}", _("%(count)s numbers are missing") % words)
