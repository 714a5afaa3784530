"""出库单: what leaves a warehouse, on a requisition or directly."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core import clock
from core.documents.lifecycle import Status
from core.documents.story import waiting_for_whom
from core.errors import DomainError
from core.views.document_form import mark_refusal
from core.views.documents import DocumentListView, VisibleDocumentMixin, posted_key, url_of
from core.views.links import address_or_none
from core.views.signed_in import SignedInRequest
from core.views.tables import Column, TableView
from inventory import movement_selectors, selectors
from inventory.forms.heads import IssueForm
from inventory.forms.issue import HandoutHead, Handouts
from inventory.forms.lines import IssueLines
from inventory.models import GoodsIssue, Requisition, StockReturn
from inventory.services import trade_in
from inventory.services.issuing import issue_requisition

from . import columns as c
from .columns import preview
from .following import LOT, RETURNED, FollowedDetailView, call_to
from .receipts import KeeperFormView

TITLE = gettext_lazy("Goods issues")


class IssueList(DocumentListView):
    model = GoodsIssue
    title = TITLE
    columns = (
        c.NUMBER,
        c.STATUS,
        c.DEPARTMENT,
        c.PURPOSE,
        c.WAREHOUSE,
        c.DAY,
        c.AMOUNT,
        Column("requisition", gettext_lazy("Requisition"), "code"),
        Column("received_by", gettext_lazy("Received by")),
        c.MAKER,
    )
    search_fields = ("number", "purpose", "department__name", "requisition__number")
    search_placeholder = gettext_lazy("Number, purpose or department")
    filterset_class = c.StockFilter
    related = ("department", "created_by", "warehouse", "requisition")
    create_label = gettext_lazy("Issue without requisition")
    empty_text = gettext_lazy("Nothing was issued yet.")


class IssueDetail(FollowedDetailView):
    model = GoodsIssue
    related = ("organization", "department", "created_by", "warehouse", "requisition")
    list_title = TITLE
    line_related = ("item__unit", "unit", "lot")
    line_columns = (
        c.CODE,
        c.ITEM,
        c.SPECIFICATION,
        c.QUANTITY,
        c.UNIT,
        Column("unit_cost", gettext_lazy("Unit cost"), "price"),
        c.LINE_AMOUNT,
        LOT,
        RETURNED,
    )

    def calls(self) -> list[dict[str, Any]]:
        sources = movement_selectors.returnable_issues(self.request.user)
        back = call_to(self, StockReturn, "issue", sources, _("Return goods"), "arrow-back-up")
        return [*back, *self._hand_in()]

    def _hand_in(self) -> list[dict[str, Any]]:
        """The way to handing in what the department still owes of this issue's items (R-STK-11)."""
        issue = self.document
        follows = any(line.old_pieces_follow for line in self.lines)
        if not follows or issue.status != Status.POSTED or not self.request.user.has_perm("inventory.add_tradein"):
            return []
        owed = trade_in.debt_of(issue.warehouse_id, issue.department_id)
        if not any(line.item_id in owed for line in self.lines):
            return []
        query = urlencode({"prefill": 1, "department": issue.department_id, "warehouse": issue.warehouse_id})
        label = _("Take old pieces in")
        return [{"label": label, "url": f"{reverse('tradein_new')}?{query}", "icon": "recycle"}]

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        asked = document.requisition
        return [
            (_("Requisition"), {"value": asked.number, "url": url_of(asked)} if asked else ""),
            (_("Purpose"), document.purpose),
            (_("Department"), document.department),
            (_("Received by"), document.received_by),
            (_("Warehouse"), document.warehouse),
            *super().facts()[1:],
            *self.followers(StockReturn, "issue"),
        ]

    def line_row(self, line: Any) -> dict[str, Any]:
        row = super().line_row(line)
        row["note"] = " · ".join(part for part in (*old_piece_words(line), line.note) if part)
        return row

    def may_edit(self) -> bool:
        return super().may_edit() and self.document.requisition_id is None


