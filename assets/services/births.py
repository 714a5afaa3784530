"""The first rows of new cards in both ledgers and in their history, copied from the cards inside the database.

Says what `ledger.first_holders` and `ledger.first_values` say, in three statements for any number of cards: an opening
list brings tens of thousands at once. A test keeps both the same.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models import DateField, DateTimeField, F, Value

from assets.models import Asset, AssetMove, AssetValueMove
from core import clock
from core.documents.models import Document

from .ledger import HOLDER


def enter(assets: Sequence[Asset], *, document: Document, actor: Any) -> None:
    """Write the rows of cards that this document has just made; inside its transaction."""
    keys = [asset.pk for asset in assets]
    paper = {
        "organization_id": F("organization_id"),
        "business_date": Value(document.business_date, DateField()),
        "posted_at": Value(clock.now(), DateTimeField()),
        "posted_by_id": Value(actor.pk),
        "content_type_id": Value(ContentType.objects.get_for_model(document).pk),
        "object_id": Value(document.pk),
        "number": Value(document.number or ""),
        "asset_id": F("pk"),
    }
    holders = {f"to_{name}": F(name) for name in HOLDER} | {"from_state": Value("")}
    _copy(keys, AssetMove, {**paper, **holders})
    worth = {
        "kind": Value(AssetValueMove.Kind.ADDITION.value),
        "cost": F("original_value"),
        "fiscal": F("fiscal_fund"),
        "accumulated": F("accumulated"),
        "months": F("months_charged"),
        "department_id": F("department_id"),
        "account": F("account"),
        "expense_account": Value(""),
    }
    _copy(keys, AssetValueMove, {**paper, **worth})
    _copy(keys, Asset.history.model, _history(document, actor))


def _history(document: Document, actor: Any) -> dict[str, Any]:
    own = {
        "history_date": Value(clock.now(), DateTimeField()),
        "history_change_reason": Value(document.number or ""),
        "history_type": Value("+"),
        "history_user_id": Value(actor.pk),
    }
    columns = [field.attname for field in Asset.history.model._meta.concrete_fields]
    kept = {name: F(name) for name in columns if not name.startswith("history_")}
    return {**kept, **own}


def _copy(keys: Sequence[int], target: type[models.Model], values: Mapping[str, Any]) -> None:
    """INSERT ... SELECT over the cards; values: by column of the target, an expression over a card."""
    rows = Asset.objects.filter(pk__in=keys).order_by("pk").values_list(*values.values())
    select, params = rows.query.sql_with_params()
    columns = ", ".join(connection.ops.quote_name(name) for name in values)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {target._meta.db_table} ({columns}) {select}", params)
