"""报损单: goods that are written off."""

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.parsing import parse_key
from core.views.documents import DocumentDetailView, DocumentListView
from core.views.printing import DocumentPrintView
from core.views.screens import Screens, register_screens
from core.views.tables import Column
from inventory import selectors
from inventory.forms.write_offs import WriteOffForm, WriteOffLines
from inventory.models import StockReturn, WriteOff
from inventory.services import write_offs

from . import columns as c
from . import papers
from .columns import preview
from .following import COSTED
from .movement_papers import COST, LOT
from .old_pieces import LINES, RELATED, PrefilledFormView
from .overview import LAST_PRICE, ON_HAND, add_stock

TITLE = gettext_lazy("Write-offs")
CAUSE = Column(
    "cause", gettext_lazy("Cause of the loss"), value=lambda document: document.get_cause_display(), sort=("cause",)
)
SALVAGE = Column("salvage", gettext_lazy("Salvage value"), "money", total=True)


class WriteOffList(DocumentListView):
    model = WriteOff
    title = TITLE
    columns = (
        c.NUMBER,
        c.STATUS,
        CAUSE,
        Column("explanation", gettext_lazy("What happened")),
        Column("responsible", gettext_lazy("Responsible person"), sort=("responsible__name",)),
        c.WAREHOUSE,
        c.DAY,
        c.AMOUNT,
        Column("compensation", gettext_lazy("Compensation"), "money"),
        c.MAKER,
        c.WAITS_FOR,
    )
    search_fields = ("number", "explanation", "responsible__name", "authority_reference")
    search_placeholder = gettext_lazy("Number, what happened or person")
    filterset_class = c.StockFilter
    related = ("department", "created_by", "warehouse", "responsible")
    create_label = gettext_lazy("Write goods off")
    empty_text = gettext_lazy("Nothing was written off yet.")

    def card(self, row: Any) -> dict[str, Any]:
        card = super().card(row)
        card["meta"] = f"{row.get_cause_display()} · {row.explanation} · {row.business_date:%m-%d}"
        return card

    def extra_context(self) -> dict[str, Any]:
        context = super().extra_context()
        if context["create_url"]:
            url = f"{reverse('writeoff_new')}?prefill=expired"
            context["actions"] = [{"label": _("Write off what has expired"), "url": url, "icon": "hourglass"}]
        return context


def facts_of(document: Any) -> list[tuple[Any, Any]]:
    """What an approver has to know besides the lines."""
    return [
        (_("Cause of the loss"), document.get_cause_display()),
        (_("What happened"), document.explanation),
        (_("Responsible person"), document.responsible),
        (_("Treatment"), document.treatment),
        (_("Compensation (yuan)"), document.compensation or ""),
        (_("Approval of the authority"), document.authority_reference),
    ]


class WriteOffDetail(DocumentDetailView):
    model = WriteOff
    related = ("organization", "department", "created_by", "warehouse", "responsible")
    list_title = TITLE
    line_related = ("item__unit", "unit", "lot")
    line_columns = (*COSTED, SALVAGE)

    def facts(self) -> list[tuple[Any, Any]]:
        return [*facts_of(self.document), (_("Warehouse"), self.document.warehouse), *super().facts()[1:]]

    def amount(self) -> Any:
        """As posted; before that at today's average."""
        return write_offs.amount(self.document)


class WriteOffFormView(PrefilledFormView):
    """`?prefill=expired` fills in everything that has expired in the store, `?prefill=damaged&return=7` what came back
    broken with a return."""

    model = WriteOff
    form_class = WriteOffForm
    formset_class = WriteOffLines
    title_new = gettext_lazy("Write goods off")
    list_title = TITLE

    def initial(self, source: Any) -> dict[str, Any]:
        words: dict[str, Any] = {} if self.document.pk else {"cause": WriteOff.Cause.EXPIRED}
        if back := self._return():
            words = {
                "cause": WriteOff.Cause.BROKEN,
                "explanation": _("Came back damaged with %(paper)s") % {"paper": back},
            }
        elif "prefill" in self.request.GET:
            words["explanation"] = _("Found expired in the store")
        return {**super().initial(source), **words}

    def _return(self) -> Any:
        """The return named in the address, if this person may see it."""
        key = parse_key(self.request.GET.get("return", ""))
        return StockReturn.objects.visible_to(self.request.user).filter(pk=key).first() if key else None

    def store(self) -> Any:
        back = self._return()
        kept = selectors.kept_warehouses(self.request.user)
        return (kept.filter(pk=back.warehouse_id).first() if back else None) or super().store()

    def rows(self, warehouse: Any) -> list[dict[str, Any]]:
        rows = self._damaged(warehouse) if self._return() else self._expired(warehouse)
        if not rows:
            messages.info(self.request, _("There is nothing to fill in; enter the lines yourself."))
        return rows

    def _damaged(self, warehouse: Any) -> list[dict[str, Any]]:
        lines = self._return().lines.filter(intact=False, document__warehouse=warehouse).select_related("item", "lot")
        return [
            {
                "item": line.item_id,
                "unit": line.item.unit_id,
                "quantity": line.stock_quantity,
                "lot_number": line.lot.number if line.lot else "",
                "salvage": 0,
            }
            for line in lines.order_by("position", "id")
        ]

    def _expired(self, warehouse: Any) -> list[dict[str, Any]]:
        return [
            {
                "item": row.item_id,
                "unit": row.item.unit_id,
                "quantity": row.quantity,
                "lot_number": row.lot.number,
                "salvage": 0,
            }
            for row in write_offs.expired_stock(warehouse)
        ]


class WriteOffPaper(DocumentPrintView):
    model = WriteOff
    related = (*DocumentPrintView.related, "responsible")
    line_related = ("item__unit", "unit", "lot")
    columns = papers.sized(
        *((papers.CODE, 11), (papers.ITEM, 15), (papers.SPECIFICATION, 11), (papers.UNIT, 6), (papers.QUANTITY, 8)),
        *((COST, 10), (papers.AMOUNT, 12), (LOT, 12)),
        (Column("salvage", gettext_lazy("Salvage value"), "money"), 10),
    )

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            (_("Warehouse"), document.warehouse),
            (_("Date"), f"{document.business_date:%Y-%m-%d}"),
            *((label, value) for label, value in facts_of(document) if value),
        ]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            *super().places(document),
            (_("Responsible person"), document.responsible),
            (_("Keeper"), ""),
            (_("Booked by"), ""),
        ]


register_screens(
    Screens(
        WriteOff,
        related=(*RELATED, "responsible"),
        prefetch=LINES,
        purpose=lambda document: f"{document.get_cause_display()} · {document.explanation}",
        preview=lambda document: preview(list(document.lines.all())),
        facts=facts_of,
        approval_columns=(c.CODE, c.ITEM, c.SPECIFICATION, c.QUANTITY, c.UNIT, ON_HAND, LAST_PRICE, SALVAGE),
        line_related=("item__unit", "unit"),
        prepare=add_stock,
    )
)
