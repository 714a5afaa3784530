"""The codes of places."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from core.errors import NotAllowed
from directory.models import Place
from maintenance.models import PlaceCode


@transaction.atomic
def codes_for(places: Sequence[Place], *, actor: Any) -> list[tuple[Place, str]]:
    """(place, token) of every place, in order; those without a code get one. Three statements however many they are.

    Raises NotAllowed for a place of another organization.
    """
    if any(place.organization_id != actor.organization_id for place in places):
        raise NotAllowed("")
    known = set(PlaceCode.objects.filter(place__in=places).values_list("place", flat=True))
    missing = [PlaceCode(place=place) for place in places if place.pk not in known]
    PlaceCode.objects.bulk_create(missing, ignore_conflicts=True)
    tokens = dict(PlaceCode.objects.filter(place__in=places).values_list("place", "token"))
    return [(place, tokens[place.pk]) for place in places]
