"""Forms that begin an order, and those of its acts: from requests, signing, bond, cancelling the rest."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.forms import DayField, ExactDecimalField, say_what_is_asked
from core.widgets import PickerInput
from directory.models import Supplier
from procurement import order_selectors
from procurement.models import FrameworkAgreement, RejectedGoods

from .given import GivenLineForm, GivenLineSet, given_lines, goods_words


class OrderSourceForm(forms.Form):
    """From whom: an agreement in force, or a supplier for small things."""

    framework = forms.ModelChoiceField(
        label=gettext_lazy("Framework agreement"), queryset=FrameworkAgreement.objects.none(), required=False
    )
    supplier = forms.ModelChoiceField(
        label=gettext_lazy("Supplier of small things"),
        queryset=Supplier.objects.none(),
        required=False,
        widget=PickerInput("supplier_search"),
        help_text=gettext_lazy("Only up to the figure for direct purchases."),
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agreements: Any = self.fields["framework"]
        agreements.queryset = order_selectors.frameworks_in_force(actor, clock.today())
        agreements.label_from_instance = lambda row: f"{row.title} · {row.supplier}"
        suppliers: Any = self.fields["supplier"]
        suppliers.queryset = Supplier.objects.visible_to(actor).filter(active=True)
        say_what_is_asked(self)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and bool(data.get("framework")) == bool(data.get("supplier")):
            self.add_error("framework", _("Choose an agreement, or a supplier for small things."))
        return data


class RequestLineForm(GivenLineForm):
    quantity = ExactDecimalField(label=gettext_lazy("Order now"), decimal_places=4, min_value=0, required=False)


class RequestLineSet(GivenLineSet):
    """Open lines of approved requests; `lines` is given by the view."""

    earlier = "request_line"

    def __init__(self, data: Any = None, *, prefix: str, actor: Any, lines: Any) -> None:
        self.lines = lines
        self.written = order_selectors.on_drafts("request_line", [line.pk for line in lines])
        super().__init__(data, prefix=prefix, actor=actor, document=None)

    def kept_lines(self) -> dict[int, Any]:
        return {}

    def rows_of(self) -> Any:
        return self.lines

    @property
    def fact_columns(self) -> list[dict[str, Any]]:
        return [
            {"label": _("Item"), "kind": "text"},
            {"label": _("Request"), "kind": "text"},
            {"label": _("Department"), "kind": "text"},
            {"label": _("Approved price"), "kind": "price"},
            {"label": _("Still to order"), "kind": "quantity"},
            {"label": _("Unit"), "kind": "text"},
        ]

    def facts_of(self, row: Any) -> list[Any]:
        left = row.open_quantity - self.written.get(row.pk, 0)
        department = row.department or row.document.department
        return [goods_words(row), row.document.number, department, row.unit_price, left, row.unit]

    def wanted(self) -> dict[int, Any]:
        """Quantities by key of the request line."""
        return {int(form.cleaned_data["key"]): form.cleaned_data["quantity"] for form in self.filled}


RequestLines = given_lines(RequestLineForm, RequestLineSet)


class DayForm(forms.Form):
    day = DayField(label=gettext_lazy("Day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = clock.today


class CloseRestForm(forms.Form):
    reopen = forms.ChoiceField(
        label=gettext_lazy("What becomes of what was asked for"),
        choices=(
            ("yes", gettext_lazy("it is still wanted: open the requests for another order")),
            ("no", gettext_lazy("it is no longer wanted: give its budget back")),
        ),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=400)


class SettleForm(forms.Form):
    remedy = forms.ChoiceField(label=gettext_lazy("Remedy"), choices=RejectedGoods.Remedy.choices)
    day = DayField(label=gettext_lazy("Fetched on"))
    collected_by = forms.CharField(label=gettext_lazy("Collected by"), max_length=40)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = clock.today
