"""R-PRC-16: the papers of a purchase are kept at least fifteen years; what has a number is never deleted at all."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.test import RequestFactory

from core.documents.registry import all_types
from core.documents.services import delete_draft
from core.errors import DomainError
from directory.models import User
from tests.factories import MAKERS, House, run

KINDS = [kind for kind in all_types() if kind.model._meta.app_label == "procurement"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.model.__name__)
def test_R_PRC_16_a_paper_with_a_number_stays(house: House, kind: Any) -> None:
    """Neither its maker nor a superuser deletes it, in whatever state; a draft that was returned keeps its number."""
    document = run(house, MAKERS[kind.model](house), "submit")
    boss = User.objects.create_superuser("root", name="root", organization=house.organization)
    request = RequestFactory().get("/")
    request.user = boss
    office = admin.site.get_model_admin(kind.model)
    for steps in ((), ("reject",), ("submit", "cancel")):
        document = run(house, document, *steps) if steps else document
        for person in (document.created_by, boss):
            with pytest.raises(DomainError):
                delete_draft(document, actor=person)
        assert not office.has_delete_permission(request, document)
        assert "delete_selected" not in office.get_actions(request)
        assert kind.model._base_manager.filter(pk=document.pk, number=document.number).exists()
