"""What the screens of papers that follow an earlier one share: choosing it, the form, the way on from it."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.services import apply_transition, available_transitions, permission_for
from core.errors import DomainError
from core.parsing import parse_key
from core.templatetags.display import money
from core.views.document_form import DocumentFormView
from core.views.documents import DocumentDetailView, done_sentence, total_of_lines, url_name, url_of
from core.views.signed_in import SignedInRequest
from core.views.tables import Column, TableView
from inventory.models import GoodsIssue
from inventory.movement_selectors import lots_moved

from . import columns as c
from .columns import preview

GOODS = Column("goods", gettext_lazy("Goods"))
ANY_GOODS = ("lines__item__name", "lines__item__code", "lines__item__initials")


def following_url(model: Any, name: str, earlier: Any) -> str:
    """The address of the form of a new paper that follows an earlier one."""
    return f"{reverse(url_name(model, 'new'))}?{name}={earlier.pk}"


class ChooseEarlier(TableView):
    """Which posted paper is followed; a row leads to the form with what is left of it filled in."""

    model: Any = GoodsIssue
    following: Any = None
    name = ""
    ordering = ("-business_date", "-pk")
    related: tuple[str, ...] = ("department", "warehouse")

    def check_permission(self) -> None:
        self.permission = permission_for(self.following, "add")
        super().check_permission()

    def sources(self) -> QuerySet:
        raise NotImplementedError

    def queryset(self) -> QuerySet:
        rows = self.sources().select_related(*self.related).prefetch_related("lines__item__unit", "lines__unit")
        return rows.annotate(line_total=total_of_lines(self.model)).distinct()

    def prepare(self, rows: list[Any]) -> None:
        for row in rows:
            row.goods = preview(list(row.lines.all()))

    def url_of(self, row: Any) -> str:
        return following_url(self.following, self.name, row)

    def card(self, row: Any) -> dict[str, Any]:
        about = getattr(row, "supplier", None) or row.department
        meta = f"{row.number} · {row.goods} · {row.business_date:%m-%d}"
        return {"title": str(about), "meta": meta, "amount": money(row.line_total)}


class FollowingFormView(DocumentFormView):
    """The form of a paper that follows an earlier one; without one it leads to choosing it.

    name: the column of the earlier paper and its parameter in the address. post_at_once: what needs no signature is
    booked with its submit.
    """

    template_name = "inventory/following_form.html"
    name = ""
    post_at_once = False

    def sources(self) -> QuerySet:
        """The papers this person may follow now."""
        raise NotImplementedError

    def get(self, request: SignedInRequest, pk: int | None = None) -> HttpResponse:
        if pk is None and not request.GET.get(self.name):
            return redirect(url_name(self.model, "choose"))
        return super().get(request, pk)

    def blank(self) -> Any:
        document = super().blank()
        key = parse_key(self.request.GET.get(self.name, ""))
        earlier = self.sources().filter(pk=key).first()
        if earlier is None:
            raise Http404
        setattr(document, self.name, earlier)
        self.take_place(document, earlier)
        return document

    def take_place(self, document: Any, earlier: Any) -> None:
        """Warehouse and department of the new paper."""
        document.warehouse, document.department = earlier.warehouse, earlier.department

    def extra_context(self) -> dict[str, Any]:
        earlier = getattr(self.document, self.name)
        words = (earlier.number, earlier.department, earlier.warehouse, f"{earlier.business_date:%Y-%m-%d}")
        return {
            "lead": " · ".join(str(word) for word in words),
            "earlier_url": url_of(earlier),
            "earlier_label": _("Open %(document)s") % {"document": earlier},
        }

    def _saved(self, key: uuid.UUID) -> HttpResponse:
        response = super()._saved(key)
        if self.post_at_once and self.request.POST.get("then") == "submit":
            self._book(uuid.uuid5(key, "post"))
        return response

    def _book(self, key: uuid.UUID) -> None:
        """Post what was approved with its submit, if this person may."""
        document = self.model._base_manager.get(pk=self.document.pk)
        if "post" not in [step.name for step in available_transitions(document, actor=self.request.user)]:
            return
        try:
            document = apply_transition(document, "post", actor=self.request.user, request_key=key)
        except DomainError as error:
            messages.error(self.request, str(error))
        else:
            messages.success(self.request, done_sentence(document, "post"))


def add_lots(document: Any, lines: list[Any]) -> None:
    """Put beside the lines the lots they moved; before that, the lot that was chosen. One query."""
    moved = lots_moved(document)
    for line in lines:
        line.lots = moved.get(line.pk) or str(getattr(line, "lot", None) or "")


class FollowedDetailView(DocumentDetailView):
    """A paper with the ways that lead on from it as buttons above its lines, and the lots that it moved."""

    template_name = "inventory/paper_detail.html"
    lots_added = False

    def line_row(self, line: Any) -> dict[str, Any]:
        if not self.lots_added:
            add_lots(self.document, self.lines)
            self.lots_added = True
        return super().line_row(line)

    def calls(self) -> list[dict[str, Any]]:
        """[{label, url, icon, primary}]"""
        return []

    def context(self) -> dict[str, Any]:
        return {**super().context(), "calls": self.calls()}

    def followers(self, model: Any, name: str) -> list[tuple[Any, Any]]:
        """The papers of a kind that follow this one, as facts with links."""
        label = capfirst(str(model._meta.verbose_name))
        rows = model.objects.visible_to(self.request.user).filter(**{name: self.document}).order_by("pk")
        return [(label, {"value": str(row), "url": url_of(row)}) for row in rows]


def call_to(view: DocumentDetailView, model: Any, name: str, sources: QuerySet, label: str, icon: str) -> list[dict]:
    """The button that leads from a posted paper to one that follows it, for whoever may make it."""
    user, document = view.request.user, view.document
    if not user.has_perm(permission_for(model, "add")) or not sources.filter(pk=document.pk).exists():
        return []
    return [{"label": label, "url": following_url(model, name, document), "icon": icon}]


RETURNED = Column(
    "returned_quantity", gettext_lazy("Returned"), "quantity", lambda line: line.returned_quantity or None
)
UNIT_COST = Column("unit_cost", gettext_lazy("Unit cost"), "price")
LOT = Column("lots", gettext_lazy("Lot"), "code")
COSTED = (c.CODE, c.ITEM, c.SPECIFICATION, c.QUANTITY, c.UNIT, UNIT_COST, c.LINE_AMOUNT, LOT)
