"""The published code table loads whole, with its quirks, through the ordinary import."""

from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from assets.models import AssetClass
from core.imports.services import check_upload, confirm_import, report_of
from core.resources import by_name
from tests.factories import House

WORKBOOK = Path(settings.BASE_DIR) / "assets" / "data" / "高等学校固定资产分类与代码.xlsx"


def test_the_published_table_is_loaded_and_loading_it_again_changes_nothing(house: House) -> None:
    user = house.again("asset_manager")
    upload = SimpleUploadedFile(WORKBOOK.name, WORKBOOK.read_bytes())
    job = confirm_import(check_upload(upload, resource=by_name("assets.assetclass"), user=user), user=user)
    report = report_of(job)
    assert (report.errors[:3], report.new) == ([], 18091)
    assert AssetClass.objects.count() == 18091
    flat = AssetClass.objects.get(source_row=4)
    assert (flat.name, flat.code, flat.raw_code) == ("平原", "1010901", "1010901020101000")
    assert flat.national_name == "教育用地"
    assert AssetClass.objects.values("raw_code").distinct().count() < 18091
    upload.seek(0)
    job = check_upload(upload, resource=by_name("assets.assetclass"), user=user)
    assert (report_of(job).new, report_of(job).unchanged) == (0, 18091)
