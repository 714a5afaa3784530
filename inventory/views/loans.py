"""借用单 and 归还单: tools that are lent, and where they are."""

from collections.abc import Iterator
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.documents.lifecycle import Status
from core.views.documents import DocumentListView, url_of
from core.views.printing import DocumentPrintView
from core.views.screens import Screens, register_screens
from core.views.tables import Column
from core.views.workbench import Number, register_numbers
from inventory import loan_selectors
from inventory.forms.loans import LoanLines, LoanReturnForm, LoanReturnLines, ToolLoanForm
from inventory.models import LoanReturn, ToolLoan
from inventory.services import loans

from . import columns as c
from . import papers
from .columns import preview
from .following import ANY_GOODS, GOODS, ChooseEarlier, FollowedDetailView, FollowingFormView, call_to
from .movement_papers import COST, STATE
from .old_pieces import LINES, RELATED
from .overview import LAST_PRICE, ON_HAND, add_stock
from .receipts import KeeperFormView

LOANS, RETURNS = gettext_lazy("Tool loans"), gettext_lazy("Tool returns")
OUT, OVERDUE, BACK = "out", "overdue", "returned"
DUE = Column("due_on", gettext_lazy("To be returned by"), "day", sort=("due_on",))
BORROWER = Column("borrower", gettext_lazy("Borrower"), sort=("borrower__name",))
SERIAL = Column("serial", gettext_lazy("Number on the tool"), "code")
LOST = Column("lost_quantity", gettext_lazy("Lost"), "quantity", lambda line: line.lost_quantity or None)


def whereabouts(document: Any) -> tuple[str, Any] | None:
    """(stored value, word): out, overdue or back; None for a loan that is not posted."""
    if document.status != Status.POSTED:
        return None
    if document.settled:
        return ("complete", _("returned"))
    days = (clock.today() - document.due_on).days
    return ("overdue", _("%(days)d days overdue") % {"days": days}) if days > 0 else ("partial", _("on loan"))


