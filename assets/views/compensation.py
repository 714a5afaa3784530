"""损坏赔偿单: list, form, page with its receipts, paper."""

from typing import Any

import django_filters
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from assets.forms.compensation import CompensationForm, ReceiptForm
from assets.models import Asset, CompensationCase, CompensationPayment
from assets.services import compensation
from core.documents.lifecycle import Status
from core.errors import DomainError
from core.numbers import plain
from core.parsing import parse_key
from core.templatetags.display import money
from core.views.document_form import DocumentFormView, mark_refusal
from core.views.documents import (
    DEPARTMENT,
    MAKER,
    NUMBER,
    STATUS,
    WAITS_FOR,
    DocumentDetailView,
    DocumentListView,
    VisibleDocumentMixin,
    url_of,
)
from core.views.filters import DocumentFilter
from core.views.links import link
from core.views.printing import DocumentPrintView
from core.views.screens import Screens, register_screens
from core.views.signed_in import SignedInRequest
from core.views.tables import Column

TITLE = gettext_lazy("Compensation cases")
RELATED = ("organization", "department", "created_by", "asset", "responsible")


def thing_of(document: CompensationCase) -> str:
    return str(document.asset) if document.asset else document.thing


def debtor_of(document: CompensationCase) -> str:
    return str(document.responsible) if document.responsible else document.responsible_name


class CompensationFilter(DocumentFilter):
    cause = django_filters.ChoiceFilter(
        label=gettext_lazy("Cause of the damage"),
        choices=CompensationCase.Cause.choices,
        empty_label=gettext_lazy("All causes"),
    )
    owed = django_filters.BooleanFilter(label=gettext_lazy("Money still owed"), method="only_owed")

    def only_owed(self, rows: Any, _name: str, value: bool | None) -> Any:
        """Decided cases on which something is still to be paid, or all others."""
        if value is None:
            return rows
        owed = compensation.still_owed(rows)
        return owed if value else rows.exclude(pk__in=owed.values("pk"))


class CompensationList(DocumentListView):
    model = CompensationCase
    title = TITLE
    columns = (
        NUMBER,
        STATUS,
        Column("thing", gettext_lazy("Thing"), value=thing_of),
        Column("damage", gettext_lazy("What happened")),
        Column(
            "cause", gettext_lazy("Cause of the damage"), value=lambda row: row.get_cause_display(), sort=("cause",)
        ),
        Column("responsible", gettext_lazy("Responsible person"), value=debtor_of),
        DEPARTMENT,
        Column("happened_on", gettext_lazy("Happened on"), "day", sort=("happened_on",)),
        Column("amount", gettext_lazy("To be paid"), "money", total=True, sort=("amount",)),
        Column("paid", gettext_lazy("Paid"), "money", total=True, sort=("paid",)),
        MAKER,
        WAITS_FOR,
    )
    search_fields = (
        "number",
        "asset__number",
        "asset__name",
        "thing",
        "damage",
        "responsible__name",
        "responsible_name",
    )
    search_placeholder = gettext_lazy("Number, thing, person or what happened")
    filterset_class = CompensationFilter
    related = ("department", "created_by", "asset", "responsible")
    create_label = gettext_lazy("Open a case")
    empty_text = gettext_lazy("No case of loss or damage was opened yet.")

    def card(self, row: Any) -> dict[str, Any]:
        card = super().card(row)
        return card | {
            "meta": f"{thing_of(row)} · {row.get_cause_display()} · {row.happened_on:%m-%d}",
            "amount": money(row.amount),
        }


def facts_of(document: CompensationCase) -> list[tuple[Any, Any]]:
    """What everybody who decides on a case has to know."""
    words = {"value": money(document.base_value), "times": plain(document.multiplier)}
    amount = document.amount if document.status != Status.DRAFT else compensation.amount_of(document)
    return [
        (_("Thing"), link(document.asset, document.asset) if document.asset else document.thing),
        (_("Net value of the card"), money(document.asset.net_value) if document.asset else ""),
        (_("Happened on"), f"{document.happened_on:%Y-%m-%d}"),
        (_("What happened"), document.damage),
        (_("Cause of the damage"), document.get_cause_display()),
        (_("Finding of the inquiry"), document.finding),
        (_("Responsible person"), debtor_of(document)),
        (_("Measured by"), document.get_basis_display()),
        (_("Reckoning"), _("%(value)s yuan × %(times)s") % words),
        (_("Why another multiplier"), document.multiplier_reason),
        (_("To be paid (yuan)"), money(amount)),
        (_("Number of instalments"), document.instalments if document.instalments > 1 else ""),
        (_("Replaced by"), document.replaced),
        (_("Made of"), document.source),
    ]


