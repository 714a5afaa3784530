"""框架协议: list, form, page and paper."""

from typing import Any

import django_filters
from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.documents.lifecycle import Status
from core.views.document_form import DocumentFormView
from core.views.documents import (
    AMOUNT,
    MAKER,
    NUMBER,
    STATUS,
    WAITS_FOR,
    DocumentDetailView,
    DocumentListView,
)
from core.views.filters import DocumentFilter
from core.views.links import link, link_to
from core.views.printing import DocumentPrintView
from core.views.screens import Screens, register_screens
from core.views.tables import Column
from procurement.forms.frameworks import FrameworkForm, FrameworkLines
from procurement.models import FrameworkAgreement, PurchaseOrder
from procurement.services.frameworks import REMIND_DAYS

from . import columns as c

TITLE = gettext_lazy("Framework agreements")
AGREED = Column("unit_price", gettext_lazy("Agreed price"), "price")
MOST = Column("quantity", gettext_lazy("At most"), "quantity")
CALLED = Column("called_quantity", gettext_lazy("Called off"), "quantity")
LEFT = Column("left", gettext_lazy("Left"), "quantity", lambda line: line.quantity - line.called_quantity)


def validity(document: Any) -> tuple[str, Any] | str:
    """(stored value, word): not begun, in force, ends soon or over; "" for one that is not approved."""
    if document.status != Status.APPROVED:
        return ""
    today = clock.today()
    if document.valid_until < today:
        return ("closed", _("over"))
    if document.valid_from > today:
        return ("none", _("not begun"))
    days = (document.valid_until - today).days
    return ("overdue", _("%(days)d days left") % {"days": days}) if days <= REMIND_DAYS else ("active", _("in force"))


class FrameworkFilter(DocumentFilter):
    in_force = django_filters.BooleanFilter(
        label=gettext_lazy("Only what is in force"),
        method="only_in_force",
        widget=forms.CheckboxInput,
    )

    def only_in_force(self, rows: Any, name: str, value: bool) -> Any:
        today = clock.today()
        kept = rows.filter(status=Status.APPROVED, valid_from__lte=today, valid_until__gte=today)
        return kept if value else rows


class FrameworkList(DocumentListView):
    model = FrameworkAgreement
    title = TITLE
    columns = (
        NUMBER,
        Column("title", gettext_lazy("Title"), sort=("title",)),
        Column("supplier", gettext_lazy("Supplier"), sort=("supplier__name",)),
        STATUS,
        Column("validity", gettext_lazy("Validity"), "status", validity),
        Column("valid_from", gettext_lazy("Valid from"), "day", sort=("valid_from",)),
        Column("valid_until", gettext_lazy("Valid until"), "day", sort=("valid_until",)),
        AMOUNT,
        MAKER,
        WAITS_FOR,
    )
    search_fields = ("number", "title", "supplier__name", "lines__item__name", "lines__name")
    search_placeholder = gettext_lazy("Number, supplier or item")
    filterset_class = FrameworkFilter
    related = ("department", "created_by", "supplier")
    create_label = gettext_lazy("New agreement")
    empty_text = gettext_lazy("There is no framework agreement yet.")

    def found(self) -> Any:
        return super().found().distinct()

    def card(self, row: Any) -> dict[str, Any]:
        card = super().card(row)
        card["title"] = row.title
        card["status"] = validity(row) or card["status"]
        card["meta"] = f"{row.number or _('Draft')} · {row.supplier} · {row.valid_until:%Y-%m-%d}"
        return card


def framework_facts(document: Any) -> list[tuple[Any, Any]]:
    return [
        (_("Title"), document.title),
        (_("Supplier"), document.supplier),
        (_("Basis"), document.basis),
        (_("Sourcing"), document.sourcing),
        (_("Valid from"), f"{document.valid_from:%Y-%m-%d}"),
        (_("Valid until"), f"{document.valid_until:%Y-%m-%d}"),
    ]


class FrameworkDetail(DocumentDetailView):
    model = FrameworkAgreement
    related = ("organization", "department", "created_by", "supplier", "sourcing")
    list_title = TITLE
    line_related = c.WANTED_RELATED
    line_columns = (c.CODE, c.THING, c.SPECIFICATION, c.UNIT, AGREED, MOST, CALLED, LEFT, c.LINE_AMOUNT)

    def stands(self) -> bool:
        return any(line.called_quantity for line in self.document.lines.all())

    def second_status(self) -> tuple[str, str] | None:
        return validity(self.document) or None  # type: ignore[return-value]

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        facts = dict(framework_facts(document))
        page = reverse("supplier_page", args=(document.supplier_id,))
        facts[_("Supplier")] = link_to(document.supplier, page)
        if document.sourcing:
            facts[_("Sourcing")] = link(document.sourcing)
        orders = PurchaseOrder.objects.visible_to(self.request.user).filter(framework=document).order_by("pk")
        shown = [(_("Purchase order"), link(order)) for order in orders[:20]]
        return [*facts.items(), *super().facts(), *shown]


class FrameworkFormView(DocumentFormView):
    model = FrameworkAgreement
    form_class = FrameworkForm
    formset_class = FrameworkLines
    title_new = gettext_lazy("New agreement")
    list_title = TITLE


class FrameworkPaper(DocumentPrintView):
    model = FrameworkAgreement
    related = FrameworkDetail.related
    line_related = c.WANTED_RELATED
    columns = (c.CODE, c.THING, c.SPECIFICATION, c.UNIT, AGREED, MOST, c.LINE_AMOUNT)

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return framework_facts(document)


register_screens(
    Screens(
        FrameworkAgreement,
        related=("department", "created_by", "supplier", "sourcing"),
        prefetch=("lines__item",),
        purpose=lambda document: f"{document.supplier} · {document.title}",
        preview=lambda document: c.preview(list(document.lines.all())),
        facts=framework_facts,
        approval_columns=(c.THING, c.SPECIFICATION, c.UNIT, AGREED, MOST, c.LINE_AMOUNT),
        line_related=c.WANTED_RELATED,
    )
)
