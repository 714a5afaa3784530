"""The house rules of docs/architecture.md, held by reading the source."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
APPS = ("core", "directory", "inventory", "assets", "procurement", "maintenance", "logistics")
TOP_LEVEL = {
    *APPS,
    *("templates", "static", "locale", "tests", "benchmarks", "docs"),
    *("manage.py", "pyproject.toml", "Makefile", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md"),
    *("README.md", "README.zh-CN.md"),
    *("requirements.txt", "requirements.in", "requirements-dev.txt", "requirements-dev.in"),
}
LEDGER_TABLES = ("StockMove", "StockBalance", "StockValue", "CostLayer")
WRITES = {"create", "bulk_create", "bulk_update", "update", "delete", "get_or_create", "update_or_create", "save"}


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        paths = [ROOT / folder] if folder.endswith(".py") else sorted((ROOT / folder).rglob("*.py"))
        yield from (path for path in paths if "migrations" not in path.parts)


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def test_the_top_level_holds_what_is_allowed() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = {line.split("/")[0].strip('"') for line in tracked.splitlines()}
    assert {name for name in names if not name.startswith(".")} - TOP_LEVEL == set()


def test_services_see_no_request_form_or_admin() -> None:
    found = []
    services = [p for p in sources(*APPS) if "services" in p.parts or p.name == "services.py"]
    for path in [*services, *sources("core/documents")]:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.arg):
                names = [node.arg] if node.arg == "request" else []
            else:
                continue
            outer = re.compile(
                r"^(request$|django\.(http|forms|shortcuts|contrib\.admin|contrib\.messages))|\.(forms|views|admin)\b"
            )
            found += [f"{place(path, node)} {name}" for name in names if outer.search(name)]
    assert services
    assert found == []


def _model_named(node: ast.expr) -> str:
    """The model a call such as StockMove.objects.filter(...).update() begins with."""
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return ""
    return node.id


def test_only_the_ledger_writes_its_tables() -> None:
    """Reliability rule L1."""
    found = []
    allowed = {"inventory/services/ledger.py", "inventory/services/valuation.py"}
    for path in sources(*APPS):
        if str(path.relative_to(ROOT)) in allowed:
            continue
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Name) and node.func.id in LEDGER_TABLES:
                found.append(place(path, node))
            written = isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
            if written and _model_named(node.func) in LEDGER_TABLES:
                found.append(place(path, node))
    assert found == []


def test_only_the_document_services_write_a_status() -> None:
    found = []
    for path in sources(*APPS):
        if path == ROOT / "core/documents/services.py":
            continue
        for node in ast.walk(tree(path)):
            updates = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "update"
            if updates and any(keyword.arg in ("status", "number") for keyword in node.keywords):
                found.append(place(path, node))
            if isinstance(node, ast.Assign | ast.AugAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found += [
                    place(path, node)
                    for target in targets
                    if isinstance(target, ast.Attribute)
                    and target.attr == "status"
                    and isinstance(target.value, ast.Name)
                    and target.value.id in ("document", "requisition", "issue", "receipt", "fresh")
                ]
    assert found == []


def test_no_signals() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in sources(*APPS)
        if re.search(r"\b(pre|post)_(save|delete)\b|m2m_changed|@receiver\(", path.read_text())
    ]
    assert found == []


def test_the_clock_is_read_in_one_place() -> None:
    pattern = re.compile(r"timezone\.(now|localdate|localtime)\(\)|\bdate\.today\(|datetime\.(now|utcnow|today)\(")
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sources(*APPS)
        if path != ROOT / "core/clock.py"
        for line in path.read_text().splitlines()
        if pattern.search(line)
    ]
    assert found == []


# QR codes and barcodes are SVG drawn by a library; the help texts of the export page are import-export's own markup.
UNESCAPED = {"core/templatetags/display.py", "templates/admin/import_export/export.html"}


def test_no_unescaped_markup_in_code() -> None:
    found = {str(p.relative_to(ROOT)) for p in sources(*APPS) if re.search(r"\bmark_safe\b", p.read_text())}
    assert found - UNESCAPED == set()


@pytest.mark.parametrize(
    "pattern",
    [
        r"\|\s*safe\b",
        r"\{%\s*autoescape off",
        r"<style\b",
        r"\sstyle\s*=\s*[\"']",
        r"\son[a-z]+\s*=\s*[\"']",
        r"javascript:",
        r"<script(?![^>]*\b(src|type=\"application/json\"))",
        r"https?://(?!www\.w3\.org)[^\"' ]+\.(js|css|woff2?)\b",
    ],
)
def test_templates_keep_the_content_security_policy(pattern: str) -> None:
    found = []
    folders = [ROOT / "templates", *(ROOT / app / "templates" for app in APPS)]
    for path in (path for folder in folders for path in folder.rglob("*.html")):
        if "safe" in pattern and str(path.relative_to(ROOT)) in UNESCAPED:
            continue
        text = re.sub(r"\{#.*?#\}|\{% comment .*?%\}.*?\{% endcomment %\}", "", path.read_text(), flags=re.S)
        found += [f"{path.relative_to(ROOT)}: {hit.group(0)}" for hit in re.finditer(pattern, text, re.I)]
    assert found == []


def test_the_floors_point_down() -> None:
    script = Path(sys.executable).parent / "lint-imports"
    result = subprocess.run([str(script), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    assert (ROOT / "inventory/migrations").exists()
