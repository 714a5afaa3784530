"""An acceptor adds a photo on his phone, on the very page he signs on."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.urls import reverse
from PIL import Image

from core.documents.routes import waiting_for
from core.models import Attachment
from tests.buying import make_acceptance, order_approved, take
from tests.factories import House

from .looking import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_photo_is_added_where_the_delivery_is_signed(house: House, sign_in: Any) -> None:
    document = take(make_acceptance(house, order_approved(house)), ("submit", house.acceptor))
    place = reverse("waiting_document", args=(waiting_for(house.asset_manager).get().pk,))
    page = sign_in("asset_manager", place, phone=True)
    look(page, "acceptance-signing")
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(picture, "JPEG")
    file = {"name": "到货.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("link", name="到货.jpg").wait_for()
    assert page.url.endswith(place)
    assert Attachment.objects.get().object_id == document.pk
    look(page, "acceptance-signing-photo")
    page.get_by_role("button", name="同意").click()
    page.wait_for_load_state()
    document.refresh_from_db()
    assert document.status == "approved"
