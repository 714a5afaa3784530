"""Runs of depreciation that begin at the same moment."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.contenttypes.models import ContentType

from assets.models import DepreciationRun
from assets.services import depreciation, schedule
from core import clock
from core.documents.models import DocumentEvent
from core.errors import DomainError
from tests.factories import make_house, run
from tests.holding import make_asset
from tests.inventory.test_concurrency import outcome, race, step
from tests.valuing import make_run


@pytest.mark.django_db(transaction=True)
def test_the_first_runs_of_two_months_at_once(transactional_db):
    """R-AST-08: the earlier month is posted before the later one, or refused; never after it."""
    house = make_house()
    asset = make_asset(house, in_use_on=clock.today().replace(day=1) - dt.timedelta(days=70))
    newest = depreciation.month_to_run(house.organization.pk)
    days = [schedule.first_day(newest - back) for back in (1, 0)]
    runs = [run(house, make_run(house, day.year, day.month), "submit") for day in days]
    won = outcome(race(*(step(document, "post", house.accountant) for document in runs)), DomainError)
    months = [document.month_index for document in won]
    assert newest in months
    posted = DocumentEvent.objects.filter(step="post", object_id__in=[document.pk for document in won])
    posted = posted.filter(content_type=ContentType.objects.get_for_model(DepreciationRun)).order_by("pk")
    order = [next(one.month_index for one in runs if one.pk == event.object_id) for event in posted]
    assert order == sorted(months)
    asset.refresh_from_db()
    assert asset.next_charge == newest + 1
    assert sum(asset.value_moves.filter(kind="depreciation").values_list("accumulated", flat=True)) == asset.accumulated
