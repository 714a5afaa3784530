"""领用申请: what departments ask for."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core.documents import routes
from core.documents.lifecycle import Status
from core.documents.services import permission_for
from core.errors import DomainError
from core.parsing import parse_key
from core.views.document_form import DocumentFormView
from core.views.documents import DocumentDetailView, DocumentListView, VisibleDocumentMixin, url_of
from core.views.signed_in import SignedInRequest
from core.views.tables import Column
from inventory import selectors
from inventory.forms.heads import RequisitionForm
from inventory.forms.lines import RequisitionLines
from inventory.models import GoodsIssue, Requisition
from inventory.services import fulfilment, quotas

from . import columns as c

TITLE = gettext_lazy("Requisitions")


class RequisitionList(DocumentListView):
    model = Requisition
    title = TITLE
    columns = (
        c.NUMBER,
        c.STATUS,
        c.FULFILMENT,
        c.PURPOSE,
        c.DEPARTMENT,
        c.DAY,
        c.AMOUNT,
        c.MAKER,
        c.WAITS_FOR,
    )
    search_fields = ("number", "purpose", "department__name")
    search_placeholder = gettext_lazy("Number, purpose or department")
    filterset_class = c.RequisitionFilter
    related = ("department", "created_by", "warehouse")
    create_label = gettext_lazy("New request")
    empty_text = gettext_lazy("Nothing was asked for yet.")

    def card(self, row: Any) -> dict[str, Any]:
        card = super().card(row)
        card["title"] = row.purpose or card["title"]
        card["meta"] = f"{row.number or _('Draft')} · {card['meta']}"
        if row.status == Status.APPROVED:
            card["status"] = (row.fulfilment, row.get_fulfilment_display())
        return card


class RequisitionDetail(DocumentDetailView):
    model = Requisition
    related = ("organization", "department", "created_by", "warehouse")
    list_title = TITLE
    may_copy = True
    line_related = ("item__unit", "unit")
    line_columns: Sequence[Column] = (
        c.CODE,
        c.ITEM,
        c.SPECIFICATION,
        c.QUANTITY,
        c.UNIT,
        Column("approved_quantity", gettext_lazy("Approved quantity"), "quantity"),
        Column("issued_quantity", gettext_lazy("Issued quantity"), "quantity"),
        c.LINE_AMOUNT,
    )

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        facts = [
            (_("Purpose"), document.purpose),
            (_("Department"), document.department),
            (_("Warehouse"), document.warehouse),
            (_("Prepared by"), document.created_by),
            (_("Date"), f"{document.business_date:%Y-%m-%d}"),
            (_("Needed by"), f"{document.needed_by:%Y-%m-%d}" if document.needed_by else ""),
            (_("Note"), document.note),
        ]
        if document.over_quota and document.status != Status.DRAFT:
            facts.append((_("Over quota"), quotas.why_over_quota(document)))
        issues = GoodsIssue.objects.visible_to(self.request.user).filter(requisition=document)
        facts += [(_("Goods issue"), {"value": str(issue), "url": url_of(issue)}) for issue in issues]
        return facts

    def second_status(self) -> tuple[str, str] | None:
        document = self.document
        return (document.fulfilment, document.get_fulfilment_display()) if document.status == Status.APPROVED else None

    def steps(self) -> list[dict[str, Any]]:
        steps = super().steps()
        document, user = self.document, self.request.user
        if can_issue(document, user):
            steps = [
                *(dict(step, primary=False) for step in steps),
                {
                    "name": "close_rest",
                    "label": _("Close the rest"),
                    "needs_reason": True,
                    "reasons": (_("No longer delivered"), _("The department needs it no more")),
                    "url": reverse("requisition_close_rest", args=(document.pk,)),
                },
            ]
        return steps

    def menu(self) -> list[dict[str, Any]]:
        entries = super().menu()
        document, user = self.document, self.request.user
        if can_issue(document, user):
            url = reverse("requisition_issue", args=(document.pk,))
            entries.insert(0, {"label": _("Issue goods"), "url": url, "icon": "package-export"})
        if document.status == Status.SUBMITTED:
            row = routes.waiting_for(user).filter(content_type=routes.kind_of(document), object_id=document.pk).first()
            if row:
                url = reverse("waiting_document", args=(row.pk,))
                entries.insert(
                    0, {"label": _("Approve with smaller quantities"), "url": url, "icon": "clipboard-check"}
                )
        return entries

    def context(self) -> dict[str, Any]:
        if self.document.over_quota and self.document.status != Status.DRAFT:
            self.line_columns = (*self.line_columns, c.OVER_QUOTA)
        context = super().context()
        if can_issue(self.document, self.request.user):
            context["issue_url"] = reverse("requisition_issue", args=(self.document.pk,))
        return context

    template_name = "inventory/requisition_detail.html"


def can_issue(document: Any, user: Any) -> bool:
    """Whether this person gives out what is open on a requisition."""
    if document.status != Status.APPROVED or not user.has_perm(permission_for(GoodsIssue, "post")):
        return False
    return selectors.open_requisitions(user).filter(pk=document.pk).exists()


class RequisitionFormView(DocumentFormView):
    """Phone first: what the department usually takes is one tap, the last request another."""

    model = Requisition
    form_class = RequisitionForm
    formset_class = RequisitionLines
    template_name = "inventory/requisition_form.html"
    title_new = gettext_lazy("New request")
    list_title = TITLE

    def source(self) -> Any:
        wanted = parse_key(self.request.GET.get("from", ""))
        if self.document.pk or wanted is None:
            return None
        source = Requisition.objects.visible_to(self.request.user).filter(pk=wanted).first()
        if source is None:
            raise Http404
        stopped = [str(line.item) for line in source.lines.select_related("item") if not line.item.active]
        if stopped:
            text = _("Left out, because no longer in use: %(items)s") % {"items": _(", ").join(stopped)}
            messages.warning(self.request, text)
        return source

    def initial(self, source: Any) -> dict[str, Any]:
        return {"purpose": source.purpose, "warehouse": source.warehouse_id} if source else {}

    def extra_context(self) -> dict[str, Any]:
        if self.document.pk:
            return {}
        last = selectors.last_requisition(self.request.user)
        items = selectors.frequent_items(self.request.user.department)
        warehouse = selectors.requestable_warehouses(self.request.user).values_list("pk", flat=True).first()
        stock = selectors.stock_of(warehouse, [item.pk for item in items])
        return {
            "repeat_url": f"{reverse('requisition_new')}?from={last.pk}" if last else None,
            "repeated": "from" in self.request.GET,
            "frequent": [selectors.item_record(item, stock) for item in items],
        }


class RequisitionCopy(VisibleDocumentMixin, View):
    """Copy to new: the form, filled with the lines of another requisition."""

    model = Requisition

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return redirect(f"{reverse('requisition_new')}?from={self.find(pk).pk}")


class RepeatLast(VisibleDocumentMixin, View):
    """Repeat my last request; without one, an empty form."""

    model = Requisition

    def get(self, request: SignedInRequest) -> HttpResponse:
        last = selectors.last_requisition(request.user)
        return redirect(f"{reverse('requisition_new')}?from={last.pk}" if last else reverse("requisition_new"))


class CloseRest(VisibleDocumentMixin, View):
    """The store will not deliver what is still open, with a reason."""

    model = Requisition
    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        document = self.find(pk)
        try:
            fulfilment.close_rest(document, actor=request.user, reason=request.POST.get("reason", ""))
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The rest of %(document)s is closed.") % {"document": document})
        return redirect(url_of(document))
