"""The three steps of an import, as services and as pages."""

from __future__ import annotations

import io
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from core import resources
from core.documents.services import apply_transition
from core.errors import DomainError, IllegalTransition, NotAllowed
from core.excel.reader import FileRefused
from core.imports.services import AlreadyImported, check_upload, confirm_import, report_of
from core.models import ImportJob
from directory.models import Supplier
from inventory.models import OpeningStockLine
from tests.core.excel.corpus import ENTRIES, book
from tests.core.excel.test_resources import OpeningLineSheet, SupplierSheet
from tests.factories import make_opening

GOOD = [["供应商编码", "name", "phone"], ["G1", "甲公司", "010-1"], ["G2", "乙公司", "010-2"]]
BAD = [["供应商编码", "name", "phone"], ["G1", "甲公司", "0" * 40], ["G2", "", ""], ["G3", "丙公司", ""]]
LINES = [["item", "unit", "quantity", "unit_price"], ["H1001", "个", 8, 25], ["H1002", "个", 2, 20]]


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    monkeypatch.setattr(resources, "_resources", {Supplier: SupplierSheet, OpeningStockLine: OpeningLineSheet})


def upload(rows=GOOD, name="供应商.xlsx", content_type="application/octet-stream"):
    return SimpleUploadedFile(name, rows if isinstance(rows, bytes) else book(rows), content_type)


@pytest.fixture
def buyer(house):
    return house.again("buyer")


def check(user, rows=GOOD, **options):
    return check_upload(upload(rows, **options), resource=SupplierSheet, user=user)


def imported_suppliers():
    return {pair for pair in Supplier.objects.values_list("code", "name") if pair[0].startswith("G")}


def test_check_then_confirm(buyer):
    job = check(buyer)
    assert (job.status, report_of(job).new, imported_suppliers()) == ("checked", 2, set())
    assert job.organization_id == buyer.organization_id
    assert "供应商" not in job.file.name
    job = confirm_import(job, user=buyer)
    assert job.status == "confirmed"
    assert job.confirmed_at is not None
    assert imported_suppliers() == {("G1", "甲公司"), ("G2", "乙公司")}


def test_confirming_twice_imports_once(buyer):
    job = confirm_import(check(buyer), user=buyer)
    Supplier.objects.filter(code="G1").update(name="改过")
    again = confirm_import(job, user=buyer)
    assert again.confirmed_at == job.confirmed_at
    assert Supplier.objects.get(code="G1").name == "改过"


def test_a_file_with_errors_is_not_imported_even_if_confirmed(buyer):
    job = check(buyer, BAD)
    assert (job.status, report_of(job).bad_rows) == ("failed", 2)
    assert confirm_import(job, user=buyer).status == "failed"
    assert imported_suppliers() == set()


def test_the_second_check_sees_what_changed_since_the_first(buyer):
    job = check(buyer, [["供应商编码", "name"], ["G1", "甲公司"]])
    Supplier.objects.create(code="g1", name="别人刚录入")
    job = confirm_import(job, user=buyer)
    assert job.status == "failed"
    assert report_of(job).errors[0].row == 2
    assert imported_suppliers() == set()


def test_the_same_file_again_is_told_with_name_and_time(house, buyer):
    first = confirm_import(check(buyer), user=buyer)
    second = check(buyer, name="改了名.xlsx")
    with pytest.raises(AlreadyImported) as caught, override("en"):
        confirm_import(second, user=buyer)
    assert str(buyer) in str(caught.value)
    assert f"{first.confirmed_at:%Y-%m}" in str(caught.value)
    second.refresh_from_db()
    assert second.status == "checked"
    Supplier.objects.filter(code="G1").update(name="改过")
    assert confirm_import(second, user=buyer, again=True).repeat == 1
    assert Supplier.objects.get(code="G1").name == "甲公司"


def test_another_organization_may_import_the_same_file(house, other_house, buyer):
    confirm_import(check(buyer), user=buyer)
    theirs = other_house.again("buyer")
    assert confirm_import(check(theirs), user=theirs).status == "confirmed"


def test_rights_are_asked_at_both_steps(house, buyer):
    with pytest.raises(NotAllowed):
        check(house.again("requester"))
    job = check(buyer)
    buyer.groups.clear()
    with pytest.raises(NotAllowed):
        confirm_import(job, user=house.again("buyer"))
    with pytest.raises(NotAllowed):
        confirm_import(job, user=house.again("requester"))
    assert imported_suppliers() == set()


