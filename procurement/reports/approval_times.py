"""审批时效表: how long each level takes to sign, and a whole paper to be approved."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from statistics import median
from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.documents import registry
from core.documents.models import Approver, Decision, DocumentEvent, Signature
from core.documents.services import permission_for
from core.forms import offer
from core.reports import SUBTOTAL, Column, PeriodForm, Report, Row, register
from procurement.models import PurchaseRequest

DAY = dt.timedelta(days=1)
Times = list[dt.timedelta]


def kinds_of(user: Any) -> list[Any]:
    """The kinds of document of procurement that this person may see."""
    own = PurchaseRequest._meta.app_label
    kinds = [kind.model for kind in registry.all_types() if kind.model._meta.app_label == own]
    return [model for model in kinds if user.has_perm(permission_for(model, "view"))]


class TimesForm(PeriodForm):
    kind = forms.ChoiceField(label=gettext_lazy("Kind of document"), required=False)
    field_order = ("kind", "month", "start", "end")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(model._meta.model_name, capfirst(str(model._meta.verbose_name))) for model in kinds_of(self.user)]
        offer(self, "kind", [("", _("All kinds")), *kinds])


@register
class ApprovalTimes(Report):
    """One row a level, a subtotal a kind: from the moment a signature could be given until it was; the subtotal from
    submitting to approving. Days count as on the calendar."""

    code = "approval_times"
    title = gettext_lazy("Approval times")
    permission = "procurement.view_purchaserequest"
    icon = "hourglass"
    form_class = TimesForm
    note = gettext_lazy(
        "Days on the calendar, weekends included. The row of a kind counts from submitting to approving; waiting are "
        "the papers that wait today."
    )
    empty_text = gettext_lazy("Nothing was signed in this time.")
    frozen_columns = 2

    def columns(self) -> Sequence[Column]:
        return (
            Column(gettext_lazy("Kind of document"), "kind", width=20),
            Column(gettext_lazy("Level"), "level", width=24),
            Column(gettext_lazy("Signed"), "signed", "integer"),
            Column(gettext_lazy("Papers returned"), "returned", "integer"),
            Column(gettext_lazy("Median (days)"), "median", "quantity"),
            Column(gettext_lazy("Longest (days)"), "longest", "quantity"),
            Column(gettext_lazy("Waiting now"), "waiting", "integer"),
            Column(gettext_lazy("Oldest waits (days)"), "oldest", "quantity"),
        )

    def summary(self) -> list[tuple[Any, Any]]:
        return [(_("Period"), f"{self.params['start']:%Y-%m-%d} – {self.params['end']:%Y-%m-%d}")]

    def rows(self) -> Iterator[Row]:
        for model in kinds_of(self.user):
            if self.params["kind"] in ("", model._meta.model_name):
                yield from self._rows_of(model)

    def _rows_of(self, model: Any) -> Iterator[Row]:
        seen = {
            "content_type": ContentType.objects.get_for_model(model),
            "object_id__in": model.objects.visible_to(self.user).values("pk"),
        }
        levels = self._levels(seen)
        if not levels:
            return
        name = capfirst(str(model._meta.verbose_name))
        for level in sorted(levels):
            yield Row({"kind": name, "level": level, **_told(levels[level])})
        yield Row({"kind": name, "level": _("from submitting to approving"), **self._whole(seen)}, SUBTOTAL)

    def _levels(self, seen: dict[str, Any]) -> dict[str, list[Signature]]:
        """Signatures given in the period, and those that wait now, by who has to give them."""
        signed = Signature.objects.filter(**seen, signed_at__range=self._moments()).exclude(opened_at=None)
        waits = Signature.objects.filter(**seen, is_next=True)
        related = ("role", "department__head", "person")
        levels: dict[str, list[Signature]] = defaultdict(list)
        for row in [*signed.select_related(*related), *waits.select_related(*related)]:
            levels[_level_of(row)].append(row)
        return levels

    def _moments(self) -> tuple[dt.datetime, dt.datetime]:
        start = timezone.make_aware(dt.datetime.combine(self.params["start"], dt.time.min))
        return start, timezone.make_aware(dt.datetime.combine(self.params["end"], dt.time.max))

    def _whole(self, seen: dict[str, Any]) -> dict[str, Any]:
        """From the last submitting to the approving, for papers approved in the period."""
        submitted: dict[int, dt.datetime] = {}
        times: Times = []
        first, last = self._moments()
        events = DocumentEvent.objects.filter(**seen, step__in=("submit", "approve"), at__lte=last).order_by("pk")
        for key, step, to_status, at in events.values_list("object_id", "step", "to_status", "at"):
            if step == "submit":
                submitted[key] = at
            elif to_status == "approved" and key in submitted and at >= first:
                times.append(at - submitted.pop(key))
        return {"signed": len(times), **_days(times)}


def _level_of(row: Signature) -> str:
    """Who has to sign, in words that papers of several departments share."""
    if row.approver == Approver.HEAD:
        return str(Approver.HEAD.label)
    return row.approver_label


def _told(rows: list[Signature]) -> dict[str, Any]:
    given = [row for row in rows if row.signed_at and row.decision in (Decision.APPROVED, Decision.REJECTED)]
    waiting = [clock.now() - row.opened_at for row in rows if row.is_next]
    return {
        "signed": len(given),
        "returned": sum(row.decision == Decision.REJECTED for row in given),
        **_days([row.signed_at - row.opened_at for row in given if row.signed_at]),
        "waiting": len(waiting),
        "oldest": _in_days(max(waiting)) if waiting else None,
    }


def _days(times: Times) -> dict[str, Decimal | None]:
    if not times:
        return {"median": None, "longest": None}
    middle = median(time.total_seconds() for time in times)
    return {"median": _in_days(dt.timedelta(seconds=middle)), "longest": _in_days(max(times))}


def _in_days(time: dt.timedelta) -> Decimal:
    return Decimal(time / DAY).quantize(Decimal("0.1"))
