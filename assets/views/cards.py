"""The list of asset cards, and finding one by the code on its label."""

import re
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from assets.models import Asset
from assets.selectors import RELATED, cards_seen, with_net
from assets.services import booking
from assets.services.cards import LABEL
from core.search import matching
from core.templatetags.display import money
from core.views.documents import DocumentExportView
from core.views.links import address_or_none
from core.views.search import LIMIT, register_finder
from core.views.signed_in import SignedInMixin, SignedInRequest
from core.views.tables import Column, TableView

from .card_filter import CardFilter

SEARCHED = ("number", "name", "serial_number", "old_number", "specification")
STATE = Column(
    "state", gettext_lazy("State"), "status", lambda row: (row.state, row.get_state_display()), sort=("state",)
)
NUMBER = Column("number", gettext_lazy("Asset number"), "code", sort=("number",))
NAME = Column("name", gettext_lazy("Asset name"), css="goods", sort=("name",))
SPECIFICATION = Column("specification", gettext_lazy("Specification and model"))
DEPARTMENT = Column("department", gettext_lazy("Using department"), css="nowrap", sort=("department__code",))
USER = Column("user", gettext_lazy("User"), css="nowrap", sort=("user__name",))
CUSTODIAN = Column("custodian", gettext_lazy("Custodian"), css="nowrap", sort=("custodian__name",))
PLACE = Column("place", gettext_lazy("Place"), sort=("place__code",))
ACQUIRED = Column("acquired_on", gettext_lazy("Acquired on"), "day", sort=("acquired_on",))
VALUE = Column("original_value", gettext_lazy("Original value"), "money", total=True, sort=("original_value",))
ACCUMULATED = Column(
    "accumulated", gettext_lazy("Accumulated depreciation"), "money", total=True, sort=("accumulated",)
)
NET = Column("net", gettext_lazy("Net value"), "money", total=True, sort=("net",))


USUAL = (
    *("number", "name", "state", "specification", "department", "user", "custodian", "place", "acquired_on"),
    *("original_value", "net"),
)


class CardList(TableView):
    """The cards a person may see; sums of value over all pages."""

    model = Asset
    title = gettext_lazy("Asset cards")
    permission = "assets.view_asset"
    template_name = "assets/card_list.html"
    columns = (
        *(NUMBER, NAME, STATE, SPECIFICATION, DEPARTMENT, USER, CUSTODIAN, PLACE, ACQUIRED, VALUE, ACCUMULATED, NET),
        Column("category", gettext_lazy("Asset category"), sort=("category__code",)),
        Column("card_type", gettext_lazy("Kind of card"), value=lambda row: row.get_card_type_display()),
        Column("brand", gettext_lazy("Brand"), sort=("brand",)),
        Column("serial_number", gettext_lazy("Serial number"), "code"),
        Column("old_number", gettext_lazy("Number in the old system"), "code", sort=("old_number",)),
        Column("managing_department", gettext_lazy("Managing department"), sort=("managing_department__code",)),
        Column("quantity", gettext_lazy("Quantity or area"), "quantity"),
        Column("unit", gettext_lazy("Unit")),
        Column("in_use_on", gettext_lazy("In use since"), "day", sort=("in_use_on",)),
        Column("way", gettext_lazy("Way of acquisition"), value=lambda row: row.get_acquisition_way_display()),
        Column("supplier", gettext_lazy("Supplier"), sort=("supplier__name",)),
        Column("warranty_until", gettext_lazy("Warranty until"), "day", sort=("warranty_until",)),
        Column("account", gettext_lazy("Account"), "code", sort=("account",)),
        Column("fiscal_fund", gettext_lazy("Of it fiscal funds"), "money", total=True),
        Column("nonfiscal_fund", gettext_lazy("Of it other funds"), "money", total=True),
        Column("life_months", gettext_lazy("Useful life (months)"), "integer", sort=("life_months",)),
        Column("months_charged", gettext_lazy("Months depreciated"), "integer", sort=("months_charged",)),
        Column("monthly_charge", gettext_lazy("Monthly depreciation"), "money", sort=("monthly_charge",)),
        Column("in_books", gettext_lazy("In the books of finance"), sort=("booked_on",)),
        Column("booked_on", gettext_lazy("Booked on"), "day", sort=("booked_on",)),
        Column("voucher_number", gettext_lazy("Voucher number"), "code"),
        Column("idle_since", gettext_lazy("Idle since"), "day", sort=("idle_since",)),
        Column("disposed_on", gettext_lazy("Disposed of on"), "day", sort=("disposed_on",)),
        Column("label_printed_at", gettext_lazy("Label printed at"), "moment", sort=("label_printed_at",)),
        Column("note", gettext_lazy("Note")),
    )

    @property
    def usual_columns(self) -> tuple[str, ...]:  # type: ignore[override]
        """The books of finance interest those who keep them."""
        return (*USUAL, "in_books") if self.request.user.has_perm(booking.RIGHT) else USUAL

    search_fields = SEARCHED
    search_initials = "initials"
    search_placeholder = gettext_lazy("Number, name, initials, serial or old number")
    filterset_class = CardFilter
    ordering = ("-number",)
    empty_text = gettext_lazy("There are no asset cards yet.")

    def queryset(self) -> QuerySet:
        return with_net(super().queryset().select_related(*RELATED))

    def url_of(self, row: Any) -> str | None:
        return reverse("asset_detail", args=(row.pk,))

    def prepare(self, rows: list[Any]) -> None:
        """What is not booked yet leads whoever may book it to where that is done."""
        user, keys = self.request.user, [row.pk for row in rows if row.booked_on is None]
        may = keys and user.has_perm(booking.RIGHT)
        bookable = set(booking.unbooked(user).filter(pk__in=keys).values_list("pk", flat=True)) if may else set()
        address = reverse("asset_booking") if bookable else ""
        for row in rows:
            row.in_books = _("booked") if row.booked_on else _("not booked")
            if row.pk in bookable:
                row.in_books = {"value": row.in_books, "url": f"{address}?asset={row.pk}"}

    def card(self, row: Any) -> dict[str, Any]:
        return phone_card(row)

    def extra_context(self) -> dict[str, Any]:
        user, query = self.request.user, self.request.GET.urlencode()
        actions = [{"label": _("Idle things"), "url": reverse("idle_pool"), "icon": "recycle"}]
        if user.has_perm(LABEL):
            url = f"{reverse('asset_labels')}?{query}"
            actions.append({"label": _("Print labels"), "url": url, "icon": "barcode"})
        if user.has_perm("assets.add_custodychange"):
            url = f"{reverse('custodychange_new')}?cards=listed&{query}"
            actions.append({"label": _("Hand these over"), "url": url, "icon": "switch-horizontal"})
        may_export = user.has_perm("assets.export_asset")
        may_add = user.has_perm("assets.add_assetaddition")
        return {
            "export_url": f"{reverse('asset_export')}?{query}" if may_export else None,
            "create_url": address_or_none("assetaddition_new") if may_add else None,
            "create_label": _("New asset addition"),
            "actions": actions,
        }