def old_piece_words(line: Any) -> list[str]:
    """What happened about the old pieces of an issue line, in words; nothing where there is nothing to say."""
    words = []
    if line.old_quantity:
        words.append(
            _("Old pieces handed in: %(count)s (%(condition)s, %(destination)s)")
            % {
                "count": f"{line.old_quantity.normalize():f}",
                "condition": line.get_old_condition_display(),
                "destination": line.get_old_destination_display(),
            }
        )
    if trade_in.missing(line) and line.trade_in_waiver:
        words.append(_("No old piece: %(reason)s") % {"reason": line.trade_in_waiver})
        if line.old_pieces_follow:
            words.append(_("old pieces follow"))
    return words


class IssueFormView(KeeperFormView):
    """An issue without a requisition; one made from a requisition is cancelled and issued anew instead of changed."""

    model = GoodsIssue
    form_class = IssueForm
    formset_class = IssueLines
    title_new = gettext_lazy("Issue without requisition")
    list_title = TITLE

    def may_edit(self) -> bool:
        return super().may_edit() and self.document.requisition_id is None

    def post(self, request: SignedInRequest, pk: int | None = None) -> HttpResponse:
        if pk is not None and self.find(pk).requisition_id is not None:
            messages.error(request, _("This issue follows a requisition; cancel it and issue the requisition again."))
            return redirect(reverse("goodsissue_detail", args=(pk,)))
        return super().post(request, pk)


class ToIssueList(TableView):
    """What the keeper has to give out, the most urgent first."""

    model = Requisition
    title = gettext_lazy("Requests to issue")
    permission = "inventory.add_goodsissue"
    columns = (
        Column("number", gettext_lazy("Number"), "code", sort=("number",)),
        c.DEPARTMENT,
        c.PURPOSE,
        Column("needed_by", gettext_lazy("Needed by"), "day", sort=("needed_by",)),
        c.FULFILMENT,
        Column("ready", gettext_lazy("On hand"), "status"),
        Column("what", gettext_lazy("Still to issue")),
        Column("business_date", gettext_lazy("Asked on"), "day", sort=("business_date",)),
    )
    search_fields = ("number", "purpose", "department__name")
    search_placeholder = gettext_lazy("Number, purpose or department")
    ordering = ("needed_by", "pk")
    empty_text = gettext_lazy("Everything that was approved has been issued.")

    def queryset(self) -> Any:
        rows = selectors.open_requisitions(self.request.user).select_related("department", "warehouse", "created_by")
        return rows.prefetch_related("lines__item__unit")

    def prepare(self, rows: list[Any]) -> None:
        by_store: dict[int, set[int]] = {}
        for row in rows:
            by_store.setdefault(row.warehouse_id, set()).update(line.item_id for line in row.lines.all())
        stock = {store: selectors.stock_of(store, items) for store, items in by_store.items()}
        waiting = trade_in.waiting_issues([line for row in rows for line in row.lines.all()])
        for row in rows:
            lines = [line for line in row.lines.all() if line.open_quantity > 0]
            if all(line.pk in waiting and waiting[line.pk][0] >= line.open_quantity for line in lines):
                row.ready, row.what = ("pending", _("waits for an approval")), preview(lines)
                continue
            there = [stock[row.warehouse_id].get(line.item_id, (0, 0))[0] for line in lines]
            if all(have >= line.open_quantity for have, line in zip(there, lines, strict=True)):
                row.ready = ("complete", _("all there"))
            else:
                row.ready = ("partial", _("in part")) if any(there) else ("none", _("nothing there"))
            row.what = preview(lines)

    def url_of(self, row: Any) -> str:
        return reverse("requisition_issue", args=(row.pk,))

    def card(self, row: Any) -> dict[str, Any]:
        until = f" · {_('needed by')} {row.needed_by:%m-%d}" if row.needed_by else ""
        return {"title": str(row.department), "status": row.ready, "meta": f"{row.number} · {row.what}{until}"}

    def extra_context(self) -> dict[str, Any]:
        return {
            "actions": [
                {"label": _("Issue without requisition"), "url": reverse("goodsissue_new"), "icon": "package-export"}
            ]
        }


