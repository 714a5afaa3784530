"""Columns and words that several pages of procurement share."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.documents.lifecycle import Status
from core.numbers import plain
from core.views.tables import Column

PREVIEWED = 2
PROGRESS = Column(
    "progress",
    gettext_lazy("Progress"),
    "status",
    lambda d: (d.progress, d.get_progress_display()) if d.status == Status.APPROVED else None,
    sort=("progress",),
)
CODE = Column("code", gettext_lazy("Code"), "code", lambda line: line.item.code if line.item else "")
THING = Column("title", gettext_lazy("Thing"), css="goods")
SPECIFICATION = Column("described", gettext_lazy("Specification"))
CATEGORY = Column("category", gettext_lazy("Purchase category"))
QUANTITY = Column("quantity", gettext_lazy("Quantity"), "quantity")
UNIT = Column("unit", gettext_lazy("Unit"))
PRICE = Column("unit_price", gettext_lazy("Estimated price"), "price")
LINE_AMOUNT = Column("amount", gettext_lazy("Amount"), "money", total=True)
TREATMENT = Column("treatment", gettext_lazy("What becomes of it"), value=lambda line: line.get_treatment_display())
THING_IN_FULL = Column(
    "thing", gettext_lazy("Thing"), css="goods", value=lambda line: f"{line.title} {line.described}".strip()
)
AMOUNT_ASKED = Column(
    "asked", gettext_lazy("Quantity"), css="num", value=lambda line: f"{plain(line.quantity)} {line.unit}"
)
"""Both with what belongs to them, for pages with little room."""
WANTED_RELATED = ("item__unit", "unit", "category")
"""What these columns read of a WantedLine."""


def preview(lines: Sequence[Any], *, title: str = "title", quantity: str = "quantity") -> str:
    """The first two lines in words: 医用手套 ×4, 复印纸 ×2 …; title, quantity: where a line says them, with dots."""
    said, counted = attrgetter(title), attrgetter(quantity)
    text = _(", ").join(f"{said(line)} ×{plain(counted(line))}" for line in lines[:PREVIEWED])
    rest = len(lines) - PREVIEWED
    return _("%(items)s and %(count)d more") % {"items": text, "count": rest} if rest > 0 else text
