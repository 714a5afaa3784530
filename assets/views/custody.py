"""资产移交单: list, page, form by kind."""

from collections.abc import Iterator
from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.forms.custody import CustodyForm, CustodyLines
from assets.models import MOVABLE, CustodyChange
from assets.services import custody
from core import clock
from core.documents.lifecycle import Status
from core.documents.routes import next_signature
from core.documents.services import permission_for
from core.parsing import parse_key, parse_keys
from core.views.document_form import DocumentFormView
from core.views.documents import (
    DAY,
    NUMBER,
    STATUS,
    WAITS_FOR,
    DocumentDetailView,
    DocumentListView,
)
from core.views.filters import DocumentFilter
from core.views.links import link
from core.views.screens import Screens, register_screens
from core.views.signed_in import SignedInRequest
from core.views.tables import Column
from core.views.workbench import Number, register_numbers

from .cards import CardList
from .columns import ASSET_NAME, ASSET_NUMBER, SPECIFICATION

Kind = CustodyChange.Kind
TITLE = gettext_lazy("Asset hand-overs")
OUT, OVERDUE, BACK = "out", "overdue", "returned"
MOST_PREFILLED = 200
HEAD = ("to_department", "to_user", "to_custodian", "to_place", "hander", "receiver", "person")
LINE_RELATED = ("asset__department", "asset__user", "asset__place", "place")
WAYS: tuple[tuple[str, Any, str], ...] = (
    (Kind.ISSUE, gettext_lazy("A person gets things that nobody uses."), "package-export"),
    (Kind.RETURN, gettext_lazy("A person gives back what he no longer uses."), "package-import"),
    (Kind.TRANSFER, gettext_lazy("Things go to another department when both have confirmed."), "switch-horizontal"),
    (Kind.USER, gettext_lazy("Somebody else of the department uses them."), "user-circle"),
    (Kind.LOAN, gettext_lazy("Things go out for a while and come back on a day."), "hourglass"),
)
"""The papers that are begun from an empty form; a loan comes back from its own page."""


def whereabouts(document: Any) -> tuple[str, Any] | None:
    """(stored value, word) of a loan that is under way: out, overdue or back; None for every other paper."""
    if not document.is_loan or document.status != Status.POSTED:
        return None
    if document.settled:
        return ("complete", _("returned"))
    days = (clock.today() - document.due_on).days if document.due_on else 0
    return ("overdue", _("%(days)d days overdue") % {"days": days}) if days > 0 else ("partial", _("on loan"))


def goes_to(document: Any) -> str:
    """Who gets the things, in a few words."""
    if document.borrower:
        return str(document.borrower)
    if document.kind == Kind.RETURN:
        return str(document.to_department or document.get_returned_as_display())
    parts = (document.to_department, document.to_user)
    return " · ".join(str(part) for part in parts if part) or str(document.department)


