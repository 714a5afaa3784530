"""One card: what it is, what it is worth, who has it, how it left; its story; correcting what describes it."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from assets import repairs
from assets.card_fields import shown
from assets.forms.cards import AccessoryLines, AsOfForm, CardForm
from assets.models import MOVABLE, Asset, AssetState
from assets.selectors import RELATED, cards_seen, holder_on, value_on
from assets.services import booking, cards, claims
from core import clock
from core.attachments import attachments_of, may_attach
from core.errors import DomainError
from core.numbers import plain
from core.parsing import parse_key
from core.templatetags.display import day as day_words
from core.templatetags.display import money
from core.views.documents import attach_url, url_of
from core.views.links import address_or_none
from core.views.signed_in import SignedInMixin, SignedInRequest

from .card_story import story_of

Facts = list[tuple[Any, Any]]
LIST_TITLE = gettext_lazy("Asset cards")


class CardMixin(SignedInMixin):
    """Finds the card of the address among those the person sees; 404 for absent and foreign ones alike."""

    def find(self, pk: int) -> Asset:
        rows = cards_seen(self.request.user).select_related(*RELATED, "old_category", "parent", "organization")
        card = rows.filter(pk=pk).first()
        if card is None:
            raise Http404
        return card


class CardDetail(CardMixin, View):
    """GET; ?on=2025-12-31 shows beside it who had the thing on that day and what it was worth."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        card, user = self.find(pk), request.user
        context = {
            "title": card.name,
            "asset": card,
            "list_url": reverse("asset_list") if user.has_perm("assets.view_asset") else reverse("asset_mine"),
            "list_title": LIST_TITLE if user.has_perm("assets.view_asset") else _("My things"),
            "blocks": [
                (_("Basic information"), basic_facts(card)),
                (_("Finance information"), finance_facts(card)),
                (_("Use information"), use_facts(card)),
                *([(_("Disposal information"), disposal_facts(card))] if card.disposal_way else []),
            ],
            "paper": self._paper(card),
            "components": list(card.components.all()),
            "parts": list(cards_seen(user).filter(parent=card).order_by("number")),
            "repairs": repairs.history_of(card, user),
            "marks": repairs.marks_of(card, user),
            "story": story_of(card, user),
            "attachments": attachments_of(card, user),
            "attach_url": attach_url(card) if may_attach(card, user) else None,  # type: ignore[arg-type]
            "request_key": uuid.uuid4(),
            "edit_url": reverse("asset_edit", args=(card.pk,)) if cards.may_describe(card, user) else None,
            "hand_over_url": self._hand_over_url(card),
            "menu": self._menu(card),
            "scan_url": request.build_absolute_uri(reverse("asset_scan", args=(card.token,))),
        }
        form = AsOfForm(request.GET if "on" in request.GET else None)
        day = form.cleaned_data["on"] if form.is_bound and form.is_valid() else None
        context |= {"day_form": form, "then": self._then(card, day) if day else None}
        return render(request, "assets/card.html", context)

    def _paper(self, card: Asset) -> dict[str, Any] | None:
        """The paper that has the thing in hand, with its address for who may open it."""
        document = claims.holder_of(card)
        if document is None:
            return None
        seen = type(document).objects.visible_to(self.request.user).filter(pk=document.pk).exists()
        return {"text": str(document), "url": url_of(document) if seen else None}

    def _hand_over_url(self, card: Asset) -> str | None:
        """What most people open a card for; None for what cannot change hands now and for who writes no such paper."""
        may = self.request.user.has_perm("assets.add_custodychange")
        fits = may and card.state in MOVABLE and not card.claimed_by
        return f"{reverse('custodychange_new')}?asset={card.pk}" if fits else None

    def _menu(self, card: Asset) -> list[dict[str, Any]]:
        """What may be begun with this thing; nothing that would only be refused: it left, or a paper has it in hand."""
        user, query = self.request.user, f"?asset={card.pk}"
        here = card.state != AssetState.DISPOSED
        free = here and not card.claimed_by
        wanted = (
            ("report_new", "maintenance.add_repairticket", _("Report a repair of this thing"), "tool", here),
            ("asset_labels", cards.LABEL, _("Print the label"), "barcode", here),
            ("asset_booking", booking.RIGHT, _("Book it"), "book-2", here and card.booked_on is None),
            ("valuechange_new", "assets.add_valuechange", _("Change its value"), "arrows-sort", free),
            ("cardsplit_new", "assets.add_cardsplit", _("Split it"), "git-branch", free),
            ("disposal_new", "assets.add_disposal", _("Dispose of it"), "trash", free),
        )
        return [
            {"label": label, "url": f"{url}{query}", "icon": icon}
            for name, permission, label, icon, fits in wanted
            if fits and user.has_perm(permission) and (url := address_or_none(name))
        ]

    def _then(self, card: Asset, day: dt.date) -> dict[str, Any]:
        """Who had it and what it was worth at the end of a day."""
        move, worth = holder_on([card.pk], day).get(card.pk), value_on([card.pk], day).get(card.pk)
        facts: Facts = []
        if move is not None:
            facts = [
                (_("Using department"), move.to_department),
                (_("User"), move.to_user),
                (_("Custodian"), move.to_custodian),
                (_("Place"), move.to_place),
                (_("State"), move.get_to_state_display()),
            ]
        return {"day": day, "facts": facts, "worth": worth}


