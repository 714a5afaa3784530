"""What the tests of the storehouse's screens share: posting a form as a browser does."""

from __future__ import annotations

import uuid
from typing import Any

from django.test import Client
from django.urls import reverse


def line_data(*lines: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """The fields of the line grid."""
    data: dict[str, Any] = {"lines-TOTAL_FORMS": len(lines), "lines-INITIAL_FORMS": initial}
    for place, line in enumerate(lines):
        data |= {f"lines-{place}-{name}": value for name, value in line.items()}
    return data


def request_data(house: Any, *lines: dict[str, Any], key: uuid.UUID | None = None, **fields: Any) -> dict[str, Any]:
    """A filled request form of the house's nurse."""
    rows = lines or ({"item": house.gloves.pk, "quantity": "4"},)
    return {
        "request_key": str(key or uuid.uuid4()),
        "purpose": "换药室",
        "warehouse": house.warehouse.pk,
        **line_data(*rows),
        **fields,
    }


def issue_data(requisition: Any, *quantities: Any, key: uuid.UUID | None = None, **fields: Any) -> dict[str, Any]:
    """A filled issue screen: one quantity for each open line."""
    lines = [line for line in requisition.lines.all() if line.open_quantity > 0]
    rows = [{"line": line.pk, "quantity": quantity} for line, quantity in zip(lines, quantities, strict=True)]
    return {
        "request_key": str(key or uuid.uuid4()),
        "received_by": "王护士",
        **line_data(*rows, initial=len(rows)),
        **fields,
    }


def as_user(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def said(response: Any) -> str:
    """The messages shown on the page a POST leads to."""
    return " ".join(str(message) for message in response.context["messages"]) if response.context else ""


def step(client: Client, document: Any, name: str, **fields: Any) -> Any:
    """Press a step button."""
    url = reverse(f"{document._meta.model_name}_step", args=(document.pk, name))
    return client.post(url, {"request_key": str(uuid.uuid4()), **fields}, follow=True)