def test_a_failure_in_the_middle_leaves_nothing(buyer, monkeypatch):
    job = check(buyer)

    def explode(self, instance, row, **kwargs):
        if instance.code == "G2":
            raise MemoryError
        instance.initials = ""

    monkeypatch.setattr(SupplierSheet, "before_save_instance", explode)
    job = confirm_import(job, user=buyer)
    assert job.status == "failed"
    assert "error in the program" in report_of(job).errors[0].reason
    assert imported_suppliers() == set()


def test_a_worker_that_dies_leaves_nothing_and_the_job_can_be_confirmed_again(buyer, monkeypatch):
    job = check(buyer)
    monkeypatch.setattr(SupplierSheet, "_finish", lambda *_args: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        confirm_import(job, user=buyer)
    assert imported_suppliers() == set()
    monkeypatch.undo()
    monkeypatch.setattr(resources, "_resources", {Supplier: SupplierSheet})
    assert confirm_import(ImportJob.objects.get(pk=job.pk), user=buyer).status == "confirmed"
    assert len(imported_suppliers()) == 2


def test_a_kept_file_that_was_swapped_is_refused(buyer):
    job = check(buyer)
    ImportJob.objects.filter(pk=job.pk).update(sha256="0" * 64)
    with pytest.raises(DomainError):
        confirm_import(ImportJob.objects.get(pk=job.pk), user=buyer)


def test_lines_go_into_a_draft_only(house):
    keeper = house.again("storekeeper")
    document = make_opening(house, (house.gloves, 5, 25))
    job = check_upload(upload(LINES), resource=OpeningLineSheet, user=keeper, parent=document)
    assert (report_of(job).new, report_of(job).changed) == (1, 1)
    assert document.lines.count() == 1
    document.refresh_from_db()
    assert document.revision == 0, "a check leaves open forms valid"
    job = confirm_import(job, user=keeper)
    assert job.status == "confirmed"
    assert document.lines.count() == 2
    document.refresh_from_db()
    assert document.revision > 0
    other = check_upload(
        upload([*LINES, ["H1003", "个", 1, 1]]), resource=OpeningLineSheet, user=keeper, parent=document
    )
    apply_transition(document, "submit", actor=keeper)
    with pytest.raises(IllegalTransition):
        confirm_import(other, user=keeper)
    assert document.lines.count() == 2
    with pytest.raises(NotAllowed):
        check_upload(upload(LINES), resource=OpeningLineSheet, user=house.again("requester"), parent=document)


@pytest.mark.django_db(transaction=True)
def test_two_people_confirm_the_same_file_at_once(house):
    users = [house.again("buyer"), house.again("buyer")]
    jobs = [check(user) for user in users]
    results = []
    start = threading.Barrier(2)

    def run(job, user):
        try:
            start.wait()
            results.append(confirm_import(job, user=user).status)
        except AlreadyImported:
            results.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in zip(jobs, users, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["confirmed", "told"]
    assert len(imported_suppliers()) == 2


# --- pages -----------------------------------------------------------------------------------------------------------


def page_of(client, user, *, rows=GOOD, **options):
    client.force_login(user)
    return client.post(
        reverse("import_start", args=("directory.supplier",)), {"file": upload(rows, **options)}, follow=True
    )


def test_the_whole_way_in_the_browser(client, house, buyer):
    client.force_login(buyer)
    start = client.get(reverse("import_start", args=("directory.supplier",)))
    assert start.status_code == 200
    page = page_of(client, buyer)
    key = ImportJob.objects.get().key
    assert page.redirect_chain == [(reverse("import_check", args=(key,)), 302)]
    assert "Import (rows: 2)" in page.content.decode()
    done = client.post(reverse("import_confirm", args=(key,)), follow=True).content.decode()
    assert "Imported: 2 new, 0 changed, 0 unchanged." in done
    assert "Import (rows: 2)" not in done
    assert len(imported_suppliers()) == 2
    home = client.get(reverse("import_home")).content.decode()
    assert "供应商.xlsx" in home
    again = page_of(client, buyer).content.decode()
    assert "nothing to import" in again


def test_errors_are_shown_with_their_cells_and_in_the_marked_workbook(client, buyer):
    text = page_of(client, buyer, rows=BAD).content.decode()
    job = ImportJob.objects.get()
    assert ">phone <span" in text
    assert "(C)" in text
    assert "0" * 40 in text
    assert reverse("import_confirm", args=(job.key,)) not in text
    marked = client.get(reverse("import_marked", args=(job.key,)))
    page = load_workbook(io.BytesIO(b"".join(marked.streaming_content))).active
    assert page["D1"].value == "Error reason"
    assert "Too long" in page["D2"].value
    assert page["D4"].value is None


def test_a_file_of_many_errors_shows_two_hundred_and_counts_the_rest(client, buyer):
    rows = [GOOD[0], *([f"X{number}", "", ""] for number in range(250))]
    text = page_of(client, buyer, rows=rows).content.decode()
    assert text.count("This column must be filled in.") == 200
    assert "Further errors: 50" in text


def test_changes_are_shown_before_they_are_made(client, house, buyer):
    code = house.supplier.code
    text = page_of(client, buyer, rows=[GOOD[0], [code, "新名字", ""]]).content.decode()
    assert "What will be changed" in text
    assert "康达医疗用品有限公司" in text
    assert "新名字" in text


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.refused], ids=lambda entry: entry.name)
def test_no_bad_file_breaks_the_page_or_writes_anything(client, buyer, entry):
    name, data = entry.build()
    client.force_login(buyer)
    answer = client.post(reverse("import_start", args=("directory.supplier",)), {"file": upload(data, name=name)})
    assert answer.status_code == 400
    assert answer.context["form"].errors["file"]
    assert not ImportJob.objects.exists()
    assert imported_suppliers() == set()


