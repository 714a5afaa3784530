"""My page, and the search boxes for departments, suppliers and people."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import PasswordChangeView
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core import clock
from core.documents.models import Delegation
from core.search import matching
from core.views.links import address_or_none
from core.views.pickers import PickerView
from core.views.search import LIMIT, register_finder
from core.views.signed_in import SignedInMixin, SignedInRequest

from .forms import DelegationForm
from .models import Department, Supplier, User


class DepartmentSearch(PickerView):
    def rows(self) -> QuerySet:
        user = self.request.user
        return Department.objects.visible_to(user).filter(active=True, organization_id=user.organization_id)


class SupplierSearch(PickerView):
    fields = ("code", "name", "credit_code")
    initials = "initials"

    def rows(self) -> QuerySet:
        return Supplier.objects.visible_to(self.request.user).filter(active=True)

    def record(self, row: Any) -> dict[str, Any]:
        blocked = "" if row.is_usable else _("on the black list")
        return {**super().record(row), "detail": " · ".join(part for part in (row.contact, blocked) if part)}


class PersonSearch(PickerView):
    """Colleagues of one's own organization, by name and department only; numbers for those who may see people."""

    fields = ("name", "department__name")
    code = "employee_number"
    with_self = False

    def rows(self) -> QuerySet:
        user = self.request.user
        people = User.objects.filter(organization_id=user.organization_id, is_active=True)
        people = people if self.with_self else people.exclude(pk=user.pk)
        people = people.exclude(active_until__lte=clock.today())
        return people.select_related("department").order_by("name", "pk")

    def record(self, row: Any) -> dict[str, Any]:
        number = row.employee_number if self.request.user.has_perm("directory.view_user") else ""
        detail = " · ".join(str(part) for part in (row.department, row.job_title) if part)
        return {"id": row.pk, "code": number, "name": row.name, "detail": detail}


class ProfileView(SignedInMixin, View):
    """Who I am, what I may do, who signs for me; POST gives a substitute."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        return self._page(DelegationForm(person=request.user, initial={"from_date": clock.today()}))

    def post(self, request: SignedInRequest) -> HttpResponse:
        form = DelegationForm(request.POST, person=request.user)
        if not form.is_valid():
            return self._page(form)
        row = form.save()
        words = {"person": row.substitute, "from": row.from_date, "to": row.to_date}
        messages.success(request, _("%(person)s signs for you from %(from)s to %(to)s.") % words)
        return redirect("profile")

    def _page(self, form: DelegationForm) -> HttpResponse:
        user, today = self.request.user, clock.today()
        given = Delegation.objects.filter(principal=user, to_date__gte=today).select_related("substitute")
        taken = Delegation.objects.filter(substitute=user, to_date__gte=today).select_related("principal")
        context = {
            "title": _("My page"),
            "person": user,
            "roles": user.roles,
            "given": [self._row(row) for row in given.prefetch_related("kinds")],
            "taken": [self._row(row) for row in taken.prefetch_related("kinds")],
            "form": form,
        }
        return render(self.request, "directory/profile.html", context)

    def _row(self, row: Delegation) -> dict[str, Any]:
        models: list[Any] = [kind.model_class() for kind in row.kinds.all()]
        kinds = [str(model._meta.verbose_name) for model in models]
        return {
            "row": row,
            "kinds": _(", ").join(kinds) or _("all kinds"),
            "running": row.from_date <= clock.today(),
        }


class DelegationEndView(SignedInMixin, View):
    """Takes back a substitution that was given: one not begun is removed, a running one ends yesterday."""

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        row = Delegation.objects.filter(principal=request.user, pk=pk).first()
        if row is None:
            raise Http404
        yesterday = clock.today() - dt.timedelta(days=1)
        if row.from_date > yesterday:
            row.delete()
        else:
            row.to_date = min(row.to_date, yesterday)
            row.save(update_fields=["to_date"])
        messages.success(request, _("%(person)s no longer signs for you.") % {"person": row.substitute})
        return redirect("profile")


class OwnPasswordView(PasswordChangeView):
    """Change my password; whoever had to change it is free afterwards."""

    success_url = reverse_lazy("profile")

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        User.objects.filter(pk=self.request.user.pk).update(must_change_password=False)
        messages.success(self.request, _("The password was changed."))
        return response


def found_people(user: Any, text: str) -> list[dict[str, Any]]:
    """People this person may see."""
    rows = matching(User.objects.visible_to(user), text, fields=("name", "employee_number"), initials="")
    may_open = user.is_staff and user.has_perm("directory.view_user")
    return [
        {
            "title": row.name,
            "url": address_or_none("admin:directory_user_change", row.pk) if may_open else None,
            "detail": " · ".join(str(part) for part in (row.department, row.job_title) if part),
            "status": None if row.is_active and not row.has_left else ("stopped", _("left")),
        }
        for row in rows.select_related("department").order_by("name")[:LIMIT]
    ]


def found_suppliers(user: Any, text: str) -> list[dict[str, Any]]:
    """Suppliers this person may see."""
    rows = matching(Supplier.objects.visible_to(user), text, fields=("code", "name"))
    return [
        {
            "title": row.name,
            "url": address_or_none("supplier_page", row.pk),
            "detail": row.code,
            "status": None if row.is_usable else ("stopped", _("stopped")),
        }
        for row in rows.order_by("code")[:LIMIT]
    ]


register_finder(gettext_lazy("People"), found_people)
register_finder(gettext_lazy("Suppliers"), found_suppliers)
