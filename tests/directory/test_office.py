"""The back office and the office pages: who may see, change and grant what."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from core.admin_base import ReadOnlyAdmin
from core.models import DutyConflict, Period
from directory.models import Department, Role, Supplier, User
from directory.services.accounts import one_time_path
from inventory.models import GoodsReceipt, Item, StockMove
from tests.factories import House, make_house, make_person, make_receipt, make_requisition, receive, run


def signed_in(house: House, code: str) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(house.again(code))
    return client


@pytest.fixture
def stocked(house: House) -> House:
    receive(house, (house.gloves, 10, 5))
    run(house, make_requisition(house, (house.gloves, 6)))
    return house


def admin_pages(house: House) -> list[tuple[str, Any]]:
    """Every list of the project's own models, with one row of it."""
    own = [a for m, a in admin.site._registry.items() if m._meta.app_label in ("core", "directory", "inventory")]
    return [(a.opts.label_lower, a) for a in own]


def test_groups_are_reached_only_through_roles(house: House) -> None:
    assert not admin.site.is_registered(Group)
    assert admin.site.is_registered(Role)


def test_the_auditor_opens_everything_and_changes_nothing(stocked: House) -> None:
    client = signed_in(stocked, "auditor")
    for _label, model_admin in admin_pages(stocked):
        assert client.get(model_admin_url(model_admin, "changelist")).status_code == 200, model_admin
        if (row := model_admin.model.objects.first()) is not None:
            page = client.get(model_admin_url(model_admin, "change", row.pk))
            assert page.status_code in (200, 302), (model_admin, page.status_code)
            if page.status_code == 200:
                assert page.context["has_change_permission"] is False, model_admin
                answer = client.post(model_admin_url(model_admin, "change", row.pk), {"name": "verändert"})
                assert answer.status_code == 403, model_admin
    assert not User.objects.filter(name="verändert").exists()