def test_the_upload_form_refuses_by_name_size_and_kind(client, buyer):
    for options in ({"name": "a.exe"}, {"content_type": "image/png"}, {"name": "x" * 250 + ".xlsx"}):
        page = page_of(client, buyer, **options)
        assert page.status_code == 400
    client.force_login(buyer)
    assert client.post(reverse("import_start", args=("directory.supplier",)), {}).status_code == 400
    assert not ImportJob.objects.exists()


def test_pages_are_closed_to_strangers(client, house, buyer):
    job = check(buyer)
    addresses = [
        reverse("import_start", args=("directory.supplier",)),
        reverse("import_template", args=("directory.supplier",)),
        reverse("import_check", args=(job.key,)),
        reverse("import_marked", args=(job.key,)),
    ]
    assert all(client.get(address).status_code == 302 for address in (*addresses, reverse("import_home")))
    client.force_login(house.again("requester"))
    assert [client.get(address).status_code for address in addresses] == [403, 403, 404, 404]
    assert client.post(reverse("import_confirm", args=(job.key,))).status_code == 404
    assert client.post(addresses[0], {"file": upload()}).status_code == 403
    client.force_login(house.again("system_administrator"))
    assert client.get(addresses[2]).status_code == 404
    assert client.get(reverse("import_start", args=("no.thing",))).status_code == 404
    assert imported_suppliers() == set()


def test_another_houses_document_is_not_found(client, house, other_house):
    theirs = make_opening(other_house, (other_house.gloves, 5, 25))
    mine = make_opening(house, (house.gloves, 5, 25))
    client.force_login(house.again("storekeeper"))
    address = reverse("import_start", args=("inventory.openingstockline",))
    assert client.get(f"{address}?parent={mine.pk}").status_code == 200
    for parent in (theirs.pk, "", "x", 10**30, -1):
        assert client.get(f"{address}?parent={parent}").status_code == 404
    done = client.post(f"{address}?parent={mine.pk}", {"file": upload(LINES)}, follow=True)
    assert done.context["report"].new == 1


def test_the_template_downloads(client, buyer):
    client.force_login(buyer)
    answer = client.get(reverse("import_template", args=("directory.supplier",)))
    workbook = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert len(workbook.sheetnames) == 2


def test_the_home_page_offers_what_the_person_may_import(client, house, buyer):
    client.force_login(buyer)
    assert "directory.supplier" in client.get(reverse("import_home")).content.decode()
    client.force_login(house.again("requester"))
    assert "directory.supplier" not in client.get(reverse("import_home")).content.decode()


def test_a_marked_workbook_that_cannot_be_made_is_told(client, buyer, monkeypatch):
    page_of(client, buyer, rows=BAD)
    job = ImportJob.objects.get()

    def refuse(_job):
        raise FileRefused("zu schwer")

    monkeypatch.setattr("core.imports.views.marked_workbook", refuse)
    assert "zu schwer" in client.get(reverse("import_marked", args=(job.key,)), follow=True).content.decode()
