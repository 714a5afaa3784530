"""How long an opening list of asset cards takes: reading and checking the workbook, loading it, posting it.

    DATA_DIR=/tmp/somewhere python benchmarks/asset_import.py [cards]

Prints seconds of wall and processor time and the largest memory of this process. DATA_DIR names an empty or new
directory.
"""

import datetime as dt
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "logistics.settings")

import django

django.setup()

from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from assets.addition_resources import LAYOUTS  # noqa: E402
from assets.models import Asset, AssetAddition, CardType  # noqa: E402
from assets.services.catalogue import load_shipped  # noqa: E402
from core.documents.models import ApprovalRule, Approver  # noqa: E402
from core.documents.routes import next_signature  # noqa: E402
from core.documents.services import apply_transition  # noqa: E402
from core.documents.signing import sign  # noqa: E402
from core.excel.writer import Column, Sheet, write_workbook  # noqa: E402
from core.imports.services import check_upload, confirm_import, report_of  # noqa: E402
from directory.models import Department, Organization, Place, User  # noqa: E402

HEADS = (
    *("资产分类代码", "资产名称", "价值", "财政拨款", "非财政拨款", "使用部门", "使用人", "保管人", "存放地点"),
    *("规格型号", "品牌", "出厂编号", "计量单位", "取得日期", "投入使用日期", "使用年限(月)", "已提折旧月数"),
    *("累计折旧", "卡片编号", "备注"),
)
CLASSES = (("A02010105", "台式计算机", 72), ("A02061804", "空调机", 60), ("A02021004", "A4彩色打印机", 72))


def _spent() -> float:
    """Seconds of processor time of this process and of the child that reads workbooks."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


class Statements:
    """Counts statements without keeping their text, which would cost more than they do."""

    number = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.number += 1
        return execute(sql, params, many, context)


@contextmanager
def timed(what: str) -> Iterator[None]:
    wall, spent = time.perf_counter(), _spent()
    yield
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{what:<40} {time.perf_counter() - wall:7.1f} s  processor {_spent() - spent:6.1f} s  {peak:5d} MB")


def house() -> tuple[User, User]:
    """An organization with departments, rooms and people; (who writes, who approves and posts)."""
    organization = Organization.objects.create(code="BENCH", name="Benchmark")
    departments = [
        Department.objects.create(organization=organization, code=f"{number:03d}", name=f"科室{number}")
        for number in range(40)
    ]
    for number in range(400):
        Place(organization=organization, code=f"R{number:04d}", name=f"房间{number}").save()
    people = [
        User(
            organization=organization,
            department=departments[number % 40],
            employee_number=f"E{number:04d}",
            name=f"员工{number}",
        )
        for number in range(800)
    ]
    User.objects.bulk_create(people)
    writer, poster = (
        User.objects.create_superuser(name, name=name, organization=organization, department=departments[0])
        for name in ("writer", "poster")
    )
    return writer, poster


def workbook(count: int) -> bytes:
    path = Path(os.environ["DATA_DIR"]) / "cards.xlsx"
    dates = ("取得日期", "投入使用日期")
    numbers = ("价值", "财政拨款", "非财政拨款", "累计折旧")
    columns = [Column(head, kind="date" if head in dates else "money" if head in numbers else "text") for head in HEADS]

    def rows() -> Iterator[list[object]]:
        for number in range(count):
            code, name, life = CLASSES[number % 3]
            day = dt.date(2018, 1, 1) + dt.timedelta(days=number % 2500)
            value = 3000 + number % 700 * 10
            yield [
                *(code, name, value, value - 500, 500, f"{number % 40:03d}", f"E{number % 800:04d}"),
                *(f"E{number % 40:04d}", f"R{number % 400:04d}", f"型号{number % 90}", "联想", f"SN{number:07d}", "台"),
                *(day, day, life, number % 12, number % 12 * 40, f"OLD{number:07d}", "期初导入" if number % 3 else ""),
            ]

    with path.open("wb") as target:
        write_workbook(target, [Sheet("设备", columns, rows())])
    return path.read_bytes()


def main(count: int) -> None:
    call_command("migrate", verbosity=0)
    load_shipped()
    writer, poster = house()
    ApprovalRule.objects.create(
        organization=writer.organization,
        content_type=ContentType.objects.get_for_model(AssetAddition),
        approver=Approver.PERSON,
        person=poster,
    )
    with timed(f"write a workbook of {count} rows"):
        data = workbook(count)
    print(f"{'size of the workbook':<42} {len(data) / 2**20:8.1f} MB")
    paper = AssetAddition.objects.create(
        organization=writer.organization, department=writer.department, created_by=writer, way="opening"
    )
    upload = SimpleUploadedFile("cards.xlsx", data)
    with timed("read and check (dry run)"):
        job = check_upload(upload, resource=LAYOUTS[CardType.EQUIPMENT], user=writer, parent=paper)
    report = report_of(job)
    print(report.total, "rows,", report.error_count, "errors", [error.reason for error in report.errors[:3]])
    with timed("check again and load into the draft"):
        confirm_import(job, user=writer)
    paper.refresh_from_db()
    with timed("submit (every line is checked)"):
        paper = apply_transition(paper, "submit", actor=writer)
    while (waiting := next_signature(paper)) is not None:
        sign(waiting, actor=poster, step="approve")
    paper.refresh_from_db()
    count = Statements()
    with timed("post (cards, ledgers, history)"), connection.execute_wrapper(count):
        paper = apply_transition(paper, "post", actor=poster)
    print(Asset.objects.count(), "cards,", count.number, "statements")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