class LoanFilter(c.StockFilter):
    where = django_filters.ChoiceFilter(
        label=gettext_lazy("Where the tools are"),
        choices=((OUT, gettext_lazy("on loan")), (OVERDUE, gettext_lazy("overdue")), (BACK, gettext_lazy("returned"))),
        empty_label=gettext_lazy("All"),
        method="by_place",
    )

    def by_place(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        posted = rows.filter(status=Status.POSTED)
        if value == BACK:
            return posted.filter(settled=True)
        out = posted.filter(settled=False)
        return out.filter(due_on__lt=clock.today()) if value == OVERDUE else out


class ToolLoanList(DocumentListView):
    model = ToolLoan
    title = LOANS
    columns = (
        c.NUMBER,
        c.STATUS,
        Column("where", gettext_lazy("Where the tools are"), "status", whereabouts),
        BORROWER,
        c.DEPARTMENT,
        c.PURPOSE,
        DUE,
        c.WAREHOUSE,
        c.DAY,
        c.AMOUNT,
        c.WAITS_FOR,
    )
    search_fields = ("number", "purpose", "borrower__name", "department__name", "lines__serial", *ANY_GOODS)
    search_placeholder = gettext_lazy("Number, person or tool")
    filterset_class = LoanFilter
    related = ("department", "created_by", "warehouse", "borrower")
    create_label = gettext_lazy("Lend tools")
    empty_text = gettext_lazy("No tools were lent yet.")

    def found(self) -> QuerySet:
        return super().found().distinct()

    def card(self, row: Any) -> dict[str, Any]:
        card = super().card(row)
        card["title"] = str(row.borrower)
        card["status"] = whereabouts(row) or card["status"]
        card["meta"] = f"{row.number or _('Draft')} · {row.purpose} · {row.due_on:%m-%d}"
        return card

    def extra_context(self) -> dict[str, Any]:
        context = super().extra_context()
        late = {"label": _("Overdue tools"), "url": f"{reverse('toolloan_list')}?where={OVERDUE}", "icon": "hourglass"}
        context["actions"] = [late]
        return context


class ToolLoanDetail(FollowedDetailView):
    model = ToolLoan
    related = ("organization", "department", "created_by", "warehouse", "borrower")
    list_title = LOANS
    line_related = ("item__unit", "unit", "lot")
    line_columns = (
        c.CODE,
        c.ITEM,
        c.SPECIFICATION,
        SERIAL,
        c.QUANTITY,
        c.UNIT,
        c.LINE_AMOUNT,
        Column("returned_quantity", gettext_lazy("Returned"), "quantity", lambda line: line.returned_quantity or None),
        LOST,
    )

    def calls(self) -> list[dict[str, Any]]:
        sources = loan_selectors.loans_to_take_back(self.request.user)
        return call_to(self, LoanReturn, "loan", sources, _("Take tools back"), "arrow-back-up")

    def second_status(self) -> tuple[str, str] | None:
        return whereabouts(self.document)

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        return [
            (_("Borrower"), document.borrower),
            (_("Department"), document.department),
            (_("Purpose"), document.purpose),
            (_("To be returned by"), f"{document.due_on:%Y-%m-%d}"),
            (_("Warehouse"), document.warehouse),
            *super().facts()[1:],
            *self.followers(LoanReturn, "loan"),
        ]


class ToolLoanFormView(KeeperFormView):
    model = ToolLoan
    form_class = ToolLoanForm
    formset_class = LoanLines
    title_new = gettext_lazy("Lend tools")
    list_title = LOANS


class LoanReturnList(DocumentListView):
    model = LoanReturn
    title = RETURNS
    columns = (
        c.NUMBER,
        c.STATUS,
        Column("loan", gettext_lazy("Tool loan"), "code", sort=("loan__number",)),
        Column("borrower", gettext_lazy("Borrower"), value="loan.borrower", sort=("loan__borrower__name",)),
        c.DEPARTMENT,
        c.WAREHOUSE,
        c.DAY,
        c.AMOUNT,
        Column("compensation", gettext_lazy("Compensation"), "money"),
        Column("explanation", gettext_lazy("What happened")),
        c.WAITS_FOR,
    )
    search_fields = ("number", "loan__number", "loan__borrower__name")
    search_placeholder = gettext_lazy("Number, loan or person")
    filterset_class = c.StockFilter
    related = ("department", "created_by", "warehouse", "loan__borrower")
    create_label = gettext_lazy("Take tools back")
    empty_text = gettext_lazy("No tools came back yet.")


class LoanReturnDetail(FollowedDetailView):
    model = LoanReturn
    related = ("organization", "department", "created_by", "warehouse", "loan__borrower")
    list_title = RETURNS
    line_related = ("item__unit", "unit")
    line_columns = (c.CODE, c.ITEM, c.SPECIFICATION, c.QUANTITY, LOST, c.UNIT, c.LINE_AMOUNT)

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        return [
            (_("Tool loan"), {"value": document.loan.number, "url": url_of(document.loan)}),
            (_("Borrower"), document.loan.borrower),
            (_("What happened"), document.explanation),
            (_("Compensation (yuan)"), document.compensation or ""),
            (_("Warehouse"), document.warehouse),
            *super().facts(),
        ]

    def line_row(self, line: Any) -> dict[str, Any]:
        row = super().line_row(line)
        if not line.intact:
            row["note"] = " · ".join(part for part in (_("Damaged"), line.note) if part)
        return row


class LoanReturnFormView(FollowingFormView):
    model = LoanReturn
    form_class = LoanReturnForm
    formset_class = LoanReturnLines
    name = "loan"
    post_at_once = True
    title_new = gettext_lazy("Take tools back")
    list_title = RETURNS

    def sources(self) -> QuerySet:
        return loan_selectors.loans_to_take_back(self.request.user)

    def extra_context(self) -> dict[str, Any]:
        context = super().extra_context()
        context["lead"] = f"{self.document.loan.borrower} · {context['lead']}"
        return context


class ChooseLoan(ChooseEarlier):
    """Tools that are out, those that are overdue first."""

    model = ToolLoan
    following = LoanReturn
    name = "loan"
    title = gettext_lazy("Which tools come back?")
    columns = (
        Column("number", gettext_lazy("Number"), "code", sort=("number",)),
        Column("where", gettext_lazy("Where the tools are"), "status", whereabouts),
        BORROWER,
        c.DEPARTMENT,
        GOODS,
        DUE,
    )
    ordering = ("due_on", "pk")
    related = ("department", "warehouse", "borrower")
    search_fields = ("number", "borrower__name", "department__name", "lines__serial", *ANY_GOODS)
    search_placeholder = gettext_lazy("Number, person or tool")
    empty_text = gettext_lazy("All tools are back.")

    def sources(self) -> QuerySet:
        return loan_selectors.loans_to_take_back(self.request.user)

    def totals(self, rows: Any) -> None:
        return None

    def card(self, row: Any) -> dict[str, Any]:
        return {**super().card(row), "title": str(row.borrower), "status": whereabouts(row)}


# ---- papers ----


class ToolLoanPaper(DocumentPrintView):
    model = ToolLoan
    related = (*DocumentPrintView.related, "borrower")
    columns = papers.sized(
        *((papers.CODE, 11), (papers.ITEM, 18), (papers.SPECIFICATION, 12)),
        (Column("serial", gettext_lazy("Number on the tool"), "code"), 14),
        *((papers.UNIT, 6), (papers.QUANTITY, 9), (COST, 11), (papers.AMOUNT, 14)),
    )

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            (_("Department"), document.department),
            (_("Warehouse"), document.warehouse),
            (_("Date"), f"{document.business_date:%Y-%m-%d}"),
            (_("To be returned by"), f"{document.due_on:%Y-%m-%d}"),
            (_("Purpose"), document.purpose),
        ]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        return [*super().places(document), (_("Keeper"), ""), (_("Borrower"), document.borrower)]


