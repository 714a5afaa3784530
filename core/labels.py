"""Labels with codes, on sheets and from label printers: sizes, how many, and how they are cut into sheets.

templates/print/labels.html and static/css/labels.css draw them; an app says what stands on its labels.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

MOST_LABELS = 2000
SHEETS = (
    ("a4-24", gettext_lazy("A4 sheet, 24 labels of 70 × 37 mm")),
    ("a4-14", gettext_lazy("A4 sheet, 14 labels of 99.1 × 38.1 mm")),
    ("a4-40", gettext_lazy("A4 sheet, 40 labels of 48.5 × 25.4 mm")),
)
SINGLES = (
    ("single-60x40", gettext_lazy("label printer, 60 × 40 mm")),
    ("single-50x30", gettext_lazy("label printer, 50 × 30 mm")),
    ("single-70x30", gettext_lazy("label printer, 70 × 30 mm")),
    ("single-40x30", gettext_lazy("label printer, 40 × 30 mm")),
    ("single-70x50", gettext_lazy("label printer, 70 × 50 mm")),
)
SIZES = (*SHEETS, *SINGLES)
LABELS_A_SHEET = {"a4-24": 24, "a4-14": 14, "a4-40": 40, **{size: 1 for size, _words in SINGLES}}


class LabelSizeForm(forms.Form):
    """On what labels are printed and how many of each."""

    size = forms.ChoiceField(label=gettext_lazy("Size"), choices=SIZES, initial="a4-24")
    copies = forms.IntegerField(label=gettext_lazy("Copies of each"), min_value=1, max_value=100, initial=1)
    skip = forms.IntegerField(
        label=gettext_lazy("Labels already used on the first sheet"), min_value=0, max_value=39, initial=0
    )


def sheets_of(labels: Sequence[dict[str, Any]], data: dict[str, Any]) -> list[list[dict[str, Any] | None]]:
    """Labels cut into sheets as the cleaned form says; the places used before stay empty on the first."""
    each = LABELS_A_SHEET[data["size"]]
    copied = [label for label in labels for _copy in range(data["copies"])]
    places: list[dict[str, Any] | None] = [*([None] * (data["skip"] % each)), *copied]
    return [places[start : start + each] for start in range(0, len(places), each)]
