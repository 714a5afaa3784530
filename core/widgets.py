"""Form widgets shared by every app."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

PERSONS = ("person_search", "anyone_search")
"""Views that search people, who have a number instead of a code."""


class PickerInput(forms.Widget):
    """A search box in place of a long <select>: by code, name or pinyin initials, for keyboards and thumbs.

    The hidden field carries the primary key. `search_url` is the name of a view that answers `?q=`, `?ids=` and
    `?codes=` as docs/screens.md describes. `label_of` makes the words shown for a chosen row; without it the page asks
    the search view by `?ids=`, once for all rows. Use it as the widget of a ModelChoiceField with an unsliced queryset.
    `free`: words that match nothing may stand; a line of a grid then keeps them in its hidden field `name`.
    """

    template_name = "widgets/picker.html"

    def __init__(
        self, search_url: str, *, label_of: Callable[[Any], str] | None = None, free: bool = False, **kwargs: Any
    ) -> None:
        self.free = free
        self.search_url = reverse_lazy(search_url)
        self.label_of = label_of
        hint = _("Number, name or initials") if search_url in PERSONS else _("Code, name or initials")
        attrs = {"placeholder": hint, **(kwargs.pop("attrs", None) or {})}
        super().__init__(attrs=attrs, **kwargs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["search_url"] = str(self.search_url)
        context["widget"]["free"] = self.free
        context["widget"]["label"] = self.label_of(value) if self.label_of and value else ""
        return context


class DayInput(forms.DateInput):
    """A day as 2026-11-23, whatever the language of the browser, with a button for its calendar (static/js/day.js)."""

    template_name = "widgets/day.html"
    input_type = "text"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        own = {
            "data-day-text": True,
            "autocomplete": "off",
            "inputmode": "numeric",
            "maxlength": "12",
            "placeholder": _("YYYY-MM-DD"),
        }
        super().__init__(attrs={**own, **(attrs or {})}, format="%Y-%m-%d")
