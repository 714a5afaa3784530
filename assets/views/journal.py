"""凭证建议: what finance is asked to book, and where it gives the voucher number back (R-ACC-06)."""

from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from assets.models import JournalProposal
from assets.services import journal
from core.errors import DomainError
from core.parsing import parse_keys
from core.templatetags.display import money
from core.views.documents import DocumentExportView, url_name
from core.views.filters import DayFilter
from core.views.links import address_or_none
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.views.tables import Column, TableView

TITLE = gettext_lazy("Journal proposals")
TAKE = "assets.take_journalproposal"
EXPORT = "assets.export_journalproposal"
WAITING = Q(voucher_number="")


def state_of(row: JournalProposal) -> tuple[str, str]:
    return ("complete", _("taken over")) if row.voucher_number else ("waiting", _("waiting for finance"))


class ProposalFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        choices=[("waiting", gettext_lazy("waiting for finance")), ("taken", gettext_lazy("taken over"))],
        empty_label=gettext_lazy("All"),
        method="by_state",
    )
    from_day = DayFilter(label=gettext_lazy("From"), field_name="business_date", lookup_expr="gte")
    to_day = DayFilter(label=gettext_lazy("To"), field_name="business_date", lookup_expr="lte")
    account = django_filters.CharFilter(label=gettext_lazy("Account"), method="by_account")

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(WAITING) if value == "waiting" else rows.exclude(WAITING)

    def by_account(self, rows: Any, name: str, value: str) -> Any:
        text = value.strip()[:10]
        return rows.filter(Q(debit_account=text) | Q(credit_account=text))


class ProposalList(TableView):
    """Newest paper first; a line leads to its paper's lines, where they are taken over together."""

    model = JournalProposal
    title = TITLE
    permission = "assets.view_journalproposal"
    columns = (
        Column("number", gettext_lazy("Document"), "code", sort=("number", "position")),
        Column("state", gettext_lazy("State"), "status", state_of),
        Column("business_date", gettext_lazy("Date"), "day", sort=("business_date",)),
        Column("summary", gettext_lazy("Summary")),
        Column("debit_account", gettext_lazy("Debit account"), "code", sort=("debit_account",)),
        Column("credit_account", gettext_lazy("Credit account"), "code", sort=("credit_account",)),
        Column("amount", gettext_lazy("Amount"), "money", total=True, sort=("amount",)),
        Column("department", gettext_lazy("Department")),
        Column("voucher_number", gettext_lazy("Voucher number"), "code", sort=("voucher_number",)),
        Column("taken_by", gettext_lazy("Taken over by")),
        Column("taken_at", gettext_lazy("Taken over at"), "moment", sort=("taken_at",)),
    )
    search_fields = ("number", "summary", "voucher_number")
    search_placeholder = gettext_lazy("Document, summary or voucher number")
    filterset_class = ProposalFilter
    ordering = ("-business_date", "-object_id", "position")
    empty_text = gettext_lazy("Nothing waits for finance.")

    def queryset(self) -> Any:
        return super().queryset().select_related("department", "taken_by")

    def url_of(self, row: Any) -> str | None:
        return reverse("journalproposal_detail", args=(row.pk,))

    def card(self, row: Any) -> dict[str, Any]:
        return {
            "title": f"{row.debit_account} → {row.credit_account}",
            "status": state_of(row),
            "meta": f"{row.number} · {row.summary} · {row.business_date:%m-%d}",
            "amount": money(row.amount),
        }

    def extra_context(self) -> dict[str, Any]:
        waiting = {"label": _("Waiting for finance"), "url": f"{self.request.path}?state=waiting", "icon": "inbox"}
        export = f"{reverse('journalproposal_export')}?{self.request.GET.urlencode()}"
        return {"export_url": export if self.request.user.has_perm(EXPORT) else None, "actions": [waiting]}


class ProposalExport(DocumentExportView):
    list_view = ProposalList

    def get(self, request: SignedInRequest) -> HttpResponseBase:
        if not request.user.has_perm(EXPORT):
            raise PermissionDenied
        return super().get(request)


class VoucherForm(forms.Form):
    voucher_number = forms.CharField(
        label=gettext_lazy("Voucher number"),
        max_length=40,
        help_text=gettext_lazy("Enter the number of the voucher under which finance booked the marked lines."),
    )


class ProposalsOfPaper(SignedInMixin, View):
    """All lines of one paper, by the key of any of them; POST takes the marked ones over under a voucher number."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return self._page(VoucherForm())

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        rows = self._rows()
        form = VoucherForm(request.POST)
        mine = {row.pk for row in rows}
        keys = [key for key in parse_keys(request.POST.getlist("line")) if key in mine]
        if not form.is_valid():
            return self._page(form)
        try:
            count = journal.take_over(keys, voucher_number=form.cleaned_data["voucher_number"], actor=request.user)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect(request.path)
        messages.success(
            request,
            _("%(count)d lines were taken over under %(voucher)s.")
            % {"count": count, "voucher": form.cleaned_data["voucher_number"]},
        )
        return redirect(request.path)

    def _rows(self) -> list[JournalProposal]:
        seen = JournalProposal.objects.visible_to(self.request.user)
        one = seen.filter(pk=self.kwargs["pk"]).first()
        if one is None:
            raise Http404
        rows = seen.filter(content_type=one.content_type_id, object_id=one.object_id)
        return list(rows.select_related("department", "taken_by", "content_type").order_by("position"))

    def _page(self, form: VoucherForm) -> HttpResponse:
        rows, user = self._rows(), self.request.user
        paper: Any = rows[0].document
        seen = type(paper)._default_manager.visible_to(user).filter(pk=paper.pk).exists()
        may_take = user.has_perm(TAKE) and any(not row.voucher_number for row in rows)
        context = {
            "title": _("Journal proposals of %(paper)s") % {"paper": rows[0].number},
            "rows": [(row, state_of(row)) for row in rows],
            "paper_url": address_or_none(url_name(paper, "detail"), paper.pk) if seen else None,
            "list_url": reverse("journalproposal_list"),
            "list_title": TITLE,
            "form": form,
            "may_take": may_take,
        }
        return render(self.request, "assets/journal.html", context)
