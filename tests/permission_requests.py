"""Where each row of the table of permissions goes: the address it opens and what it sends there."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib.auth.tokens import default_token_generator
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from core import clock
from core.documents import registry
from core.documents.models import Delegation, Signature
from core.documents.routes import next_signature
from core.models import ImportJob
from core.models.attachments import Attachment
from directory.models import User
from inventory.models import (
    GoodsIssue,
    GoodsReceipt,
    ItemShelf,
    OldPieceDisposal,
    OpeningStock,
    Requisition,
    StockCount,
    StockTransfer,
    ToolLoan,
    TradeIn,
    WriteOff,
)
from procurement.models import BudgetDecision
from tests.factories import PASSWORD
from tests.inventory.screens import line_data

from .permission_additions import AdditionRequests
from .permission_assets import AssetRequests
from .permission_buying_requests import BUYING, BuyingRequests, state_before
from .permission_contracts import ContractRequests
from .permission_counts import CountRequests
from .permission_custody import CustodyRequests
from .permission_dispatching import DispatchRequests
from .permission_disposals import DisposalRequests
from .permission_house import MARKERS, NEW_PASSWORD, PDF, PermissionHouse, changed_field, filled_form, workbook
from .permission_paper_requests import EARLIER, StoreRequests, later_head
from .permission_repairs import RepairRequests
from .permission_reports import ReportRequests
from .permission_timeliness import TimingRequests
from .permission_upkeep import UpkeepRequests
from .permission_values import ValueRequests
from .permission_walk import Row

PLAIN = ("index", "login", "logout", "password_change", "password_change_done", "jsi18n")
"""Addresses of the back office that take nothing."""
STATE_SHOWN = {"edit": "draft", "issue": "approved", "close_rest": "approved"}
OWN_FORMS = (OldPieceDisposal, StockCount, StockTransfer, ToolLoan, TradeIn, WriteOff)
"""Kinds whose forms ask for more than the usual (permission_paper_requests.later_head)."""
Sent = tuple[str, dict[str, Any]]


class Requests(
    StoreRequests,
    BuyingRequests,
    AssetRequests,
    AdditionRequests,
    CountRequests,
    CustodyRequests,
    ValueRequests,
    DisposalRequests,
    DispatchRequests,
    ContractRequests,
    RepairRequests,
    TimingRequests,
    ReportRequests,
    UpkeepRequests,
):
    """Turns rows into requests, for the rows of one PermissionHouse."""

    def __init__(self, world: PermissionHouse) -> None:
        self.world = world
        self.office = Client()
        self.office.force_login(world.superuser)
        self._pages: dict[str, dict[str, Any]] = {}
        self.kinds = {kind.model._meta.model_name: kind.model for kind in registry.all_types()}
        self.special: dict[str, Callable[[Row], Sent]] = {
            name.removeprefix("on_"): getattr(self, name) for name in dir(self) if name.startswith("on_")
        }

    def of(self, row: Row) -> Sent:
        """(path, data) of a row. Raises KeyError when nobody said what to open the address with."""
        name = row.url.removeprefix("admin:").replace(":", "_")
        if row.url.startswith("admin:") and f"admin_{name}" in self.special:
            return self.special[f"admin_{name}"](row)
        if not row.url.startswith("admin") and row.url in self.special:
            return self.special[row.url](row)
        if row.url.startswith("admin"):
            return self._back_office(row)
        kind, _line, screen = row.url.partition("_")
        if kind in self.kinds:
            return self._document(row, self.kinds[kind], screen)
        return reverse(row.url), {"q": MARKERS.get(row.object, "")} if row.method == "GET" else {}

    # ---- documents in the front of house ----

    def _document(self, row: Row, model: Any, screen: str) -> Sent:
        if model in BUYING:
            return self._buying(row, model, screen)
        kind, key = model._meta.model_name, str(uuid.uuid4())
        if screen in ("list", "export", "repeat", "choose"):
            return reverse(row.url), {}
        if model in EARLIER and screen == "new" and row.object != "none":
            return self._following(row, model)
        if screen == "new":
            return reverse(row.url), self._head(model, row.object) if row.method == "POST" else {}
        if screen == "step":
            document = self.world.document(kind, row.object, state_before(model, row.case))
            return reverse(row.url, args=(document.pk, row.case)), {"reason": "理由", "request_key": key}
        state = STATE_SHOWN.get(screen, "submitted")
        document = self.world.document(kind, row.object, state)
        data: dict[str, Any] = {"reason": "理由", "request_key": key}
        if screen == "edit" and model in EARLIER:
            return self._following(row, model, document)
        if screen == "edit":
            data = self._head(model, row.object, document)
        elif screen == "issue":
            lines = [{"line": line.pk, "quantity": "1"} for line in document.lines.all()]
            data |= {"received_by": "王护士", **line_data(*lines, initial=len(lines))}
        return reverse(row.url, args=(document.pk,)), data if row.method == "POST" else {}

    def _head(self, model: Any, owner: str, document: Any = None) -> dict[str, Any]:
        """A filled form of a document about a store of this owner."""
        house = self.world.houses[owner if owner in MARKERS else "own"]
        line: dict[str, Any] = {"item": house.gloves.pk, "quantity": "3", "unit_price": "2"}
        line |= {"condition": "broken", "destination": "recycle"} if model is TradeIn else {}
        if model is ToolLoan:
            line["item"] = self.world.row(ToolLoan, owner).lines.get().item_id
        if document is not None and model is not StockCount:
            line = {**line, "item": document.lines.get().item_id, "id": document.lines.get().pk}
        data = {"request_key": str(uuid.uuid4()), "warehouse": house.warehouse.pk, "note": "改", "purpose": "换药室"}
        data |= line_data(line, initial=1 if document else 0)
        if model is Requisition:
            data["department"] = house.logistics.pk  # asked of who heads several: the leader, who heads a class too
        else:
            data["business_date"] = clock.today().isoformat()
        if model is GoodsIssue:
            data["department"] = house.ward.pk
        if model is GoodsReceipt:
            data |= {"kind": "purchase", "supplier": house.supplier.pk}
        if model in OWN_FORMS:
            data |= later_head(self.world, house, model, self.world.row(model, owner))
        return data | ({"revision": document.revision} if document else {})

    # ---- the back office ----

    def _back_office(self, row: Row) -> Sent:
        if row.url.removeprefix("admin:") in PLAIN:
            return reverse(row.url), {}
        if "?P<url>" in row.url:
            return "/admin/no/such/page/", {}
        if not row.url.startswith("admin:"):  # a pattern without a name, known by its route
            _admin, app, name, _key = row.url.split("/", 3)
            return f"/admin/{app}/{name}/{self.world.row(apps.get_model(app, name), row.object).pk}/", {}
        app, name, page = row.url.removeprefix("admin:").split("_", 2)
        model = apps.get_model(app, name)
        if page in ("changelist", "export"):
            return reverse(row.url), {}
        if page == "add":
            return reverse(row.url), self._added(model, row) if row.method == "POST" else {}
        target = self.world.row(model, row.object, state_before(model, row.case) if page == "step" else "draft")
        if page == "step":
            return reverse(row.url, args=(target.pk, row.case)), {"reason": "理由", "request_key": str(uuid.uuid4())}
        if page == "simple_history":
            change = reverse(f"admin:{app}_{name}_change", args=(target.pk,))
            path = reverse(row.url, args=(target.pk, target.history.first().pk))
            return path, self._changed(model, change) if row.method == "POST" else {}
        path = reverse(row.url, args=(target.pk,))
        if row.method == "GET":
            return path, {}
        data = {"change": self._changed, "delete": lambda *_: {"post": "yes"}}.get(page, lambda *_: {})(model, path)
        return path, data | ({"roles": ["buyer"]} if page == "roles" else {})

    def _page(self, path: str, model: Any) -> dict[str, Any]:
        if path not in self._pages:
            self._pages[path] = filled_form(self.office, path, model)
        return dict(self._pages[path])

    def _changed(self, model: Any, path: str) -> dict[str, Any]:
        changed = {"item": self.world.home.vaccine.pk} if model is ItemShelf else {changed_field(model): "改过"}
        return self._page(path, model) | self.world.changes.get(model, changed)

    def _added(self, model: Any, row: Row) -> dict[str, Any]:
        page = self._page(reverse(row.url), model)
        if model not in self.kinds.values():
            return page | self.world.new.get(model, {}) | self._of_store(model, row)
        house = self.world.houses[row.object if row.object in MARKERS else "own"]
        if model is BudgetDecision:
            return page | self._decision_in_office(house)
        data: dict[str, Any] = page | {
            "warehouse": house.warehouse.pk,
            "business_date": clock.today().isoformat(),
            "kind": "other",
            "lines-TOTAL_FORMS": "1",
            "lines-0-item": house.gloves.pk,
            "lines-0-unit": house.gloves.unit_id,
            "lines-0-quantity": "2",
            "lines-0-unit_price": "3",
            "lines-0-old_quantity": "0",
            "lines-0-amount": "0",
            "lines-0-salvage": "0",
        }
        if model in OWN_FORMS:
            data |= later_head(self.world, house, model, self.world.row(model, row.object))
        return data | ({"department": house.ward.pk} if model in (GoodsIssue, Requisition) else {})

    # ---- addresses with their own ways ----

    def on_login(self, row: Row) -> Sent:
        return reverse("login"), {"username": self.world.home.requester.employee_number, "password": PASSWORD}

    def on_set_language(self, row: Row) -> Sent:
        return reverse("set_language"), {"language": "en", "next": "/"}

    def on_waiting_sign(self, row: Row) -> Sent:
        return reverse("waiting_sign"), {"signature": self._signature(row), "request_key": str(uuid.uuid4())}

    def on_waiting_document(self, row: Row) -> Sent:
        if row.case:
            return reverse("waiting_document", args=(self._signature_of(row),)), {}
        data = {"decision": "approve", "request_key": str(uuid.uuid4())}
        if row.method == "POST":
            for line in self.world.row(Requisition, row.object, "submitted").lines.all():
                data[f"quantity-{line.pk}"] = "1"
        return reverse("waiting_document", args=(self._signature(row),)), data if row.method == "POST" else {}

    def _signature(self, row: Row) -> int:
        return self.world.row(Signature, row.object).pk

    def _signature_of(self, row: Row) -> int:
        """The signature that a submitted paper of the kind named in the case waits for."""
        document = self.world.document(row.case, row.object, "submitted")
        return next_signature(document).pk

    def on_attachment(self, row: Row) -> Sent:
        return reverse("attachment", args=(self.world.row(Attachment, row.object).key,)), {}

    def on_attachment_add(self, row: Row) -> Sent:
        label = row.case or "inventory.requisition"
        if label == "assets.asset":
            document: Any = self.world.cards[row.object].card
        else:
            document = self.world.document(label.partition(".")[2], row.object, "submitted")
        path = reverse("attachment_add", args=(label, document.pk))
        return path, {"file": SimpleUploadedFile("minutes.pdf", PDF)} if row.method == "POST" else {}

    def on_profile(self, row: Row) -> Sent:
        today = clock.today().isoformat()
        substitute = self.world.houses[row.object if row.object in MARKERS else "own"].other_head.pk
        data = {"substitute": substitute, "from_date": today, "to_date": today}
        return reverse("profile"), data if row.method == "POST" else {}

    def on_password_change(self, row: Row) -> Sent:
        data = {"old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
        return reverse("password_change"), data if row.method == "POST" else {}

    def on_delegation_end(self, row: Row) -> Sent:
        return reverse("delegation_end", args=(self.world.row(Delegation, row.object).pk,)), {}

    def on_password_set(self, row: Row) -> Sent:
        person = self.world.row(User, row.object)
        token = default_token_generator.make_token(person) if row.case == "good link" else "abc-def"
        path = reverse("password_set", args=(urlsafe_base64_encode(force_bytes(person.pk)), token))
        return path, {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD} if row.method == "POST" else {}

    def on_signers(self, row: Row) -> Sent:
        if row.object == "none":
            return reverse("signers"), {}
        department = self.world.houses[row.object].ward.pk
        return reverse("signers"), {"kind": "inventory.requisition", "department": department, "amount": "10"}

    def on_import_start(self, row: Row) -> Sent:
        rows = [["code", "name", "category", "unit"], ["H1-Y", "新扫帚", "01", "个"]]
        if row.case.endswith("line"):
            rows = [["item", "unit", "quantity", "unit_price"], [self.world.home.gloves.code, "个", 8, 25]]
        path = self._import_path(row)
        return path, {"file": workbook(*rows)} if row.method == "POST" else self._parent(row)

    def on_import_template(self, row: Row) -> Sent:
        return self._import_path(row), self._parent(row)

    def _import_path(self, row: Row) -> str:
        path = reverse(row.url, args=(row.case,))
        parent = self._parent(row)
        return f"{path}?parent={parent['parent']}" if parent and row.method == "POST" else path

    def _parent(self, row: Row) -> dict[str, Any]:
        models = {"inventory.openingstockline": OpeningStock, "inventory.goodsreceiptline": GoodsReceipt}
        return {"parent": self.world.row(models[row.case], row.object).pk} if row.case in models else {}

    def on_import_check(self, row: Row) -> Sent:
        return reverse(row.url, args=(self.world.row(ImportJob, row.object).key,)), {}

    on_import_confirm = on_import_marked = on_import_check

    def on_stock_on_hand(self, row: Row) -> Sent:
        """A report, with the store of the owner asked for where the row names one."""
        if row.object == "none":
            return reverse(row.url), {}
        house = self.world.houses[row.object]
        return reverse(row.url), {
            "warehouse": house.warehouse.pk,
            "item": house.gloves.pk,
            "month": f"{clock.today():%Y-%m}",
        }

    on_item_ledger = on_stock_summary = on_consumption = on_department_issues = on_stock_on_hand
    on_slow_moving = on_price_changes = on_supplier_deliveries = on_expiry = on_quota_use = on_stock_on_hand
    on_old_piece_stock = on_old_piece_debts = on_trade_in_register = on_stock_on_hand

    def on_admin_autocomplete(self, row: Row) -> Sent:
        data = {"app_label": "inventory", "model_name": "warehouse", "field_name": row.case}
        return reverse("admin:autocomplete"), {**data, "term": MARKERS.get(row.object, "")}

    def on_admin_view_on_site(self, row: Row) -> Sent:
        kind = ContentType.objects.get_for_model(Requisition)
        return reverse(row.url, args=(kind.pk, self.world.document("requisition", row.object, "draft").pk)), {}

    def on_admin_app_list(self, row: Row) -> Sent:
        return reverse(row.url, kwargs={"app_label": row.case}), {}

    def on_admin_core_period_close(self, row: Row) -> Sent:
        return reverse(row.url), {"month": f"{clock.today().year - 1}-02"} if row.method == "POST" else {}

    def on_admin_core_period_reopen(self, row: Row) -> Sent:
        period = f"{clock.today().year - 1}-01"
        return reverse(row.url), {"month": period, "reason": "漏记一单"} if row.method == "POST" else {}
