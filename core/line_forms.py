"""The lines of a document as a formset for partials/line_grid.html; an app says what a line is about."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import ProtectedError
from django.forms.formsets import DELETION_FIELD_NAME, formset_factory
from django.utils.translation import gettext as _

from core.errors import DomainError

MAX_LINES = 500
SMALLEST = Decimal("0.0001")


class KeyField(forms.IntegerField):
    """The key of a row that is looked up later, for all lines in one query."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **kwargs)


class LineForm(forms.Form):
    """One line. `aliases` says under which field an error of a model column is shown; `standing` names the fields that
    hold something on an empty line too. A field whose widget carries data-more stands behind “More”."""

    aliases: dict[str, str] = {}
    standing: Sequence[str] = ()
    id = KeyField(required=False, widget=forms.HiddenInput)

    def has_changed(self) -> bool:
        """A line counts when something besides its key and what stands in it by itself was entered."""
        passed = {"id", DELETION_FIELD_NAME, *self.standing}
        return any(name not in passed for name in self.changed_data)


class LineFormSet(forms.BaseFormSet):
    """Lines of a document; write() brings them to the database inside the caller's transaction.

    document: the document under the hand (unsaved for a new one). source: another document whose lines a new one
    begins with. columns: form fields that are model columns as they stand. Attributes for the grid are explained in
    templates/partials/line_grid.html. Apps override row_of, check_rows, values_of and words_of.
    """

    can_add = True
    context_fields = ""
    show_amount = False
    warn_stock = False
    min_lines = 1
    columns: Sequence[str] = ()
    related: Sequence[str] = ()

    def __init__(
        self, data: Any = None, *, prefix: str, actor: Any, document: Any, source: Any = None, rows: Any = None
    ) -> None:
        """rows: what the lines of a new document begin with, as values by field."""
        self.actor, self.document = actor, document
        initial = None if data is not None else rows or self._initial(source)
        super().__init__(data, prefix=prefix, initial=initial)
        if initial:
            self.extra = 0

    def _initial(self, source: Any) -> list[dict[str, Any]]:
        lines = (source or self.document).lines.select_related(*self.related) if source or self.document.pk else []
        return [
            {"id": None if source else line.pk, **self.row_of(line)}
            for line in lines
            if not source or self.may_copy(line)
        ]

    def row_of(self, line: Any) -> dict[str, Any]:
        """The values by field of a line that stands already."""
        return {name: getattr(line, self.column_of(name)) for name in self.columns}

    def may_copy(self, line: Any) -> bool:
        """Whether a copy of the document takes this line along."""
        return True

    def column_of(self, name: str) -> str:
        """The model column behind a form field."""
        return name

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        # A line whose fields were all emptied is a line that is not there, wherever it stands.
        form.empty_permitted, form.use_required_attribute = True, False
        self.prepare(form)
        return form

    @property
    def empty_form(self) -> Any:
        form = super().empty_form
        self.prepare(form)
        return form

    def prepare(self, form: Any) -> None:
        """Fit a form to the page: what its select boxes offer."""

    @staticmethod
    def offer_chosen(form: Any, name: str, names: dict[int, str]) -> None:
        """Only the chosen value: the page adds the others when it learns what the line is about."""
        if name in form.fields:
            value = form[name].value()
            known = names.get(int(value)) if str(value or "").isdecimal() else None
            form.fields[name].widget.choices = [(value, known)] if known else [("", "—")]

    # ---- checking ----

    @property
    def filled(self) -> list[Any]:
        """The forms that are lines, in order."""
        return [form for form in self.forms if form.has_changed() and not self._should_delete_form(form)]  # type: ignore[attr-defined]

    def form_at(self, position: int) -> Any:
        """The form of a line by its position (from 1), or None."""
        forms_now = self.filled if self.is_bound else self.forms
        return forms_now[position - 1] if 0 < position <= len(forms_now) else None

    def clean(self) -> None:
        rows = self.filled
        if len(rows) < self.min_lines:
            raise forms.ValidationError(_("Enter at least one line."))
        self.check_rows(rows)

    def check_rows(self, rows: list[Any]) -> None:
        """Look up what the lines name, for all of them at once, and set form.values; errors go to their fields."""

    # ---- writing ----

    def values_of(self, form: Any) -> dict[str, Any]:
        """The model columns of a line."""
        return {self.column_of(name): form.cleaned_data[name] for name in self.columns}

    def complete(self, line: Any) -> None:
        """Derive what follows from the values of a line: factors, amounts."""
        line.compute()

    def words_of(self, line: Any) -> list[str]:
        """A line as it is on the disk, in words."""
        return [str(line)]

    def described(self, document: Any) -> list[str]:
        """The lines of a document as they are on the disk, a few words each; one query."""
        return [" · ".join(self.words_of(line)) for line in document.lines.select_related(*self.related)]

    def write(self, document: Any) -> None:
        """Make the document's lines what the form says: changed, added and left out ones; four statements.

        Raises DomainError when a line that is left out is already used by another document.
        """
        model = document.lines.model
        kept = {line.pk: line for line in document.lines.all()}
        new: list[Any] = []
        changed: list[Any] = []
        for position, form in enumerate(self.filled, start=1):
            line = kept.pop(form.cleaned_data.get("id"), None)
            (new if line is None else changed).append(line := line or model(document=document))
            line.position = position
            for name, value in self.values_of(form).items():
                setattr(line, name, value)
            self.complete(line)
        try:
            model.objects.filter(pk__in=list(kept)).delete()
        except ProtectedError:
            raise DomainError(_("A line is already used by another document and cannot be left out.")) from None
        model.objects.bulk_create(new)
        names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
        model.objects.bulk_update(changed, names)


def lines_of(form: type[LineForm], *, base: type[LineFormSet], **attributes: Any) -> Any:
    """A formset class for one kind of document."""
    extra = attributes.pop("extra", 1)
    made = formset_factory(
        form, formset=base, extra=extra, can_delete=True, max_num=MAX_LINES, absolute_max=MAX_LINES + 100
    )
    return type(f"{form.__name__}Set", (made,), {"validate_max": True, **attributes})
