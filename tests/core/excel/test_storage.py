"""Uploaded sheets take a limited room and go when they are old; who imported what stays on record."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from core import clock
from core.excel.reader import FileRefused
from core.imports.services import check_upload, confirm_import, marked_workbook
from core.models import ImportJob
from core.resources import by_name
from inventory.models import Unit
from tests.core.excel.corpus import book
from tests.core.excel.test_imports import upload
from tests.factories import House

HEAD = ["计量单位", "小数位数"]


def check(house: House, name: str = "箱", places: Any = 0) -> ImportJob:
    sheet = upload(book([HEAD, [name, places]]))
    return check_upload(sheet, resource=by_name("inventory.unit"), user=house.again("system_administrator"))


def later(days: int) -> Any:
    return clock.pretend(clock.now() + dt.timedelta(days=days))


@pytest.mark.parametrize("name", ["IMPORT_QUOTA_PERSON", "IMPORT_QUOTA_ORGANIZATION"])
def test_beyond_the_quota_nothing_is_kept(house: House, other_house: House, settings: Any, name: str) -> None:
    first = check(house)
    setattr(settings, name, first.size + 10)
    with pytest.raises(FileRefused, match="take up all"):
        check(house)
    assert ImportJob.objects.get() == first
    assert check(other_house).status == "checked"
    client = Client()
    client.force_login(house.again("system_administrator"))
    page = client.post(reverse("import_start", args=("inventory.unit",)), {"file": upload(book([HEAD, ["箱", 0]]))})
    assert "take up all" in page.content.decode()
    with later(8):
        assert check(house).status == "checked"  # the abandoned one made room


def test_old_files_go_and_their_records_stay(house: House) -> None:
    done = confirm_import(check(house), user=house.again("system_administrator"))
    abandoned, wrong = check(house, "桶"), check(house, "罐", "x")
    names = [job.file.name for job in (done, abandoned, wrong)]
    assert [default_storage.exists(name) for name in names] == [True, True, True]
    out = io.StringIO()
    call_command("clean_imports", stdout=out)
    assert out.getvalue().startswith("0 ")
    with later(8):
        call_command("clean_imports", stdout=out)
        assert [default_storage.exists(name) for name in names] == [True, False, False]
        abandoned.refresh_from_db()
        with pytest.raises(FileRefused, match="Upload it again"):
            confirm_import(abandoned, user=house.again("system_administrator"))
        wrong.refresh_from_db()
        with pytest.raises(FileRefused, match="Upload it again"):
            marked_workbook(wrong)
    with later(91):
        call_command("clean_imports", stdout=out)
    assert [default_storage.exists(name) for name in names] == [False, False, False]
    assert [line.split()[0] for line in out.getvalue().splitlines()] == ["0", "2", "1"]
    assert ImportJob.objects.count() == 3
    done.refresh_from_db()
    assert (done.sha256 != "", done.report != {}) == (True, True)
    assert confirm_import(done, user=house.again("system_administrator")).status == "confirmed"
    assert set(Unit.objects.filter(name__in=("箱", "桶", "罐")).values_list("name", flat=True)) == {"箱"}