def phone_card(row: Any) -> dict[str, Any]:
    """What a phone shows of a card."""
    holder = row.user or row.custodian or ""
    meta = " · ".join(str(part) for part in (row.number, row.specification, row.department, holder, row.place) if part)
    return {
        "title": row.name,
        "status": (row.state, row.get_state_display()),
        "meta": meta,
        "amount": money(row.original_value),
    }


class CardExport(DocumentExportView):
    list_view = CardList

    def get(self, request: SignedInRequest) -> HttpResponseBase:
        if not request.user.has_perm("assets.export_asset"):
            raise PermissionDenied
        return super().get(request)


def scanned(text: str) -> str:
    """The token in the address that a label's QR code holds, or the text itself."""
    found = re.search(r"/a/([A-Za-z0-9_-]{8,32})/?$", text.strip())
    return found[1] if found else text.strip()[:60]


class CardFind(SignedInMixin, View):
    """GET code: the card of a scanned label or typed number, among those the person may see."""

    def get(self, request: SignedInRequest) -> JsonResponse:
        code = scanned(request.GET.get("code", "")[:300])
        by_number = Q(number__iexact=code) | Q(serial_number=code) | Q(old_number=code)
        rows = list(cards_seen(request.user).filter(Q(token=code) | by_number)[:2]) if code else []
        if len(rows) == 1:
            return JsonResponse({"url": reverse("asset_detail", args=(rows[0].pk,)), "text": str(rows[0])})
        if rows:
            return JsonResponse({"url": f"{reverse('asset_list')}?q={code}", "text": _("Several things have it.")})
        return JsonResponse({"url": None, "text": _("You see no thing with the code %(code)s.") % {"code": code}})


def found_cards(user: Any, text: str) -> list[dict[str, Any]]:
    """Cards for the search over everything."""
    rows = matching(cards_seen(user), text, fields=SEARCHED, initials="initials").select_related("department", "user")
    return [
        {
            "title": str(row),
            "url": reverse("asset_detail", args=(row.pk,)),
            "detail": " · ".join(str(part) for part in (row.specification, row.department, row.user) if part),
            "status": (row.state, row.get_state_display()),
        }
        for row in rows.order_by("-number")[:LIMIT]
    ]


register_finder(gettext_lazy("Asset cards"), found_cards)