class RequisitionIssue(VisibleDocumentMixin, View):
    """Give out a requisition: the open quantities are filled in; one button books everything."""

    model = Requisition
    related = ("organization", "department", "created_by", "warehouse")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        requisition = self._open(pk)
        if isinstance(requisition, HttpResponse):
            return requisition
        head = HandoutHead(initial={"received_by": requisition.created_by.name})
        return self._page(requisition, head, self._formset(requisition), uuid.uuid4())

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        key = posted_key(request) or uuid.uuid4()
        first = GoodsIssue.objects.filter(request_key=key, created_by=request.user).first()
        if first is not None:
            return self._done(first)
        requisition = self._open(pk)
        if isinstance(requisition, HttpResponse):
            return requisition
        head, formset = HandoutHead(request.POST), self._formset(requisition, request.POST)
        if not (formset.is_valid() and head.is_valid()):
            return self._page(requisition, head, formset, key)
        try:
            issue = issue_requisition(
                requisition, formset.handouts(), actor=request.user, request_key=key, **head.cleaned_data
            )
        except DomainError as error:
            mark_refusal(head, formset, error)
            return self._page(requisition, head, formset, key)
        return self._done(issue)

    def _open(self, pk: int) -> Any:
        if not self.request.user.has_perm("inventory.post_goodsissue"):
            raise PermissionDenied
        requisition = self.find(pk)
        if not selectors.open_requisitions(self.request.user).filter(pk=pk).exists():
            messages.info(self.request, _("Nothing is open on %(document)s.") % {"document": requisition})
            return redirect(url_of(requisition))
        return requisition

    def _formset(self, requisition: Requisition, data: Any = None) -> Any:
        lines = [line for line in requisition.lines.select_related("item__unit") if line.open_quantity > 0]
        items = [line.item_id for line in lines]
        stock = {key: pair[0] for key, pair in selectors.stock_of(requisition.warehouse_id, items).items()}
        lots = selectors.lots_on_hand(requisition.warehouse_id, items)
        return Handouts(data, lines=lines, stock=stock, lots=lots, waiting=trade_in.waiting_issues(lines))

    def _done(self, issue: GoodsIssue) -> HttpResponse:
        if issue.status == Status.SUBMITTED:
            who = waiting_for_whom([issue]).get(issue.pk, "")
            words = _(
                "%(number)s is not booked yet: old pieces are missing, so %(who)s has to approve it. "
                "Post it afterwards."
            ) % {"number": issue.number, "who": who}
            messages.warning(self.request, words)
            return redirect(url_of(issue))
        printing = address_or_none("goodsissue_print", issue.pk) or url_of(issue)
        words = _("%(number)s was issued to %(department)s.") % {"number": issue.number, "department": issue.department}
        messages.success(self.request, format_html('{} <a href="{}">{}</a>', words, printing, _("Print the paper")))
        return redirect("requisitions_to_issue")

    def _page(self, requisition: Requisition, head: Any, formset: Any, key: uuid.UUID) -> HttpResponse:
        context = {
            "title": _("Issue %(number)s") % {"number": requisition.number},
            "lead": f"{requisition.department} · {requisition.purpose} · {requisition.created_by}",
            "form": head,
            "formset": formset,
            "request_key": key,
            "cancel_url": reverse("requisitions_to_issue"),
            "list_url": reverse("requisitions_to_issue"),
            "list_title": ToIssueList.title,
            "save_label": _("Issue and book"),
            "document": requisition,
            "today": clock.today(),
            "requisition_url": url_of(requisition),
        }
        return render(self.request, "inventory/requisition_issue.html", context)
