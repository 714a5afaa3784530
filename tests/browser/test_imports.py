"""The three steps of an import in a real browser: on a phone and a desk, axe is content, the policy holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from core import resources
from directory.models import Supplier
from tests.core.excel.corpus import book
from tests.core.excel.test_resources import SupplierSheet

from .looking import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEADER = ["供应商编码", "name", "phone"]
GOOD = [HEADER, ["G1", "甲医疗用品有限公司", "010-1"], ["G2", "乙医疗用品有限公司", "010-2"]]
BAD = [HEADER, ["G1", "甲医疗用品有限公司", "0" * 60], ["G2", "", ""]]


@pytest.fixture
def signed_in(sign_in, monkeypatch):
    monkeypatch.setattr(resources, "_resources", {Supplier: SupplierSheet})
    return lambda **options: sign_in("buyer", "/import/directory.supplier/", **options)


def send(page: Any, folder: Path, rows: list[list[str]], name: str) -> None:
    path = folder / name
    path.write_bytes(book(rows))
    page.set_input_files("input[type=file]", path)
    page.locator("main form button.btn-primary").click()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
def test_a_file_is_refused_corrected_and_imported(signed_in, tmp_path, phone):
    page = signed_in(phone=phone)
    size = "phone" if phone else "desk"
    look(page, f"import-start-{size}")
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    page.set_input_files("input[type=file]", tmp_path / "old.xls")
    page.locator("main form button.btn-primary").click()
    expect(page.locator("#form-errors")).to_contain_text(".xlsx")
    page.problems.clear()  # the refusal itself: the browser reports the answer 400
    look(page, f"import-refused-{size}")
    send(page, tmp_path, BAD, "bad.xlsx")
    expect(page.locator("#import-errors tbody tr")).to_have_count(2)
    look(page, f"import-errors-{size}")
    with page.expect_download() as download:
        page.locator("a[href$='marked.xlsx']").click()
    assert download.value.suggested_filename.startswith("bad")
    page.locator(".page-actions a").last.click()
    send(page, tmp_path, GOOD, "good.xlsx")
    look(page, f"import-check-{size}")
    assert not Supplier.objects.filter(code="G1").exists()
    page.locator(".action-bar button.btn-primary").click()
    expect(page.locator(".notice-success").first).to_be_visible()
    look(page, f"import-done-{size}")
    assert Supplier.objects.filter(code__in=["G1", "G2"]).count() == 2
    page.goto(page.url.split("/import/")[0] + "/import/")
    look(page, f"import-home-{size}")
    assert page.problems == []
