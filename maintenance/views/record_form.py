"""Forms of records that are no papers: plans, checklists, meters, special equipment, certificates."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from core.errors import DomainError
from core.views.signed_in import SignedInMixin, SignedInRequest


def refused(form: Any, refusal: DomainError) -> None:
    """Put a refusal where its field stands, else on top of the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


class RecordMixin(SignedInMixin):
    """Finds the row of the address among those the person sees; 404 for absent and foreign ones alike."""

    model: type[Model]
    related: tuple[str, ...] = ()

    def rows(self) -> QuerySet:
        return self.model._default_manager.visible_to(self.request.user)  # type: ignore[attr-defined]

    def find(self, pk: int) -> Any:
        row = self.rows().select_related(*self.related).filter(pk=pk).first()
        if row is None:
            raise Http404
        return row

    def require(self, *actions: str) -> None:
        """Only who has one of these rights on the kind goes on."""
        options = self.model._meta
        if not any(self.request.user.has_perm(f"{options.app_label}.{each}_{options.model_name}") for each in actions):
            raise PermissionDenied


class RecordFormView(RecordMixin, View):
    """Makes a record (no key in the address) or changes one; the subclass says which service writes it."""

    form_class: Any
    lines_class: Any = None
    list_name = ""
    list_title: Any = ""
    new_title: Any = ""
    lead: Any = ""

    def get(self, request: SignedInRequest, pk: int | None = None) -> HttpResponse:
        row = self.begin(pk)
        form = self.form_class(instance=row, actor=request.user, initial=self.first(row))
        return self.page(row, form, self.lines(row, None))

    def post(self, request: SignedInRequest, pk: int | None = None) -> HttpResponse:
        row = self.begin(pk)
        form = self.form_class(request.POST, instance=row, actor=request.user)
        lines = self.lines(row, request.POST)
        good = form.is_valid()
        if not (lines is None or lines.is_valid()) or not good:
            return self.page(row, form, lines)
        try:
            kept = self.save(form, lines)
        except DomainError as refusal:
            refused(form, refusal)
            return self.page(row, form, lines)
        messages.success(request, _("%(row)s is saved.") % {"row": kept})
        return redirect(self.target(kept))

    def begin(self, pk: int | None) -> Any:
        """The row under the hand, with the right to write it."""
        self.require("add" if pk is None else "change")
        return self.model() if pk is None else self.find(pk)

    def first(self, row: Any) -> dict[str, Any]:
        """What a new form begins with."""
        return {}

    def lines(self, row: Any, data: Any) -> Any:
        if self.lines_class is None:
            return None
        return self.lines_class(data, prefix="lines", actor=self.request.user, document=row)

    def save(self, form: Any, lines: Any) -> Any:
        """Write the record through its service; returns it. Raises DomainError."""
        raise NotImplementedError

    def target(self, row: Any) -> str:
        """Where the person goes afterwards."""
        return reverse(self.list_name)

    def page(self, row: Any, form: Any, lines: Any) -> HttpResponse:
        context = {
            "title": str(row) if row.pk else self.new_title,
            "form": form,
            "formset": lines,
            "cancel_url": self.target(row) if row.pk else reverse(self.list_name),
            "list_url": reverse(self.list_name),
            "list_title": self.list_title,
            "lead": self.lead,
        }
        return render(self.request, "generic/form.html", context)