def model_admin_url(model_admin: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_{page}", args=args)


def test_superusers_can_open_every_page(stocked: House) -> None:
    User.objects.create_superuser("root", "a-long-test-password", name="root")
    client = Client()
    client.force_login(User.objects.get(employee_number="root"))
    for _label, model_admin in admin_pages(stocked):
        assert client.get(model_admin_url(model_admin, "changelist")).status_code == 200, model_admin
        add = client.get(model_admin_url(model_admin, "add"))
        assert add.status_code in (200, 403), model_admin
        if (row := model_admin.model.objects.last()) and str(row) != "-":
            assert client.get(model_admin_url(model_admin, "change", row.pk)).status_code == 200, model_admin
            assert client.get(model_admin_url(model_admin, "history", row.pk)).status_code == 200, model_admin


def test_ledgers_are_read_only_even_for_superusers(stocked: House) -> None:
    superuser = User.objects.create_superuser("root", "a-long-test-password", name="root")
    client = Client()
    client.force_login(superuser)
    move = StockMove.objects.first()
    for model, model_admin in admin.site._registry.items():
        if isinstance(model_admin, ReadOnlyAdmin):
            row = model.objects.first()
            assert client.get(model_admin_url(model_admin, "add")).status_code == 403
            if row:
                assert client.post(model_admin_url(model_admin, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert StockMove.objects.filter(pk=move.pk).exists()


def test_another_houses_rows_answer_like_absent_ones(stocked: House, other_house: House) -> None:
    foreign = make_receipt(other_house)
    client = signed_in(stocked, "storekeeper")
    absent = client.get(reverse("admin:inventory_goodsreceipt_change", args=(987654,)))
    for page in ("change", "history"):
        found = client.get(reverse(f"admin:inventory_goodsreceipt_{page}", args=(foreign.pk,)))
        assert (found.status_code, found["Location"]) == (302, absent["Location"])
    assert client.post(reverse("admin:inventory_goodsreceipt_step", args=(foreign.pk, "submit"))).status_code == 404
    foreign.refresh_from_db()
    assert foreign.status == "draft"
    system = signed_in(stocked, "system_administrator")
    for row, name in ((other_house.ward, "department"), (other_house.storekeeper, "user")):
        assert system.get(reverse(f"admin:directory_{name}_change", args=(row.pk,))).status_code == 302
        assert system.get(reverse(f"admin:directory_{name}_history", args=(row.pk,))).status_code == 404
        page = system.get(reverse(f"admin:directory_{name}_changelist"))
        assert reverse(f"admin:directory_{name}_change", args=(row.pk,)) not in page.content.decode()


def autocomplete(client: Client, model: str, field: str, term: str) -> Any:
    app, name = model.split(".")
    query = {"app_label": app, "model_name": name, "field_name": field, "term": term}
    return client.get(reverse("admin:autocomplete"), query)


def test_autocompletes_offer_only_ones_own_house(house: House, other_house: House) -> None:
    client = signed_in(house, "storekeeper")
    names = [
        row["text"] for row in autocomplete(client, "inventory.goodsreceipt", "accepted_by", "H").json()["results"]
    ]
    assert any("H1" in name for name in names)
    assert not any("H2" in name for name in names)
    house.gloves.active = False
    house.gloves.save()
    found = autocomplete(client, "inventory.goodsreceiptline", "item", "YYST").json()["results"]
    assert [row["id"] for row in found] == [str(other_house.gloves.pk)]


def test_masked_columns_cannot_be_guessed(house: House) -> None:
    Supplier.objects.filter(pk=house.supplier.pk).update(bank_account="6222001234567890")
    client = signed_in(house, "system_administrator")
    page = client.get(reverse("admin:directory_supplier_change", args=(house.supplier.pk,)))
    assert "6222001234567890" not in page.content.decode()
    guess = {"bank_account__startswith": "6222"}
    assert client.get(reverse("admin:directory_supplier_changelist"), guess).status_code == 400
    assert client.post(reverse("admin:directory_supplier_reveal", args=(house.supplier.pk,))).status_code == 403
    shown = signed_in(house, "accountant").post(
        reverse("admin:directory_supplier_reveal", args=(house.supplier.pk,)), follow=True
    )
    assert "6222001234567890" in shown.content.decode()


def roles_of(user: User) -> set[str]:
    return set(Role.objects.filter(group__user=user).values_list("code", flat=True))


def test_roles_are_granted_by_the_rights_administrator_alone_and_never_to_himself(house: House) -> None:
    page = reverse("admin:directory_user_roles", args=(house.requester.pk,))
    assert signed_in(house, "system_administrator").post(page, {"roles": ["leader"]}).status_code == 403
    assert roles_of(house.requester) == {"requester"}
    client = signed_in(house, "rights_administrator")
    assert client.post(page, {"roles": ["requester", "buyer"]}).status_code == 302
    assert roles_of(house.requester) == {"requester", "buyer"}
    me = house.rights_administrator
    own = client.post(
        reverse("admin:directory_user_roles", args=(me.pk,)), {"roles": ["rights_administrator", "leader"]}
    )
    assert own.status_code == 409
    assert roles_of(me) == {"rights_administrator"}


def test_conflicting_roles_are_refused_with_nothing_written(house: House) -> None:
    client = signed_in(house, "rights_administrator")
    page = reverse("admin:directory_user_roles", args=(house.requester.pk,))
    answer = client.post(page, {"roles": ["leader", "storekeeper", "accountant"]})
    assert answer.status_code == 409
    assert "separate duties" in answer.content.decode()
    assert roles_of(house.requester) == {"requester"}


def test_rights_and_superuser_flags_cannot_be_posted_into_a_person(house: House) -> None:
    client = signed_in(house, "system_administrator")
    person = house.requester
    data = {"employee_number": person.employee_number, "name": "新名字", "is_active": "on", "department": house.ward.pk}
    data |= {"is_superuser": "on", "groups": [Role.objects.get(code="leader").group_id], "password": "x"}
    before = User.objects.get(pk=person.pk).password
    assert client.post(reverse("admin:directory_user_change", args=(person.pk,)), data).status_code == 302
    person = User.objects.get(pk=person.pk)
    assert (person.name, person.is_superuser, person.password) == ("新名字", False, before)
    assert roles_of(person) == {"requester"}


def test_a_role_is_not_changed_by_its_holder(house: House) -> None:
    client = signed_in(house, "rights_administrator")
    own = Role.objects.get(code="rights_administrator")
    page = reverse("admin:directory_role_change", args=(own.pk,))
    held = set(own.group.permissions.all())
    assert client.post(page, {"name": "x", "code": own.code, "scope": "organization"}).status_code == 403
    assert set(own.group.permissions.all()) == held
    other = Role.objects.get(code="leader")
    data = {"name": "Leader", "scope": "all", "back_office": "", "permissions": []}
    client.post(reverse("admin:directory_role_change", args=(other.pk,)), data)
    other.refresh_from_db()
    assert other.scope == "organization"


def test_one_time_links(house: House) -> None:
    link = reverse("admin:directory_user_link", args=(house.requester.pk,))
    assert signed_in(house, "accountant").post(link).status_code in (302, 403)
    page = signed_in(house, "system_administrator").post(link)
    path = one_time_path(house.again("requester")).rsplit("/", 2)[0]
    assert path in page.content.decode()
    rights = reverse("admin:directory_user_link", args=(house.rights_administrator.pk,))
    refused = signed_in(house, "system_administrator").post(rights)
    assert refused.status_code == 302


def test_a_password_is_set_by_the_link_once(house: House) -> None:
    person = house.again("requester")
    User.objects.filter(pk=person.pk).update(must_change_password=True)
    client = Client()
    page = client.get(one_time_path(person), follow=True)
    address = page.request["PATH_INFO"]
    new = {"new_password1": "korrekt-Pferd-77", "new_password2": "korrekt-Pferd-77"}
    assert client.post(address, new).status_code == 302
    person.refresh_from_db()
    assert person.check_password("korrekt-Pferd-77")
    assert person.must_change_password is False
    assert Client().get(one_time_path(house.requester), follow=True).context["validlink"] is False


def test_a_temporary_password_is_changed_before_anything_else(house: House) -> None:
    User.objects.filter(pk=house.auditor.pk).update(must_change_password=True)
    client = signed_in(house, "auditor")
    assert client.get(reverse("admin:index"))["Location"] == reverse("password_change")
    assert client.get(reverse("password_change")).status_code == 200


def test_without_a_house_every_page_tells_the_operator_what_to_do(db: Any) -> None:
    page = Client().get(reverse("login"))
    assert page.status_code == 503
    assert "manage.py setup" in page.content.decode()
    assert (
        Client().get("/healthz").status_code != 503
        or "manage.py setup" not in Client().get("/healthz").content.decode()
    )


def receipt_data(house: House, **extra: Any) -> dict[str, Any]:
    return {
        "kind": "purchase",
        "supplier": house.supplier.pk,
        "warehouse": house.warehouse.pk,
        "business_date": "2026-01-05",
        "invoice_number": "",
        "note": "",
        "accepted_by": [house.acceptor.pk, house.second_storekeeper.pk],
        "lines-TOTAL_FORMS": 1,
        "lines-INITIAL_FORMS": 0,
        "lines-MIN_NUM_FORMS": 0,
        "lines-MAX_NUM_FORMS": 1000,
        "lines-0-item": house.gloves.pk,
        "lines-0-unit": house.gloves.unit_id,
        "lines-0-quantity": "12",
        "lines-0-unit_price": "2.5",
        "lines-0-lot_number": "",
        "lines-0-note": "",
        **extra,
    }


def test_a_receipt_written_in_the_back_office_is_the_makers(house: House) -> None:
    client = signed_in(house, "storekeeper")
    key = "6d1a5e0e-52e8-4a67-9b3c-0123456789ab"
    data = receipt_data(house, form_key=key, organization=999, created_by=house.auditor.pk, status="posted")
    for _twice in range(2):
        assert client.post(reverse("admin:inventory_goodsreceipt_add"), data).status_code == 302
    receipt = GoodsReceipt.objects.get()
    assert (receipt.created_by, receipt.organization, receipt.department) == (
        house.storekeeper,
        house.organization,
        house.logistics,
    )
    assert (receipt.status, receipt.total_amount, receipt.lines.get().stock_quantity) == ("draft", 30, 12)

    steps = reverse("admin:inventory_goodsreceipt_step", args=(receipt.pk, "submit"))
    assert client.get(steps).status_code == 405
    client.post(steps)
    receipt.refresh_from_db()
    assert receipt.status == "submitted"
    answer = client.post(reverse("admin:inventory_goodsreceipt_step", args=(receipt.pk, "approve")), follow=True)
    receipt.refresh_from_db()
    assert receipt.status == "submitted"
    assert "somebody else" in answer.content.decode()
    signed_in(house, "accountant").post(reverse("admin:inventory_goodsreceipt_step", args=(receipt.pk, "approve")))
    client.post(reverse("admin:inventory_goodsreceipt_step", args=(receipt.pk, "post")))
    receipt.refresh_from_db()
    assert receipt.status == "posted"
    assert StockMove.objects.get().quantity == 12
    data["note"] = "geändert"
    assert client.post(reverse("admin:inventory_goodsreceipt_change", args=(receipt.pk,)), data).status_code == 403
    receipt.refresh_from_db()
    assert receipt.note == ""


def test_a_stale_form_writes_nothing(house: House) -> None:
    receipt = make_receipt(house)
    line = receipt.lines.get()
    client = signed_in(house, "storekeeper")
    data = receipt_data(house, form_revision=receipt.revision, note="zweite")
    data |= {"lines-INITIAL_FORMS": 1, "lines-0-id": line.pk, "lines-0-document": receipt.pk}
    address = reverse("admin:inventory_goodsreceipt_change", args=(receipt.pk,))
    assert client.post(address, data).status_code == 302
    receipt.refresh_from_db()
    assert (receipt.note, receipt.revision) == ("zweite", 1)
    data["note"] = "dritte"
    page = client.post(address, data)
    assert "was changed meanwhile" in page.content.decode()
    receipt.refresh_from_db()
    assert receipt.note == "zweite"


def test_a_unit_the_item_does_not_have_is_named(house: House) -> None:
    from inventory.models import Unit

    box = Unit.objects.create(name="箱")
    page = signed_in(house, "storekeeper").post(
        reverse("admin:inventory_goodsreceipt_add"), receipt_data(house, **{"lines-0-unit": box.pk})
    )
    assert "has no unit 箱" in page.content.decode()
    assert not GoodsReceipt.objects.exists()


def test_a_code_used_twice_in_one_house_is_a_sentence(house: House, other_house: House) -> None:
    client = signed_in(house, "system_administrator")
    data = {"code": house.ward.code, "name": "重复", "kind": "ward", "cost_class": "5001", "active": "on"}
    data |= dict.fromkeys(("head_count", "bed_count", "class_count"), "0")
    page = client.post(reverse("admin:directory_department_add"), {**data, "organization": other_house.organization.pk})
    assert page.status_code == 200
    assert not Department.objects.filter(name="重复").exists()
    client.post(reverse("admin:directory_department_add"), {**data, "code": "777", "organization": 999})
    assert Department.objects.get(code="777").organization == house.organization


def test_used_rows_are_not_deleted(stocked: House) -> None:
    superuser = User.objects.create_superuser("root", "a-long-test-password", name="root")
    client = Client()
    client.force_login(superuser)
    page = client.post(reverse("admin:inventory_item_delete", args=(stocked.gloves.pk,)), {"post": "yes"})
    assert "cannot be deleted" in page.content.decode()
    assert Item.objects.filter(pk=stocked.gloves.pk).exists()


def test_months_are_closed_and_reopened_by_those_who_may(house: House) -> None:
    close, reopen = reverse("admin:core_period_close"), reverse("admin:core_period_reopen")
    signed_in(house, "storekeeper").post(close, {"month": "2026-01"})
    assert not Period.objects.filter(state="closed").exists()
    signed_in(house, "accountant").post(close, {"month": "2026-01"})
    assert Period.objects.get().state == "closed"
    signed_in(house, "accountant").post(reopen, {"month": "2026-01", "reason": "x"})
    signed_in(house, "logistics_head").post(reopen, {"month": "2026-01", "reason": ""})
    assert Period.objects.get().state == "closed"
    signed_in(house, "logistics_head").post(reopen, {"month": "2026-01", "reason": "漏记一张入库单"})
    period = Period.objects.get()
    assert period.state == "open"
    signed_in(house, "accountant").post(close, {"month": "2026-01"})
    page = signed_in(house, "auditor").get(reverse("admin:core_period_change", args=(period.pk,))).content.decode()
    assert "漏记一张入库单" in page  # the reason of the reopening stays after the month is closed again
    assert page.count(str(house.accountant)) >= 2


@pytest.mark.parametrize("name", ["inventory_goodsreceipt", "directory_user", "inventory_item"])
def test_lists_take_the_same_queries_for_ten_and_a_hundred_rows(house: House, name: str) -> None:
    def more(count: int) -> None:
        for number in range(count):
            if name == "inventory_goodsreceipt":
                make_receipt(house)
            elif name == "inventory_item":
                house.item()
            else:
                make_person(house.organization, house.ward, f"{User.objects.count()}-{number}", "某人", "requester")

    client = signed_in(house, "storekeeper" if name.startswith("inv") else "auditor")
    client.get(reverse(f"admin:{name}_changelist"))
    counts = []
    for count in (10, 60):
        more(count)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse(f"admin:{name}_changelist")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_role_matrix(house: House) -> None:
    page = signed_in(house, "auditor").get(reverse("role_matrix"), {"q": "goods issue"})
    assert page.status_code == 200
    assert any(row["action"] == "post" for row in page.context["rows"])
    assert all("oods issue" in row["what"] for row in page.context["rows"])
    assert signed_in(house, "requester").get(reverse("role_matrix")).status_code == 403
    file = signed_in(house, "auditor").get(reverse("role_matrix_export"))
    assert b"".join(file.streaming_content)[:2] == b"PK"


def test_who_has_to_sign(house: House) -> None:
    asked = {"kind": "inventory.requisition", "department": house.ward.pk, "amount": "2000"}
    page = signed_in(house, "auditor").get(reverse("signers"), asked)
    names = [names for _rule, names in page.context["signers"]]
    assert names == [[house.department_head.name], [house.logistics_head.name]]


def test_lists_are_exported_as_seen_and_the_export_is_recorded(stocked: House, other_house: House) -> None:
    client = signed_in(stocked, "storekeeper")
    page = client.get(reverse("admin:inventory_item_changelist"), {"q": "YYST"})
    assert page.context["import_url"].endswith("inventory.item/")
    file = client.get(page.context["export_url"])
    book = load_workbook(io.BytesIO(b"".join(file.streaming_content)))
    assert {row[1].value for row in book.active.iter_rows(min_row=2)} == {"医用手套"}
    assert LogEntry.objects.filter(user=stocked.storekeeper, change_message__contains="Exported").exists()
    moves = client.get(reverse("admin:inventory_stockmove_export"))
    assert moves.status_code == 200
    people = reverse("admin:directory_user_export")
    assert signed_in(stocked, "logistics_head").get(people).status_code == 403
    mine = signed_in(stocked, "system_administrator").get(people)
    text = str(
        [[c.value for c in r] for r in load_workbook(io.BytesIO(b"".join(mine.streaming_content))).active.iter_rows()]
    )
    assert "H1-requester" in text
    assert "H2-requester" not in text


def test_the_guide_to_a_new_house_counts_ones_own(house: House, other_house: House) -> None:
    page = signed_in(house, "system_administrator").get(reverse("opening"))
    steps = page.context["steps"]
    assert steps[0]["count"] == Department.objects.filter(organization=house.organization).count()
    assert [step["done"] for step in steps[:3]] == [True, True, True]
    assert steps[-1]["start_url"] is None
    assert signed_in(house, "storekeeper").get(reverse("opening")).context["steps"][-1]["start_url"]
    assert signed_in(house, "requester").get(reverse("opening")).status_code == 403


def test_links_for_everybody_without_a_password(house: House, other_house: House) -> None:
    for one in (house, other_house):
        person = one.again("requester")
        person.set_unusable_password()
        person.save()
    address = reverse("first_links")
    assert signed_in(house, "storekeeper").post(address).status_code == 403
    client = signed_in(house, "system_administrator")
    assert client.get(address).status_code == 405
    sheet = load_workbook(io.BytesIO(b"".join(client.post(address).streaming_content))).active
    text = str([[cell.value for cell in row] for row in sheet.iter_rows()])
    assert "H1-requester" in text
    assert "/password/" in text
    assert "H2-requester" not in text


def test_a_conflict_that_binds_all_houses_is_not_one_houses_to_change(house: House) -> None:
    conflict = DutyConflict.objects.filter(scope="person").first()
    page = reverse("admin:core_dutyconflict_change", args=(conflict.pk,))
    client = signed_in(house, "rights_administrator")
    assert client.get(page).context["has_change_permission"] is True
    make_house("H2")
    assert client.get(page).context["has_change_permission"] is False
    assert (
        client.post(reverse("admin:core_dutyconflict_delete", args=(conflict.pk,)), {"post": "yes"}).status_code == 403
    )
    assert DutyConflict.objects.filter(pk=conflict.pk).exists()
