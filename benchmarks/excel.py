"""Reading, writing and importing sheets, ours against the usual way: `python benchmarks/excel.py [--rows 20000]`.

Every task runs in a process of its own, on a database of its own. Printed are processor seconds (of the process and the
children it started, without starting Django), the memory it grew by (or the memory of its largest child, if that is
more), the SQL statements, and the ratio to the usual way. Compare ratios, not seconds.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PAIRS = {
    "read": ("read_ours", ["read_openpyxl", "read_openpyxl_read_only"]),
    "export": ("export_ours", ["export_tablib", "export_openpyxl"]),
    "import": ("import_ours", ["import_default"]),
    "import again, all changed": ("update_ours", ["update_default"]),
}
COLUMNS = (
    "code", "name", "specification", "brand", "category", "unit", "min_stock", "max_stock", "reference_price",
    "shelf_life_days", "track_lots", "valuation", "storage_condition", "note",
)  # fmt: skip


def setup_django(directory: str) -> None:
    os.environ["DATA_DIR"] = directory
    os.environ["DJANGO_SETTINGS_MODULE"] = "logistics.settings"
    sys.path.insert(0, str(PROJECT))
    import django

    django.setup()


def cells(count: int, note: str = "") -> list[list[object]]:
    return [
        [f"W{number:06}", f"医用物资 {number}", "10 cm x 10 cm", "蓝帆", "01", "个", number % 7, 100 + number % 9,
         number % 100 + 0.25, 365, False, "fifo", "阴凉干燥", f"备注 {number} {note}"]
        for number in range(count)
    ]  # fmt: skip


def resource_classes():
    from import_export.fields import Field
    from import_export.resources import ModelResource
    from import_export.widgets import ForeignKeyWidget

    from core.resources import BaseResource
    from core.search import initials_of
    from inventory.models import Item, ItemCategory, Unit

    class Default(ModelResource):
        category = Field("category", "category", ForeignKeyWidget(ItemCategory, "code"))
        unit = Field("unit", "unit", ForeignKeyWidget(Unit, "name"))

        class Meta:
            model = Item
            fields = COLUMNS
            import_id_fields = ("code",)
            clean_model_instances = True

    class Ours(BaseResource):
        class Meta:
            model = Item
            fields = COLUMNS
            import_id_fields = ("code",)

        computed_fields = ("initials",)

        def before_save_instance(self, instance, row, **kwargs):
            instance.initials = initials_of(instance.name)

        def clean_instance(self, instance):
            """Item.clean() asks the database for each changed row; a real resource asks once for all of them."""

    return Default, Ours


def read_ours(path: Path) -> int:
    from core.excel.reader import ColumnNames, read_workbook

    names = [ColumnNames(name, [name]) for name in COLUMNS]
    return len(read_workbook(path, filename=path.name, columns=names).rows)


def read_openpyxl(path: Path, **options: bool) -> int:
    from openpyxl import load_workbook

    return sum(1 for _row in load_workbook(path, **options).active.iter_rows(values_only=True)) - 1


def read_openpyxl_read_only(path: Path) -> int:
    return read_openpyxl(path, read_only=True)


def export_ours(path: Path) -> int:
    from core.excel.writer import write_workbook
    from inventory.models import Item

    _default, ours = resource_classes()
    write_workbook(path.with_suffix(".out.xlsx"), [ours().to_sheet(Item.objects.all())])
    return Item.objects.count()


def export_tablib(path: Path) -> int:
    from inventory.models import Item

    default, _ours = resource_classes()
    data = default().export(Item.objects.select_related("category", "unit")).export("xlsx")
    path.with_suffix(".out.xlsx").write_bytes(data)
    return Item.objects.count()


def export_openpyxl(path: Path) -> int:
    from openpyxl import Workbook

    from inventory.models import Item

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for item in Item.objects.select_related("category", "unit").iterator():
        sheet.append(
            [
                str(value) if name in ("category", "unit") else value
                for name in COLUMNS
                for value in [getattr(item, name)]
            ]
        )
    book.save(path.with_suffix(".out.xlsx"))
    return Item.objects.count()


def import_ours(path: Path) -> int:
    _default, ours = resource_classes()
    importer = ours()
    report = importer.import_table(importer.read(path, path.name), dry_run=False)
    assert report.ok, report.errors[:3]
    return report.new + report.changed


def import_default(path: Path) -> int:
    from import_export.formats.base_formats import XLSX

    default, _ours = resource_classes()
    result = default().import_data(XLSX().create_dataset(path.read_bytes()), raise_errors=True)
    return result.totals["new"] + result.totals["update"]


update_ours, update_default = import_ours, import_default


def prepare(directory: str, count: int) -> None:
    """The database with two related records, and the two workbooks to be read."""
    from django.core.management import call_command

    from core.excel.writer import Column, Sheet, write_workbook
    from inventory.models import ItemCategory, Unit

    call_command("migrate", verbosity=0)
    Unit.objects.create(name="个")
    ItemCategory.objects.create(code="01", name="卫生材料")
    columns = [
        Column(name, kind="quantity" if name.endswith(("stock", "price", "days")) else "text") for name in COLUMNS
    ]
    for name, note in (("first.xlsx", ""), ("second.xlsx", "新")):
        write_workbook(Path(directory) / name, [Sheet("Sheet1", columns, cells(count, note))])


def run_one(task: str, directory: str) -> None:
    """In the child: do the task, count its statements, print the figures as JSON."""
    setup_django(directory)
    from django.db import connection

    statements = [0]

    def counting(execute, sql, parameters, many, context):
        statements[0] += 1
        return execute(sql, parameters, many, context)

    path = Path(directory) / ("second.xlsx" if task.startswith("update") else "first.xlsx")
    before = resource.getrusage(resource.RUSAGE_SELF)
    with connection.execute_wrapper(counting):
        rows = globals()[task](path)
    after, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    seconds = [part.ru_utime + part.ru_stime for part in (after, children, before)]
    grown = max(after.ru_maxrss - before.ru_maxrss, children.ru_maxrss)
    print(json.dumps({
        "rows": rows,
        "cpu": seconds[0] + seconds[1] - seconds[2],
        "memory": grown / 1024,
        "statements": statements[0],
    }))  # fmt: skip


def child(task: str, directory: str, count: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--task", task, "--directory", directory, "--rows", str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - this very script
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout else {}


def compare(title: str, ours: str, usual: list[str], count: int) -> None:
    """Ours and the usual ways, each on a fresh copy of the same start."""
    figures = {}
    for task in (ours, *usual):
        with tempfile.TemporaryDirectory() as directory:
            child("prepare", directory, count)
            if task.startswith(("export", "update")):
                child("import_ours", directory, count)
            figures[task] = child(task, directory, count)
    mine = figures[ours]
    for task, found in figures.items():
        times = "" if task == ours else f"   ours takes 1/{found['cpu'] / mine['cpu']:.1f} of the time"
        print(
            f"{title:26} {task:24} {found['rows']:7} rows {found['cpu']:7.2f} CPU s {found['memory']:6.0f} MB"
            f" {found['statements']:7} statements{times}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--task", help=argparse.SUPPRESS)
    parser.add_argument("--directory", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.task == "prepare":
        setup_django(asked.directory)
        prepare(asked.directory, asked.rows)
    elif asked.task:
        run_one(asked.task, asked.directory)
    else:
        for title, (ours, usual) in PAIRS.items():
            compare(title, ours, usual, asked.rows)


if __name__ == "__main__":
    main()
