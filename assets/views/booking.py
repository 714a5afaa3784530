"""财务入账: the cards that finance has not booked yet, one by one or all of one addition."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from assets.forms.booking import BookingForm
from assets.models import AssetAddition
from assets.services import booking
from core.errors import DomainError
from core.parsing import parse_key, parse_keys
from core.search import matching
from core.views.documents import url_of
from core.views.pickers import searched
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.views.tables import Column

PAGE_SIZE = 100
FIELDS = ("number", "name", "serial_number", "old_number", "specification")


class BookingView(SignedInMixin, View):
    """?paper=: the cards of one addition; ?asset=: chosen ones, as a list of cards sends them. POST books."""

    columns: Sequence[Column] = (
        Column("number", gettext_lazy("Asset number"), "code"),
        Column("name", gettext_lazy("Asset name"), css="goods"),
        Column("category", gettext_lazy("Asset category")),
        Column("department", gettext_lazy("Using department")),
        Column("custodian", gettext_lazy("Custodian")),
        Column("place", gettext_lazy("Place")),
        Column("acquired_on", gettext_lazy("Acquired on"), "day"),
        Column("original_value", gettext_lazy("Original value"), "money"),
        Column("lacks", gettext_lazy("Lacks")),
    )

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not request.user.has_perm(booking.RIGHT):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: SignedInRequest) -> HttpResponse:
        return self._page(BookingForm())

    def post(self, request: SignedInRequest) -> HttpResponse:
        form, paper = BookingForm(request.POST), self._paper()
        if not form.is_valid():
            return self._page(form, status=400)
        given = {**form.cleaned_data, "actor": request.user}
        try:
            if request.POST.get("all") and paper is not None:
                count = booking.book_addition(paper, **given)
            else:
                count = booking.book(parse_keys(request.POST.getlist("card")[: booking.CHUNK]), **given)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return self._page(form, status=409)
        words = {"count": count, "voucher": given["voucher_number"]}
        messages.success(request, _("%(count)d cards were booked under voucher %(voucher)s.") % words)
        return redirect(url_of(paper) if paper is not None else "asset_booking")

    def _paper(self) -> AssetAddition | None:
        asked = self.request.GET.get("paper", "")
        if not asked:
            return None
        rows = AssetAddition.objects.visible_to(self.request.user)  # type: ignore[attr-defined]
        paper: AssetAddition | None = rows.filter(pk=parse_key(asked)).first()
        if paper is None:
            raise Http404
        return paper

    def _page(self, form: BookingForm, status: int = 200) -> HttpResponse:
        request, paper, rows = self.request, self._paper(), booking.unbooked(self.request.user)
        if paper is not None:
            rows = rows.filter(pk__in=booking.cards_of(paper).values("pk"))
        if chosen := parse_keys(request.GET.getlist("asset")[:PAGE_SIZE]):
            rows = rows.filter(pk__in=chosen)
        text = searched(request)
        if text:
            rows = matching(rows, text, fields=FIELDS)
        page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
        ticked = set(parse_keys(request.POST.getlist("card"))) if request.method == "POST" else set(chosen)
        shown = [(row, booking.lacking(row)) for row in page]
        for row, missing in shown:
            row.lacks = _(", ").join(missing)
        query = [(name, value) for name, value in request.GET.lists() for value in value if name != "page"]
        context = {
            "title": _("Book %(paper)s") % {"paper": paper} if paper else _("Cards to be booked"),
            "form": form,
            "paper": paper,
            "count": page.paginator.count,
            "search": text,
            "columns": self.columns,
            "rows": [
                {
                    "key": row.pk,
                    "name": row.number,
                    "cells": [column.of(row) for column in self.columns],
                    "ticked": row.pk in ticked,
                    "blocked": bool(missing),
                }
                for row, missing in shown
            ],
            "remedy": booking.remedy(row for row, missing in shown if missing),
            "page_obj": page,
            "query": urlencode(query),
            "back_url": url_of(paper) if paper else reverse("asset_list"),
        }
        return render(request, "assets/booking.html", context, status=status)