class LoanReturnPaper(DocumentPrintView):
    model = LoanReturn
    related = (*DocumentPrintView.related, "loan__borrower")
    columns = papers.sized(
        *((papers.CODE, 11), (papers.ITEM, 22), (papers.SPECIFICATION, 13), (papers.UNIT, 6)),
        (Column("quantity", gettext_lazy("Came back"), "quantity"), 10),
        (Column("lost_quantity", gettext_lazy("Lost"), "quantity"), 9),
        *((STATE, 10), (papers.AMOUNT, 14)),
    )

    def facts(self, document: Any) -> list[tuple[Any, Any]]:
        return [
            (_("Department"), document.department),
            (_("Warehouse"), document.warehouse),
            (_("Date"), f"{document.business_date:%Y-%m-%d}"),
            (_("Tool loan"), document.loan.number),
            (_("What happened"), document.explanation),
            (_("Compensation (yuan)"), document.compensation or ""),
        ]

    def places(self, document: Any) -> list[tuple[Any, Any]]:
        return [*super().places(document), (_("Returned by"), document.loan.borrower), (_("Keeper"), "")]


# ---- pages about everything ----


def _worth_lost(document: Any, lines: list[Any]) -> None:
    for line in lines:
        line.worth = loans.worth(line, line.stock_lost_quantity)


register_screens(
    Screens(
        ToolLoan,
        related=(*RELATED, "borrower"),
        prefetch=LINES,
        purpose=lambda document: f"{document.borrower} · {document.purpose}",
        preview=lambda document: preview(list(document.lines.all())),
        facts=lambda document: [
            (_("Borrower"), document.borrower),
            (_("To be returned by"), f"{document.due_on:%Y-%m-%d}"),
        ],
        approval_columns=(c.CODE, c.ITEM, c.SPECIFICATION, SERIAL, c.QUANTITY, c.UNIT, ON_HAND, LAST_PRICE),
        line_related=("item__unit", "unit"),
        prepare=add_stock,
    )
)
register_screens(
    Screens(
        LoanReturn,
        related=(*RELATED, "loan__borrower"),
        prefetch=LINES,
        purpose=lambda document: f"{document.loan.number} · {document.loan.borrower} {document.explanation}",
        preview=lambda document: preview(list(document.lines.all())),
        facts=lambda document: [
            (_("Borrower"), document.loan.borrower),
            (_("What happened"), document.explanation),
            (_("Compensation (yuan)"), document.compensation),
        ],
        approval_columns=(
            c.CODE,
            c.ITEM,
            c.SPECIFICATION,
            c.QUANTITY,
            LOST,
            c.UNIT,
            Column("worth", gettext_lazy("Worth of what is lost"), "money"),
        ),
        line_related=("item__unit", "unit", "loan_line"),
        prepare=_worth_lost,
    )
)


def loan_numbers(user: Any) -> Iterator[Number]:
    """Overdue tools: for the borrower and for the keepers of the store."""
    count = loan_selectors.overdue_for(user).count()
    if count:
        url = f"{reverse('toolloan_list')}?where={OVERDUE}" if user.has_perm("inventory.view_toolloan") else None
        yield Number(_("Overdue tools"), count, url, warns=True)


register_numbers(loan_numbers)