class CompensationFormView(DocumentFormView):
    """`?asset=7` begins with a card, `?source=...` and `?damage=...` with what another paper says."""

    model = CompensationCase
    form_class = CompensationForm
    title_new = gettext_lazy("Open a case of loss or damage")
    list_title = TITLE

    def initial(self, source: Any) -> dict[str, Any]:
        asked = self.request.GET
        if self.document.pk:
            return {}
        key = parse_key(asked.get("asset", ""))
        asset = Asset.objects.visible_to(self.request.user).filter(pk=key).first() if key else None
        return {
            "asset": asset,
            "source": asked.get("source", "")[:60],
            "damage": asked.get("damage", "")[:300],
            "responsible": asset and (asset.user_id or asset.custodian_id),
            "base_value": None,
            "multiplier": None,
        }


class CompensationDetail(DocumentDetailView):
    """The case with its receipts, and for the accountant the form for another one."""

    model = CompensationCase
    related = RELATED
    list_title = TITLE
    template_name = "assets/compensation_detail.html"
    receipt_form: ReceiptForm | None = None

    def amount(self) -> Any:
        return self.document.amount or None

    def facts(self) -> list[tuple[Any, Any]]:
        return [*(fact for fact in facts_of(self.document) if fact[1]), *super().facts()]

    def context(self) -> dict[str, Any]:
        context = super().context()
        document, user = self.document, self.request.user
        owed = document.amount - document.paid
        rows = document.payments.select_related("received_by", "reverses").order_by("pk")
        back = {row.reverses_id for row in rows if row.reverses_id}
        may_receive = (
            user.has_perm("assets.add_compensationpayment")
            and CompensationCase.objects.within(user, "assets.add_compensationpayment").filter(pk=document.pk).exists()
        )
        context |= {
            "payments": [(row, may_receive and not row.reverses_id and row.pk not in back) for row in rows],
            "owed": owed,
            "decided": document.status == Status.APPROVED,
        }
        if may_receive and document.status == Status.APPROVED and owed > 0:
            context["receipt_form"] = self.receipt_form or ReceiptForm(owed=owed)
            context["receipt_url"] = reverse("compensationcase_receive", args=(document.pk,))
        return context


class ReceiveView(VisibleDocumentMixin, View):
    """Takes a receipt on a case, by POST only."""

    model = CompensationCase
    related = RELATED
    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        case = self.find(pk)
        form = ReceiptForm(request.POST)
        if form.is_valid():
            try:
                row = compensation.receive(case, **form.cleaned_data, actor=request.user)
            except DomainError as error:
                mark_refusal(form, None, error)
            else:
                messages.success(request, _("Receipt %(number)s was entered.") % {"number": row.receipt_number})
                return redirect(url_of(case))
        view = CompensationDetail()
        view.setup(request, pk=pk)
        view.document, view.receipt_form = case, form
        context = view.context()
        if "receipt_form" not in context:
            messages.error(request, "; ".join(error for errors in form.errors.values() for error in errors))
            return redirect(url_of(case))
        return render(request, view.template_name, context)


class TakeReceiptBackView(VisibleDocumentMixin, View):
    """Takes a wrong receipt back, by POST only."""

    model = CompensationCase
    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int, payment: int) -> HttpResponse:
        case = self.find(pk)
        row = CompensationPayment.objects.filter(case=case, pk=payment).first()
        if row is None:
            raise Http404
        try:
            compensation.take_receipt_back(row, reason=request.POST.get("reason", ""), actor=request.user)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Receipt %(number)s was taken back.") % {"number": row.receipt_number})
        return redirect(url_of(case))


class CompensationPaper(DocumentPrintView):
    """损坏赔偿单 on A4, without lines."""

    model = CompensationCase
    related = RELATED
    usual_paper = "a4"

    def lines_of(self, document: Any) -> list[Any]:
        return [document]

    columns = (
        Column("thing", gettext_lazy("Thing"), value=thing_of, css="w-40"),
        Column("cause", gettext_lazy("Cause of the damage"), value=lambda row: row.get_cause_display(), css="w-15"),
        Column("base_value", gettext_lazy("Value (yuan)"), "money", css="w-15"),
        Column("multiplier", gettext_lazy("Multiplier"), "quantity", css="w-10"),
        Column("amount", gettext_lazy("To be paid (yuan)"), "money", css="w-15"),
    )

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        told = [(label, value["value"] if isinstance(value, dict) else value) for label, value in facts_of(document)]
        return [*super().facts(document), *told]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        return [*super().places(document), (_("Responsible person"), debtor_of(document)), (_("Finance"), "")]


register_screens(
    Screens(
        CompensationCase,
        related=("department", "created_by", "asset", "responsible"),
        purpose=lambda document: f"{thing_of(document)} · {document.damage}",
        preview=lambda document: f"{debtor_of(document)} {money(document.amount)}",
        facts=facts_of,
    )
)
