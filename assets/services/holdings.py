"""What people hold of the assets, told to the directory when somebody leaves or changes his department (R-AST-11)."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from assets.selectors import held_by
from directory.services.leaving import NAMED, Holding


def holdings(person: Any) -> Iterator[Holding]:
    """Things that the person uses or keeps, with the page where all of them are handed over."""
    rows = held_by(person).order_by("number")
    count = rows.count()
    if count:
        names = [str(asset) for asset in rows[:NAMED]]
        yield Holding(_("asset cards"), names, count, reverse("custody_of_person", args=(person.pk,)))