class CustodyFilter(DocumentFilter):
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=Kind.choices, empty_label=gettext_lazy("All kinds")
    )
    where = django_filters.ChoiceFilter(
        label=gettext_lazy("Lent things"),
        choices=((OUT, gettext_lazy("on loan")), (OVERDUE, gettext_lazy("overdue")), (BACK, gettext_lazy("returned"))),
        empty_label=gettext_lazy("All"),
        method="by_place",
    )

    def by_place(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        loans = rows.filter(kind=Kind.LOAN, status=Status.POSTED)
        if value == BACK:
            return loans.filter(settled=True)
        out = loans.filter(settled=False)
        return out.filter(due_on__lt=clock.today()) if value == OVERDUE else out


class CustodyList(DocumentListView):
    model = CustodyChange
    title = TITLE
    columns = (
        NUMBER,
        STATUS,
        Column("kind", gettext_lazy("Kind"), value=lambda row: row.get_kind_display(), sort=("kind",)),
        Column("department", gettext_lazy("Handing department"), sort=("department__code",)),
        Column("goes_to", gettext_lazy("Goes to"), value=goes_to),
        Column("things", gettext_lazy("Number of things"), "integer", sort=("things",)),
        Column("due_on", gettext_lazy("To be returned by"), "day", sort=("due_on",)),
        Column("where", gettext_lazy("Lent things"), "status", whereabouts),
        DAY,
        WAITS_FOR,
    )
    search_fields = (
        *("number", "reason", "borrower", "to_user__name", "to_department__name", "department__name"),
        *("lines__asset__number", "lines__asset__name"),
    )
    search_placeholder = gettext_lazy("Number, person, department or thing")
    filterset_class = CustodyFilter
    related = ("department", "created_by", "to_department", "to_user")
    create_label = gettext_lazy("Hand things over")
    empty_text = gettext_lazy("Nothing has changed hands yet.")

    def queryset(self) -> QuerySet:
        return super().queryset().annotate(things=Count("lines", distinct=True))

    def found(self) -> QuerySet:
        return super().found().distinct()

    def card(self, row: Any) -> dict[str, Any]:
        card = super().card(row)
        way, things = f"{row.department} → {goes_to(row)}", _("%(count)d things") % {"count": row.things}
        return card | {
            "title": f"{row.get_kind_display()} · {way}",
            "status": whereabouts(row) or card["status"],
            "meta": f"{row.number or _('Draft')} · {things} · {row.business_date:%m-%d}",
            "amount": None,
        }

    def extra_context(self) -> dict[str, Any]:
        address = reverse("custodychange_list")
        loans = {"label": _("Things out on loan"), "url": f"{address}?where={OUT}", "icon": "hourglass"}
        return {**super().extra_context(), "actions": [loans]}


def facts_of(document: Any) -> list[tuple[Any, Any]]:
    """From whom to whom, where to, and why."""
    returned = document.get_returned_as_display() if document.kind == Kind.RETURN else ""
    department, user = _("Receiving department"), _("New user")
    if document.is_loan:
        department, user = _("Borrowing department"), _("Borrower")
    return [
        (_("Kind"), document.get_kind_display()),
        (_("Handing department"), document.department),
        (_("Hands over everything"), document.person),
        (department, document.to_department),
        (user, document.to_user),
        (_("Borrower outside the house"), document.borrower),
        (_("To be returned by"), f"{document.due_on:%Y-%m-%d}" if document.due_on else ""),
        (_("Loan"), link(document.loan, document.loan.number) if document.loan else ""),
        (_("They are then"), returned),
        (_("New custodian"), document.to_custodian),
        (_("New place"), document.to_place),
        (_("Reason"), document.reason),
    ]


def filled(facts: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    return [(label, value) for label, value in facts if value not in (None, "")]


class CustodyDetail(DocumentDetailView):
    """The paper with both sides; whoever has its last word can sign here on the device of the other side."""

    model = CustodyChange
    template_name = "assets/custody_detail.html"
    related = ("organization", "department", "created_by", "loan", *HEAD)
    list_title = TITLE
    line_related = LINE_RELATED

    @property
    def line_columns(self) -> Any:  # type: ignore[override]
        back = Column("returned", gettext_lazy("Returned"), "flag")
        return (
            ASSET_NUMBER,
            ASSET_NAME,
            SPECIFICATION,
            Column("state", gettext_lazy("State now"), value=lambda line: line.asset.get_state_display()),
            Column("user", gettext_lazy("User now"), value="asset.user"),
            Column("place", gettext_lazy("Place now"), value="asset.place"),
            Column("new_place", gettext_lazy("New place"), value="place"),
            *((back,) if self.document.is_loan and self.document.status == Status.POSTED else ()),
        )

    def amount(self) -> None:
        return None

    def second_status(self) -> tuple[str, str] | None:
        return whereabouts(self.document)

    def facts(self) -> list[tuple[Any, Any]]:
        document = self.document
        rows = filled(facts_of(document))
        if not document.is_editable:
            rows += filled([(_("Confirms for the handing side"), document.hander)])
            rows += filled([(_("Confirms for the receiving side"), document.receiver)])
        returns = CustodyChange.objects.visible_to(self.request.user).filter(loan=document).order_by("pk")
        return [*rows, *super().facts()[1:], *((_("Return of the loan"), link(row)) for row in returns)]

    def calls(self) -> list[dict[str, Any]]:
        """A loan comes back from its own page."""
        document, user = self.document, self.request.user
        out = document.is_loan and document.status == Status.POSTED and not document.settled
        if not out or not user.has_perm(permission_for(document, "add")):
            return []
        address = f"{reverse('custodychange_new')}?kind={Kind.LOAN_RETURN}&loan={document.pk}"
        return [{"label": _("Take the things back"), "url": address, "icon": "arrow-back-up", "primary": True}]

    def context(self) -> dict[str, Any]:
        context = super().context()
        signer = other_signer(self.document, self.request.user)
        sign_url = reverse("custody_sign_here", args=(self.document.pk,)) if signer else None
        return {**context, "calls": self.calls(), "sign_here_url": sign_url, "signer": signer}


def other_signer(document: Any, user: Any) -> Any:
    """The person who has to sign next and may do so on the device of this one, who takes part in the paper; or None."""
    if document.status != Status.SUBMITTED:
        return None
    part = {document.created_by_id, document.submitter_id, document.hander_id, document.receiver_id}
    signature = next_signature(document) if user.pk in part else None
    if signature is None or signature.person is None or signature.person == user:
        return None
    return signature.person


class CustodyFormView(DocumentFormView):
    """`?kind=transfer&asset=7&asset=8` begins with these things, `?kind=loan_return&loan=5` with what is still out."""

    model = CustodyChange
    related = ("organization", "department", "created_by", "loan", *HEAD)
    form_class = CustodyForm
    formset_class = CustodyLines
    list_title = TITLE

    @property
    def title_new(self) -> str:  # type: ignore[override]
        return str(self.document.get_kind_display())

    def get(self, request: SignedInRequest, pk: int | None = None) -> HttpResponse:
        if pk is None and request.GET.get("kind") not in Kind.values:
            return self._choose()
        return super().get(request, pk)

    def _choose(self) -> HttpResponse:
        """Which paper it is to be: large buttons, since most of this is done on a phone."""
        user = self.request.user
        if not user.has_perm(permission_for(self.model, "add")):
            raise PermissionDenied
        keys = self._wanted()
        chosen = "".join(f"&asset={key}" for key in keys)
        if len(keys) == MOST_PREFILLED:
            messages.info(self.request, _("The first %(count)d things were taken along.") % {"count": len(keys)})
        address = reverse("custodychange_new")
        ways = [
            {"label": Kind(kind).label, "hint": hint, "icon": icon, "url": f"{address}?kind={kind}{chosen}"}
            for kind, hint, icon in WAYS
        ]
        loans = {
            "label": _("Return of a loan"),
            "hint": _("Open the loan that comes back."),
            "icon": "arrow-back-up",
            "url": f"{reverse('custodychange_list')}?where={OUT}",
        }
        context = {
            "title": _("Hand things over"),
            "ways": [*ways, loans],
            "list_url": reverse("custodychange_list"),
            "list_title": TITLE,
        }
        return render(self.request, "assets/custody_choose.html", context)

    def _wanted(self) -> list[int]:
        """The cards named in the address, or those that the list of cards shows with the same parameters and that may
        change hands (`cards=listed`)."""
        if self.request.GET.get("cards") != "listed":
            return parse_keys(self.request.GET.getlist("asset")[:MOST_PREFILLED])
        listing = CardList()
        listing.setup(self.request)
        free = listing.found().filter(state__in=MOVABLE, claimed_by="")
        return list(free.values_list("pk", flat=True)[:MOST_PREFILLED])

    def blank(self) -> Any:
        document = super().blank()
        kind = self.request.GET.get("kind", "")
        document.kind = kind if kind in Kind.values else Kind.TRANSFER
        if document.kind == Kind.LOAN_RETURN:
            loans = custody.open_loans().filter(pk__in=CustodyChange.objects.visible_to(self.request.user).values("pk"))
            document.loan = loans.filter(pk=parse_key(self.request.GET.get("loan", ""))).first()
            if document.loan is None:
                raise Http404
            document.department = document.loan.department
        return document

    def _formset(self, data: Any = None, source: Any = None) -> Any:
        rows = None
        if data is None and self.document.pk is None:
            keys = self._wanted()
            if self.document.loan is not None:
                keys = [line.asset_id for line in custody.things_out(self.document.loan)]
            rows = [{"asset": key} for key in keys] or None
        return CustodyLines(
            data, prefix="lines", actor=self.request.user, document=self.document, source=source, rows=rows
        )

    def extra_context(self) -> dict[str, Any]:
        loan = self.document.loan
        lead = (
            f"{loan} · {goes_to(loan)}"
            if loan
            else dict((kind, hint) for kind, hint, _icon in WAYS)[self.document.kind]
        )
        return {"lead": lead}


register_screens(
    Screens(
        CustodyChange,
        related=("department", "created_by", "to_department", "to_user", "to_custodian", "to_place", "person", "loan"),
        prefetch=("lines__asset",),
        purpose=lambda document: f"{document.get_kind_display()} · {document.department} → {goes_to(document)}",
        preview=lambda document: preview(list(document.lines.all())),
        facts=lambda document: filled(facts_of(document)),
        approval_columns=(
            ASSET_NUMBER,
            ASSET_NAME,
            SPECIFICATION,
            Column("user", gettext_lazy("User now"), value="asset.user"),
            Column("place", gettext_lazy("Place now"), value="asset.place"),
            Column("original_value", gettext_lazy("Original value"), "money", "asset.original_value"),
        ),
        line_related=LINE_RELATED,
    )
)


def preview(lines: list[Any]) -> str:
    """The first things by name and how many there are."""
    names = _(", ").join(line.asset.name for line in lines[:3])
    return (
        names
        if len(lines) <= 3
        else _("%(names)s and others, %(count)d things")
        % {
            "names": names,
            "count": len(lines),
        }
    )


def custody_numbers(user: Any) -> Iterator[Number]:
    """Overdue loans that the person sees."""
    if not user.has_perm("assets.view_custodychange"):
        return
    rows = custody.open_loans().filter(due_on__lt=clock.today())
    count = rows.filter(pk__in=CustodyChange.objects.visible_to(user).values("pk")).count()
    if count:
        yield Number(
            _("Overdue loans of things"), count, f"{reverse('custodychange_list')}?where={OVERDUE}", warns=True
        )


register_numbers(custody_numbers)
