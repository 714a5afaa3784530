"""Disposals, cases of compensation and the classes of assets in the walk of permissions: papers in every state, rows of
the back office, and what their pages and the reports over the asset ledgers are opened with."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.urls import reverse

from assets.models import (
    Asset,
    AssetCategory,
    AssetLife,
    CategoryMapping,
    CompensationCase,
    CompensationPayment,
    Disposal,
)
from assets.services import compensation
from core import clock
from tests.factories import House
from tests.holding import make_asset, make_case, make_category, make_disposal
from tests.inventory.screens import line_data

from .permission_assets import ASSET_WORDS
from .permission_papers import Made, in_all_states
from .permission_walk import Row

PAPER_WORDS = {
    "disposal": {"own": "本科处置暗记", "foreign": "别科处置暗记", "other_house": "外院处置暗记"},
    "compensationcase": {"own": "本科赔偿暗记", "foreign": "别科赔偿暗记", "other_house": "外院赔偿暗记"},
    "valuechange": {"own": "本科变动暗记", "foreign": "别科变动暗记", "other_house": "外院变动暗记"},
    "cardsplit": {"own": "本科拆分暗记", "foreign": "别科拆分暗记", "other_house": "外院拆分暗记"},
}
"""Words in the papers of each kind and owner: whoever may not open such a paper must not read its word anywhere."""
Sent = tuple[str, dict[str, Any]]


def disposal_papers(owner: str, house: House) -> tuple[Made, dict[type, Any]]:
    """(papers in every state, rows by model): what the head of the owner's ward proposes; on one case money came in.
    A thing whose name is the word of its owner is past its life."""
    said, told = PAPER_WORDS["disposal"][owner], PAPER_WORDS["compensationcase"][owner]
    ward: dict[str, Any] = {"department": house.ward, "created_by": house.department_head}

    def disposal() -> Disposal:
        thing = make_asset(house, name=ASSET_WORDS[owner])
        return make_disposal(house, thing, reason=said, small_batches_reason=said, note=said, **ward)

    def case() -> CompensationCase:
        return make_case(house, damage=told, finding=told, note=told, **ward)

    made = {
        **in_all_states(owner, house, Disposal, disposal),
        **in_all_states(owner, house, CompensationCase, case),
    }
    made["compensationcase", owner, "paid"] = case_paid = in_all_states(owner, house, CompensationCase, case)[
        "compensationcase", owner, "approved"
    ]
    payment = compensation.receive(
        case_paid,
        amount=Decimal(10),
        paid_on=clock.today(),
        receipt_number=f"S-{owner}",
        actor=house.accountant,
    )
    old = make_asset(house, name=ASSET_WORDS[owner], life_months=12)
    long_ago = clock.today().replace(year=clock.today().year - 5)
    Asset.objects.filter(pk=old.pk).update(in_use_on=long_ago, next_charge=None, months_left=0)
    return made, {CompensationPayment: payment}


def shared_asset_rows() -> dict[type, Any]:
    """Rows about classes that belong to no house."""
    new, old = make_category("A02010199", "其他计算机"), make_category("2010199", "其他计算机", edition="2010")
    return {
        AssetCategory: new,
        CategoryMapping: CategoryMapping.objects.create(old=old, new=new, basis="测试"),
    }


def life_of_house(house: House, word: str) -> AssetLife:
    """The useful life that a house gave a class itself."""
    return AssetLife.objects.create(
        organization=house.organization,
        category=make_category("A02010199", "其他计算机"),
        minimum_months=48,
        valid_from=clock.today(),
        basis=word,
    )


def typed_asset_rows(house: House) -> dict[type, dict[str, Any]]:
    """What is typed to add a row of each model in the back office."""
    new, old = make_category("A02010198", "新计算机"), make_category("2010198", "旧计算机", edition="2010")
    return {
        AssetCategory: {"edition": "2022", "code": "A02010188", "name": "新品目", "card_type": "equipment"},
        CategoryMapping: {"old": old.pk, "new": new.pk, "basis": "新对照"},
        AssetLife: {
            "organization": house.organization.pk,
            "category": new.pk,
            "minimum_months": "24",
            "valid_from": clock.today().isoformat(),
            "basis": "新规",
        },
    }


class DisposalRequests:
    """Where the rows of the table about disposals, cases and reports over cards go."""

    world: Any

    def _house_of(self, row: Row) -> House:
        found: House = self.world.houses["own" if row.object == "none" else row.object]
        return found

    def _draft_of(self, row: Row, kind: str) -> Any:
        return self.world.document(kind, "own" if row.object == "none" else row.object, "draft")

    # ---- disposals ----

    def on_disposal_new(self, row: Row) -> Sent:
        return reverse(row.url), self._disposal(self._free_card(row)) if row.method == "POST" else {}

    def on_disposal_edit(self, row: Row) -> Sent:
        document = self._draft_of(row, "disposal")
        line = document.lines.get()
        data = self._disposal(line.asset_id, id=line.pk) | {"revision": document.revision, "note": "改"}
        return reverse(row.url, args=(document.pk,)), data if row.method == "POST" else {}

    def _free_card(self, row: Row) -> int:
        """A thing of the owner's ward that no paper has in hand."""
        cards = Asset.objects.filter(department=self._house_of(row).ward, claimed_by="", name=ASSET_WORDS[row.object])
        return cards.exclude(state="disposed").order_by("-pk")[0].pk

    @staticmethod
    def _disposal(asset: int, **line: Any) -> dict[str, Any]:
        head = {"request_key": str(uuid.uuid4()), "way": "scrap", "reason": "损坏", "technical_appraisal": "无法修复"}
        head["business_date"] = clock.today().isoformat()
        return head | line_data({"asset": asset, "finding": "烧毁", **line}, initial=len(line))

    def on_disposal_carry_out(self, row: Row) -> Sent:
        document = self.world.document("disposal", row.object, "approved")
        decision = {"approval_number": "院办9号", "approved_on": clock.today().isoformat()}
        data = {"request_key": str(uuid.uuid4()), **decision}
        return reverse(row.url, args=(document.pk,)), data if row.method == "POST" else {}

    # ---- cases of compensation ----

    def on_compensationcase_new(self, row: Row) -> Sent:
        return reverse(row.url), self._case(self._free_card(row)) if row.method == "POST" else {}

    def on_compensationcase_edit(self, row: Row) -> Sent:
        document = self._draft_of(row, "compensationcase")
        data = self._case(document.asset_id) | {"revision": document.revision, "note": "改"}
        return reverse(row.url, args=(document.pk,)), data if row.method == "POST" else {}

    @staticmethod
    def _case(asset: int) -> dict[str, Any]:
        words = {"damage": "摔碎", "finding": "未固定", "cause": "negligence", "basis": "net", "instalments": "1"}
        return {"request_key": str(uuid.uuid4()), "asset": asset, "happened_on": clock.today().isoformat(), **words}

    def on_compensationcase_receive(self, row: Row) -> Sent:
        document = self.world.document("compensationcase", row.object, "approved")
        data = {"amount": "5", "paid_on": clock.today().isoformat(), "receipt_number": "S-2"}
        return reverse(row.url, args=(document.pk,)), data if row.method == "POST" else {}

    def on_compensationcase_take_back(self, row: Row) -> Sent:
        payment = self.world.row(CompensationPayment, row.object)
        path = reverse(row.url, args=(payment.case_id, payment.pk))
        return path, {"reason": "开错"} if row.method == "POST" else {}

    # ---- searches and reports ----

    def on_asset_search(self, row: Row) -> Sent:
        return reverse(row.url), {"q": ASSET_WORDS[row.object]} if row.object in ASSET_WORDS else {}

    def on_asset_ledger(self, row: Row) -> Sent:
        """A report over cards, of the department of the owner where the row names one."""
        today = clock.today()
        data = {"month": f"{today:%Y-%m}", "as_of": today.isoformat(), "format": "print"}
        if row.object == "none":
            return reverse(row.url), {}
        return reverse(row.url), {**data, "department": self._house_of(row).ward.pk}

    on_asset_changes = on_asset_class_summary = on_depreciation_detail = on_depreciation_summary = on_asset_ledger
    on_idle_assets = on_assets_past_life = on_asset_disposals = on_asset_ledger
