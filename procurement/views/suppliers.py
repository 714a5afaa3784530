"""Suppliers as buyers need them: licences, what they serve, what they delivered, their marks, the black list."""

from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core import clock
from core.admin_base import masked
from core.documents.lifecycle import Status
from core.errors import DomainError
from core.parsing import parse_key
from core.templatetags.display import mask_phone
from core.views.links import address_or_none
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.views.tables import Column, TableView
from directory.models import Supplier
from directory.services import bank_changes
from directory.services.suppliers import blacklist, forgive
from procurement import supplier_selectors
from procurement.forms.suppliers import BlacklistForm, MarkForm, ServedForm
from procurement.models import (
    FrameworkAgreement,
    PurchaseOrder,
    Sourcing,
    SupplierEvaluation,
    SupplierField,
)
from procurement.services.evaluations import mark_service, overall

TITLE = gettext_lazy("Suppliers")
NEWEST = 15


def standing(supplier: Supplier) -> tuple[str, Any]:
    """(stored value, word): usable, stopped or on the black list."""
    if not supplier.active:
        return ("stopped", _("stopped"))
    if not supplier.is_usable:
        return ("stopped", _("on the black list until %(day)s") % {"day": supplier.blacklisted_until})
    return ("active", _("usable"))


class SupplierFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        choices=(
            ("usable", gettext_lazy("usable")),
            ("black", gettext_lazy("on the black list")),
            ("stopped", gettext_lazy("stopped")),
        ),
        empty_label=gettext_lazy("All"),
        method="by_state",
    )
    category = django_filters.CharFilter(label=gettext_lazy("Serves category (code)"), method="by_category")

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        if value == "stopped":
            return rows.filter(active=False)
        black = Q(blacklisted_until__gte=clock.today())
        return rows.filter(black) if value == "black" else rows.filter(active=True).exclude(black)

    def by_category(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(fields__category__code__startswith=value.strip().upper()).distinct()


class SupplierList(TableView):
    model = Supplier
    title = TITLE
    permission = "directory.view_supplier"
    columns = (
        Column("code", gettext_lazy("Code"), "code", sort=("code",)),
        Column("name", gettext_lazy("Supplier"), sort=("name",)),
        Column("state", gettext_lazy("State"), "status", standing),
        Column("serves", gettext_lazy("Serves")),
        Column("licences_end", gettext_lazy("Next licence ends"), "day"),
        Column("mark", gettext_lazy("Mark"), "integer"),
        Column("contact", gettext_lazy("Contact")),
        Column("phone", gettext_lazy("Phone"), value=lambda row: mask_phone(row.phone)),
    )
    search_fields = ("code", "name", "credit_code")
    search_initials = "initials"
    search_placeholder = gettext_lazy("Code, name or credit code")
    filterset_class = SupplierFilter
    ordering = ("code",)
    empty_text = gettext_lazy("No supplier was entered yet.")

    def prepare(self, rows: list[Any]) -> None:
        serves = supplier_selectors.categories_served(rows)
        ends = supplier_selectors.next_ends(rows)
        marks = supplier_selectors.latest_marks(rows, self.request.user)
        for row in rows:
            row.serves = _(", ").join(serves.get(row.pk, ()))
            row.licences_end = ends.get(row.pk)
            row.mark = overall(marks[row.pk]) if row.pk in marks else None

    def url_of(self, row: Any) -> str:
        return reverse("supplier_page", args=(row.pk,))

    def card(self, row: Any) -> dict[str, Any]:
        return {"title": row.name, "status": standing(row), "meta": f"{row.code} · {row.serves}".strip(" ·")}

    def extra_context(self) -> dict[str, Any]:
        user = self.request.user
        add = address_or_none("admin:directory_supplier_add")
        may_add = user.is_staff and user.has_perm("directory.add_supplier")
        return {
            "export_url": f"{reverse('supplier_export')}?{self.request.GET.urlencode()}",
            "create_url": add if may_add else None,
            "create_label": _("New supplier"),
        }


class SupplierExport(SignedInMixin, View):
    def get(self, request: SignedInRequest) -> Any:
        view = SupplierList()
        view.setup(request)
        return view.workbook()


class SupplierMixin(SignedInMixin):
    def find(self, pk: int) -> Supplier:
        row = Supplier.objects.visible_to(self.request.user).filter(pk=pk).first()
        if row is None:
            raise Http404
        return row

    def demand(self, permission: str) -> None:
        if not self.request.user.has_perm(permission):
            raise PermissionDenied


class SupplierPage(SupplierMixin, View):
    """Everything about one supplier that this person may see."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        supplier, user = self.find(pk), request.user
        may_blacklist = user.has_perm("directory.blacklist_supplier")
        context = {
            "title": supplier.name,
            "supplier": supplier,
            "state": standing(supplier),
            "list_url": reverse("supplier_list"),
            "facts": self._facts(supplier),
            "licences": supplier_selectors.licences_of(supplier),
            "served": SupplierField.objects.filter(supplier=supplier).select_related("category").order_by("category"),
            "serve_form": ServedForm() if user.has_perm("procurement.add_supplierfield") else None,
            "may_unserve": user.has_perm("procurement.delete_supplierfield"),
            "marks": self._marks(supplier),
            "mark_url": reverse("supplier_mark", args=(pk,))
            if user.has_perm("procurement.change_supplierevaluation")
            else None,
            "blacklist_url": reverse("supplier_blacklist", args=(pk,)) if may_blacklist else None,
            "bank_url": reverse("bank_change_ask", args=(pk,))
            if user.has_perm("directory.add_supplierbankchange")
            else None,
            "open_change": bank_changes.open_change(supplier)
            if user.has_perm("directory.view_supplierbankchange")
            else None,
            "office_url": address_or_none("admin:directory_supplier_change", pk) if user.is_staff else None,
            "papers": self._papers(supplier),
        }
        return render(request, "procurement/supplier.html", context)

    def _facts(self, supplier: Supplier) -> list[tuple[Any, Any]]:
        found = [
            (_("Code"), supplier.code),
            (_("Unified social credit code"), supplier.credit_code),
            (_("Legal person"), supplier.legal_person),
            (_("Controlling owner"), supplier.controlling_owner),
            (_("Contact"), supplier.contact),
            (_("Phone"), mask_phone(supplier.phone)),
            (_("Address"), supplier.address),
            (_("Bank"), supplier.bank),
            (_("Bank account"), masked(supplier.bank_account)),
            (_("Black list until"), supplier.blacklisted_until),
            (_("Why on the black list"), supplier.blacklist_reason),
            (_("Note"), supplier.note),
        ]
        return [(label, value) for label, value in found if value not in (None, "")]

    def _marks(self, supplier: Supplier) -> list[tuple[SupplierEvaluation, int | None]]:
        rows = SupplierEvaluation.objects.visible_to(self.request.user).filter(supplier=supplier)
        return [(row, overall(row)) for row in rows.order_by("-year")[:5]]

    def _papers(self, supplier: Supplier) -> list[dict[str, Any]]:
        """Orders, awards, agreements and rejections, newest first; each only where its kind may be seen."""
        user = self.request.user
        awards = Sourcing.objects.filter(lines__awarded__quotation__supplier=supplier, status=Status.APPROVED)
        kinds = (
            (_("Purchase orders"), PurchaseOrder.objects.filter(supplier=supplier), "purchaseorder_detail"),
            (_("Awards"), awards.distinct(), "sourcing_detail"),
            (
                _("Framework agreements"),
                FrameworkAgreement.objects.filter(supplier=supplier),
                "frameworkagreement_detail",
            ),
        )
        found = []
        for label, rows, name in kinds:
            seen = rows.visible_to(user).order_by("-business_date", "-pk")[:NEWEST]
            papers = [(row, address_or_none(name, row.pk)) for row in seen]
            if papers:
                found.append({"label": label, "papers": papers})
        return found


class SupplierAct(SupplierMixin, View):
    """A small form about a supplier, drawn by the general template."""

    form_class: Any
    permission = ""
    title: Any = ""
    save_label: Any = gettext_lazy("Save")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        self.demand(self.permission)
        return self._page(self.find(pk), self.form_class(initial=self.initial(self.find(pk))))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        self.demand(self.permission)
        supplier, form = self.find(pk), self.form_class(request.POST)
        if form.is_valid():
            try:
                sentence = self.act(supplier, form.cleaned_data)
            except DomainError as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            else:
                messages.success(request, sentence)
                return redirect("supplier_page", supplier.pk)
        return self._page(supplier, form)

    def initial(self, supplier: Supplier) -> dict[str, Any]:
        return {}

    def act(self, supplier: Supplier, data: dict[str, Any]) -> str:
        raise NotImplementedError

    def _page(self, supplier: Supplier, form: Any) -> HttpResponse:
        page = reverse("supplier_page", args=(supplier.pk,))
        context = {
            "title": self.title,
            "form": form,
            "cancel_url": page,
            "list_url": page,
            "list_title": supplier.name,
            "save_label": self.save_label,
        }
        return render(self.request, "generic/form.html", context, status=409 if form.errors else 200)


class BlacklistView(SupplierAct):
    form_class = BlacklistForm
    permission = "directory.blacklist_supplier"
    title = gettext_lazy("Black list")

    def initial(self, supplier: Supplier) -> dict[str, Any]:
        return {"blacklisted_until": supplier.blacklisted_until}

    def act(self, supplier: Supplier, data: dict[str, Any]) -> str:
        until, reason, actor = data["blacklisted_until"], data["blacklist_reason"], self.request.user
        if until is None:
            forgive(supplier, reason=reason, actor=actor)
            return _("%(supplier)s is off the black list.") % {"supplier": supplier}
        blacklist(supplier, until=until, reason=reason, actor=actor)
        return _("%(supplier)s is on the black list until %(day)s.") % {"supplier": supplier, "day": until}


class MarkView(SupplierAct):
    form_class = MarkForm
    permission = "procurement.change_supplierevaluation"
    title = gettext_lazy("Mark the service")

    def initial(self, supplier: Supplier) -> dict[str, Any]:
        return {"year": clock.today().year}

    def act(self, supplier: Supplier, data: dict[str, Any]) -> str:
        mark_service(supplier, data["year"], service=data["service"], note=data["note"], actor=self.request.user)
        return _("The mark was kept.")


class ServeView(SupplierMixin, View):
    """POST category: what the supplier serves; with `remove` it does so no longer."""

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        supplier = self.find(pk)
        removing = request.POST.get("remove", "")
        self.demand(f"procurement.{'delete' if removing else 'add'}_supplierfield")
        if removing:
            SupplierField.objects.filter(supplier=supplier, pk=parse_key(removing)).delete()
        else:
            form = ServedForm(request.POST)
            if form.is_valid():
                SupplierField.objects.get_or_create(supplier=supplier, category=form.cleaned_data["category"])
            else:
                messages.error(request, _("Choose a purchase category from the list."))
        return redirect("supplier_page", pk)
