"""Writing a sourcing: its head, and what it takes of approved requests."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.formsets import formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.forms import ExactDecimalField, HeadForm
from core.numbers import ZERO, plain
from core.numbers import price as rounded
from core.parsing import parse_key, parse_keys
from procurement import price_selectors
from procurement.models import Method, PurchaseRequestLine, Sourcing
from procurement.services.sourcing_lines import Chosen, method_changed, require_rewritable, rewrite
from procurement.sourcing_selectors import open_request_lines, taken_of

MAX_LINES = 300


class SourcingForm(HeadForm):
    class Meta:
        model = Sourcing
        fields = ("title", "method", "method_reason", "external_number", "note")
        widgets = {"method_reason": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "external_number": gettext_lazy(
                "Of a tender or a central purchase; it is asked for at the latest when it is submitted."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["method"].choices = Method.choices  # type: ignore[attr-defined]
        self.method_before = self.instance.method if self.instance.pk else ""

    def complete(self, document: Any) -> None:
        require_rewritable(document, self.method_before)

    def save_related(self, document: Any) -> None:
        if self.method_before and self.method_before != document.method:
            method_changed(document)


class SourcingLineForm(forms.Form):
    """key: the request line."""

    aliases: dict[str, str] = {}
    key = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    quantity = ExactDecimalField(label=gettext_lazy("Quantity"), decimal_places=4, min_value=0, required=False)
    market_price = ExactDecimalField(label=gettext_lazy("Market price"), decimal_places=6, min_value=0, required=False)


class SourcingLines(forms.BaseFormSet):
    """The chosen lines, each filled in with what is still open; an emptied quantity leaves the line out.

    source: keys of request lines that a new document begins with, or that are added to a draft.
    """

    can_add = False
    show_amount = False
    warn_stock = False
    context_fields = ""

    def __init__(self, data: Any = None, *, prefix: str, actor: Any, document: Any, source: Any = None) -> None:
        self.actor, self.document = actor, document
        kept = list(document.lines.all()) if document.pk else []
        self.kept = {line.request_line_id: line for line in kept}
        self.rows = self._rows(data, prefix, source or ())
        added = [key for key in self.rows if key not in self.kept]
        initial = [
            {"key": line.request_line_id, "quantity": line.quantity, "market_price": line.market_price}
            for line in kept
            if line.request_line_id in self.rows
        ]
        initial += [{"key": key, "quantity": self.left[key]} for key in added]
        super().__init__(data, prefix=prefix, initial=None if data is not None else initial)

    def _rows(self, data: Any, prefix: str, source: Sequence[int]) -> dict[int, PurchaseRequestLine]:
        """The request lines the form is about, with what is left of each beside this paper."""
        keys = [*self.kept, *source]
        if data is not None:
            keys += parse_keys(data.get(f"{prefix}-{place}-key", "") for place in range(MAX_LINES))
        found = {row.pk: row for row in open_request_lines(self.actor).filter(pk__in=keys)}
        taken = taken_of(found, besides=self.document.pk)
        self.left = {key: row.open_quantity - taken.get(key, ZERO) for key, row in found.items()}
        self.history = price_selectors.history(self.actor.organization_id, found.values()) if found else {}
        order = {key: place for place, key in reversed(list(enumerate(keys)))}
        return dict(sorted(found.items(), key=lambda pair: order.get(pair[0], 0)))

    @property
    def fact_columns(self) -> list[dict[str, Any]]:
        return [
            {"label": _("Item"), "kind": "text"},
            {"label": _("Purchase request"), "kind": "text"},
            {"label": _("Needed by"), "kind": "day"},
            {"label": _("Still open"), "kind": "text", "css": "num"},
            {"label": _("Estimated price"), "kind": "price"},
            {"label": _("Last price"), "kind": "price"},
        ]

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.empty_permitted, form.use_required_attribute = False, False
        row = self.rows.get(parse_key(str(form["key"].value() or "")) or 0)
        form.given_item = row.item if row else None
        form.facts = self._facts(row) if row else [""] * len(self.fact_columns)
        return form

    def _facts(self, row: PurchaseRequestLine) -> list[Any]:
        title = f"{row.title} {row.described}".strip()
        request = f"{row.document.number} {row.document.department}"
        left = f"{plain(self.left[row.pk])} {row.unit}"
        last = self.history[row.pk].per(row.factor).last
        return [title, request, row.document.needed_by, left, row.unit_price, rounded(last) if last else None]

    @property
    def filled(self) -> list[Any]:
        """The forms that are lines, in order."""
        return [form for form in self.forms if form.cleaned_data.get("quantity")]

    def form_at(self, position: int) -> Any:
        """The form of a line by its position (from 1), or None."""
        forms_now = self.filled if self.is_bound else self.forms
        return forms_now[position - 1] if 0 < position <= len(forms_now) else None

    def clean(self) -> None:
        if any(self.errors):
            return
        if not self.filled:
            raise forms.ValidationError(_("Choose at least one line of an approved request."))
        for form in self.filled:
            key = form.cleaned_data["key"]
            if key not in self.rows:
                form.add_error("quantity", _("Nothing of this line is open any more."))
            elif form.cleaned_data["quantity"] > self.left[key]:
                form.add_error("quantity", _("Only %(left)s are open.") % {"left": plain(max(self.left[key], ZERO))})

    def described(self, document: Any) -> list[str]:
        """The lines of a document as they are on the disk, a few words each; one query."""
        rows = document.lines.select_related("request_line__item", "request_line__unit")
        return [f"{row.request_line.title} × {plain(row.quantity)} {row.request_line.unit}" for row in rows]

    def write(self, document: Any) -> None:
        """Make the document's lines what the form says. Raises DomainError where a line was taken meanwhile."""
        chosen = [
            Chosen(
                self.rows[form.cleaned_data["key"]],
                form.cleaned_data["quantity"],
                form.cleaned_data["market_price"] or None,
            )
            for form in self.filled
        ]
        if not chosen:
            raise DomainError(_("Choose at least one line of an approved request."))
        rewrite(document, chosen)


SourcingLineSet = type(
    "SourcingLineSet",
    (formset_factory(SourcingLineForm, formset=SourcingLines, extra=0, max_num=MAX_LINES, absolute_max=MAX_LINES),),
    {},
)
