"""Forms of orders and their changes: the lines come from the award, the agreement or the order."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.figures import ASSET_FROM
from core import clock
from core.forms import DayField, ExactDecimalField, HeadForm
from core.numbers import ZERO, plain
from core.policies import value_of
from inventory.models import Warehouse
from procurement import figures, price_selectors
from procurement.models import OrderChange, PurchaseOrder, Treatment
from procurement.services import orders
from procurement.services.order_changes import growth_of

from .given import GivenLineForm, GivenLineSet, given_lines, goods_words


class OrderForm(HeadForm):
    """Supplier, award and agreement stand fast: they come with the draft."""

    deliver_by = DayField(label=gettext_lazy("Deliver by"), required=False)
    prepayment_percent = ExactDecimalField(
        label=gettext_lazy("Prepayment (%)"), decimal_places=2, min_value=0, required=False
    )
    retention_percent = ExactDecimalField(
        label=gettext_lazy("Retention (%)"), decimal_places=2, min_value=0, required=False
    )
    bond_amount = ExactDecimalField(label=gettext_lazy("Bond (yuan)"), decimal_places=2, min_value=0, required=False)
    effective_on = DayField(label=gettext_lazy("Effective on"), required=False)
    expires_on = DayField(label=gettext_lazy("Expires on"), required=False)

    class Meta:
        model = PurchaseOrder
        fields = (
            *("form", "title", "deliver_by", "delivery_place", "payment_terms", "prepayment_percent"),
            *("retention_percent", "warranty_months", "bond_form", "bond_amount", "effective_on", "expires_on", "note"),
        )

    def _number(self, name: str) -> Any:
        return self.cleaned_data[name] or ZERO

    def clean_bond_amount(self) -> Any:
        return self._number("bond_amount")

    def clean_prepayment_percent(self) -> Any:
        return self._percent("prepayment_percent")

    def clean_retention_percent(self) -> Any:
        return self._percent("retention_percent")

    def _percent(self, name: str) -> Any:
        value = self._number(name)
        if value > 100:
            raise forms.ValidationError(_("At most 100 %."))
        return value

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        start, end = data.get("effective_on"), data.get("expires_on")
        if start and end and end < start:
            self.add_error("expires_on", _("The last day is before the first."))
        return data


REASONS = ("price_reason", "stock_reason")


class OrderLineForm(GivenLineForm):
    quantity = ExactDecimalField(label=gettext_lazy("Quantity"), decimal_places=4, min_value=0, required=False)
    unit_price = ExactDecimalField(label=gettext_lazy("Unit price"), decimal_places=6, min_value=0, required=False)
    brand = forms.CharField(label=gettext_lazy("Brand and model"), max_length=100, required=False)
    deliver_by = DayField(label=gettext_lazy("Deliver by"), required=False)
    treatment = forms.ChoiceField(
        label=gettext_lazy("What becomes of it"), choices=Treatment.choices, widget=forms.Select(attrs={"data-skip": 1})
    )
    warehouse = forms.ModelChoiceField(
        label=gettext_lazy("Warehouse"),
        queryset=Warehouse.objects.none(),
        required=False,
        empty_label="—",
        widget=forms.Select(attrs={"data-skip": 1}),
    )
    price_reason = forms.CharField(label=gettext_lazy("Why this price"), max_length=200, required=False)
    stock_reason = forms.CharField(label=gettext_lazy("Why no asset card"), max_length=200, required=False)


class OrderLineSet(GivenLineSet):
    """The lines of the draft itself; an emptied quantity leaves a line out. The price of an award stands fast.

    Reasons are asked for where a line needs one; where none does, their columns are left out.
    """

    show_amount = True
    columns = ("quantity", "unit_price", "brand", "deliver_by", "treatment", "warehouse")

    def kept_lines(self) -> dict[int, Any]:
        return {line.pk: line for line in orders.lines_of(self.document)} if self.document.pk else {}

    def rows_of(self) -> Any:
        self.warehouses = list(Warehouse.objects.filter(organization_id=self.document.organization_id, active=True))
        rows = list(self.kept.values())
        asked = self._reasons_asked(rows)
        self.columns = (*OrderLineSet.columns, *asked)
        left_out = {name: None for name in REASONS if name not in asked}
        self.form = type("OrderLineForm", (OrderLineForm,), left_out)
        return rows

    def _reasons_asked(self, rows: list[Any]) -> list[str]:
        """The reasons that some line has or needs: a price that rose, a dear thing for the store."""
        organization = self.document.organization_id
        most = value_of(figures.PRICE_CHANGE, organization, self.document.business_date)
        known = price_selectors.history(organization, rows, leaving_out=self.document)
        limit = value_of(ASSET_FROM, organization, self.document.business_date)
        needs = {
            "price_reason": lambda row: (known[row.pk].change or ZERO) > most,
            "stock_reason": lambda row: row.unit_price / row.factor >= limit,
        }
        return [name for name in REASONS if any(getattr(row, name) or needs[name](row) for row in rows)]

    @property
    def fact_columns(self) -> list[dict[str, Any]]:
        return [
            {"label": _("Item"), "kind": "text"},
            {"label": _("Unit"), "kind": "code"},
        ]

    def facts_of(self, row: Any) -> list[Any]:
        return [f"{goods_words(row)} · {row.request_line.document.number}", row.unit]

    def prepare(self, form: Any) -> None:
        field = form.fields["warehouse"]
        field.queryset = Warehouse.objects.filter(organization_id=self.document.organization_id, active=True)
        field.widget.choices = [("", "—"), *((row.pk, str(row)) for row in self.warehouses)]
        if form.row is not None and (form.row.sourcing_line_id or form.row.framework_line_id):
            form.fields["unit_price"].widget.attrs["readonly"] = True

    def values_of(self, form: Any) -> dict[str, Any]:
        values = super().values_of(form)
        values["unit_price"] = ZERO if values["unit_price"] is None else values["unit_price"]
        return values

    def words_of(self, line: Any) -> str:
        return f"{line.title} {plain(line.quantity)} × {plain(line.unit_price)}"

    def described(self, document: Any) -> list[str]:
        return [self.words_of(line) for line in orders.lines_of(document)]

    def write(self, document: Any) -> None:
        """Change the draft's lines; those without a quantity go."""
        changed = []
        for position, form in enumerate(self.filled, start=1):
            line = form.row
            line.position = position
            for name, value in self.values_of(form).items():
                setattr(line, name, value)
            line.compute()
            changed.append(line)
        document.lines.exclude(pk__in=[line.pk for line in changed]).delete()
        document.lines.model.objects.bulk_update(changed, ("position", "amount", *self.columns))


