"""Lines that an earlier paper gives: one form for each of them, filled in; write() makes the document's lines of it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.formsets import formset_factory
from django.utils.translation import gettext as _

from core.numbers import ZERO

MAX_LINES = 600


class GivenLineForm(forms.Form):
    """key: the line of the earlier paper."""

    aliases: dict[str, str] = {}
    key = forms.CharField(max_length=20, widget=forms.HiddenInput)


class GivenLineSet(forms.BaseFormSet):
    """What the rows are, what stands beside them and what a line becomes is said by the subclass.

    columns: fields that are model columns as they stand; earlier: the column that names the line of the earlier paper.
    """

    can_add = False
    show_amount = False
    warn_stock = False
    context_fields = ""
    earlier = "order_line"
    columns: Sequence[str] = ()
    empty_words: Any = ""
    no_lines = False
    """Whether a document without lines may be kept (a change of days only)."""

    def __init__(self, data: Any = None, *, prefix: str, actor: Any, document: Any, source: Any = None) -> None:
        self.actor, self.document = actor, document
        self.kept = self.kept_lines()
        self.rows = {str(row.pk): row for row in self.rows_of()}
        initial = [{"key": key, **self.initial_of(row, self.kept.get(row.pk))} for key, row in self.rows.items()]
        super().__init__(data, prefix=prefix, initial=None if data is not None else initial)

    def kept_lines(self) -> dict[int, Any]:
        """The lines of a draft that is opened again, by the key of the earlier line."""
        if not self.document.pk:
            return {}
        return {getattr(line, f"{self.earlier}_id"): line for line in self.document.lines.all()}

    def rows_of(self) -> Sequence[Any]:
        """The lines of the earlier paper, in order, with what their facts read."""
        raise NotImplementedError

    def initial_of(self, row: Any, line: Any) -> dict[str, Any]:
        """What stands in a form at first; line: the document's own, or None."""
        return {name: getattr(line, name) for name in self.columns} if line else {}

    @property
    def fact_columns(self) -> list[dict[str, Any]]:
        raise NotImplementedError

    def facts_of(self, row: Any) -> list[Any]:
        """The cells beside a form, as fact_columns."""
        raise NotImplementedError

    def counts(self, form: Any) -> bool:
        """Whether a form is a line."""
        return bool(form.cleaned_data.get("quantity"))

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.empty_permitted, form.use_required_attribute = False, False
        form.row = row = self.rows.get(str(form["key"].value() or ""))
        form.given_item = row.item if row is not None else None
        form.facts = [""] * len(self.fact_columns) if row is None else self.facts_of(row)
        self.prepare(form)
        return form

    def prepare(self, form: Any) -> None:
        """Fit a form to its row."""

    @property
    def filled(self) -> list[Any]:
        """The forms that are lines, in order."""
        return [form for form in self.forms if form.cleaned_data and self.counts(form)]

    def form_at(self, position: int) -> Any:
        """The form of a line by its position (from 1), or None."""
        if self.is_bound:
            filled = self.filled
            return filled[position - 1] if 0 < position <= len(filled) else None
        keys = {line.position: str(key) for key, line in self.kept.items()}
        return next((form for form in self.forms if form["key"].value() == keys.get(position)), None)

    def clean(self) -> None:
        if any(self.errors):
            return
        filled = self.filled
        if not filled and not self.no_lines:
            raise forms.ValidationError(self.empty_words or _("Enter a quantity on at least one line."))
        keys = [form.cleaned_data["key"] for form in filled]
        for form in filled:
            if form.row is None or keys.count(form.cleaned_data["key"]) > 1:
                name = next(name for name in form.fields if name != "key")
                form.add_error(name, _("This line is not on the order."))

    def values_of(self, form: Any) -> dict[str, Any]:
        """The model columns of a line."""
        data = form.cleaned_data
        return {name: ZERO if data[name] is None and name.endswith("quantity") else data[name] for name in self.columns}

    def words_of(self, line: Any) -> str:
        return str(line)

    def described(self, document: Any) -> list[str]:
        """The lines in words, for whoever finds that somebody else changed them."""
        return [self.words_of(line) for line in document.lines.select_related(f"{self.earlier}__item")]

    def write(self, document: Any) -> None:
        """Make the document's lines anew from the forms; two statements."""
        model = document.lines.model
        lines = []
        for position, form in enumerate(self.filled, start=1):
            line = model(document=document, position=position, **{self.earlier: form.row}, **self.values_of(form))
            if hasattr(line, "compute"):
                line.compute()
            lines.append(line)
        document.lines.all().delete()
        model.objects.bulk_create(lines)


def given_lines(form: type[GivenLineForm], base: type[GivenLineSet], **attributes: Any) -> Any:
    """A formset class for one kind of document."""
    made = formset_factory(form, formset=base, extra=0, max_num=MAX_LINES, absolute_max=MAX_LINES)
    return type(f"{form.__name__}Set", (made,), attributes)


def goods_words(line: Any) -> str:
    """What a line is about: name and specification."""
    return " ".join(part for part in (line.title, line.described) if part)