def basic_facts(card: Asset) -> Facts:
    return [
        (_("Asset category"), card.category),
        (_("Class of 2010"), card.old_category),
        (_("Kind of card"), card.get_card_type_display()),
        (_("Quantity or area"), f"{plain(card.quantity)} {card.unit}"),
        (_("Brand"), card.brand),
        (_("Specification and model"), card.specification),
        (_("Manufacturer"), card.manufacturer),
        (_("Serial number"), card.serial_number),
        (_("Number in the old system"), card.old_number),
        (_("Way of acquisition"), card.get_acquisition_way_display()),
        (_("Acquired on"), day_words(card.acquired_on)),
        (_("In use since"), day_words(card.in_use_on)),
        (_("Form of purchase"), card.get_procurement_form_display()),
        (_("Budget item number"), card.budget_item),
        (_("Supplier"), card.supplier),
        (_("Contract number"), card.contract_number),
        (_("Invoice number"), card.invoice_number),
        (_("Warranty until"), _warranty(card)),
        (_("Split from"), _parent(card)),
        *shown(card.card_type, card.details),
        (_("Note"), card.note),
    ]


def _warranty(card: Asset) -> str:
    if card.warranty_until is None:
        return ""
    over = _("over") if card.warranty_until < clock.today() else _("running")
    return f"{card.warranty_until:%Y-%m-%d} ({over})"


def _parent(card: Asset) -> Any:
    if card.parent is None:
        return ""
    return {"value": str(card.parent), "url": reverse("asset_detail", args=(card.parent.pk,))}


def finance_facts(card: Asset) -> Facts:
    facts: Facts = [
        (_("Kind of value"), card.get_value_type_display()),
        (_("Original value (yuan)"), money(card.original_value)),
        (_("Of it fiscal funds"), money(card.fiscal_fund)),
        (_("Of it other funds"), money(card.nonfiscal_fund)),
        (_("Account"), card.get_account_display()),
        (
            _("In the books of finance"),
            _("booked on %(day)s") % {"day": card.booked_on} if card.booked_on else _("not booked"),
        ),
        (_("Voucher number"), card.voucher_number),
    ]
    if not card.is_depreciated:
        return [*facts, (_("Depreciation"), _("not depreciated"))]
    return [
        *facts,
        (_("Useful life (months)"), card.life_months),
        (_("Months depreciated"), card.months_charged),
        (_("Monthly depreciation"), money(card.monthly_charge)),
        (_("Accumulated depreciation"), money(card.accumulated)),
        (_("Net value"), money(card.net_value)),
    ]


def use_facts(card: Asset) -> Facts:
    return [
        (_("Using department"), card.department),
        (_("Managing department"), card.managing_department),
        (_("User"), card.user),
        (_("Custodian"), card.custodian),
        (_("Place"), card.place),
        (_("Situated at"), card.situated_at),
        (_("Used for"), card.get_use_purpose_display()),
        (_("Idle since"), day_words(card.idle_since)),
        (_("Label printed at"), day_words(card.label_printed_at)),
    ]


def disposal_facts(card: Asset) -> Facts:
    return [
        (_("Way of disposal"), card.get_disposal_way_display()),
        (_("Disposed of on"), day_words(card.disposed_on)),
    ]


class CardEdit(CardMixin, View):
    """Corrects the describing fields and the accessories; who looked at an older card is told what it says now."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        card = self._card(pk)
        lines = AccessoryLines(prefix="lines", actor=request.user, document=card)
        return self._page(card, CardForm(instance=card, actor=request.user), lines, card.revision)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        card = self._card(pk)
        form = CardForm(request.POST, instance=card, actor=request.user)
        lines = AccessoryLines(request.POST, prefix="lines", actor=request.user, document=card)
        seen = parse_key(request.POST.get("revision", ""))
        revision = -1 if seen is None else seen
        if not (form.is_valid() and lines.is_valid()):
            return self._page(card, form, lines, revision)
        try:
            cards.describe(card, form.values, actor=request.user, revision=revision, accessories=lines.accessories)
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            return self._page(card, form, lines, card.revision)
        messages.success(request, _("The card of %(asset)s is corrected.") % {"asset": card})
        return redirect("asset_detail", card.pk)

    def _card(self, pk: int) -> Asset:
        card = self.find(pk)
        if not cards.may_describe(card, self.request.user):
            raise PermissionDenied
        return card

    def _page(self, card: Asset, form: Any, lines: Any, revision: int) -> HttpResponse:
        context = {
            "title": _("Correct the card of %(asset)s") % {"asset": card},
            "form": form,
            "formset": lines,
            "revision": revision,
            "cancel_url": reverse("asset_detail", args=(card.pk,)),
            "list_url": reverse("asset_list"),
            "list_title": LIST_TITLE,
            "lead": _(
                "Who has the thing, where it is, what it is worth and how long it lives are changed by papers alone."
            ),
        }
        return render(self.request, "assets/card_form.html", context)