OrderLines = given_lines(OrderLineForm, OrderLineSet)


class OrderChangeForm(HeadForm):
    deliver_by = DayField(label=gettext_lazy("New day of delivery"), required=False)

    class Meta:
        model = OrderChange
        fields = ("reason", "deliver_by", "note")

    def clean_deliver_by(self) -> Any:
        day = self.cleaned_data["deliver_by"]
        if day and day < clock.today() and day != self.instance.deliver_by:
            raise forms.ValidationError(_("This day is over; choose today or a later one."))
        return day


class OrderChangeLineForm(GivenLineForm):
    quantity = ExactDecimalField(label=gettext_lazy("New quantity"), decimal_places=4, min_value=0, required=False)
    unit_price = ExactDecimalField(label=gettext_lazy("New price"), decimal_places=6, min_value=0, required=False)


class OrderChangeLineSet(GivenLineSet):
    """Every line of the order as it is; those that are changed become lines of the change."""

    show_amount = True
    no_lines = True
    columns = ("quantity", "unit_price")

    def rows_of(self) -> Any:
        return orders.lines_of(self.document.order)

    def initial_of(self, row: Any, line: Any) -> dict[str, Any]:
        return super().initial_of(row, line or row)

    @property
    def fact_columns(self) -> list[dict[str, Any]]:
        return [
            {"label": _("Item"), "kind": "text"},
            {"label": _("Quantity now"), "kind": "quantity"},
            {"label": _("Unit"), "kind": "text"},
            {"label": _("Price now"), "kind": "price"},
            {"label": _("Accepted so far"), "kind": "quantity"},
        ]

    def facts_of(self, row: Any) -> list[Any]:
        return [goods_words(row), row.quantity, row.unit, row.unit_price, row.accepted_quantity]

    def counts(self, form: Any) -> bool:
        data, row = form.cleaned_data, form.row
        return row is None or (data.get("quantity"), data.get("unit_price")) != (row.quantity, row.unit_price)

    def clean(self) -> None:
        super().clean()
        for form in self.forms:
            for name in self.columns:
                if form.is_valid() and form.cleaned_data.get(name) is None:
                    form.add_error(name, _("Enter the figure as it shall be; what stays keeps its old one."))

    def values_of(self, form: Any) -> dict[str, Any]:
        row = form.row
        return {
            **super().values_of(form),
            "old_quantity": row.quantity,
            "old_unit_price": row.unit_price,
            "amount": ZERO,
        }

    def write(self, document: Any) -> None:
        super().write(document)
        lines = list(document.lines.select_related("order_line"))
        for line in lines:
            line.amount = growth_of(line)
        document.lines.model.objects.bulk_update(lines, ("amount",))


OrderChangeLines = given_lines(OrderChangeLineForm, OrderChangeLineSet)
