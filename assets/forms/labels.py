"""Which things get labels, how large and how many."""

from typing import Any

from django.utils.translation import gettext as _

from core.labels import MOST_LABELS, LabelSizeForm


class AssetLabelForm(LabelSizeForm):
    """The things are those of a list as it was filtered; of a short list single ones may be left out."""

    field_order = ("size", "copies", "skip")

    def __init__(self, *args: Any, cards: Any, **kwargs: Any) -> None:
        """cards: the rows of the list."""
        super().__init__(*args, **kwargs)
        self.cards = cards

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        count = self.cards.count()
        if not count:
            self.add_error(None, _("Choose at least one thing."))
        if count * data["copies"] > MOST_LABELS:
            self.add_error(None, _("At most %(count)d labels at once; choose fewer.") % {"count": MOST_LABELS})
        return data
