"""Every paper divides its whole width among its columns, with sizes that the stylesheet knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

import logistics.urls  # noqa: F401 - loads every view
from core.views.printing import DocumentPrintView, shares_of
from inventory.views.count_sheets import sheet_columns


def papers(kind: Any = DocumentPrintView) -> Iterator[Any]:
    for paper in kind.__subclasses__():
        yield from papers(paper)
        if getattr(paper, "columns", ()):
            yield paper


def offered() -> set[str]:
    sheet = (settings.BASE_DIR / "static/css/print.css").read_text(encoding="utf-8")
    return set(re.findall(r"\.sheet-lines \.(w-\d+)", sheet))


def check(columns: Any) -> None:
    shares = shares_of(columns)
    assert 0.9 <= sum(shares) <= 1.0001
    assert min(shares) >= 0.05
    assert {column.css for column in columns if column.css.startswith("w-")} <= offered()


@pytest.mark.parametrize("paper", [pytest.param(paper, id=paper.__name__) for paper in papers()])
def test_columns_of_a_paper(paper: Any) -> None:
    check(paper.columns)


@pytest.mark.parametrize("blind", [True, False])
def test_columns_of_the_count_sheet(blind: bool) -> None:
    check(sheet_columns(blind=blind))
